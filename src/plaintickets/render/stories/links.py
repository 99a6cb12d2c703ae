"""Where a ticket's file can be looked at."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.core.change_report import ChangedTicket

# What may stand in the path of an address as it is (RFC 3986, unreserved, and the slash).
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def address(told: ChangedTicket, base: str) -> str:
    """The address of a ticket's file below that of the store, as it stands in an attribute; empty if it is gone."""
    return "" if not base or told.is_gone else escape(f"{base}/{in_address(told.path)}")


def in_address(path: str) -> str:
    """A path as a part of an address."""
    raw = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in raw)
