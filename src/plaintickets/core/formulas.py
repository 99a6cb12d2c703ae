"""Text in a table for spreadsheets, which compute a cell that begins like a formula."""

from __future__ import annotations

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def without_formula(text: str) -> str:
    """Return a text that no spreadsheet computes: `=1+1` becomes `'=1+1`."""
    return f"'{text}" if text.startswith(_BEGINNINGS) else text
