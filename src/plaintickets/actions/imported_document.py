"""The ticket that an imported record alone makes, as a file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.given_values import refuse_unsettable
from plaintickets.actions.new import refuse_missing
from plaintickets.core import comments
from plaintickets.core.document import KEY_ORDER, Document, parse
from plaintickets.core.fields import find_field, one_line
from plaintickets.core.fields import parse as parse_field
from plaintickets.core.scalar import entry_lines
from plaintickets.core.ticket_parts import parts_of
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.imported import Imported, OwnFile
    from plaintickets.project import Project

# Control characters, and those that hide or turn text.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
# Colours and links of a terminal, which a program wrote into a text as if that were one.
_ESCAPES = re.compile("\x1b\\[[0-?]{0,40}[ -/]{0,4}[@-~]|\x1b\\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\\\)")
_NOTES = re.compile(r"^##(?= Notes[ \t]*$)", re.MULTILINE)
_REMNANT = re.compile(r"^(?=(?:={7}|>{7}|\|{7})(?: |$))", re.MULTILINE)
_GIVEN = ("status", "created", "type", "priority")
LONGEST_KEPT = 2000
"""The most characters of a value that a key of its own keeps."""


class ImportedTicket(NamedTuple):
    """A record with its values in names of this store, and the ids of its relations."""

    record: Imported
    values: Mapping[str, str]
    extra: Mapping[str, str]
    relations: Mapping[str, list[str]]


class _Text(NamedTuple):
    """A record's text as it is written; `is_whole` tells that the comments behind it are read without a look at it."""

    written: str
    is_whole: bool


class _Note(NamedTuple):
    """A comment as it is written; `is_whole` tells that it is read back wherever it stands."""

    head: str
    text: str
    is_whole: bool


class DocumentWriter:
    """Writes the documents of one import; each typed value is checked once.

    With `keeps_texts`, for an import that writes many versions of a ticket, so is each text; they stay in memory.
    """

    def __init__(self, project: Project, *, keeps_texts: bool) -> None:
        self._project = project
        self._keeps_texts = keeps_texts
        self._config = project.config
        self._checked: dict[tuple[str, str], Value] = {}
        self._texts: dict[str, _Text] = {}
        self._notes: dict[Comment, _Note] = {}
        self._requires = any(kind.required or kind.sections for kind in project.config.types)

    def document(self, ticket_id: str, ticket: ImportedTicket, known: Mapping[str, Value]) -> Document:
        """Return the document of a record under an id; `known` has values for keys that the source leaves open.

        Raise UsageError for a value that a field does not take.
        """
        if not self._keeps_texts:
            self._texts.clear()
            self._notes.clear()
        if ticket.record.own is not None:
            return own_document(ticket.record, ticket.record.own, self._config)
        keys = self._keys(ticket_id, ticket, known)
        block = self._config.format_lists == "block"
        ordered = sorted(keys, key=lambda key: KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER))
        front = [line for key in ordered for line in entry_lines(key, keys[key], [], None, block=block)]
        text = "\n".join(["---", *front, "---", self._body(ticket.record)])
        limit = self._config.format_max_file_size
        document = parse(text.encode(errors="replace"), f"{ticket_id}.md", limit)
        if document.problems:
            message = document.problems[0].message
            hint = "`format.max_file_size` sets it." if len(text) > limit // 4 else None
            raise UsageError(f"the text cannot be in a ticket: {message}", hint=hint)
        if self._requires and not known:
            refuse_missing(self._project, document)
        return document

    def _keys(self, ticket_id: str, ticket: ImportedTicket, known: Mapping[str, Value]) -> dict[str, Value]:
        record, config = ticket.record, self._config
        status = config.first("open") or config.statuses[0]
        keys: dict[str, Value] = {
            "id": ticket_id,
            "status": status.name,
            "deps": [],
            "links": [],
            "created": self._project.stamp,
            "type": config.default_type,
            "priority": str(config.default_priority),
            **{key: known[key] for key in _GIVEN if key in known},
        }
        for name, text in ticket.values.items():
            if text:
                keys[name] = self.checked(name, text)
        for name in ("created", "closed"):
            if moment := getattr(record, name):
                keys[name] = self.checked(name, moment, settable=True)
        if tags := list(dict.fromkeys(tag.strip() for tag in record.tags if tag.strip())):
            keys["tags"] = list(map(clean_line, tags))
        if record.key:
            keys["external-ref"] = one_line(record.key, "external-ref")
        for name, ids in ticket.relations.items():
            keys[name] = list(ids) if name in ("deps", "links") else ids[0]
        if config.is_done(str(keys["status"])):
            keys.setdefault("closed", keys["created"])
        else:
            keys.pop("closed", None)
        keys.update({name: clean(value) for name, value in ticket.extra.items() if value and name not in keys})
        return keys

    def checked(self, name: str, text: str, *, settable: bool = False) -> Value:
        """Return a typed value of a field; raise UsageError for one that it does not take."""
        found = self._checked.get((name, text))
        if found is None:
            field = find_field(self._config, name)
            if not settable:
                refuse_unsettable(name)
            found = self._checked[name, text] = parse_field(text, field, self._project.now)
        return list(found) if isinstance(found, list) else found

    def _body(self, record: Imported) -> str:
        """Return the title, the text and the comments.

        Raise UsageError if the comments could not be read back.
        """
        text = self._text(record.text)
        body = f"# {one_line(clean_line(record.title), 'title')}\n"
        body += f"\n{text.written}\n" if text.written.strip() else ""
        notes = [self._note(comment) for comment in sorted(record.comments, key=lambda comment: comment.date)]
        heading = "\n## Notes\n" if notes and comments.heading_start(body) < 0 else ""
        body = "".join([body, heading, *[f"\n{note.head}\n\n{note.text}\n" for note in notes]])
        is_read_back = text.is_whole and bool(heading) and all(note.is_whole for note in notes)
        if not is_read_back and len(comments.marks(body)[1]) != len(notes):
            raise UsageError("the comments could not be read back")
        return body

    def _text(self, text: str) -> _Text:
        """Return a record's text, which is made once for all versions of a ticket."""
        found = self._texts.get(text)
        if found is None:
            written = comments.guarded(_NOTES.sub("###", _REMNANT.sub(r"\\", clean(text)))).rstrip()
            found = self._texts[text] = _Text(written, self._keeps_texts and comments.is_whole(written))
        return found

    def _note(self, comment: Comment) -> _Note:
        """Return a comment of the section Notes, whose parts are made once for all versions of a ticket.

        Raise UsageError for one without a valid time.
        """
        if not comments.is_datable(comment):
            raise UsageError(f"a comment has no valid time: '{comment.date[:40]}'")
        found = self._notes.get(comment)
        if found is None:
            head, text = comment_head(comment), comments.guarded(_REMNANT.sub(r"\\", clean(comment.text)).strip("\n"))
            is_whole = self._keeps_texts and comments.is_head(head) and comments.is_whole(text)
            found = self._notes[comment] = _Note(head, text, is_whole)
        return found


