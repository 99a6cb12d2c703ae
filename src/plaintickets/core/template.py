"""The template of a type: the content of `.tickets/templates/<type>.md` for a new ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import UNCLOSED
from plaintickets.core.markdown import headings
from plaintickets.core.split import FrontMatterFault, opens, split
from plaintickets.core.ticket import list_of
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.split import Located
    from plaintickets.core.ticket import Value


class Section(NamedTuple):
    """A part of a body: its level-2 heading, empty for the text before the first one, and its text."""

    heading: str
    text: str


class Template(NamedTuple):
    """The values that new tickets start with, and the sections of their text."""

    values: dict[str, str]
    sections: list[Section]


def read(text: str, path: str) -> Template:
    """Return the template in a file; a level-1 heading in it is only a placeholder for the title.

    Raises UnreadableError.
    """
    from plaintickets.core import wholefile

    text = text.replace("\r\n", "\n")
    if text[:1].isspace() and opens(text.lstrip()):
        raise UnreadableError(f"{path}:1: the line `---` that opens the front matter is not the first line")
    if opens(text) and split(text) is None:
        raise UnreadableError(f"{path}:1: {UNCLOSED} [unclosed-front-matter]")
    try:
        found, body = wholefile.read(text)
        values = _values(found)
    except FrontMatterFault as fault:
        raise UnreadableError(f"{path}:{fault.line + 2}: {fault.message} [{fault.code}]") from None
    if body.startswith("# "):
        body = body.partition("\n")[2]
    return Template(values, sections(body))


def _values(found: Located) -> dict[str, str]:
    """Return the values as they are typed, a list with commas.

    Raises FrontMatterFault for a value that cannot be typed.
    """
    values = {}
    for (key, value), line in zip(found.values.items(), found.lines, strict=True):
        if not isinstance(value, str) and not _is_words(value):
            raise FrontMatterFault(line, "wrong-shape", f"'{key}' holds more than a list of words")
        values[key] = value if isinstance(value, str) else ",".join(list_of(value))
    return values


def _is_words(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def sections(body: str) -> list[Section]:
    """Return the body, split at its level-2 headings outside examples."""
    lines = body.split("\n")
    starts = [heading for heading in headings(body) if heading.level == 2]
    ends = [*(heading.line for heading in starts), len(lines)]
    found = [Section("", "\n".join(lines[: ends[0]]).strip("\n"))]
    for heading, end in zip(starts, ends[1:], strict=True):
        found.append(Section(heading.text, "\n".join(lines[heading.line + 1 : end]).strip("\n")))
    return found


def filled(template: list[Section], given: Mapping[str, str]) -> str:
    """Return the text of the sections; given texts, by heading, replace those of the template."""
    left = {heading: text for heading, text in given.items() if text}
    rows = [Section(section.heading, left.pop(section.heading, section.text)) for section in template]
    rows = [row for row in rows if row.heading or row.text]
    if "" in left:
        rows.insert(0, Section("", left.pop("")))
    rows += [Section(heading, text) for heading, text in left.items()]
    parts = [f"## {heading}\n\n{text}".rstrip("\n") if heading else text for heading, text in rows]
    return "\n\n".join(parts)
