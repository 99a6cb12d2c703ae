"""The findings of `tk check` in the form that all reports use."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Level: TypeAlias = Literal["error", "warning", "note"]

LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""The worst first."""
MOST_ALIKE = 100
"""How often one rule is reported of one file; a file of 90,000 broken references would make 600 MB of a report."""


class Reported(NamedTuple):
    """A violation of a rule at a place.

    `path` is relative to the repository, "" for the whole store; line 0 is the whole file. `summary` states
    the rule in a sentence, `page` is the address of its documentation, `manual` the command that prints it, `remedy`
    says how to fix it. Each of them, and `ticket`, may be "".
    """

    code: str
    level: Level
    message: str
    remedy: str = ""
    path: str = ""
    line: int = 0
    ticket: str = ""
    summary: str = ""
    page: str = ""
    manual: str = ""

    @property
    def documentation(self) -> str:
        """The address of the documentation if there is one, else the command that prints it."""
        return self.page or self.manual


class Checked(NamedTuple):
    """What was checked: the store's path in the repository, the number of tickets, and the program's version."""

    store: str
    tickets: int
    version: str


def curtailed(found: Sequence[Reported]) -> list[Reported]:
    """Return the findings in order, but of one rule in one file only the first ones and the number of others."""
    counts = Counter(map(_kind, found))
    seen = Counter[tuple[str, str, str]]()
    kept = []
    for one in found:
        kind = _kind(one)
        seen[kind] += 1
        if seen[kind] <= MOST_ALIKE:
            kept.append(one)
        elif seen[kind] == MOST_ALIKE + 1:
            more = counts[kind] - MOST_ALIKE
            kept.append(one._replace(message=f"and {more:,} more like these in this file", remedy="", line=0))
    return kept


def _kind(one: Reported) -> tuple[str, str, str]:
    return one.code, one.path, one.ticket


def by_level(found: Iterable[Reported]) -> list[Reported]:
    """Return the findings, the worst first, otherwise in order."""
    return sorted(found, key=lambda one: LEVELS.index(one.level))


def fingerprints(found: Sequence[Reported]) -> list[str]:
    """Return a unique name for each that does not depend on its line: 64 hexadecimal digits."""
    from hashlib import sha256

    seen: dict[tuple[str, ...], int] = {}
    names = []
    for one in found:
        what = (one.code, one.path, one.ticket, one.message)
        seen[what] = seen.get(what, 0) + 1
        text = "\0".join((*what, str(seen[what])))
        names.append(sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    return names


def verdict(found: Iterable[Reported], checked: Checked) -> str:
    """Return the number of findings per level and of tickets, as one line."""
    levels = [one.level for one in found]
    counts = [_number(levels.count(level), level) for level in LEVELS if level in levels]
    return f"{', '.join(counts) or 'nothing wrong'} in {_number(checked.tickets, 'ticket')}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
