"""Run all checks of a store at the levels of its settings, for `tk check` and `tk doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from plaintickets.core.checks import findings
from plaintickets.core.checks.finding import Examined, Finding
from plaintickets.core.checks.rules import RULES
from plaintickets.core.links import Graph
from plaintickets.core.query.glob import glob_test
from plaintickets.core.ticket import id_of
from plaintickets.store import all_files, files
from plaintickets.store.assets import read_assets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.checks.rule import Level
    from plaintickets.core.config import Config
    from plaintickets.core.problem import Problem
    from plaintickets.core.servicedesk.assets import Assets
    from plaintickets.project import Project
    from plaintickets.store.all_files import Survey

_MENDS = {
    "conflict-markers": "resolve the conflict, then git add it",
    "duplicate-id": "rename one of the two files, and the key `id` in it",
    "id-mismatch": "set the key `id` to the file's name without .md",
    "not-a-file": "put the file itself there",
    "orphan-comments": "rename the folder to the ticket's id, or remove it",
    "unsafe-name": "rename the file",
}


class Judged(NamedTuple):
    """The findings with their levels, and the number of silenced ones for each entry of the settings."""

    found: list[tuple[Finding, Level]]
    silenced: list[int]


def survey_of(project: Project) -> Survey:
    """Return the store on the disk, with each file read once."""
    found = all_files.survey(project.place.store, project.config.format_max_file_size, project.is_ignored)
    found.broken.update(map(id_of, project.left_out))
    return found


def settings_findings(problems: Iterable[Problem]) -> Iterator[Finding]:
    """Yield the problems of the settings as findings, with the paths to show."""
    for problem in problems:
        yield of_problem(problem, "`tk help config` describes every setting")


def of_problem(problem: Problem, remedy: str) -> Finding:
    """Return a problem of a file as a finding."""
    return Finding(problem.code, problem.message, remedy, problem.path, problem.line)


def store_findings(
    project: Project, surveyed: Survey, config: Config, assets: Assets | None = None
) -> Iterator[Finding]:
    """Yield the findings of tickets and assets, by default the assets on the disk; paths are relative to the store."""
    for problem in surveyed.problems:
        finding = of_problem(problem, _MENDS.get(problem.code, "correct the file with an editor"))
        yield finding._replace(ticket=id_of(files.ticket_path(problem.path)))
    if assets is None:
        assets = read_assets(project.place.store, config.format_max_file_size)
    yield from (of_problem(problem, "correct the file with an editor") for problem in assets.problems)
    yield from findings(examined(project, surveyed, config)._replace(assets=assets))


def examined(project: Project, surveyed: Survey, config: Config) -> Examined:
    """Return the store in the form that checks use."""
    graph = Graph(dict(sorted(surveyed.tickets.items())), surveyed.broken, config.is_done)
    return Examined(
        graph, config, project.now, surveyed.line_of, surveyed.facts, lambda ticket: surveyed.document(ticket.path).body
    )


def judged(config: Config, found: Iterable[Finding]) -> Judged:
    """Return findings of enabled rules that are not silenced. A finding without a rule is an error."""
    silences = [(silence, glob_test(silence.ticket)) for silence in config.check_silence]
    counts = [0] * len(silences)
    kept: list[tuple[Finding, Level]] = []
    for finding in found:
        level = level_of(finding.code, config)
        hits = [
            place
            for place, (silence, matches) in enumerate(silences)
            if silence.rule == finding.code and matches(finding.ticket)
        ]
        for place in hits:
            counts[place] += 1
        if not hits and level != "off":
            kept.append((finding, level))
    return Judged(kept, counts)


def level_of(code: str, config: Config) -> Level:
    """Return the level of a rule in this store."""
    rule = RULES.get(code)
    if rule is None or rule.fixed:
        return "error"
    return cast("Level", config.check_rules.get(code, rule.level))
