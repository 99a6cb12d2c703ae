"""Merge the tickets of two sides by the rules of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_driver import rules_of
from plaintickets.actions.rename import reference_fields
from plaintickets.errors import GitRefusedError
from plaintickets.git.merge_commits import Joiner, Policy

if TYPE_CHECKING:
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
