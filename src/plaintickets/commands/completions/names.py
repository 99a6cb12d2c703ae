"""Candidates for names that are no values of fields: rules, settings, calendars, reports, formats, topics, branches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.commands.completions.request import Candidate
from plaintickets.commands.completions.tickets import all_tickets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.commands.completions.request import Request

_PLAIN_REF = re.compile(r"[\w.+@%/][\w.+@%/-]*\Z")


def revisions(request: Request) -> Iterable[Candidate]:
    """Return HEAD, the branches and the tags."""
    from plaintickets.git.ref_names import asked, ref_names

    project = request.project
    if not project.place.git_dir:
        return []
    known = ref_names(project.place.common_dir)
    if known is None and project.git is not None:
        known = asked(project.git)
    found = ["HEAD", *(known or ())]
    return [Candidate(ref) for ref in found if _PLAIN_REF.match(ref)]


def branches(request: Request) -> Iterable[Candidate]:
    """Return the branches and the tags."""
    return [one for one in revisions(request) if one.value != "HEAD"]


def ranges(request: Request) -> Iterable[Candidate]:
    """Return revisions, also as the end of BASE..HEAD."""
    dots = re.match(r"(.*?\.\.\.?)([^.].*)?\Z", request.typed)
    lead = dots[1] if dots else ""
    return [one._replace(value=lead + one.value) for one in revisions(request)]


def diff_words(request: Request) -> Iterable[Candidate]:
    """Return revisions for the first word, and ids."""
    first = [] if request.words else ranges(request)
    return [*first, *all_tickets(request)]


def codes(request: Request) -> Iterable[Candidate]:
    """Return the codes of rules."""
    from plaintickets.core.checks.rules import RULES

    del request
    return [Candidate(code, RULES[code].summary) for code in sorted(RULES)]


def check_words(request: Request) -> Iterable[Candidate]:
    """Return ids; where none fits, let the shell complete a file."""
    return [*all_tickets(request)] or files(request)


def files(request: Request) -> Iterable[Candidate]:
    """Let the shell complete a file."""
    return [Candidate(request.typed, kind="file")]


def policies(request: Request) -> Iterable[Candidate]:
    """Return `today`, and let the shell complete a file."""
    return [Candidate("today", "the policies in force now"), *files(request)]


def settings(request: Request) -> Iterable[Candidate]:
    """Return the settings; after --schema the settings files."""
    from plaintickets.core.config import SETTINGS_FILES
    from plaintickets.core.settings import SETTINGS

    return map(Candidate, SETTINGS_FILES if request.ctx.params.get("schema") else SETTINGS)


def calendars(request: Request) -> Iterable[Candidate]:
    """Return the calendars."""
    from plaintickets.core.servicedesk.calendar_settings import calendar_names

    return map(Candidate, [*calendar_names(request.config.calendars), "import"])


def hours(request: Request) -> Iterable[Candidate]:
    """Return what durations can be counted in: business hours, every hour, or the hours of a calendar."""
    from plaintickets.core.servicedesk.calendar_settings import calendar_names

    fixed = [Candidate("business", "the hours of the only calendar"), Candidate("calendar", "every hour")]
    return [*fixed, *map(Candidate, calendar_names(request.config.calendars))]


def dashboards(request: Request) -> Iterable[Candidate]:
    """Return the dashboards that ship, and those of the settings."""
    from plaintickets.core.dashboards import dashboards_of

    return [Candidate(name) for name in dashboards_of(request.project.config)]


def reports(request: Request) -> Iterable[Candidate]:
    """Return the reports."""
    from plaintickets.reports import REPORTS

    del request
    return [Candidate(name, report.about) for name, report in REPORTS.items()]


def importers(request: Request) -> Iterable[Candidate]:
    """Return the formats that can be imported."""
    from plaintickets.importers import IMPORTERS

    del request
    return [Candidate(*item) for item in IMPORTERS.items()]


def exporters(request: Request) -> Iterable[Candidate]:
    """Return the systems that tickets can be exported to."""
    from plaintickets.exporters import EXPORTERS

    del request
    return [Candidate(name, exporter.about) for name, exporter in EXPORTERS.items()]


def topics(request: Request) -> Iterable[Candidate]:
    """Return the topics and commands that have a manual, and the rules once their name has begun."""
    from plaintickets.command_table import GROUPS
    from plaintickets.core.checks.rules import RULES
    from plaintickets.topics import TOPICS

    commands = [Candidate(name) for names in GROUPS.values() for name in names if name not in TOPICS]
    rules = (Candidate(code, rule.summary) for code, rule in RULES.items() if request.typed)
    return [*(Candidate(*item) for item in TOPICS.items()), *commands, *rules]


def hook_actions(request: Request) -> Iterable[Candidate]:
    """Return the actions of `tk hooks`."""
    del request
    return map(Candidate, ("install", "remove", "status"))
