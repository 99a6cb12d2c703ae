"""Changes collected under the writer lock, then written and committed together."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.change import BODY, COMMENT, TITLE, Change
from plaintickets.core.comments import Comment, comment_of
from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.document import parse
from plaintickets.core.fields import free_text
from plaintickets.core.message import message
from plaintickets.core.problem import Problem
from plaintickets.core.ticket_parts import comment_value
from plaintickets.errors import BrokenTicketError, ChangedMeanwhileError, RefusedError, TicketNotFoundError
from plaintickets.store import comment_files, files, names
from plaintickets.store.reading import ticket_of
from plaintickets.write.atomic_files import Write, refuse_links_on_the_way
from plaintickets.write.writer import Writer, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit_events import EditEvent
    from plaintickets.write.writer import Outcome


class EditState(NamedTuple):
    """The documents of an edit at one moment."""

    before: dict[str, bytes | None]
    after: dict[str, Document | None]
    moved: dict[str, str]
    files: dict[str, Write]


class Edit:
    """The changes of one command: documents by store path, before and after."""

    def __init__(self, project: Project, verb: str, *, mode: str = "") -> None:
        """Prepare an edit; `mode` (auto, stage, off) replaces the configured mode of committing."""
        place = project.place
        settings = settings_of(project.config, place)
        if mode:
            settings = settings._replace(mode=mode)
        self.project = project
        self.verb = verb
        self._writer = Writer(place, settings, lambda: project.git, project.stamp, project.around.notify)
        self._before: dict[str, bytes | None] = {}
        self._after: dict[str, Document | None] = {}
        self._restored: dict[str, bytes] = {}
        self._files: dict[str, Write] = {}
        self._moved: dict[str, str] = {}
        self.subject = ""
        self.standard = ""
        self.details: list[str] = []
        self.forced: list[str] = []
        self.trailers: list[str] = []
        self.about: set[str] = set()

    def __enter__(self) -> Self:
        """Take the writer lock, so that what is read from now on stays unchanged until the commit."""
        self._writer.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._writer.__exit__(*details)

    def document(self, part: str) -> Document:
        """Return the document of a ticket with the changes so far; raise as `Project.document` does."""
        known = self._after.get(f"{part}.md")
        if known is not None:
            return known
        for path, document in self._after.items():
            if document is not None and files.id_of(path) == part:
                return document
        return self.document_at(self.project.path_of(part))

    def ticket(self, part: str) -> Ticket:
        """Return the ticket with the changes so far."""
        return ticket_of(self.document(part))

    def current(self, ticket: Ticket) -> Ticket:
        """Return a ticket that was read before, with the changes so far."""
        document = self._after.get(ticket.path)
        return ticket if document is None else ticket_of(document)

    def document_at(self, path: str) -> Document:
        """Return the document at a store path, of a ticket or comment, with the changes so far.

        Raises BrokenTicketError.
        """
        known = self._after.get(path)
        if known is not None:
            return known
        if path in self._after:
            raise TicketNotFoundError(files.id_of(path))
        limit = self.project.config.format_max_file_size
        try:
            content = files.read_bytes(self.project.place.store, path, limit)
        except OSError as error:
            raise self._broken(Problem(path, 0, "unreadable", f"cannot be read: {error.strerror}")) from None
        document = parse(content, path, limit)
        if document.problems:
            raise self._broken(document.problems[0])
        self._before[path] = content
        self._after[path] = document
        return document

    def _broken(self, problem: Problem) -> BrokenTicketError:
        return BrokenTicketError(f"{os.path.basename(self.project.place.store)}/{problem}")

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply changes.

        Raises ChangedMeanwhileError if a `before` no longer holds.
        """
        for change in changes:
            document = self.document(change.ticket)
            self._after[document.path] = _changed(document, change, block=self._block_lists)

    @property
    def _block_lists(self) -> bool:
        return self.project.config.format_lists == "block"

    def comment(self, part: str, text: str, *, internal: bool = False, author: str | None = None) -> Document:
        """Add a comment by the user, dated now."""
        document = self.document(part)
        free_text(text, "comment")
        who = self.project.identity[0] if author is None else author
        self.add_comment(part, Comment(self.project.stamp, who, internal, text))
        return document

    def add_comment(self, part: str, comment: Comment, token: str = "") -> None:
        """Add a comment unchanged, to the body or a file as the configuration says.

        `token` replaces the random part of the file's name, so that two clones make the same file.
        """
        document = self.document(part)
        if self.project.config.format_comments == "files":
            path, content = comment_files.file_of(document.path, comment, token or self._token())
            self._before[path], self._after[path] = None, parse(content, path)
        else:
            self._after[document.path] = document.with_comment(comment)

    def comments_apart(self, document: Document) -> list[Comment]:
        """Return a ticket's comments in separate files, with the changes so far."""
        if not self.changes_comments(document.path):
            return self.project.comments_apart(document)[0]
        place, limit = self.project.place.store, self.project.config.format_max_file_size
        return comment_files.read(place, document.path, limit, self._after)[0]

    def changes_comments(self, path: str) -> bool:
        """Tell whether the edit holds a comment in a separate file of the ticket at a store path."""
        folder = f"{comment_files.folder_of(path)}/"
        return any(one.startswith(folder) for one in self._after)

    def remove_comment(self, part: str, comment: Comment) -> None:
        """Remove a comment of a ticket, from the body or its file.

        Raise ChangedMeanwhileError if there is none like it.
        """
        document = self.document(part)
        for path in comment_files.paths(self.project.place.store, document.path):
            if comment_of(self.document_at(path)) == comment:
                self._after[path] = None
                return
        self.apply([Change(files.id_of(document.path), COMMENT, comment_value(comment), None)])

    def _token(self) -> str:
        return "".join(f"{self.project.around.random_below(256):02x}" for _ in range(3))

    def create(self, document: Document) -> None:
        """Add a new ticket.

        Raises RefusedError if its file exists or the edit already has its path.
        """
        path = document.path
        if path in self._after or os.path.lexists(f"{self.project.place.store}/{path}"):
            raise RefusedError(
                f"{path} already exists; nothing was changed", hint="run the command again for another id."
            )
        self._before[path] = None
        self._after[path] = document

    def new_ids(self) -> list[str]:
        """Return the ids of the tickets that the edit adds."""
        return [files.id_of(path) for path in self._new_paths()]

    def new_tickets(self) -> list[Ticket]:
        """Return the tickets that the edit adds."""
        return [ticket_of(document) for path in self._new_paths() if (document := self._after[path]) is not None]

    def _new_paths(self) -> list[str]:
        return [path for path, before in self._before.items() if before is None and files.is_ticket_path(path)]

    def replace(self, document: Document, content: bytes) -> None:
        """Replace a loaded document by another content."""
        changed = parse(content, document.path, self.project.config.format_max_file_size)
        if changed.problems:
            raise self._broken(changed.problems[0])
        self._after[document.path] = changed

    def overwrite(self, path: str, current: bytes, document: Document) -> None:
        """Replace a file, which may be a broken one, by a document."""
        self._before[path] = current
        self._after[path] = document

    def restore(self, path: str, current: bytes | None, content: bytes | None) -> None:
        """Restore a file to earlier bytes; None deletes it. Invalid content is allowed."""
        self._before[path] = current
        self._after[path] = None if content is None else parse(content, path)
        if content is not None:
            self._restored[path] = content

    def put(self, write: Write) -> None:
        """Replace a file of the store, of any kind and with any content, when the edit is written."""
        self._files[write.path] = write

    def remove(self, part: str) -> Document:
        """Remove a ticket's file."""
        document = self.document(part)
        self._after[document.path] = None
        for path in comment_files.paths(self.project.place.store, document.path):
            self.document_at(path)
            self._after[path] = None
        self._move_attached(document.path, None)
        return document

    def relocate(self, part: str, path: str) -> None:
        """Move a ticket to another store path."""
        document = self.document(part)
        self._moved[path] = self._moved.get(document.path, document.path)
        if names.path_of(self.project.place.store, files.id_of(path)) and "/" not in path:
            raise RefusedError(f"{path} already exists; nothing was changed")
        self._move(document, path)
        for old in comment_files.paths(self.project.place.store, document.path):
            self._move(self.document_at(old), f"{comment_files.folder_of(path)}/{old.rpartition('/')[2]}")
        self._move_attached(document.path, path)

    def _move_attached(self, path: str, target: str | None) -> None:
        """Move the mails and files that are kept beside a ticket along with it; remove them without a target."""
        store, folder = self.project.place.store, comment_files.folder_of(path)
        for old in comment_files.attached(store, path):
            content = files.read_bytes(store, old, comment_files.LARGEST_ATTACHED)
            self.put(Write(old, content, None))
            if target is not None:
                self.put(Write(comment_files.folder_of(target) + old.removeprefix(folder), None, content))

    def _move(self, document: Document, path: str) -> None:
        self._after[document.path] = None
        self._before[path] = None
        self._after[path] = parse(document.to_bytes(), path, self.project.config.format_max_file_size)

    def changed(self) -> list[Ticket]:
        """Return the tickets that the edit changes, in their new state, or in their old state if it removes them."""
        tickets: dict[str, Ticket] = {}
        for path, after in self._after.items():
            before = self._before[path]
            owner = files.ticket_path(path)
            if not files.is_ticket_path(owner):
                continue
            if owner != path:
                if after is None or after.to_bytes() != before:
                    tickets.setdefault(files.id_of(owner), ticket_of(self.project.document_at(owner)))
            elif after is None and before is not None:
                tickets.setdefault(files.id_of(path), ticket_of(parse(before, path)))
            elif after is not None and self._bytes(path, after) != before:
                tickets[files.id_of(path)] = ticket_of(after)
        return list(tickets.values())

    def changes_file(self, path: str) -> bool:
        """Tell whether a file that the edit holds has other bytes now."""
        return path in self._after and self._bytes(path, self._after[path]) != self._before.get(path)

    def _bytes(self, path: str, after: Document | None) -> bytes | None:
        if after is None:
            return None
        content = self._restored.get(path)
        return content if content is not None else after.to_bytes()

    def _refuse_unreadable(self, write: Write) -> None:
        """Refuse a write that makes a file unreadable, except a restored file or one of another kind.

        Raises RefusedError.
        """
        is_unchecked = write.path in self._restored or write.path in self._files
        if write.new is None or write.new == write.old or is_unchecked:
            return
        found = parse(write.new, write.path, self.project.config.format_max_file_size)
        if found.problems:
            raise RefusedError(
                f"the ticket could not be read afterwards, so nothing was changed: {found.problems[0]}",
                hint="remove from the text what the message names.",
            )

    def events(self) -> list[EditEvent]:
        """Return what the edit does to tickets so far, whatever command made it."""
        from plaintickets.write.edit_events import events_of

        return events_of(self._writes(), self._moved, self.project.config.format_max_file_size)

    def _writes(self) -> list[Write]:
        documents = [Write(path, self._before[path], self._bytes(path, after)) for path, after in self._after.items()]
        return [*documents, *self._files.values()]

    def state(self) -> EditState:
        """Return the changes so far, for `events_since` and `return_to`."""
        return EditState(dict(self._before), dict(self._after), dict(self._moved), dict(self._files))

    def events_since(self, state: EditState) -> list[EditEvent]:
        """Return what the edit did to tickets since a state of it."""
        from plaintickets.write.edit_events import events_of

        writes = []
        for path, document in self._after.items():
            earlier = state.after[path] if path in state.after else self._before[path]
            if earlier is not document:
                before = earlier if isinstance(earlier, bytes) else self._bytes(path, earlier)
                writes.append(Write(path, before, self._bytes(path, document)))
        return events_of(writes, {}, self.project.config.format_max_file_size)

    def return_to(self, state: EditState) -> None:
        """Drop the changes since a state of the edit."""
        self._before, self._after, self._moved = dict(state.before), dict(state.after), dict(state.moved)
        self._files = dict(state.files)

    def commit(self) -> Outcome:
        """Write and commit the changes under a message of the verb and its tickets; later reads see the new state.

        Raises TicketsError with nothing changed.
        """
        self.project.fire_rules(self)
        return self.commit_as(self._message())

    def commit_onto(self, base: str, build: Callable[[Sequence[Write], str], str], branch: str = "") -> Outcome:
        """Move the branch from a commit to those that `build` puts onto it; it returns the last one.

        `build` gets the changes and their message. With `branch`, a new branch gets them, and no file changes.

        Raises TicketsError with nothing changed.
        """
        self.project.fire_rules(self)
        writes = [write for write in self._writes() if write.old != write.new]
        for write in writes:
            self._refuse_unreadable(write)
            refuse_links_on_the_way(self.project.place.store, write.path)
        tip = build(writes, self._message())
        return self._seen(self._writer.move_to(base, tip, branch))

    def raise_late(self) -> None:
        """Raise StoppedError if a signal asked the program to end meanwhile."""
        self._writer.raise_late()

    def _message(self) -> str:
        config = self.project.config
        changed = self.changed()
        about = [ticket for ticket in changed if ticket.id in self.about] or changed
        named = {ticket.id for ticket in about}
        others = [f"also changes {ticket.id}" for ticket in changed if ticket.id not in named]
        return message(
            self.verb,
            about,
            config.commit_template,
            trailer=config.commit_trailer,
            subject=self.subject,
            standard=self.standard,
            details=[*self.details, *self.forced, *others],
            trailers=self.trailers,
        )

    def commit_as(self, text: str) -> Outcome:
        """Write and commit the changes under this message; later reads see the new state.

        Raises TicketsError with nothing changed.
        """
        writes = self._writes()
        for write in writes:
            self._refuse_unreadable(write)
        outcome = self._writer.write(writes, text)
        comment_files.drop_emptied(self.project.place.store, [write.path for write in writes if write.new is None])
        return self._seen(outcome)

    def commit_as_is(self, paths: Sequence[str], text: str) -> Outcome:
        """Commit files, named by git's paths, with their present content; on failure they stay unchanged.

        Raises TicketsError.
        """
        return self._seen(self._writer.commit_as_is(paths, text))

    def _seen(self, outcome: Outcome) -> Outcome:
        """Report the notices of an outcome, and forget what was read before."""
        self.project.has_written = True
        for notice in outcome.notices:
            self.project.around.notify(notice)
        parts = (
            ("reading", "graph", "config")
            if not self._files.keys().isdisjoint(SETTINGS_FILES)
            else ("reading", "graph")
        )
        for part in parts:
            self.project.__dict__.pop(part, None)
        return outcome


def _changed(document: Document, change: Change, *, block: bool) -> Document:
    key = change.field
    if key in (BODY, COMMENT):
        from plaintickets.core.diff import apply, conflicting

        if conflicting(document, [change]):
            raise ChangedMeanwhileError(change.ticket, change.field)
        return apply([change], document)
    if key == TITLE:
        if document.title != (change.before or ""):
            raise ChangedMeanwhileError(change.ticket, TITLE)
        return document.with_title(str(change.after or ""))
    key = key.removeprefix("key:")  # the name of a key that is named like a part of a ticket: see core.ticket_parts
    if document.keys.get(key) != change.before:
        raise ChangedMeanwhileError(change.ticket, key)
    return document.with_key(key, change.after, block=block)
