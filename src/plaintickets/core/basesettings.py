"""The settings that apply to a branch: those of its base, so that a branch cannot exempt itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from plaintickets.core.config import SETTINGS_FILES, attribute_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.config import Config, Field, Status, TicketType

    Named = TypeVar("Named", bound="Status | TicketType | Field")

_KEYS = (
    "approvals.committers",
    "approvals.dismissed_by",
    "approvals.signed",
    "blockers.query",
    "check.rules",
    "check.silence",
    "fields",
    "people",
    "pipelines",
    "policy",
    "priorities",
    "queries",
    "statuses",
    "types",
)


def judged_by(base: Config, branch: Config) -> Config:
    """Return the branch's settings, with the base's settings for blockers and checks.

    Statuses, types, fields, people and queries that only the branch has are kept, because its tickets may use
    them. Where both define a name, the base's definition applies.
    """
    people = (*base.people, *(one for one in branch.people if one not in base.people)) if base.people else ()
    return branch._replace(
        approvals_committers=base.approvals_committers,
        approvals_dismissed_by=base.approvals_dismissed_by,
        approvals_signed=base.approvals_signed,
        blockers_query=base.blockers_query,
        check_rules=base.check_rules,
        check_silence=base.check_silence,
        fields=_joined(base.fields, branch.fields),
        people=people,
        people_details={**branch.people_details, **base.people_details} if people else {},
        pipelines=_pipelines(base, branch),
        policy=base.policy,
        priorities=base.priorities,
        queries={**branch.queries, **base.queries},
        statuses=_joined(base.statuses, branch.statuses),
        types=_joined(base.types, branch.types),
        sources={**branch.sources, "blockers.query": base.source("blockers.query")},
    )


def changed_keys(base: Config, branch: Config, keys: Iterable[str] = _KEYS) -> list[str]:
    """Return the keys that the branch changes, by default among the settings for blockers and checks."""
    return [key for key in keys if getattr(base, attribute_of(key)) != getattr(branch, attribute_of(key))]


def settings_files_of(keys: list[str], base: Config, branch: Config) -> list[str]:
    """Return the names of the settings files that set any of the keys, at the base or in the branch."""
    sources = [config.source(key).rpartition(":")[0] for key in keys for config in (base, branch)]
    return [name for name in SETTINGS_FILES if any(source.endswith(f"/{name}") for source in sources)]


def _pipelines(base: Config, branch: Config) -> dict[str, Any]:
    """Return the pipelines of the base, and those of the branch for types and queues that only the branch has."""
    known = {kind.name for kind in base.types} | {*base.queues}
    new = {
        name: pipeline
        for name, pipeline in branch.pipelines.items()
        if known.isdisjoint((*pipeline.get("types", ()), *pipeline.get("queues", ())))
    }
    return {**new, **base.pipelines}


def _joined(base: tuple[Named, ...], branch: tuple[Named, ...]) -> tuple[Named, ...]:
    names = {one.name for one in base}
    return (*base, *(one for one in branch if one.name not in names))
