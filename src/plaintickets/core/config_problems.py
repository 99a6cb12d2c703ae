"""Collect the problems that a check of the configuration finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from plaintickets.core.problem import Problem
from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sized

    from plaintickets.core.ticket import Value

Where: TypeAlias = "tuple[str | int, ...]"
"""The keys and list indexes that lead to a value."""

LONGEST_NAME = 40
LONGEST_TEXT = 500
MOST_NAMES = 200
MOST_PROBLEMS = 50
MOST_SHOWN = 12


class Findings:
    """The problems of one file, and the readers of values that may cause one."""

    def __init__(self, path: str, positions: Mapping[Where, int]) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._positions = positions

    def line(self, where: Where) -> int:
        """Return the line of a value, or of the nearest that encloses it; 0 if unknown."""
        while where and where not in self._positions:
            where = where[:-1]
        return self._positions.get(where, 0)

    def source(self, where: Where) -> str:
        """Return `path:line` of a value; only the path if there is no line."""
        line = self.line(where)
        return f"{self.path}:{line}" if line else self.path

    def add(self, where: Where, code: str, message: str) -> None:
        """Record a problem at the line of a value; after 50 record only that there are more."""
        if self.is_full():
            return
        if len(self.problems) == MOST_PROBLEMS - 1:
            code, message = "config-problems", "there are more problems; fix these first"
        self.problems.append(Problem(self.path, self.line(where), code, message))

    def is_full(self) -> bool:
        """Return whether no more problems are recorded, so that none need be searched for."""
        return len(self.problems) >= MOST_PROBLEMS

    def unknown(self, where: Where, what: str, name: str, known: Iterable[str]) -> None:
        """Record an unknown name, with the nearest known ones."""
        if self.is_full():
            return
        names = tuple(known)
        more = ", …" if len(names) > MOST_SHOWN else "."
        known_names = f"Known: {', '.join(names[:MOST_SHOWN])}{more}" if names else "None is defined."
        hint = did_you_mean(name, names) or known_names
        self.add(where, f"config-unknown-{what}", f"unknown {what} {quoted(name)}. {hint}")

    def mapping(self, where: Where, raw: Value) -> dict[str, Value] | None:
        """Return a mapping, {} for nothing; record a problem for anything else."""
        if raw == "":
            return {}
        if isinstance(raw, dict):
            return raw
        self.add(where, "config-type", f"{_key(where)} must be a mapping (`name: value` lines)")
        return None

    def text(self, where: Where, raw: Value) -> str | None:
        """Return one line of plain text, or record a problem."""
        if not isinstance(raw, str):
            self.add(where, "config-type", f"{_key(where)} must be a text, not a list or mapping")
        elif not raw.replace("\t", "").isprintable():
            self.add(where, "config-value", f"{_key(where)} must be one line of plain text")
        elif len(raw) > LONGEST_TEXT:
            message = f"{_key(where)} is longer than {LONGEST_TEXT} characters"
            self.add(where, "config-value", message)
        else:
            return raw.strip()
        return None

    def choice(self, where: Where, raw: Value, choices: Iterable[str]) -> str | None:
        """Return one of the choices, or record a problem with the nearest choice."""
        found = self.text(where, raw)
        names = tuple(choices)
        if found is None or found in names:
            return found
        hint = did_you_mean(found, names)
        message = f"{_key(where)} cannot be {quoted(found)}. Must be one of: {' '.join(names)}"
        self.add(where, "config-value", f"{message}. {hint}" if hint else message)
        return None

    def boolean(self, where: Where, raw: Value) -> bool | None:
        """Return a boolean, or record a problem."""
        word = self.text(where, raw)
        if word is None:
            return None
        if word.lower() in {"true", "yes", "on", "1"}:
            return True
        if word.lower() in {"false", "no", "off", "0"}:
            return False
        message = f"{_key(where)} cannot be {quoted(word)}. Must be true or false"
        self.add(where, "config-value", message)
        return None

    def names(self, where: Where, raw: Value, *, plain: bool = True) -> tuple[str, ...] | None:
        """Return a list of names, each once; record problems of other items.

        Without `plain` the items are any line of text.
        """
        if raw == "":
            return ()
        if not isinstance(raw, list):
            self.add(where, "config-type", f"{_key(where)} must be a list, e.g. [a, b]")
            return None
        if self.is_too_long(where, raw):
            return None
        found: list[str] = []
        seen: set[str] = set()
        for index, item in enumerate(raw):
            spot = (*where, index)
            name = self.text(spot, item)
            if not name or (plain and not self.is_name(spot, name)):
                if name == "":
                    self.add(spot, "config-value", f"{_key(where)} holds an empty item")
            elif not self.is_repeated(spot, name, seen):
                found.append(name)
        return tuple(found)

    def is_name(self, where: Where, name: str) -> bool:
        """Return whether a text may be a name; if not, record why.

        A name consists of letters, digits, `_`, `-` and `.`, begins with a letter, digit or `_`, and has at most 40
        characters, so that it needs no quotes in a query or on a command line.
        """
        plain = name.replace("_", "a").replace("-", "").replace(".", "")
        fits = plain.isalnum() and name[0] not in "-." and len(name) <= LONGEST_NAME
        if not fits:
            message = f"{quoted(name)} cannot be a name: letters, digits, `_`, `-`, `.`; 40 at most"
            self.add(where, "config-value", message)
        return fits

    def is_repeated(self, where: Where, name: str, seen: set[str]) -> bool:
        """Return whether a name was used before, ignoring letter case; record a repetition and mark it as used."""
        folded = name.casefold()
        if folded not in seen:
            seen.add(folded)
            return False
        self.add(where, "config-duplicate", f"duplicate name {quoted(name)}")
        return True

    def is_too_long(self, where: Where, entries: Sized, most: int = MOST_NAMES) -> bool:
        """Return whether a section has more than so many entries; record it if so."""
        if len(entries) <= most:
            return False
        self.add(where, "config-value", f"{_key(where)} has more than {most} entries")
        return True


def _key(where: Where) -> str:
    """Return the dotted key of a value for a message."""
    return quoted(".".join(str(part) for part in where if isinstance(part, str)))[1:-1]
