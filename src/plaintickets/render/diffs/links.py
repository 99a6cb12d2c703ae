"""Web addresses of tickets' files."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.core.change_report import ChangedTicket

# Characters that need no escape in the path of an address (RFC 3986, unreserved, and the slash).
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def address(changed: ChangedTicket, base: str) -> str:
    """Return the address of a ticket's file, escaped for an HTML attribute; empty if the ticket was removed."""
    return "" if not base or changed.is_gone else escape(f"{base}/{in_address(changed.path)}")


def in_address(path: str) -> str:
    """Escape a path as a part of an address."""
    raw = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in raw)
