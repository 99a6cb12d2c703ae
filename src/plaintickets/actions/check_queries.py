"""Find queries of the settings that name what does not exist, before a command that needs one finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.unknown_values import refuse_unlisted
from plaintickets.core.checks.finding import Finding
from plaintickets.core.query import ConditionCount, compile_query, parse
from plaintickets.errors import UnreadableError, UsageError
from plaintickets.query_context import QueryContext, expanded, held_fields, known_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from plaintickets.core.config import Config
    from plaintickets.core.problem import Problem
    from plaintickets.project import Project


_LEAD = "in the query: "
_COUNTED = {"sla": "policies", "routes": "routes", "rules": "rules", "triage": "rules of triage"}


class _AnybodyContext(QueryContext):
    """The context of a query that is not asked: `me` is somebody, also where git knows no user."""

    @property
    def me(self) -> Collection[str]:
        """Return a name."""
        return ("me",)


def query_findings(project: Project, problems: Iterable[Problem]) -> Iterator[Finding]:
    """Yield a finding for each query of the settings that no command could use, if no problem names its line."""
    named = {(problem.path, problem.line) for problem in problems}
    counts = {section: ConditionCount(owners) for section, owners in _COUNTED.items()}
    for key, what, text in _queries(project.config):
        path, _, line = project.config.source(key).rpartition(":")
        at = int(line) if line.isdecimal() else 0
        count = counts.get(key.partition(".")[0])
        found = _fault(project, key, what, text, count) if path and (path, at) not in named else None
        if found is not None:
            yield Finding("broken-query", *found, path, at)


def _queries(config: Config) -> Iterator[tuple[str, str, str]]:
    """Yield the place of each query in the settings, what it belongs to, and its text."""
    yield from ((f"queries.{name}", f"the query @{name}", text) for name, text in config.queries.items())
    yield "blockers.query", "blockers.query", config.blockers_query
    for section, what in (("sla", "policy"), ("routes", "route"), ("rules", "rule")):
        for name, entry in getattr(config, section).items():
            yield f"{section}.{name}", f"the {what} {name}", entry.get("if", "")
    for number, entry in config.triage_rules.items():
        yield f"triage.rules.{number}", f"rule {number} of triage", entry.get("if", "")
    for name, page in config.dashboards.items():
        texts = (part.get("query", "") for part in page["parts"])
        yield from ((f"dashboards.{name}", f"the dashboard {name}", text) for text in texts)


def _fault(project: Project, key: str, what: str, text: str, count: ConditionCount | None) -> tuple[str, str] | None:
    """Return what is wrong with a query and what to do; None for one that can be used."""
    try:
        fields = held_fields(project) if key.startswith("sla.") else known_fields(project)
        query = parse(expanded(text, project.config.queries), fields)
        context = _AnybodyContext(project)
        if count is not None:
            count.add(query, context)
        compile_query(query, context)
        refuse_unlisted(project, query, what)
    except UsageError as error:
        return f"{what}: {str(error).splitlines()[0].removeprefix(_LEAD)}", error.hint or "correct the query"
    except UnreadableError as error:
        return str(error), error.hint or "correct the value"
    return None
