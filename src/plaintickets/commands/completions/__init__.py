"""What completes the values of options and arguments: a source of candidates for each kind of value."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.commands.completions.request import Candidate, Request

SOURCES = {
    "asset": "desk.assets",
    "asset columns": "desk.asset_columns",
    "archivable": "tickets.unarchived_tickets",
    "article status": "articles.article_statuses",
    "assign words": "words.assign_words",
    "audience": "articles.audiences",
    "branch": "names.branches",
    "calendar": "names.calendars",
    "check words": "names.check_words",
    "closed ticket": "tickets.closed_tickets",
    "columns": "values.columns",
    "conflict": "words.conflicts",
    "conflicted ticket": "tickets.conflicted_tickets",
    "day": "values.days",
    "dep words": "tickets.dep_words",
    "dependency": "tickets.dependencies",
    "diff words": "names.diff_words",
    "exporter": "names.exporters",
    "field": "values.fields",
    "file": "names.files",
    "group": "values.columns",
    "hook action": "names.hook_actions",
    "intake map": "desk.intake_maps",
    "intake source": "desk.intake_sources",
    "intake way": "desk.intake_ways",
    "hours": "names.hours",
    "importer": "names.importers",
    "kb words": "articles.kb_words",
    "link": "tickets.links",
    "milestone": "values.milestones",
    "new link": "tickets.new_links",
    "open ticket": "tickets.open_tickets",
    "parent": "tickets.parents",
    "people": "values.people",
    "person": "values.people",
    "policies": "names.policies",
    "priorities": "values.priorities",
    "priority": "values.priorities",
    "query": "queries.query",
    "query or ids": "queries.query_or_ids",
    "range": "names.ranges",
    "dashboard": "names.dashboards",
    "report": "names.reports",
    "reply": "articles.replies",
    "resolution": "values.resolutions",
    "revision": "names.revisions",
    "rule": "names.codes",
    "rules words": "desk.rules_words",
    "service": "desk.services",
    "service columns": "desk.service_columns",
    "set words": "words.set_words",
    "setting": "names.settings",
    "settings": "words.setting",
    "snooze words": "desk.snooze_words",
    "sla words": "queries.sla_words",
    "sort keys": "values.sort_keys",
    "split words": "words.split_words",
    "status words": "words.status_words",
    "statuses": "values.statuses",
    "tag words": "words.tag_words",
    "tags": "values.tags",
    "team": "values.teams",
    "ticket": "tickets.all_tickets",
    "tick parts": "desk.tick_parts",
    "topic": "names.topics",
    "type": "values.types",
    "types": "values.types",
    "unstarted ticket": "tickets.waiting_tickets",
    "update words": "words.update_words",
    "waited for": "desk.waited_for",
}
LISTS = frozenset(
    {
        "asset columns",
        "columns",
        "priorities",
        "service columns",
        "sort keys",
        "statuses",
        "tags",
        "tick parts",
        "types",
    }
)
"""The kinds of values that are lists with commas."""


def candidates(kind: str, request: Request) -> Iterable[Candidate]:
    """Return the candidates for a value: of a kind of SOURCES, else of a field."""
    if kind not in SOURCES:
        from plaintickets.commands.completions.values import of_field

        return of_field(request, kind)
    module, _, name = SOURCES[kind].partition(".")
    source = getattr(import_module(f"{__name__}.{module}"), name)
    if kind in LISTS:
        from plaintickets.commands.completions.values import listed

        source = listed(source)
    found: Iterable[Candidate] = source(request)
    return found
