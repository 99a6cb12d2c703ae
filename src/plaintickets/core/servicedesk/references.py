"""Find names in the settings of a desk that do not exist: teams, people, calendars and queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.config import KINDS
from plaintickets.core.config_problems import Findings
from plaintickets.core.servicedesk.calendar_settings import calendar_names
from plaintickets.core.servicedesk.people import called, teams_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from plaintickets.core.config import Config
    from plaintickets.core.problem import Problem


_KINDS = {"types": "type", "sla": "policy", "maintenance": "recurring"}


def unknown_names(config: Config) -> list[Problem]:
    """Return a problem for each such name; a team or a person counts as known where the people are not described."""
    problems: list[Problem] = []
    people = {form for name, person in config.people_details.items() for form in called(name, person)}
    known: dict[str, Iterable[str]] = {
        "calendar": calendar_names(config.calendars),
        "owner": people,
        "maintenance": config.recurring,
        "queue": config.queues,
        "sla": config.sla,
        "team": teams_of(config.people_details),
        "types": [kind.name for kind in config.types],
    }
    for section, entry, key, name in _names(config):
        allowed = known[key]
        is_known = name.casefold() in allowed if key == "owner" else name in allowed
        if not is_known and (allowed or key not in {"owner", "team"}):
            findings = findings_at(config, section, entry)
            shown = config.people_details if key == "owner" else allowed
            findings.unknown((section,), _KINDS.get(key, key), name, shown)
            problems += findings.problems
    for policy in config.sla.values():
        findings = findings_at(config, "sla", policy["name"])
        _check_policy(findings, policy, config)
        problems += findings.problems
    return [*problems, *_unknown_in_routes(config)]


def _unknown_in_routes(config: Config) -> Iterator[Problem]:
    """Yield the problems of routes: a team that nobody belongs to, and nobody to choose from."""
    teams = teams_of(config.people_details)
    for name, route in config.routes.items():
        findings = findings_at(config, "routes", name)
        if "team" in route and route["team"] not in teams:
            findings.unknown(("routes",), "team", route["team"], teams)
        elif not config.people:
            message = f"the route {name} leads to nobody: `people` names nobody"
            findings.add(("routes",), "config-missing", message)
        yield from findings.problems


def findings_at(config: Config, section: str, entry: str) -> Findings:
    """Return findings at the line of an entry of a section."""
    path, _, line = config.source(f"{section}.{entry}").rpartition(":")
    return Findings(path, {(section,): int(line) if line.isdecimal() else 0})


def _check_policy(findings: Findings, policy: Mapping[str, Any], config: Config) -> None:
    where = ("sla",)
    if policy.get("calendar", "always") not in (known := calendar_names(config.calendars)):
        findings.unknown(where, "calendar", policy["calendar"], known)
    statuses = [*config.status_names, *KINDS]
    for name in policy.get("pause", ()):
        if name not in statuses:
            findings.unknown(where, "status", name, statuses)
    priorities = [*config.priorities, "default"]
    for by_priority in policy.get("targets", {}).values():
        for name in by_priority:
            if name not in priorities and name not in {"after", "reopen"}:
                findings.unknown(where, "priority", name, priorities)


def _names(config: Config) -> Iterator[tuple[str, str, str, str]]:
    """Yield the section, entry, key and value of each name that an entry gives."""
    for section in ("people_details", "queues", "services"):
        for entry, values in getattr(config, section).items():
            place = section.removesuffix("_details")
            for key in ("calendar", "owner", "queue", "sla", "team"):
                if values.get(key):
                    yield place, entry, key, values[key]
            for name in values.get("maintenance", ()):
                yield place, entry, "maintenance", name
            for kind in values.get("types", ()):
                yield place, entry, "types", kind
    yield from _names_of_mails(config)


def _names_of_mails(config: Config) -> Iterator[tuple[str, str, str, str]]:
    if name := config.notify.get("calendar"):
        yield "notify", "calendar", "calendar", name
    for key, value in config.intake.items():
        if key in {"queue", "type"}:
            yield "intake", key, "types" if key == "type" else key, value
        elif key == "addresses":
            yield from (("intake", key, "queue", queue) for queue in value.values())
