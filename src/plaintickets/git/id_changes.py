"""Find tickets that got another id between commits, from the changes of each commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.document import parse
from plaintickets.core.merge.identity import Version, are_one, place_of, renames
from plaintickets.core.paths import git_lead
from plaintickets.git import diffs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plaintickets.git.diffs import Change, ObjectReader
    from plaintickets.git.process import GitProcess


def of_changes(changes: Mapping[str, Change], objects: ObjectReader) -> dict[str, str]:
    """Return the renames of one commit, old id to new id; `changes` are by store path."""
    gone: dict[str, Version] = {}
    come: dict[str, Version] = {}
    stayed: dict[str, Change] = {}
    for path, change in changes.items():
        place = place_of(path)
        if place is None or place.comment:
            continue
        if change.old and change.new:
            stayed[place.id] = change
        elif change.old:
            gone[place.id] = change.old
        elif change.new:
            come[place.id] = change.new
    both = gone.keys() & come.keys()
    gone = {name: version for name, version in gone.items() if name not in both}
    come = {name: version for name, version in come.items() if name not in both}
    if not come:
        return {}
    for name, change in stayed.items():
        # The id of a renamed ticket may now belong to another ticket.
        if change.old and change.new:
            one, other = (parse(objects.content(version), "") for version in (change.old, change.new))
            if not are_one(one, other):
                gone[name], come[name] = change.old, change.new
    return dict(renames(gone, come, objects.content))


def between(
    git: GitProcess,
    objects: ObjectReader,
    tip: str,
    excluded: Sequence[str],
    prefix: str,
    changes: Mapping[str, Change],
) -> dict[str, str]:
    """Return the renames on the way to `tip`, from the id in the other commit to the id now.

    `changes` are all changes between the two commits.
    """
    old, new = _ids(changes)
    if not new - old:
        return {}
    lead = git_lead(prefix)
    names: dict[str, str] = {}
    for commit in diffs.since(git, tip, excluded, prefix):
        found = of_changes(within(commit.changes, lead), objects)
        former = {now: was for was, now in names.items()}
        # A commit may exchange two ids, so apply all its renames to the names before the commit.
        for was, now in found.items():
            names[former.get(was, was)] = now
    held = {was: now for was, now in names.items() if was != now and was in old and now in new}
    return {was: now for was, now in held.items() if now not in old or now in held}


def within(changes: Mapping[str, Change], lead: str) -> dict[str, Change]:
    """Return the changes below `lead`, by store path."""
    return {path.removeprefix(lead): change for path, change in changes.items() if path.startswith(lead)}


def _ids(changes: Mapping[str, Change]) -> tuple[set[str], set[str]]:
    """Return the ids of the changed tickets, before and after."""
    sides: tuple[set[str], set[str]] = (set(), set())
    for path, change in changes.items():
        place = place_of(path)
        if place and not place.comment:
            for side, version in zip(sides, change, strict=True):
                if version:
                    side.add(place.id)
    return sides


def ids_of(paths: Iterable[str]) -> set[str]:
    """Return the ids of the tickets that have a file among the store paths."""
    return {place.id for path in paths if (place := place_of(path))}
