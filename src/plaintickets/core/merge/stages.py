"""The files of each ticket in three commits, found by the ticket's identity, not by path."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import parse
from plaintickets.core.merge.identity import Place, Version, are_one, place_of, renames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BASE, OURS, THEIRS = range(3)
Key = tuple[str, str]


class Three(NamedTuple):
    """A file in the base, in ours and in theirs; None if it does not exist there."""

    base: Version | None
    ours: Version | None
    theirs: Version | None


class Names(NamedTuple):
    """The renames of each side: from the id in the base to the id there."""

    ours: Mapping[str, str]
    theirs: Mapping[str, str]


class Stage:
    """A ticket in one commit: its file and its comment files, each with its place."""

    __slots__ = ("comments", "ticket")

    def __init__(self) -> None:
        self.ticket: tuple[Place, Version] | None = None
        self.comments: dict[str, tuple[Place, Version]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stage) and (self.ticket, self.comments) == (other.ticket, other.comments)

    __hash__ = None  # type: ignore[assignment]

    def add(self, place: Place, version: Version) -> None:
        """Add a file."""
        if place.comment:
            self.comments[place.comment] = (place, version)
        else:
            self.ticket = (place, version)

    @property
    def place(self) -> Place | None:
        """Return the ticket's place, as far as its files show it."""
        if self.ticket:
            return self.ticket[0]
        return next((place._replace(comment="") for place, _ in self.comments.values()), None)


def with_displaced(rows: Mapping[str, Three], names: Names, content: Callable[[Version], bytes]) -> Names:
    """Return the renames with those of tickets that lost their id to another ticket of a side, and are there anew.

    A rebase has such sides: an earlier commit of it gave the ticket a free id, and no commit renamed it.
    """
    find = _Identities(_places(rows), names, content)
    return Names(*(find.displaced(at) | dict(names[at - 1]) for at in (OURS, THEIRS)))


def stages_of(
    rows: Mapping[str, Three], names: Names, content: Callable[[Version], bytes]
) -> dict[Key, tuple[Stage, Stage, Stage]]:
    """Return the stages of each ticket in `rows`; a key's first part distinguishes tickets of one id."""
    find = _Identities(_places(rows), names, content)
    found: dict[Key, tuple[Stage, Stage, Stage]] = {}
    for place, row in _places(rows):
        for at, version in enumerate(row):
            if version:
                key = find(at, place)
                found.setdefault(key, (Stage(), Stage(), Stage()))[at].add(place, version)
    return found


def _places(rows: Mapping[str, Three]) -> list[tuple[Place, Three]]:
    """Return the files of tickets, with their places."""
    return [(place, row) for path, row in rows.items() if (place := place_of(path))]


class _Identities:
    """Finds which ticket a file of a commit belongs to."""

    def __init__(self, places: list[tuple[Place, Three]], names: Names, content: Callable[[Version], bytes]) -> None:
        self._content = content
        self._names: tuple[Mapping[str, str], ...] = ({}, names.ours, names.theirs)
        self._former = tuple({new: old for old, new in side.items()} for side in self._names)
        self._tickets: tuple[dict[str, list[tuple[Place, Version]]], ...] = ({}, {}, {})
        for place, row in places:
            for at, version in enumerate(row):
                if version and not place.comment:
                    self._tickets[at].setdefault(place.id, []).append((place, version))
        self._touched = tuple({place.id for place, row in places if row[at] != row[BASE]} for at in range(3))
        self._doubled = {name for side in self._tickets for name, held in side.items() if len(held) > 1}
        self._others = (set[str](), self._replaced(OURS), self._replaced(THEIRS))
        self._both = self._made_on_both_sides()

    def __call__(self, at: int, place: Place) -> Key:
        name = place.id
        if name in self._doubled:
            return (f"/{place.folder}", name)
        if at == BASE:
            return ("", name)
        if name in self._former[at]:
            return ("", self._former[at][name])
        is_other = name in self._names[at] or name in self._others[at]
        is_new = name not in self._tickets[BASE] and name in self._tickets[at]
        if not (is_other or is_new):
            return ("", name)
        return ("both" if name in self._both else str(at), name)

    def displaced(self, at: int) -> dict[str, str]:
        """Return the new ids, by the old ones, of tickets whose id means another ticket on a side."""
        if not self._others[at]:
            return {}
        base, side = self._tickets[BASE], self._tickets[at]
        gone = {name: base[name][0][1] for name in self._others[at]}
        come = {name: held[0][1] for name, held in side.items() if name not in base and name not in self._former[at]}
        return dict(renames(gone, come, self._content))

    def _replaced(self, at: int) -> set[str]:
        """Return the ids that mean another ticket on a side than in the base."""
        found = set()
        for name, held in self._tickets[at].items():
            was = self._tickets[BASE].get(name)
            if not was or held[0][1] == was[0][1] or name in self._names[at] or name in self._doubled:
                continue
            # If only one side changed an id, its files are kept unchanged, whatever they are.
            is_shared = all(name in self._touched[side] or name in self._names[side] for side in (OURS, THEIRS))
            if is_shared and not self._are_one(was[0][1], held[0][1]):
                found.add(name)
        return found

    def _made_on_both_sides(self) -> set[str]:
        """Return the ids under which both sides have one ticket that the base lacks."""
        found = set()
        for name in self._tickets[OURS].keys() & self._tickets[THEIRS].keys():
            known = name in self._tickets[BASE] and not all(
                name in self._others[at] or name in self._names[at] for at in (OURS, THEIRS)
            )
            if known or any(name in former for former in self._former) or name in self._doubled:
                continue
            one, other = (self._tickets[at][name][0][1] for at in (OURS, THEIRS))
            if one == other or self._are_one(one, other):
                found.add(name)
        return found

    def _are_one(self, one: Version, other: Version) -> bool:
        return are_one(parse(self._content(one), ""), parse(self._content(other), ""))
