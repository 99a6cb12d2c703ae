"""Convert a store to another layout of lists and comments, in one commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import comments, layout
from plaintickets.core.attachment_links import into_file, out_of_file
from plaintickets.core.configtext import with_setting
from plaintickets.core.document import parse
from plaintickets.core.message import MIGRATE, message
from plaintickets.core.problem import Problem
from plaintickets.core.shortened import shortened
from plaintickets.errors import BrokenTicketError, RefusedError, UnreadableError
from plaintickets.store import comment_files, files, names
from plaintickets.store.settings import FILE_NAME, LARGEST, examine_contents, read_contents
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome

_SHOWN = 10


class Migrated(NamedTuple):
    """The ids of the changed tickets, what was not changed and why, and the outcome, None for a dry run."""

    tickets: list[str]
    left: list[str]
    outcome: Outcome | None


def migrate(project: Project, wanted: dict[str, str], *, dry_run: bool = False, subject: str = "") -> Migrated:
    """Convert every ticket to the layout in `wanted`, and set these settings; `tk undo` undoes it.

    Raise RefusedError if tickets have uncommitted changes, BrokenTicketError if files cannot be read.
    """
    config = project.config
    with project.edit(MIGRATE) as edit:
        _refuse_dirty(project)
        run = _Run(project, wanted)
        for _, path in sorted(names.ticket_paths(project.place.store).items()):
            run.take(path)
        run.refuse_broken()
        if dry_run:
            return Migrated(run.tickets, run.left, None)
        for write in [*run.writes, *_setting_writes(project, wanted)]:
            edit.put(write)
        rows = [f"{key}: {value}" for key, value in sorted(wanted.items())]
        standard = f"tk: migrate-format of {len(run.tickets)} tickets"
        text = message(MIGRATE, [], config.commit_template, subject=subject, standard=standard, details=rows)
        return Migrated(run.tickets, run.left, edit.commit_as(text))


def _refuse_dirty(project: Project) -> None:
    if project.git is None:
        return
    from plaintickets.git.revisions import changed_paths

    changed = changed_paths(project.git, project.place.prefix)
    if changed:
        raise RefusedError(
            f"not committed yet: {shortened(changed, _SHOWN)}; nothing was changed",
            hint="`tk commit` commits tickets that were changed by hand.",
        )


def _setting_writes(project: Project, wanted: dict[str, str]) -> list[Write]:
    """Return the new `config.yml`.

    Raise RefusedError if the settings cannot be set without changing others.
    """
    store = project.place.store
    place = os.path.join(store, FILE_NAME)
    old = files.read_bytes(store, FILE_NAME, LARGEST) if os.path.lexists(place) else None
    text = (old or b"").decode()
    for key, value in wanted.items():
        text = with_setting(text, key, value)
    new = text.encode()
    if new == old or not _reads_as(project, new, wanted):
        if new != old:
            raise RefusedError(
                f"{FILE_NAME} has a form that tk cannot change; nothing was changed",
                hint="set " + ", ".join(f"{key}: {value}" for key, value in wanted.items()) + " by hand first.",
            )
        return []
    return [Write(FILE_NAME, old, new)]


def _reads_as(project: Project, content: bytes, wanted: dict[str, str]) -> bool:
    """Tell whether a configuration of this content differs from the present one only in the wanted settings."""
    from plaintickets.core.config import attribute_of

    store = project.place.store
    contents = read_contents(store)
    present, _ = examine_contents(contents, store, None, None, {})
    found, problems = examine_contents({**contents, FILE_NAME: content}, store, None, None, {})
    expected = present._replace(**{attribute_of(key): value for key, value in wanted.items()})  # type: ignore[arg-type]
    return not problems and found._replace(sources={}) == expected._replace(sources={})


def _folder_name(path: str) -> str:
    return comment_files.folder_of(path).rpartition("/")[2]


class _Run:
    """The files of a store during the conversion to another layout."""

    def __init__(self, project: Project, wanted: dict[str, str]) -> None:
        self._tracker = project
        self._store = project.place.store
        self._limit = project.config.format_max_file_size
        self._lists = wanted.get("format.lists", "")
        self._comments = wanted.get("format.comments", "")
        self.writes: list[Write] = []
        self.tickets: list[str] = []
        self.left: list[str] = []
        self._problems: list[Problem] = []

    def take(self, path: str) -> None:
        """Add the new content of one ticket."""
        read = self._read(path)
        if read is None:
            return
        content, document = read
        before = len(self.writes)
        if self._lists:
            document, keys = layout.relisted(document, block=self._lists == "block")
            self.left += [f"{path}: {key} holds more than plain items" for key in keys]
        if self._comments == "files":
            document = self._to_files(document)
        elif self._comments == "body":
            document = self._to_body(document)
        if document.to_bytes() != content:
            self.writes.append(Write(path, content, document.to_bytes()))
        if len(self.writes) > before:
            self.tickets.append(files.id_of(path))

    def refuse_broken(self) -> None:
        """Raise BrokenTicketError with every file that could not be read."""
        if self._problems:
            store = os.path.basename(self._store)
            shown = "\n".join(f"{store}/{problem}" for problem in self._problems[:_SHOWN])
            more = f"\n… and {len(self._problems) - _SHOWN} more" if len(self._problems) > _SHOWN else ""
            raise BrokenTicketError(f"{shown}{more}\nnothing was changed")

    def _read(self, path: str) -> tuple[bytes, Document] | None:
        try:
            content = files.read_bytes(self._store, path, self._limit)
        except OSError as error:
            self._problems.append(Problem(path, 0, "unreadable", f"cannot be read: {error.strerror}"))
            return None
        document = parse(content, path, self._limit)
        self._problems += document.problems[:1]
        return None if document.problems else (content, document)

    def _to_files(self, document: Document) -> Document:
        found = document.comments
        if not found:
            return document
        try:
            bare = layout.with_comments(document, [])
        except UnreadableError:
            self.left.append(f"{document.path}: its comments have a form that cannot be split into files")
            return document
        # Files are read in the order of their names, so comments of the same second keep their order.
        tokens = sorted(self._token() for _ in found)
        for comment, token in zip(found, tokens, strict=True):
            moved = comment._replace(text=into_file(comment.text, _folder_name(document.path)))
            path, content = comment_files.file_of(document.path, moved, token)
            self.writes.append(Write(path, None, content))
        return bare

    def _token(self) -> str:
        return "".join(f"{self._tracker.around.random_below(256):02x}" for _ in range(4))

    def _to_body(self, document: Document) -> Document:
        found: list[tuple[str, bytes, Comment]] = []
        for path in comment_files.paths(self._store, document.path):
            read = self._read(path)
            if read is None:
                continue
            comment = comments.comment_of(read[1])
            extra = read[1].keys.keys() - {"author", "date", "internal"}
            if extra or not comments.is_datable(comment):
                self.left.append(f"{path}: {f'holds {min(extra)}' if extra else 'has no date'}, so it stays a file")
            else:
                moved = comment._replace(text=out_of_file(comment.text, _folder_name(document.path)))
                found.append((path, read[0], moved))
        if not found:
            return document
        wanted = sorted([*document.comments, *(row[2] for row in found)], key=lambda comment: comment.date)
        merged = layout.with_comments(document, [comments.as_in_notes(comment) for comment in wanted])
        self.writes += [Write(path, content, None) for path, content, _ in found]
        return merged
