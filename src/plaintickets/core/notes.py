"""The section Notes: comments as they stand in a ticket's body.

A comment starts at a line `**<UTC timestamp>**`, optionally with author and `internal`,
and runs to the next such line or to the end of the file. Headings inside a comment are its
own text: in real stores every heading after Notes is part of a comment, and new comments
have always been appended to the file's end.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_HEADING = re.compile(r"^## Notes[ \t]*\r?$", re.MULTILINE)
_START = re.compile(
    r"^\*\*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\*\*"
    r"(?:[ \t]++·[ \t]++(\S(?:[^\n]*\S)?))?[ \t]*+\r?$",
    re.MULTILINE,
)


class Comment(NamedTuple):
    """A dated remark; `author` is empty where none was written, `text` has LF line ends."""

    date: str
    author: str
    internal: bool
    text: str


def heading_start(body: str) -> int:
    """Where the section Notes starts in the body, or -1."""
    match = _HEADING.search(body)
    return match.start() if match else -1


def read(body: str) -> list[Comment]:
    """The comments of a body, in file order."""
    start = heading_start(body)
    if start < 0:
        return []
    marks = list(_START.finditer(body, start))
    comments = []
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(body)
        author, internal = _who(mark[2] or "")
        text = body[mark.end() : end].replace("\r\n", "\n").strip("\n")
        comments.append(Comment(mark[1], author, internal, _unguarded(text)))
    return comments


def _who(text: str) -> tuple[str, bool]:
    """The author, and whether the comment is internal, from what follows a comment's date."""
    author, _, last = text.rpartition("·")
    return (author.strip(), True) if last.strip() == "internal" else (text.strip(), False)


def appended(body: str, comment: Comment, newline: str = "\n") -> str:
    """The body with the comment after all others; makes the section where there is none."""
    head = f"**{comment.date}**"
    if comment.author:
        head += f" · {comment.author}"
    if comment.internal:
        head += " · internal"
    text = _guarded(comment.text.replace("\r\n", "\n").strip("\n"))
    addition = f"\n{head}\n\n{text}\n"
    if heading_start(body) < 0:
        addition = "\n## Notes\n" + addition
    if body and not body.endswith("\n"):
        addition = "\n" + addition
    return body + addition.replace("\n", newline)


def without_notes(body: str) -> str:
    """The body up to the section Notes."""
    start = heading_start(body)
    return body if start < 0 else body[:start]


def _guarded(text: str) -> str:
    r"""Text whose lines cannot be taken for the start of a comment: Markdown shows `\**` as `**`."""
    return re.sub(r"^(\\*)(?=\*\*\d{4}-\d\d-\d\dT)", r"\1\\", text, flags=re.MULTILINE)


def _unguarded(text: str) -> str:
    return re.sub(r"^(\\*)\\(?=\*\*\d{4}-\d\d-\d\dT)", r"\1", text, flags=re.MULTILINE)
