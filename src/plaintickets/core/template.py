"""The form of a type: what `.tickets/templates/<type>.md` gives a new ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import frontmatter
from frontmatter.default_handlers import YAMLHandler

from plaintickets.core.markdown import headings
from plaintickets.core.ticket import list_of
from plaintickets.core.yamltext import YamlFault, read_mapping
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Section(NamedTuple):
    """A part of a body: its level-2 heading, empty for the text before the first one, and its text."""

    heading: str
    text: str


class Template(NamedTuple):
    """The values that new tickets start with, and the sections of their text."""

    values: dict[str, str]
    sections: list[Section]


class _Strings(YAMLHandler):
    """Front matter as the strings that were typed, with everything refused that a ticket may not hold."""

    def load(self, fm: str, **_options: object) -> dict[str, str]:
        """The keys; a list is written with commas."""
        values = read_mapping(fm.removeprefix("\n")).values
        return {key: value if isinstance(value, str) else ",".join(list_of(value)) for key, value in values.items()}


def read(text: str, path: str) -> Template:
    """The template that a file holds; a level-1 heading in it only stands for the title. Raises UnreadableError."""
    try:
        post = frontmatter.loads(text.replace("\r\n", "\n"), handler=_Strings())
    except YamlFault as fault:
        raise UnreadableError(f"{path}:{fault.line + 2}: {fault.message} [{fault.code}]") from None
    body = str(post.content)
    if body.startswith("# "):
        body = body.partition("\n")[2]
    return Template({str(key): str(value) for key, value in post.metadata.items()}, sections(body))


def sections(body: str) -> list[Section]:
    """The body cut at its level-2 headings that are no examples."""
    lines = body.split("\n")
    starts = [heading for heading in headings(body) if heading.level == 2]
    ends = [*(heading.line for heading in starts), len(lines)]
    found = [Section("", "\n".join(lines[: ends[0]]).strip("\n"))]
    for heading, end in zip(starts, ends[1:], strict=True):
        found.append(Section(heading.text, "\n".join(lines[heading.line + 1 : end]).strip("\n")))
    return found


def filled(template: list[Section], given: Mapping[str, str]) -> str:
    """The text of the sections, with what is given, by heading, in the place of the template's own."""
    left = {heading: text for heading, text in given.items() if text}
    rows = [Section(section.heading, left.pop(section.heading, section.text)) for section in template]
    rows = [row for row in rows if row.heading or row.text]
    if "" in left:
        rows.insert(0, Section("", left.pop("")))
    rows += [Section(heading, text) for heading, text in left.items()]
    parts = [f"## {heading}\n\n{text}".rstrip("\n") if heading else text for heading, text in rows]
    return "\n\n".join(parts)
