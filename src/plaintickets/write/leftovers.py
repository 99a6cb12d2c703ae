"""Leftovers of crashed processes in the store and in the folder of derived state."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding
from plaintickets.errors import GitRefusedError
from plaintickets.system.files import remove
from plaintickets.write.journal import Journal
from plaintickets.write.lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.store.locations import Place

FIX = "remains"
SETTLED_SECONDS = 3600
_TEMPORARY = re.compile(r"\.[0-9a-f]{12}\.tmp\Z")


def check(place: Place, now: float) -> Iterator[Finding]:
    """Report leftovers of unfinished operations; `now` is in seconds since the epoch."""
    for path in leftovers(place, now):
        remedy = "nothing needs it: tk doctor --fix removes it"
        yield Finding("left-over-file", f"left by a command that crashed {_age(path, now)} ago", remedy, path, fix=FIX)
    if not place.shared:
        return
    journal = os.path.join(place.shared, "journal.json")
    if os.path.lexists(journal):
        if Journal(place.shared).pending() is None:
            yield Finding("unreadable-journal", "cannot be read", "nothing needs it: remove it", journal)
        elif _is_held(os.path.join(place.shared, "lock")):
            yield Finding("writing", "another command is writing now", "try again in a moment", level="advice")
        else:
            message = f"a command crashed between writing and committing, {_age(journal, now)} ago"
            remedy = "the next command that changes a ticket finishes or rolls it back, as does tk doctor --fix"
            yield Finding("unfinished-change", message, remedy, journal, fix="journal")
    for path in _paths(os.path.join(place.shared, "rejected")):
        message = f"text that could not be committed was saved here {_age(path, now)} ago"
        yield Finding("kept-text", message, "copy what you need, then remove it", path, level="advice")


def _is_held(lock: str) -> bool:
    try:
        with WriterLock(lock, wait_seconds=0):
            return False
    except GitRefusedError:
        return True


def leftovers(place: Place, now: float) -> list[str]:
    """Return the files that only a crashed command can have left, at least an hour old."""
    found = [path for path in _paths(place.store) if _TEMPORARY.search(os.path.basename(path))]
    if place.shared and not os.path.lexists(os.path.join(place.shared, "journal.json")):
        found += [path for folder in _paths(os.path.join(place.shared, "kept")) for path in _paths(folder)]
    return [path for path in found if now - _changed(path) > SETTLED_SECONDS]


def remove_leftovers(place: Place, now: float) -> list[str]:
    """Remove the leftover files under the writer lock; return their paths."""
    removed = []
    for path in leftovers(place, now):
        with contextlib.suppress(OSError):
            remove(path)
            removed.append(path)
    return removed


def derived_size(place: Place) -> int:
    """Return the size in bytes of the derived state of this work tree."""
    size = 0
    for folder, _, names in os.walk(place.derived) if place.derived else ():
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(folder, name)).st_size
    return size


def _paths(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    except OSError:
        return []


def _changed(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0


def _age(path: str, now: float) -> str:
    return age(now - _changed(path))


def age(seconds: float) -> str:
    """Return a length of time in its largest whole unit."""
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {name}"
    return f"{max(int(seconds), 0)} s"
