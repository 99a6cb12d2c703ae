"""The events of an edit before it is committed: what its writes do to tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import comments
from plaintickets.core.document import parse
from plaintickets.core.event import RENAMED
from plaintickets.core.replay import Standing, happenings
from plaintickets.core.ticket_parts import EMPTY, parts_of, with_id
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.core.frontmatter import Value
    from plaintickets.write.atomic_files import Write


class EditEvent(NamedTuple):
    """One thing that an edit does to one ticket.

    `kind`, `field`, `before` and `after` are those of `core.event.Event`; `was` is the ticket's id before the
    edit.
    """

    ticket: str
    was: str
    kind: str
    field: str
    before: Value | None
    after: Value | None


def events_of(writes: Iterable[Write], moved: Mapping[str, str], limit: int) -> list[EditEvent]:
    """Return the events of writes, ticket by ticket in the order of the writes.

    `moved` leads from the new store path of a ticket to its old one. Without it, a removed and an added file of
    one id or of equal content are one moved ticket. Other files than tickets and comments have no events. A
    ticket file of more than `limit` bytes is broken.
    """
    groups: dict[str, dict[str, Write]] = {}
    for write in writes:
        owner = files.ticket_path(write.path)
        if files.is_ticket_path(owner) and write.old != write.new:
            groups.setdefault(owner, {})[write.path] = write
    origins = _origins({path: group[path] for path, group in groups.items() if path in group}, moved)
    left = set(origins.values())
    found: list[EditEvent] = []
    for path, group in groups.items():
        if path not in left:
            origin = origins.get(path, path)
            found += _ticket_events(origin, path, {**groups[origin], **group}, limit)
    return found


def _origins(changed: Mapping[str, Write], moved: Mapping[str, str]) -> dict[str, str]:
    """Return the old path of each moved ticket file by its new path."""
    gone = {path: write.old for path, write in changed.items() if write.new is None}
    by_id = {files.id_of(path): path for path in gone}
    by_content = {content: path for path, content in gone.items()}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path, write in changed.items():
        if write.old is not None:
            continue
        origin = moved.get(path) or by_id.get(files.id_of(path)) or by_content.get(write.new)
        if origin in gone and origin not in taken:
            found[path] = origin
            taken.add(origin)
    return found


def _ticket_events(origin: str, path: str, writes: Mapping[str, Write], limit: int) -> list[EditEvent]:
    """Return the events of one ticket that is at `origin` before the edit and at `path` after it."""
    had_file = origin not in writes or writes[origin].old is not None
    has_file = path not in writes or writes[path].new is not None
    old = _standing(origin, {name: write.old for name, write in writes.items()}, limit, exists=had_file)
    new = _standing(path, {name: write.new for name, write in writes.items()}, limit, exists=has_file)
    ticket, was = files.id_of(path), files.id_of(origin)
    found = []
    if ticket != was:
        found.append(EditEvent(ticket, was, RENAMED, "id", was, ticket))
        old = old._replace(parts=with_id(old.parts, was, ticket))
    elif path != origin:
        found.append(EditEvent(ticket, was, RENAMED, "path", origin, path))
    return found + [EditEvent(ticket, was, *row[:4]) for row in happenings(old, new)]


def _standing(path: str, contents: Mapping[str, bytes | None], limit: int, *, exists: bool) -> Standing:
    """Return the state of a ticket, as far as these files hold it."""
    parts, broken = EMPTY, ""
    content = contents.get(path)
    if content is not None:
        document = parse(content, path, limit)
        if document.problems:
            broken = str(document.problems[0])
        else:
            parts = parts_of(document)
    separate = [
        comments.comment_of(parse(text, name))
        for name, text in sorted(contents.items())
        if text is not None and not files.is_ticket_path(name)
    ]
    return Standing(exists, broken, parts._replace(comments=(*parts.comments, *separate)))
