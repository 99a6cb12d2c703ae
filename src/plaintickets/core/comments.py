"""The section Notes: the comments in a ticket's body.

A comment starts at a line `**<UTC timestamp>**`, optionally with author and `internal`, and runs to the next
such line or to the end of the file. Headings inside a comment belong to its text: in real stores every
heading after Notes is part of a comment, because new comments are appended to the file's end. Fenced code and
HTML comments are examples; neither the section nor a comment starts there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.document import Document

_FALSE = ("", "0", "false", "n", "no", "none", "null", "off", "~")
_HEADING = re.compile(r"^## Notes[ \t]*\r?$", re.MULTILINE)
_START = re.compile(
    r"^\*\*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\*\*"
    r"(?:[ \t]++·[ \t]++(\S(?:[^\n]*\S)?))?[ \t]*+\r?$",
    re.MULTILINE,
)
_LANDMARK = re.compile(f"{_HEADING.pattern}|{_START.pattern}")
# The name of a comment file holds its time without colons, which some file systems forbid.
_NAMED_TIME = re.compile(r"(?<=T)(\d\d)(\d\d)(\d\d)(?=[.Z+-])")
_LINE_END = re.compile(r"\r\n?")
# Characters that would end the line or the name in a comment's first line.
_NOT_IN_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff·]+")
_GUARDED = re.compile(r"^(\\*)(?=\*\*\d{4}-\d\d-\d\dT|<{7} )", re.MULTILINE)
_UNGUARDED = re.compile(r"^(\\*)\\(?=\*\*\d{4}-\d\d-\d\dT|<{7} )", re.MULTILINE)
# Signs that open code, or open or close an HTML comment; and the same signs after backslashes.
_FENCE = re.compile(r"^([ \t]*)(?=```|~~~|<!--|-->)", re.MULTILINE)
_ESCAPED_FENCE = re.compile(r"^([ \t]*)(?=\\+(?:```|~~~|<!--|-->))", re.MULTILINE)
_UNESCAPED_FENCE = re.compile(r"^([ \t]*\\*)\\(?=```|~~~|<!--|-->)", re.MULTILINE)


class Comment(NamedTuple):
    """A dated comment; `author` is empty if none is written, `text` has LF line ends."""

    date: str
    author: str
    internal: bool
    text: str


def heading_start(body: str) -> int:
    """Return where the section Notes starts in the body, or -1."""
    match = _HEADING.search(body)
    if match and markdown.has_fences(body[: match.start()]):
        match = _HEADING.search(markdown.blanked_around(body, _LANDMARK))
    return match.start() if match else -1


def marks(body: str) -> tuple[int, list[re.Match[str]]]:
    """Return where the section Notes starts in the body, or -1, and the first lines of its comments."""
    if not _HEADING.search(body):
        return -1, []
    shown = markdown.blanked_around(body, _LANDMARK)
    section = _HEADING.search(shown)
    return (section.start(), list(_START.finditer(shown, section.start()))) if section else (-1, [])


def is_whole(text: str) -> bool:
    """Tell whether a text is read alike wherever it stands: it closes what it opens, and starts no comment.

    Of a body made of such texts, with an empty line before each and before each first line of a comment, `marks` finds
    the first lines that it was made of.
    """
    return not (_HEADING.search(text) or _START.search(text)) and markdown.closes_all(text)


def is_head(line: str) -> bool:
    """Tell whether a line is the first one of a comment."""
    return _START.fullmatch(line) is not None


def read(body: str) -> list[Comment]:
    """Return the comments of a body, in file order."""
    return [of_block(block) for block in blocks(body, [mark.start() for mark in marks(body)[1]])]


def blocks(body: str, starts: Sequence[int]) -> list[str]:
    """Return the comments that start at these places of a body, as they are written."""
    return [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)], strict=False)]


def of_block(block: str) -> Comment:
    """Return a comment of the section Notes from its first line and its text.

    Raises ValueError if it does not start as a comment does.
    """
    mark = _START.match(block)
    if mark is None:
        raise ValueError(block)
    author, internal = _who(mark[2] or "")
    text = block[mark.end() :].replace("\r\n", "\n").strip("\n")
    return Comment(mark[1], author, internal, unguarded(text))


def comment_of(document: Document) -> Comment:
    """Return the comment in a comment file; a missing date is taken from the file's name."""
    return of_file(document.keys, document.body, document.path.rpartition("/")[2])


