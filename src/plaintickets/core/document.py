"""A ticket file as text: read by key, changed by line; all other bytes stay unchanged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core import markdown
from plaintickets.core.frontmatter import (
    SCALARS,
    Entry,
    Value,
    cut,
    entries_at,
    loose_value,
    plain_keys,
    plain_list,
    plain_value,
)
from plaintickets.core.problem import Problem
from plaintickets.core.split import FrontMatterFault, opens, split
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from plaintickets.core.comments import Comment

MAX_BYTES = 1 << 20
# Each costs a run of the YAML parser; a ticket has ten keys, not thousands.
MOST_SLOW_KEYS = 2000
MOST_PROBLEMS = 100  # of one file; when these are fixed, others are shown
UNCLOSED = "the front matter has no closing line `---`"
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
_TITLE = re.compile(r"^#[ \t]++(\S(?:[^\n]*\S)?)", re.MULTILINE)
# The order for new keys: each goes after the last present key before it in this list.
KEY_ORDER = (
    *("id", "status", "deps", "links", "created", "type", "priority", "severity", "impact", "urgency"),
    *("assignee", "reporter", "customer"),
    *(
        "external-ref",
        "parent",
        "tags",
        "component",
        "service",
        "concerns",
        "milestone",
        "queue",
        "estimate",
        "due",
        "affects",
    ),
    *("closed", "resolution", "duplicate-of", "waiting_on", "wake", "fired"),
)
# Keys whose value is a list of words in every store.
LISTS = frozenset(("affects", "approvals", "deps", "fired", "links", "rejections", "tags", "watchers"))


class Document:
    """One ticket file; `problems` are the errors in its format, and a document with problems is never changed.

    `body` is everything after the line that closes the front matter.
    """

    __slots__ = ("_close", "_editable", "_entries", "_front", "_open", "body", "keys", "path", "problems")

    def __init__(self, path: str, opening: str, front: list[str], closing: str, body: str) -> None:
        self.path = path
        self.body = body
        self.keys: dict[str, Value] = {}
        self.problems: list[Problem] = []
        self._open = opening
        self._front = front
        self._close = closing
        self._entries: list[Entry] = []
        self._editable = True
        if opening:
            self._read_front()

    @property
    def newline(self) -> str:
        """Return the line end for new lines: that of the first line."""
        return "\r\n" if self._open.endswith("\r") else "\n"

    @property
    def title(self) -> str:
        """Return the key `title`, or else the body's first level-1 heading, or an empty text."""
        title = self.keys.get("title")
        if isinstance(title, str) and title:
            return title
        match = title_match(self.body)
        return match[1] if match else ""

    @property
    def comments(self) -> list[Comment]:
        """Return the comments of the section Notes, in file order."""
        from plaintickets.core import comments

        return comments.read(self.body)

    def line_of(self, key: str) -> int:
        """Return the line of the key in the file, counted from 1; 1 if it is absent."""
        return next((entry.start + 2 for entry in self._entries if entry.key == key), 1)

    def lines_of(self, key: str) -> list[str]:
        """Return the lines of a key, without line ends; an empty list if it is absent."""
        at = next((entry for entry in self._entries if entry.key == key), None)
        return [line.removesuffix("\r") for line in self._front[at.start : at.end]] if at else []

    @property
    def front_lines(self) -> list[str]:
        """Return the lines of the front matter, without line ends."""
        return [line.removesuffix("\r") for line in self._front]

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        if not self._open:
            return self.body.encode()
        return "\n".join([self._open, *self._front, self._close + self.body]).encode()

    def with_key(self, key: str, value: Value | None, *, block: bool = False) -> Document:
        """Return the document with one key set, or removed if `value` is None; no other line changes.

        Raises UnreadableError if the front matter does not have one key on each line.
        """
        from plaintickets.core.scalar import entry_lines

        at = next((entry for entry in self._entries if entry.key == key), None)
        if at is None and value is None:
            return self
        if not self._editable:
            raise UnreadableError(
                f"{self.path}: the front matter is not written one key a line, so '{key}' cannot be set",
                hint="put each key on a line of its own, as `key: value`.",
            )
        carriage = "\r" if self._open.endswith("\r") else ""
        old = self._front[at.start : at.end] if at else []
        place = at.start if at else self._place_for(key)
        if block and isinstance(value, list) and self._is_sorted(key):
            value = sorted(value, key=str)
        expected = {name: held for name, held in self.keys.items() if name != key}
        if value is not None:
            expected[key] = value
        # First try the present style; if it does not read back as meant, use the plain style.
        for style in ([line.removesuffix("\r") for line in old], []):
            lines = [] if value is None else entry_lines(key, value, style, self.keys.get(key), block=block)
            new = [line + carriage for line in lines]
            changed = self._rebuilt([*self._front[:place], *new, *self._front[place + len(old) :]], self.body)
            if changed.keys == expected and not changed.problems:
                return changed
        raise UnreadableError(
            f"{self.path}: '{key}' cannot be set to that value without changing what else stands there",
            hint="fix the lines of that key by hand, then try again.",
        )

    def with_list_style(self, key: str, *, block: bool) -> Document | None:
        """Return the document with a list in block form, sorted, or on one line; None if it would not read back."""
        from plaintickets.core.scalar import entry_lines

        at = next((entry for entry in self._entries if entry.key == key), None)
        items = self.keys.get(key)
        if at is None or not isinstance(items, list) or not self._editable:
            return None
        value = sorted(items, key=str) if block else items
        if value == items and block == (at.end > at.start + 1):
            return self
        carriage = "\r" if self._open.endswith("\r") else ""
        new = [line + carriage for line in entry_lines(key, value, [], None, block=block)]
        changed = self._rebuilt([*self._front[: at.start], *new, *self._front[at.end :]], self.body)
        return changed if changed.keys == {**self.keys, key: value} and not changed.problems else None

    def with_title(self, title: str) -> Document:
        """Return the document with the title at its former place, or in a new heading."""
        if self.keys.get("title"):
            return self.with_key("title", title)
        match = title_match(self.body)
        if match:
            return self._rebuilt(self._front, self.body[: match.start(1)] + title + self.body[match.end(1) :])
        return self._rebuilt(self._front, f"# {title}{self.newline}{self.body}")

    def with_body(self, body: str) -> Document:
        """Return the document with another body."""
        return self._rebuilt(self._front, body)

    def with_comment(self, comment: Comment) -> Document:
        """Return the document with one more comment at its end."""
        from plaintickets.core.comments import appended

        return self._rebuilt(self._front, appended(self.body, comment, self.newline))

    def _rebuilt(self, front: list[str], body: str) -> Document:
        closing = self._close if self._close.endswith("\n") or not body else self._close + self.newline
        return Document(self.path, self._open, front, closing, body)

    def _is_sorted(self, key: str) -> bool:
        held = self.keys.get(key, [])
        return isinstance(held, list) and held == sorted(held, key=str)

    def _place_for(self, key: str) -> int:
        if key in KEY_ORDER:
            before = KEY_ORDER[: KEY_ORDER.index(key)]
            ends = [entry.end for entry in self._entries if entry.key in before]
        else:
            ends = [entry.end for entry in self._entries]
        return max(ends, default=0 if key in KEY_ORDER else len(self._front))

    def _read_front(self) -> None:
        lines = self._front
        if self._open.endswith("\r") or any(line.endswith("\r") for line in lines):
            lines = [line.removesuffix("\r") for line in lines]
        entries = cut(lines)
        if entries is None:
            self._read_whole(lines)
            self._check_shapes()
            return
        self._entries = entries
        keys = self.keys
        slow = 0
        for key, start, end in entries:
            if key in keys:
                self._report(start, "duplicate-key", f"the key '{key}' stands twice")
                if len(self.problems) == MOST_PROBLEMS:
                    return
                continue
            value = plain_value(lines[start]) if end == start + 1 else plain_list(lines[start:end])
            if value is None:
                slow += 1
                if slow > MOST_SLOW_KEYS:
                    self._report(start, "too-many-keys", f"more than {MOST_SLOW_KEYS} keys that are not plain lines")
                    return
                value = self._slow_value(key, start, end)
            keys[key] = value
        self._check_shapes()

    def _check_shapes(self) -> None:
        """Report lists and mappings in fields of one word, and mappings, nested lists and empty items in lists."""
        for key, start, _ in self._entries:
            value = self.keys.get(key)
            if not value or isinstance(value, str):
                continue
            if key in SCALARS:
                what = "a mapping" if isinstance(value, dict) else "a list"
                self._report(start, "wrong-shape", f"'{key}' holds {what} in the place of one value")
            elif key in LISTS and (isinstance(value, dict) or not all(isinstance(item, str) for item in value)):
                self._report(start, "wrong-shape", f"'{key}' holds more than a list of words")
            elif key in LISTS and "" in value:
                self._report(start, "wrong-shape", f"'{key}' holds an item that is empty")

    def _slow_value(self, key: str, start: int, end: int) -> Value:
        from plaintickets.core.wholefile import read

        try:
            found, _ = read("\n".join([self._open, *self._front[start:end], self._close]))
        except FrontMatterFault as fault:
            is_line = end == start + 1 and fault.code == "yaml-syntax"
            loose = loose_value(self._front[start].removesuffix("\r")) if is_line else ""
            if not loose:
                self._report(min(start + fault.line, end - 1), fault.code, fault.message)
            return loose
        if list(found.values) != [key]:
            self._report(start, "yaml-syntax", "not a `key: value` line")
        return found.values.get(key, "")

    def _read_whole(self, lines: list[str]) -> None:
        """Read front matter of an unusual shape: quoted keys, a flow mapping, values on column 0."""
        from plaintickets.core.wholefile import read

        try:
            found, _ = read("\n".join([self._open, *self._front, self._close]))
        except FrontMatterFault as fault:
            self._report(min(fault.line, max(len(lines) - 1, 0)), fault.code, fault.message)
            return
        self.keys.update(found.values)
        starts = found.lines
        if any("\r" in line for line in lines):
            self._editable = False  # YAML ends a line at a lone CR, so its numbers are not those of our lines
            return
        self._editable = not found.flow and len(set(starts)) == len(starts)
        self._entries = entries_at(found.values, starts, lines)

    def _report(self, front_line: int, code: str, message: str) -> None:
        self.problems.append(Problem(self.path, front_line + 2, code, message))


