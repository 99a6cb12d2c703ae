"""Merge the tickets of two sides by the rules of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_driver import rules_of
from plaintickets.actions.rename import reference_fields
from plaintickets.core.paths import git_lead
from plaintickets.errors import GitRefusedError
from plaintickets.git.merge_commits import Joiner, Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project


class Recorded(NamedTuple):
    """A conflict: the ticket and the field."""

    ticket: str
    field: str


class Renamed(NamedTuple):
    """A ticket that got another id in a merge: the id before and now, and the title."""

    ticket: str
    id: str
    title: str


class Dangling(NamedTuple):
    """A ticket with a field that holds the id of a ticket that the other side removed."""

    ticket: str
    field: str
    removed: str


def dangling(project: Project, git: GitProcess, sides: Iterable[str], tip: str) -> list[Dangling]:
    """Return the references at the commit `tip` to tickets that it lacks and that one of the commits `sides` had."""
    from plaintickets.actions.rename import all_references
    from plaintickets.core.merge.identity import place_of
    from plaintickets.git import diffs
    from plaintickets.past_project import at

    lead, removed = git_lead(project.place.prefix), set()
    for side in sides:
        for path, change in diffs.between(git, side, tip).items():
            place = place_of(path.removeprefix(lead)) if path.startswith(lead) and change.new is None else None
            if place is not None and not place.comment:
                removed.add(place.id)
    if not removed:
        return []
    merged = at(project, tip)
    found = all_references(merged)
    return [
        Dangling(ticket.id, field, name)
        for name in sorted(removed.difference(merged.paths))
        for ticket, field in found.get(name, ())
    ]


def joiner(project: Project, *, records: bool, marks: bool = False) -> Joiner:
    """Return what merges commits of this repository.

    With `marks`, overlapping text gets git's conflict markers, if the store's settings ask for them.
    Raise GitRefusedError if there is no repository.
    """
    if project.git is None:
        raise GitRefusedError("not a git repository, so there is nothing to merge")
    rules = rules_of(project.config)
    rules = rules if marks else rules._replace(marks=False)
    policy = Policy(rules, tuple(reference_fields(project)), records)
    return Joiner(project.git, project.place.prefix, project.place.derived, policy)
