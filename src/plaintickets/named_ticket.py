"""Find the ticket that a part of an id names, or explain why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core import ids
from plaintickets.core.paths import is_ticket_id
from plaintickets.core.ticket import id_of
from plaintickets.errors import (
    AmbiguousIdError,
    FormerIdError,
    LeftOutError,
    NotNamedError,
    OtherStoreError,
    TicketNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from plaintickets.project import Project


def path_of(project: Project, part: str, *, guess: bool) -> str:
    """Return the store path of the one ticket that a part of an id names; see `Project.path_of`."""
    part = part.strip()
    exact = project.path_of_exactly(part)
    if exact:
        return exact
    paths = project.paths
    if part in paths:
        return paths[part]
    hidden = [path for path in project.left_out if part in (id_of(path), path)]
    if hidden:
        raise LeftOutError(part, project.place.git_path(hidden[0]), project.place.prefix)
    found = ids.named(part, paths)
    is_whole = len(found) == 1 and ids.is_suffix(part, found[0])
    if guess or project.config.guess_ids:
        found = found or ids.matching(part, paths)
    # A whole suffix is not a former id: a former id has its prefix.
    elif not is_whole:
        project.refuse_former(part)
    if len(found) == 1:
        if not guess and not is_whole:
            project.around.notify(f"note: {part} is {found[0]}")
        return paths[found[0]]
    if found:
        titled = [(name, project.document_at(paths[name]).title) for name in found[:10]]
        titled += [(name, "") for name in found[10:]]
        raise AmbiguousIdError(part, tuple(titled))
    raise _not_found(project, paths, part, guess=guess)


def _not_found(project: Project, paths: Collection[str], part: str, *, guess: bool) -> TicketNotFoundError:
    """Return the error for a part that names no ticket; `paths` has the ids of all."""
    others = project.other_holders(part, guess=guess)
    if len(others) == 1:
        from plaintickets.store.work_tree_stores import name_of

        prefix, ticket = others[0]
        return OtherStoreError(part, name_of(prefix), prefix, ticket)
    if others:
        from plaintickets.store.work_tree_stores import name_of

        titled = tuple((name, f"in the store {name_of(prefix)}") for prefix, name in others)
        raise AmbiguousIdError(part, titled)
    near = tuple(ids.matching(part, paths)[:3])
    if near:
        return NotNamedError(part, near)
    return TicketNotFoundError(part, ids.near(part, paths))


def refuse_former(project: Project, part: str) -> None:
    """Raise FormerIdError for a former id of a ticket, according to the history."""
    if not is_ticket_id(part) or project.git is None:
        return
    from plaintickets.git.reader import Reader
    from plaintickets.history.former import fate

    reader = Reader(project.git, project.place.common_dir, project.around.progress)
    became = fate(reader, project.place.prefix, part, project.cache or None, project.config.format_max_file_size)
    if became is not None:
        raise FormerIdError(part, became.text, hint=became.hint, current=became.ticket)
