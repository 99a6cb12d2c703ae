"""Manual pages for `man`, in the language of man(7) that groff and mandoc both read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SIGNS = {"\\": "\\e", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}
_CODE_SIGNS = {**_SIGNS, "-": "\\-", "'": "\\(aq", '"': "\\(dq"}


class Section(NamedTuple):
    """A section: paragraphs of prose, lines shown as they are, and terms with their explanation."""

    title: str
    prose: tuple[str, ...] = ()
    verbatim: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


class ManualPage(NamedTuple):
    """A page of section 1: `name` is the command in one word, `usage` its synopsis, `also` the pages to see."""

    name: str
    summary: str
    usage: str
    sections: tuple[Section, ...]
    also: tuple[str, ...]
    version: str
    date: str


def render(page: ManualPage) -> str:
    """Return the page as roff."""
    head = f'.TH "{code(page.name.upper())}" "1" "{page.date}" "plaintickets {page.version}" "Manual of plaintickets"'
    # No hyphenation and no adjusted lines: option names must not be broken.
    lines = [head, ".nh", ".ad l", ".SH NAME", f"{code(page.name)} \\- {text(page.summary)}"]
    lines += [".SH SYNOPSIS", _bold(page.usage)]
    for section in page.sections:
        lines += _section(section)
    if page.also:
        lines += [".SH SEE ALSO", ",\n".join(f"\\fB{code(name)}\\fR(1)" for name in page.also)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f".SH {code(section.title)}"
    for number, paragraph in enumerate(section.prose):
        if number:
            yield ".PP"
        yield _line(inline(paragraph))
    if section.verbatim:
        yield from _shown(section.verbatim, follows=bool(section.prose))
    for term, meaning in section.terms:
        yield ".TP"
        yield _bold(term)
        yield _line(inline(meaning)) if meaning else "\\&"


def _shown(lines: Iterable[str], *, follows: bool) -> Iterator[str]:
    if follows:
        yield ".PP"
    yield ".nf"
    for line in lines:
        yield _line(code(line)) if line.strip() else "\\&"
    yield ".fi"


def inline(paragraph: str) -> str:
    """Return prose with what is between backticks in bold."""
    parts = re.split(r"`([^`\n]+)`", " ".join(paragraph.split()))
    return "".join(f"\\fB{code(part)}\\fR" if number % 2 else text(part) for number, part in enumerate(parts))


def text(prose: str) -> str:
    """Return prose with the signs that roff reads escaped."""
    return _escaped(prose, _SIGNS)


def code(typed: str) -> str:
    """Return what a user types, so that it can be copied from the page: a `-` is no hyphen there."""
    return _escaped(typed, _CODE_SIGNS)


def _escaped(given: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign) or (sign if " " <= sign <= "~" else f"\\[u{ord(sign):04X}]") for sign in given)


def _bold(given: str) -> str:
    return f"\\fB{code(given)}\\fR"


def _line(given: str) -> str:
    """Return a line that is text, not a request, whatever it begins with."""
    return f"\\&{given}" if given[:1] in (".", "'", " ") else given