def own_document(record: Imported, own: OwnFile, config: Config) -> Document:
    """Return the document of a ticket that a store of ours exported.

    Raise UsageError for one that cannot be written so that it reads back the same.
    """
    block = config.format_lists == "block"
    front = [line for key, value in own.keys.items() for line in _entry(key, value, block=block)]
    lead = f"# {record.title}\n" if record.title and own.keys.get("title") != record.title else ""
    body = lead + (f"\n{record.text}\n" if lead and record.text else f"{record.text}\n" if record.text else "")
    for with_notes in (_with_notes, _with_each_note):
        content = "\n".join(["---", *front, "---", with_notes(body, record.comments)]).encode(errors="replace")
        document = parse(content, own.path, config.format_max_file_size)
        if document.problems:
            raise UsageError(f"cannot be a ticket here: {document.problems[0].message}")
        parts = parts_of(document)
        held = (document.keys, document.title, parts.text, list(parts.comments))
        if held == (own.keys, record.title, record.text, list(record.comments)):
            return document
    raise UsageError("cannot be written so that it reads back the same")


def _entry(key: str, value: Value, *, block: bool) -> list[str]:
    """Return the lines of a key as `tk` writes them; of a value that this cannot hold, one line of JSON."""
    lines = entry_lines(key, value, [], None, block=block)
    if isinstance(value, str) or parse("\n".join(["---", *lines, "---", ""]).encode(errors="replace"), "").keys == {
        key: value
    }:
        return lines
    text = json.dumps(value, ensure_ascii=False)
    return [f"{key}: {_UNFIT.sub(lambda found: f'{chr(92)}u{ord(found[0]):04x}', text)}"]


def _with_notes(body: str, found: Iterable[Comment]) -> str:
    """Return a body with comments behind it, each as it is."""
    blocks = [comment_block(one, comments.guarded(one.text)) for one in found]
    heading = "\n## Notes\n" if blocks and comments.heading_start(body) < 0 else ""
    return "".join([body, heading, *blocks])


def _with_each_note(body: str, found: Iterable[Comment]) -> str:
    """Return the same if fences of code in the body and in comments would match each other."""
    for one in found:
        body = comments.appended(body, one)
    return body


def comment_block(comment: Comment, text: str) -> str:
    """Return a comment of the section Notes with its first line."""
    return f"\n{comment_head(comment)}\n\n{text}\n"


def comment_head(comment: Comment) -> str:
    """Return the first line of a comment of the section Notes."""
    head = f"**{comment.date}**"
    author = comments.as_in_notes(comment).author
    head += f" · {author}" if author else ""
    return head + (" · internal" if comment.internal else "")


def clean(text: str) -> str:
    """Return a text with LF line ends and without characters that control a terminal or hide text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("", _ESCAPES.sub("", text) if "\x1b" in text else text)


def clean_line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(clean(text).split())[:4000]
