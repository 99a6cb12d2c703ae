"""Search and duplicates: one Whoosh index a store. Importing this imports Whoosh, or says that it is missing."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from plaintickets.errors import MissingLibraryError

_UNUSED = "urllib.request"


def _import_whoosh() -> None:
    """Import Whoosh without `urllib.request`; raise MissingLibraryError where there is no Whoosh.

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
        import_module("whoosh.compat")
    except ImportError as error:
        raise MissingLibraryError("builds the search index", error) from None
    finally:
        if stands_in:
            del sys.modules[_UNUSED]


_import_whoosh()
