"""Whoosh's ordered tables, imported without what they do not need."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_UNUSED = "urllib.request"


def load() -> tuple[Any, Any]:
    """Whoosh's modules `filedb.filetables` and `filedb.structfile`.

    `whoosh.compat` imports `urllib.request` for a function that nothing there or here calls, and
    that costs 30 ms, a quarter of a search. While it is imported an empty module stands in for it;
    afterwards whoever imports `urllib.request` gets the real one.
    """
    stands_in = "whoosh.compat" not in sys.modules and _UNUSED not in sys.modules
    if stands_in:
        empty = ModuleType(_UNUSED)
        empty.urlretrieve = None  # type: ignore[attr-defined]
        sys.modules[_UNUSED] = empty
    try:
        from whoosh.filedb import filetables, structfile
    finally:
        if stands_in:
            del sys.modules[_UNUSED]
    return filetables, structfile
