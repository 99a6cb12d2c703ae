"""Find names in the settings of triage that do not exist: types, priorities, queues, people, impacts, urgencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config_problems import Findings
from plaintickets.core.person_names import TEAM
from plaintickets.core.servicedesk.people import by_form, everybody, teams_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.config import Config
    from plaintickets.core.problem import Problem


def unknown_in_triage(config: Config) -> Iterator[Problem]:
    """Yield a problem for each such name, at the line of the rule or of the section."""
    for number, rule in config.triage_rules.items():
        for key, name in rule.items():
            yield from _unknown(config, f"triage.rules.{number}", key, name)
    for row in config.triage_matrix.values():
        for name in row.values():
            yield from _unknown(config, "triage.matrix", "priority", name)
    for section, impacts in (("reports", config.triage_reports), ("customers", config.triage_customers)):
        for name in impacts.values():
            yield from _unknown(config, f"triage.{section}", "impact", name)


def _unknown(config: Config, spot: str, key: str, name: str) -> Iterator[Problem]:
    known = _known(config, key)
    if known is None or not isinstance(name, str):
        return
    folded = {one.casefold() for one in known}
    if key == "priority" and name.removeprefix("P").removeprefix("p").isdecimal():
        folded |= {f"{sign}{number}" for number in range(len(config.priorities)) for sign in ("", "p")}
    if name.casefold() not in folded:
        path, _, line = config.source(spot).rpartition(":")
        findings = Findings(path, {("triage",): int(line) if line.isdecimal() else 0})
        findings.unknown(("triage",), key, name, known)
        yield from findings.problems


def _known(config: Config, key: str) -> Iterable[str] | None:
    """Return the names that a key may have, None where any will do."""
    if key == "type":
        return [kind.name for kind in config.types]
    if key == "priority":
        return config.priorities
    if key == "queue":
        return config.queues or None
    if key == "impact":
        return config.triage_matrix
    if key == "urgency":
        return next(iter(config.triage_matrix.values()), {})
    if key != "assignee" or not config.people:
        return None
    teams = [f"{TEAM}{team}" for team in teams_of(config.people_details)]
    return [*by_form(everybody(config.people, config.people_details)), *teams]
