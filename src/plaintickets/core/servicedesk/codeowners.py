"""The code owners of a repository: the rules of a file CODEOWNERS, and whom they give a path.

As GitHub reads the file (docs.github.com, "About code owners"): the last rule that matches a path decides; a rule
without owners means that the path has none. Patterns are those of `.gitignore` without `!` and `[…]`, and `docs/*`
does not reach below the folders in `docs`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.paths import segments
from plaintickets.core.problem import Problem
from plaintickets.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file can be, the first one found counts."""
LARGEST = 1_048_576
_MOST_OWNERS = 100
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_ANY = "**"


class Rule(NamedTuple):
    """A line of the file: the pattern by its segments, and the owners as written."""

    line: int
    pattern: tuple[str, ...]
    owners: tuple[str, ...]


class Owned(NamedTuple):
    """The owners of a path, as written, and the line that gives them; line 0 where no rule matches."""

    line: int
    owners: tuple[str, ...]


def parsed(text: str, path: str) -> tuple[list[Rule], list[Problem]]:
    """Return the rules in order, and a problem for each line that is none."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = _WORD.findall(line)
        comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
        words = words[:comment]
        if not words:
            continue
        pattern = words[0]
        if pattern.startswith(("!", "[", "^[")) or "***" in pattern:
            problems.append(Problem(path, number, "codeowners", f"{quoted(pattern)} is no pattern of CODEOWNERS"))
        else:
            rules.append(Rule(number, _pattern(pattern), tuple(words[1 : _MOST_OWNERS + 1])))
    return rules, problems


def owners_of(rules: Sequence[Rule], path: str) -> Owned:
    """Return the owners of a path; a glob of a ticket is taken as the name that it is."""
    names = segments(path)
    for rule in reversed(rules):
        if names and _matches(rule.pattern, names):
            return Owned(rule.line, rule.owners)
    return Owned(0, ())


def path_fits(pattern: str, path: str) -> bool:
    """Tell whether a pattern of such a file, blanks and all, fits a path or a folder above it."""
    names = segments(path)
    return bool(names) and _matches(_pattern(pattern), names)


def _pattern(text: str) -> tuple[str, ...]:
    """Return the segments of a pattern from the top, `**` for any folders."""
    parts = text.split("/")
    if parts[0] == "":
        parts = parts[1:]
    elif len(parts) == 1 or parts[1:] == [""]:
        parts = [_ANY, *parts]
    if len(parts) > 1 and parts[-1] == "":
        parts[-1] = _ANY
    found: list[str] = []
    for part in parts:
        if part != _ANY or found[-1:] != [_ANY]:
            found.append(part)
    return tuple(found)


def _matches(pattern: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether a pattern fits a path or, unless it ends with `*`, a folder above it."""
    below = pattern[-1] not in ("*", "")
    places = _skipped(pattern, {0})
    for name in names:
        moved = set()
        for place in places:
            if place == len(pattern):
                moved |= {place} if below else set()
            elif pattern[place] == _ANY:
                moved.add(place)
            elif name_fits(pattern[place], name):
                moved.add(place + 1)
        places = _skipped(pattern, moved)
        if not places:
            return False
    return len(pattern) in places


def _skipped(pattern: Sequence[str], places: set[int]) -> set[int]:
    """Return the places, and those after each `**` that matches no folder."""
    found = set(places)
    for place in range(len(pattern)):
        if place in found and pattern[place] == _ANY:
            found.add(place + 1)
    return found


def name_fits(pattern: str, name: str) -> bool:
    """Tell whether a name fits a pattern with `*`, `?` and escapes, in time linear in each for every `*`."""
    signs = re.findall(r"\\.|.", pattern, re.DOTALL)
    place = at = 0
    star, resumed = -1, 0
    while at < len(name):
        sign = signs[place] if place < len(signs) else ""
        if sign == "*":
            star, resumed = place, at
            place += 1
        elif sign == "?" or (sign and sign[-1] == name[at]):
            place, at = place + 1, at + 1
        elif star >= 0:
            resumed += 1
            place, at = star + 1, resumed
        else:
            return False
    return all(sign == "*" for sign in signs[place:])
