"""The dashboards: texts, lists and reports on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import checked_query, named

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

REPORTS = (
    *(
        "backlog",
        "blocked",
        "burndown",
        "first-response",
        "flow",
        "knowledge",
        "load",
        "recurring",
        "reopened",
        "resolution",
    ),
    *("satisfaction", "sla", "stale", "time-in-status", "usage", "volume", "workload-forecast"),
)
PER = ("day", "week", "month")
PART_ENTRIES = {
    "text": Entry("text", "A line of text."),
    "query": Entry("text", "A list of the tickets that a query selects; with `report`, the tickets that it counts."),
    "report": Entry("choice", "A report of `tk report`.", REPORTS),
    "title": Entry("text", "The heading, instead of the query or the report's own."),
    "limit": Entry("text", "How many tickets a list shows, 1 to 200; without it 10."),
    "since": Entry("text", "The start of a report, such as `-90d`."),
    "per": Entry("choice", "The length of a report's periods.", PER),
    "by": Entry("text", "The field that a report groups by."),
    "milestone": Entry("text", "The milestone of `burndown`."),
}
OF_REPORTS = ("since", "per", "by", "milestone")
MOST_LISTED = 200
SETTINGS = (
    Setting(
        "dashboards", "dashboards",
        "The pages of `tk dashboard NAME` beside `me`, `lead` and `desk`, each a list of parts. One of these names "
        "replaces the page that ships.",
        example="dashboards:\n  monday:\n    - text: What the week begins with\n"
        "    - {query: 'is:overdue', title: Overdue}\n    - {report: flow, since: -60d}",
    ),
)  # fmt: skip


def read_dashboards(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any]:
    """Return the parts of each dashboard, as plain values."""
    return {name: {"parts": _read_parts(findings, spot, value)} for name, spot, value in named(findings, where, raw)}


def _read_parts(findings: Findings, where: Where, raw: Value) -> list[dict[str, str]]:
    if not isinstance(raw, list) or not raw:
        findings.add(where, "config-type", "a dashboard must be a list of parts (`- query: is:overdue` and more)")
        return []
    return (
        []
        if findings.is_too_long(where, raw)
        else [_read_part(findings, (*where, n), one) for n, one in enumerate(raw)]
    )


def _read_part(findings: Findings, where: Where, raw: Value) -> dict[str, str]:
    part: dict[str, str] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in PART_ENTRIES:
            findings.unknown(spot, "key", key, PART_ENTRIES)
            continue
        entry = PART_ENTRIES[key]
        text = findings.choice(spot, value, entry.choices) if entry.choices else findings.text(spot, value)
        if key == "query" and text:
            text = checked_query(findings, spot, text)
        if key == "limit" and text and not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MOST_LISTED):
            findings.add(spot, "config-value", f"limit must be a number from 1 to {MOST_LISTED}")
        elif text:
            part[key] = text
    if not part.keys() & {"text", "query", "report"}:
        findings.add(where, "config-missing", "a part of a dashboard needs `text`, `query` or `report`")
    for key in OF_REPORTS:
        if key in part and "report" not in part:
            findings.add((*where, key), "config-contradiction", f"{key} goes with `report`")
    if part.get("report") == "burndown" and "milestone" not in part:
        findings.add(where, "config-missing", "the report burndown needs `milestone`")
    return part


def _schema(_: Setting) -> Json:
    entries: dict[str, Json] = {
        key: {"description": entry.meaning, **({"enum": [*entry.choices]} if entry.choices else schema_parts.TEXT)}
        for key, entry in PART_ENTRIES.items()
    }
    entries["limit"] = {
        "description": PART_ENTRIES["limit"].meaning,
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_LISTED,
    }
    part = {**schema_parts.closed(entries), "anyOf": [{"required": [key]} for key in ("text", "query", "report")]}
    return {"type": "object", "additionalProperties": {"type": "array", "items": part, "minItems": 1}}


SHAPES = {"dashboards": Shape("dashboards", read_dashboards, _schema)}
PAGES = (Page("A part of a dashboard", "", PART_ENTRIES),)