def _who(text: str) -> tuple[str, bool]:
    """Return the author and whether the comment is internal, from the text after a comment's date."""
    author, _, last = text.rpartition("·")
    return (author.strip(), True) if last.strip() == "internal" else (text.strip(), False)


def appended(body: str, comment: Comment, newline: str = "\n") -> str:
    """Return the body with the comment added at the end; create the section if it is missing."""
    head = f"**{comment.date}**"
    author = _author(comment.author)
    if author:
        head += f" · {author}"
    if comment.internal:
        head += " · internal"
    lead = "" if heading_start(body) >= 0 else "\n## Notes\n"
    if body and not body.endswith("\n"):
        lead = "\n" + lead
    plain = _LINE_END.sub("\n", comment.text).strip("\n")
    text = guarded(plain)
    result = body + f"{lead}\n{head}\n\n{text}\n".replace("\n", newline)
    if markdown.has_fences(result) and len(read(result)) != len(read(body)) + 1:
        # A fence that the body leaves open would match one in the comment.
        result = body + f"{lead}\n{head}\n\n{_FENCE.sub(_escaped, text)}\n".replace("\n", newline)
    return result


def of_file(keys: Mapping[str, object], body: str, name: str = "") -> Comment:
    """Return the comment in a file of its own; a missing date is taken from the file's name."""
    date = keys.get("date") or time_in(name)
    author, internal = keys.get("author"), str(keys.get("internal") or "").casefold() not in _FALSE
    text = unguarded(body.replace("\r\n", "\n").strip("\n"))
    return Comment(str(date), author if isinstance(author, str) else "", internal, text)


def time_in(name: str) -> str:
    """Return the time in the name of a comment file, with or without `.md`."""
    return _NAMED_TIME.sub(r"\1:\2:\3", name.rpartition("-")[0])


def as_in_notes(comment: Comment) -> Comment:
    """Return a comment as reading it back from the section Notes would give it."""
    return comment._replace(author=_author(comment.author))


def is_datable(comment: Comment) -> bool:
    """Tell whether the section Notes can hold a comment, which needs a valid date there."""
    return bool(_START.match(f"**{comment.date}**"))


def without_notes(body: str) -> str:
    """Return the body up to the section Notes."""
    start = heading_start(body)
    return body if start < 0 else body[:start]


def _author(name: str) -> str:
    """Return a name that fits a comment's first line: one line, and never the mark `internal`."""
    name = _NOT_IN_NAME.sub(" ", name).strip()
    return name.capitalize() if name == "internal" else name


def guarded(text: str) -> str:
    r"""Escape lines that look like the start of a comment or git's conflict marker; Markdown shows `\*` as `*`.

    Also escape fences of code or of an HTML comment that the text does not close.
    """
    text = _GUARDED.sub(r"\1\\", text)
    text = _ESCAPED_FENCE.sub(_escaped, text)
    opened = markdown.open_fence(text)
    if opened < 0:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[:opened], _FENCE.sub(_escaped, "\n".join(lines[opened:]))])


def _escaped(match: re.Match[str]) -> str:
    return match[1] + "\\"


def unguarded(text: str) -> str:
    """Return the text that `guarded` escaped."""
    if "\\" not in text:
        return text
    return _UNGUARDED.sub(r"\1", _UNESCAPED_FENCE.sub(r"\1", text))
