"""List branches where a ticket differs from the current branch, with the differences."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.moments import utc_day
from plaintickets.core.paths import is_ticket_id
from plaintickets.core.renamed_files import tell
from plaintickets.core.ticket import id_of
from plaintickets.errors import GitRefusedError, TicketNotFoundError
from plaintickets.git.branches import branches, versions
from plaintickets.history.compare import FilePair
from plaintickets.store import files

if TYPE_CHECKING:
    from plaintickets.core.change_report import ChangedTicket
    from plaintickets.git.branches import Branch
    from plaintickets.project import Project

# So many years of the archive are looked at.
_YEARS = 20


class BranchState(NamedTuple):
    """A branch, whether the ticket exists there, and the changes from ours to it (None if equal)."""

    branch: Branch
    exists: bool
    changed: ChangedTicket | None


class BranchStates(NamedTuple):
    """A ticket and every other branch of the clone."""

    ticket: str
    branches: list[BranchState]


def branch_states(project: Project, part: str) -> BranchStates:
    """Return every branch with its differences.

    Raise GitRefusedError, and TicketNotFoundError if no branch has the ticket.
    """
    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there are no branches")
    missing = None
    try:
        path = project.path_of(part, guess=True)
    except TicketNotFoundError as error:
        if not is_ticket_id(part):
            raise
        path, missing = f"{part}.md", error
    known = branches(git)
    places = [project.place.git_path(name) for name in _places(project, path, missing=bool(missing))]
    there = versions(git, known, places)
    if missing and not any(there.values()):
        raise missing
    here = None if missing else _content(project, path)
    changed = {version: _compared(project, path, here, version) for version in set(there.values()) if version}
    rows = [(branch, there[branch.name]) for branch in known]
    return BranchStates(
        id_of(path), [BranchState(branch, bool(held), changed[held] if held else None) for branch, held in rows]
    )


def _places(project: Project, path: str, *, missing: bool) -> list[str]:
    """Return the paths where another branch may have the ticket: its present path, the store, the archive."""
    name, this_year = f"{id_of(path)}.md", project.now.year
    created = "" if missing else utc_day(str(project.document_at(path).keys.get("created", "")))[:4]
    first = int(created) if created.isascii() and created.isdigit() else this_year - _YEARS
    years = range(this_year, max(first, this_year - _YEARS) - 1, -1)
    return list(dict.fromkeys([path, name, *(f"{files.ARCHIVE}/{year}/{name}" for year in years)]))


def _content(project: Project, path: str) -> bytes | None:
    try:
        return files.read_bytes(project.place.store, path, project.config.format_max_file_size)
    except OSError:
        return None


def _compared(project: Project, path: str, here: bytes | None, there: tuple[str, bytes]) -> ChangedTicket | None:
    new_path, content = os.path.relpath(there[0], project.place.prefix), there[1]
    if (new_path, content) == (path, here):
        return None
    if new_path == path or here is None:
        rows = [FilePair(new_path, here, content, "absent" if here is None else "file", "file")]
    else:
        rows = [FilePair(path, here, None, "file", "absent"), FilePair(new_path, None, content, "absent", "file")]
    kinds = {status.name: status.kind for status in project.config.statuses}
    [changed] = tell(rows, kinds.get, project.config.format_max_file_size)
    return changed
