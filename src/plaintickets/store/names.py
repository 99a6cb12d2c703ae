"""Find tickets by file name alone, to look up, complete or create an id."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.paths import ARCHIVE, LONGEST_ID, are_plain, is_other_name, is_safe_id, is_ticket_id
from plaintickets.system.files import is_there

if TYPE_CHECKING:
    from collections.abc import Iterator


_ENDING = ".md"
_README = len("readme.md")


def ticket_paths(store: str) -> dict[str, str]:
    """Return the store path of every ticket by its id; one outside the archive has precedence."""
    paths: dict[str, str] = {}
    for prefix, names in _folders(store):
        # Test all names at once: even of 100,000 names, nearly all are plain.
        if are_plain(names):
            end = LONGEST_ID + len(_ENDING)
            found = [name for name in names if name[-3:] == _ENDING and name[0] not in ".-" and len(name) <= end]
        else:
            found = [name for name in names if name[-3:] == _ENDING and is_safe_id(name[:-3])]
        new = {name[:-3]: prefix + name for name in found if len(name) != _README or not is_other_name(name[:-3])}
        paths = {**paths, **{name: path for name, path in new.items() if name not in paths}} if paths else new
    return paths


def path_of(store: str, ticket_id: str) -> str | None:
    """Return the store path of the ticket with exactly this id, if it is in the store's folder."""
    if is_ticket_id(ticket_id) and is_there(store, f"{ticket_id}.md"):
        return ticket_id + ".md"
    return None


def _folders(store: str) -> Iterator[tuple[str, list[str]]]:
    yield "", os.listdir(store)
    for year in _years(store):
        yield f"{ARCHIVE}/{year}/", os.listdir(f"{store}/{ARCHIVE}/{year}")


def folders_of(store: str) -> list[str]:
    """Return the folders that hold tickets, and the archive's own."""
    years = [f"{store}/{ARCHIVE}/{year}" for year in _years(store)]
    return [store, f"{store}/{ARCHIVE}", *years] if years else [store]


def _years(store: str) -> Iterator[str]:
    archive = f"{store}/{ARCHIVE}"
    if os.path.isdir(archive) and not os.path.islink(archive):
        for year in sorted(os.listdir(archive)):
            folder = f"{archive}/{year}"
            if len(year) == 4 and year.isdigit() and os.path.isdir(folder) and not os.path.islink(folder):
                yield year
