"""The files that ship with the pages: a table of names, so that an address never becomes a path."""

from __future__ import annotations

import os
from functools import cache

ASSETS = {
    "board.js": "text/javascript",
    "htmx.licence.txt": "text/plain",
    "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "style.css": "text/css",
}


@cache
def content(name: str) -> bytes:
    """Return the bytes of a file of the table."""
    with open(os.path.join(os.path.dirname(__file__), "static", name), "rb") as file:
        return file.read()
