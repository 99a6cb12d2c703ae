"""A reply as text: what its front matter asks for, and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import parse
from plaintickets.core.problem import Problem
from plaintickets.core.quoting import quoted
from plaintickets.core.split import opens
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.ticket import list_of
from plaintickets.core.visibility import INTERNAL, PUBLIC

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = ("audience", "status", "tags", "title")
LINK = "article."
"""The beginning of the placeholder for a link to an article."""


class Reply(NamedTuple):
    """A reply: its text, the line of the file on which that begins, and what the ticket gets with it."""

    name: str
    text: str
    line: int = 0
    title: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()
    is_internal: bool = False


def reply_of(name: str, path: str, text: str, statuses: Sequence[str]) -> Reply | Problem:
    """Return the reply of a file, or what is wrong with its keys; a file without front matter is all text."""
    text = text.replace("\r\n", "\n")
    if not opens(text):
        return Reply(name, text.strip("\n"))
    document = parse(text.encode(errors="replace"), path)
    if document.problems:
        return document.problems[0]
    keys = document.keys
    for key, value in keys.items():
        line = document.line_of(key)
        if key not in KEYS:
            near = did_you_mean(key, KEYS) or f"There are {', '.join(KEYS)}."
            return Problem(path, line, "broken-reply", f"unknown key {quoted(key)}. {near}")
        if isinstance(value, dict) or (isinstance(value, list) and key != "tags"):
            return Problem(path, line, "broken-reply", f"{key} is not one word")
        for one, known in (("status", statuses), ("audience", (INTERNAL, PUBLIC))):
            if key == one and value not in ("", *known):
                near = did_you_mean(str(value), known) or f"There are {', '.join(known)}."
                return Problem(path, line, "broken-reply", f"no {one} {quoted(str(value))}. {near}")
    body = document.body
    above = text.count("\n") - body.count("\n") + len(body) - len(body.lstrip("\n"))
    title, status = (str(keys.get(key) or "") for key in ("title", "status"))
    tags = tuple(list_of(keys.get("tags")))
    return Reply(name, body.strip("\n"), above, title, status, tags, keys.get("audience") == INTERNAL)
