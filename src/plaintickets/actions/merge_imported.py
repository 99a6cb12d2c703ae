"""Merge a ticket that is here with what its source holds now; the base is what the last import read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_driver import rules_of
from plaintickets.core.change import Change
from plaintickets.core.comments import without_notes
from plaintickets.core.document import parse
from plaintickets.core.merge import merge
from plaintickets.core.servicedesk.automation.triggers import IMPORTED
from plaintickets.core.ticket import list_of
from plaintickets.errors import UnreadableError
from plaintickets.git.entries import blob_id
from plaintickets.store import files, import_state
from plaintickets.store.comment_files import token_of
from plaintickets.store.import_state import LastImport
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.frontmatter import Value
    from plaintickets.write.edit import Edit


MOST_BYTES = 1 << 28


class Kept(NamedTuple):
    """A ticket with fields that were changed here and in the source; ours stay."""

    id: str
    key: str
    differs: list[str]


class ImportMerger:
    """The new and the changed tickets of one import, and the lines that the next import reads."""

    def __init__(self, edit: Edit) -> None:
        project = edit.project
        self._edit = edit
        self._store = project.place.store
        self._fires = project.has_rules and any(IMPORTED in rule["on"] for rule in project.config.rules.values())
        self._in_git = project.git is not None and project.config.commit_mode == "auto"
        self._separate = project.config.format_comments == "files"
        self._states: dict[str, tuple[bytes | None, dict[str, LastImport]]] = {}
        self._news: dict[str, dict[str, LastImport]] = {}
        self._base_files: dict[str, bytes | None] = {}
        self._blobs: dict[str, bytes] = {}
        self.created: list[str] = []
        self.updated: list[str] = []
        self.kept: list[Kept] = []

    @property
    def has_changes(self) -> bool:
        """Whether a ticket, or a line for the next import, is to be written."""
        return bool(self.created or self.updated or self._news)

    def last(self, key: str) -> LastImport | None:
        """Return the last import of a record, None for a record without a key and for a new one."""
        if not key:
            return None
        return self._state(key.partition(":")[0])[1].get(key)

    def _state(self, system: str) -> tuple[bytes | None, dict[str, LastImport]]:
        if system not in self._states:
            self._states[system] = import_state.read(self._store, import_state.path_of(system))
        return self._states[system]

    def prepare(self, keys: Iterable[str]) -> None:
        """Read from git what the last import made of these records."""
        from plaintickets.git.revisions import blobs

        git = self._edit.project.git
        names = [one.base for key in keys if (one := self.last(key)) and one.base != import_state.IN_FILE]
        self._blobs = blobs(git, names) if git and names else {}

    def base(self, key: str, ticket_id: str) -> Document | None:
        """Return the ticket as the last import read it, None if that is nowhere."""
        last = self.last(key)
        if last is None:
            return None
        content = (
            import_state.content_of(self._store, import_state.base_path(last.ticket))
            if last.base == import_state.IN_FILE
            else self._blobs.get(last.base)
        )
        document = parse(content, f"{ticket_id}.md", MOST_BYTES) if content is not None else None
        if document is None or document.problems:
            return None
        return document.with_key("id", ticket_id) if document.keys.get("id") != ticket_id else document

    def create(self, key: str, digest: str, theirs: Document) -> None:
        """Add a new ticket."""
        ticket_id = files.id_of(theirs.path)
        self.created.append(ticket_id)
        if self._separate and theirs.comments:
            self._edit.create(without_comments(theirs))
            self._add_comments(ticket_id, theirs.comments)
        elif self._fires:
            self._edit.create(theirs)
        else:
            self._edit.put(Write(theirs.path, None, theirs.to_bytes()))
        self._note(key, ticket_id, digest, theirs, is_written=not (self._separate and theirs.comments))

    def update(self, key: str, digest: str, base: Document | None, theirs: Document) -> None:
        """Merge a ticket that is here with what the source holds now."""
        ticket_id = files.id_of(theirs.path)
        ours = self._edit.document(ticket_id)
        new = theirs
        if self._separate:
            base, new = base and without_comments(base), without_comments(theirs)
        if base is None:
            differs = [] if ours.to_bytes() == new.to_bytes() else _differences(ours, new)
            content = ours.to_bytes()
        else:
            content, differs = self._merged(base, ours, new)
        if differs:
            self.kept.append(Kept(ticket_id, key, differs))
        if content != ours.to_bytes():
            self._edit.replace(ours, content)
            self.updated.append(ticket_id)
        if self._separate:
            self._add_comments(ticket_id, self._new_comments(key, ticket_id, theirs))
        self._note(key, ticket_id, digest, theirs, is_written=content == theirs.to_bytes())

    def _merged(self, base: Document, ours: Document, theirs: Document) -> tuple[bytes, list[str]]:
        """Return the merged ticket, and the fields that both sides changed; ours stay."""
        rules = rules_of(self._edit.project.config)._replace(are_one=True)
        versions = base.to_bytes(), ours.to_bytes(), theirs.to_bytes()
        try:
            found = merge(*versions, rules)
            if not found.conflicts and found.content is not None:
                return found.content, []
            settled = merge(*versions, rules._replace(favour="ours"))
        except UnreadableError:
            return versions[1], _differences(ours, theirs)
        if settled.content is None:
            return versions[1], _differences(ours, theirs)
        return settled.content, list(dict.fromkeys(one.field for one in found.conflicts))

    def _new_comments(self, key: str, ticket_id: str, theirs: Document) -> list[Comment]:
        """Return the comments of the source that the last import did not read."""
        base = self.base(key, ticket_id)
        held = set(base.comments if base else ())
        here = {(one.date, one.text) for one in self._edit.project.comments(self._edit.document(ticket_id))}
        return [one for one in theirs.comments if one not in held and (one.date, one.text) not in here]

    def _add_comments(self, ticket_id: str, found: Iterable[Comment]) -> None:
        for one in found:
            self._edit.add_comment(ticket_id, one, token_of(one))
            if ticket_id not in self.created and ticket_id not in self.updated:
                self.updated.append(ticket_id)

    def _note(self, key: str, ticket_id: str, digest: str, theirs: Document, *, is_written: bool) -> None:
        """Note what the next import has to know."""
        if not key:
            return
        # A rule may change the ticket before it is committed, so that git has no file of the source alone.
        is_committed = is_written and self._in_git and not self._fires
        content = theirs.to_bytes()
        name = blob_id(content, self._length) if is_committed else import_state.IN_FILE
        last = self.last(key)
        if last and last.ticket != ticket_id:
            self._base_files[last.ticket] = None
        if not is_committed or (last and last.base == import_state.IN_FILE):
            self._base_files[ticket_id] = None if is_committed else content
        self._news.setdefault(key.partition(":")[0], {})[key] = LastImport(ticket_id, digest, name)

    @cached_property
    def _length(self) -> int:
        git = self._edit.project.git
        return len(git.read("hash-object", "-t", "blob", "--stdin", stdin=b"").strip()) if git else 40

    def link_others(self, found: Mapping[str, Mapping[str, list[str]]]) -> None:
        """Set what records state of tickets that are not in the import; a value that is there stays."""
        for ticket_id, fields in found.items():
            for name, ids in fields.items():
                before = self._edit.document(ticket_id).keys.get(name)
                after: Value = (
                    list(dict.fromkeys([*list_of(before or []), *ids]))
                    if name in ("deps", "links")
                    else before or ids[0]
                )
                if after != (before or []):
                    self._edit.apply([Change(ticket_id, name, before, after)])
                    self.updated.append(ticket_id)

    def finish(self) -> None:
        """Put the lines for the next import into the edit."""
        for system, lines in self._news.items():
            before, known = self._state(system)
            self._edit.put(Write(import_state.path_of(system), before, import_state.written({**known, **lines})))
        for ticket_id, content in self._base_files.items():
            path = import_state.base_path(ticket_id)
            self._edit.put(Write(path, import_state.content_of(self._store, path), content))


def without_comments(document: Document) -> Document:
    """Return a ticket without its section Notes."""
    return document.with_body(without_notes(document.body).rstrip("\n") + "\n")


def _differences(ours: Document, theirs: Document) -> list[str]:
    """Return the fields of the source that differ here."""
    found = [] if ours.title == theirs.title else ["title"]
    found += [key for key, value in theirs.keys.items() if ours.keys.get(key) != value and value]
    return found + ([] if ours.body == theirs.body or found[:1] == ["title"] else ["text"])
