"""How the tickets of two sides are joined, by the rules of the store."""

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
    """A ticket that a join gave another id: the id before and now, and the title."""

    ticket: str
    id: str
    title: str


def joiner(project: Project, *, records: bool, marks: bool = False) -> Joiner:
    """What joins commits of this repository; raises GitRefusedError where there is none.

    With `marks` overlapping text gets git's markers, where the store's settings ask for them.
    """
    if project.git is None:
        raise GitRefusedError("not a git repository, so there is nothing to join")
    rules = rules_of(project.config)
    rules = rules if marks else rules._replace(marks=False)
    policy = Policy(rules, tuple(reference_fields(project)), records)
    return Joiner(project.git, project.place.prefix, project.place.derived, policy)
