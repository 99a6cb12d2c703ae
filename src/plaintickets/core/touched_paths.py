"""Match the files, folders and globs of a ticket's key `affects` with paths of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.paths import segments
from plaintickets.core.query.glob import glob_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.ticket import Ticket

    Segment = Callable[[str], bool] | None


def affects_test(paths: Iterable[str]) -> Callable[[Ticket], bool]:
    """Return a test whether a ticket affects one of the paths.

    It does if one of its entries is the path, a folder above it, or something below it. `*` matches a part of
    one name, `**` any number of folders. A glob without a `/` is a name at any depth, as in `.gitignore`. A
    path that ends with `/` is a folder, in which `**` matches anything.
    """
    given = [(segments(path), not segments(path) or path.endswith("/")) for path in paths]
    known: dict[str, bool] = {}

    def fits(entry: str) -> bool:
        if entry not in known:
            pattern = _pattern(entry)
            known[entry] = any(_meet(pattern, *path) for path in given)
        return known[entry]

    return lambda ticket: any(map(fits, ticket.items("affects")))


def _pattern(entry: str) -> list[Segment]:
    """Return one test per name; None means any number of folders."""
    names = segments(entry)
    if len(names) == 1 and "*" in entry and "/" not in entry.rstrip("/"):
        names.insert(0, "**")
    return [None if name == "**" else glob_test(name) for name in names]


def _meet(pattern: Sequence[Segment], path: Sequence[str], is_folder: bool) -> bool:
    """Tell whether the pattern fits the path, a folder above it, or something below it."""
    places = {0}
    for name in path:
        places = _skipped(pattern, places)
        if len(pattern) in places:
            return True
        places = {
            place if pattern[place] is None else place + 1
            for place in places
            if (test := pattern[place]) is None or test(name)
        }
        if not places:
            return False
    # A path above a literal entry is a folder, even without a `/` at its end.
    is_above = len(path) in places and None not in pattern[: len(path)]
    return is_folder or is_above or len(pattern) in _skipped(pattern, places)


def _skipped(pattern: Sequence[Segment], places: set[int]) -> set[int]:
    """Return the places, and those after each `**` that matches no folder."""
    found = set(places)
    for place in range(len(pattern)):
        if place in found and pattern[place] is None:
            found.add(place + 1)
    return found
