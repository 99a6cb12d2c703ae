"""Where a ticket's file can be looked at."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from plaintickets.core.story import Told


def address(told: Told, base: str) -> str:
    """The address of a ticket's file below that of the store, as it stands in an attribute; empty if it is gone."""
    if not base or told.is_gone:
        return ""
    return escape(f"{base}/{quote(told.path, errors='surrogateescape')}")