def title_match(body: str) -> re.Match[str] | None:
    """Return the first level-1 heading outside examples; group 1 is the title."""
    match = _TITLE.search(body)
    if match and markdown.has_fences(body[: match.start()]):
        return _TITLE.search(markdown.blanked(body))
    return match


def scan(content: bytes) -> tuple[dict[str, Value], str, str, str] | None:
    """Return keys, title, text and body of a ticket of the plainest form, as `parse` reads them; None for others."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    parts = split(text)
    if parts is None or "<<<<<<< " in text:
        return None
    keys = plain_keys(parts.front)
    if keys is None:
        return None
    title, body = keys.get("title"), parts.body
    if isinstance(title, str) and title:
        return keys, title, text, body
    if body.startswith("# "):
        stop = body.find("\n")
        line = body[1 : stop if stop >= 0 else len(body)].strip(" \t\r")
        if line and not line[0].isspace() and not line[-1].isspace():
            return keys, line, text, body
    match = title_match(body)
    return keys, match[1] if match else "", text, body


def parse(content: bytes, path: str, max_bytes: int = MAX_BYTES) -> Document:
    """Return the document that `content` holds; errors in its format are in its `problems`."""
    if len(content) > max_bytes:
        return _broken(path, 0, "too-large", f"larger than {max_bytes} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _broken(path, line, "encoding", f"not UTF-8: byte 0x{content[error.start]:02X}")
    conflict = _CONFLICT.search(text) if "<<<<<<< " in text else None
    parts = split(text)
    if parts is not None:
        document = Document(path, parts.opening[:-1], parts.front.split("\n")[:-1], parts.closing, parts.body)
    elif opens(text):
        document = _broken(path, 1, "unclosed-front-matter", UNCLOSED, body=text)
    else:
        document = _broken(path, 1, "no-front-matter", "does not start with a line `---`", body=text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        document.problems[:] = [Problem(path, line, "conflict-markers", "git conflict markers: an unfinished merge")]
    return document


def _broken(path: str, line: int, code: str, message: str, body: str = "") -> Document:
    document = Document(path, "", [], "", body)
    document.problems.append(Problem(path, line, code, message))
    return document
