"""Search and duplicates: one Whoosh index for each store. Importing this package imports Whoosh."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from plaintickets.errors import MissingLibraryError

_UNUSED = "urllib.request"


def _import_whoosh() -> None:
    """Import Whoosh without `urllib.request`.

    `whoosh.compat` imports `urllib.request` for a function that is never called, and that takes 30 ms, a quarter of a
    search. During the import an empty module replaces it; later imports of `urllib.request` get the real one.

    Raises MissingLibraryError if Whoosh is missing.
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
