"""Find errors in guards, forms and pipelines: unknown names, and what nobody can satisfy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.config_problems import Findings
from plaintickets.core.person_names import TEAM
from plaintickets.core.pipelines import statuses_of
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.approvals import allowed_by, barred_always
from plaintickets.core.servicedesk.guards import COMMENT
from plaintickets.core.servicedesk.identities import is_known
from plaintickets.core.servicedesk.people import teams_of
from plaintickets.core.servicedesk.pipeline_settings import check_pipeline
from plaintickets.core.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plaintickets.core.config import Config
    from plaintickets.core.config_problems import Where
    from plaintickets.core.problem import Problem

ROLES = ("assignee", "reporter")
_ONLY_CLOSED = ("closed", "resolution")


def check_names(config: Config, findings: Findings) -> None:
    """Record fields, statuses and types that guards, forms and pipelines name and that do not exist."""
    fields = {*described_fields(config)}
    where: Where
    for kind in config.types:
        for status, items in kind.required_at.items():
            where = ("types", kind.name, "required_at", status)
            if config.status(status) is None:
                findings.unknown(where, "status", status, config.status_names)
            else:
                _check_requirements(findings, where, items, fields, config.is_done(status))
                if COMMENT in items:
                    findings.add(where, "config-value", "a form cannot require a comment; a guard of the status can")
    for where, status, guards in _guards(config):
        required = guards.get("require", ())
        _check_requirements(findings, (*where, "require"), required, fields, config.is_done(status))
    for name in config.approvals_dismissed_by:
        if name not in {"text", "guarded"} | fields:
            known = ["text", "guarded", *sorted(fields)]
            findings.unknown(("approvals", "dismissed_by"), "field", name, known)
    for name in config.pipelines:
        check_pipeline(findings, name, config)


def _guards(config: Config) -> Iterator[tuple[Where, str, Mapping[str, Any]]]:
    """Yield each place with guards, its status, and the guards."""
    for status in config.statuses:
        if status.guards:
            yield ("statuses", status.name, "guards"), status.name, status.guards
    for name, pipeline in config.pipelines.items():
        for stage, entries in pipeline["statuses"].items():
            if entries.get("guards"):
                yield ("pipelines", name, "statuses", stage, "guards"), stage, entries["guards"]


def _check_requirements(
    findings: Findings, where: Where, items: Sequence[str], fields: set[str], is_done: bool
) -> None:
    for index, item in enumerate(items):
        spot = (*where, index)
        if item in _ONLY_CLOSED and not is_done:
            findings.add(spot, "config-contradiction", f"only a closed ticket has {item}, so that nobody can enter")
        elif item == COMMENT or item in fields:
            continue
        elif item.startswith("#"):
            if not item.strip("# "):
                findings.add(spot, "config-value", "a heading needs a text, e.g. `## Root cause`")
        else:
            known = [*fields, COMMENT]
            is_heading = " " in item or item[:1].isupper()
            if not is_heading or nearest(item.casefold(), known):
                hint = did_you_mean(item, known) or "A heading is written with `## `."
                message = f"unknown field {quoted(item)}. {hint} A section is written {quoted('## ' + item)}"
                findings.add(spot, "config-unknown-field", message if is_heading else message.partition(" A sec")[0])


def contradictions(config: Config) -> list[Problem]:
    """Return a problem for each person, team or queue that a guard or a pipeline names in vain.

    These names stand in files of their own, so that they are checked when all files are read.
    """
    problems: list[Problem] = []
    starts = _starts(config)
    for where, status, guards in _guards(config):
        if "approvals" not in guards:
            continue
        findings = findings_at(config, (*where, "approvals"))
        if (where[:2], status) in starts:
            message = f"a new ticket begins in {status} and has no approvals, so that nobody could create one"
            findings.add(where, "config-contradiction", message)
        _check_people(findings, where, guards["approvals"], config)
        problems += findings.problems
    for name, pipeline in config.pipelines.items():
        for queue in pipeline.get("queues", ()):
            if queue not in config.queues:
                findings = findings_at(config, ("pipelines", name))
                findings.unknown(("pipelines",), "queue", queue, config.queues)
                problems += findings.problems
    return problems


def _starts(config: Config) -> set[tuple[Where, str]]:
    """Return the places of the statuses in which new tickets begin."""
    found: set[tuple[Where, str]] = set()
    pipelines = ["", *config.pipelines]
    for name in pipelines:
        start = next((status.name for status in statuses_of(name, config) if status.kind == "open"), "")
        found.add((("statuses", start), start))
        found.add((("pipelines", name), start))
    return found


def _check_people(findings: Findings, where: Where, guard: Mapping[str, Any], config: Config) -> None:
    noted = len(findings.problems)
    for key in ("from", "not"):
        for name in guard.get(key, ()):
            _check_person(findings, where, key, name, config)
    if len(findings.problems) > noted:
        return
    allowed = allowed_by(guard, config)
    if allowed is None and config.people_details:
        allowed = {name.casefold(): name for name in config.people_details}
    if allowed is not None:
        left = [name for folded, name in allowed.items() if folded not in barred_always(guard, config)]
        if len(left) < guard["count"]:
            who = ", ".join(left) or "nobody"
            message = f"{guard['count']} approvals are needed, but only {len(left)} may approve: {who}"
            findings.add(where, "config-contradiction", message)


def _check_person(findings: Findings, where: Where, key: str, name: str, config: Config) -> None:
    if name.startswith(TEAM):
        team, teams = name.removeprefix(TEAM), teams_of(config.people_details)
        if team not in teams:
            findings.unknown(where, "team", team, teams or ("(no team: people.yml names them)",))
    elif name in ROLES:
        if key == "from":
            findings.add(where, "config-value", f"`from` names teams and people, not {name}")
    elif not is_known(name, config):
        findings.unknown(where, "person", name, config.people_details or config.people)


def findings_at(config: Config, where: Where) -> Findings:
    """Return findings at the line that is known for a value, or for the nearest that encloses it."""
    spot = where
    while len(spot) > 1 and ".".join(map(str, spot)) not in config.sources:
        spot = spot[:-1]
    path, _, line = config.source(".".join(map(str, spot))).rpartition(":")
    return Findings(path, {where[:1]: int(line) if line.isdecimal() else 0})


def sources(config: Config, findings: Findings) -> dict[str, str]:
    """Return where guards and pipelines stand, by dotted key, for messages about them."""
    found: dict[str, str] = {}
    for where, _, guards in _guards(config):
        spots = [where, *((*where, "approvals") for _ in range("approvals" in guards))]
        found |= {".".join(map(str, spot)): findings.source(spot) for spot in spots}
    for name in config.pipelines:
        found[f"pipelines.{name}"] = findings.source(("pipelines", name))
    return found
