"""Notice cheaply that a store changed: by the dates of its folders, its settings and the branch's commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.config import SETTINGS_FILES
from plaintickets.store.names import folders_of
from plaintickets.system.files import read_head

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from plaintickets.store.locations import Place

_REF = "ref: "
_MOST_HEAD = 4096


def state_stamp(place: Place, paths: Iterable[str] = ()) -> Hashable:
    """Return a value that differs after a commit, a pull, a change of settings or a replaced file of a ticket.

    A file that is written in place changes it only if it is one of the store paths `paths`.
    """
    folders = folders_of(place.store) if os.path.isdir(place.store) else [place.store]
    watched = [*folders, *(f"{place.store}/{name}" for name in (*SETTINGS_FILES, *paths))]
    return (tuple(map(_dated, watched)), *_head(place))


def _head(place: Place) -> tuple[Hashable, ...]:
    """Return what differs when the branch has another commit."""
    if not place.git_dir:
        return ()
    try:
        head = read_head(f"{place.git_dir}/HEAD", _MOST_HEAD).decode(errors="replace").strip()
    except OSError:
        head = ""
    names = [head.removeprefix(_REF)] if head.startswith(_REF) else []
    return head, *(_dated(f"{place.common_dir}/{name}") for name in (*names, "packed-refs", "reftable/tables.list"))


def _dated(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return 0, 0, 0
    return found.st_mtime_ns, found.st_ino, found.st_size
