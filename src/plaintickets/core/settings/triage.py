"""What `tk triage` knows besides the closed tickets: rules on words and paths, and the matrix of priorities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import checked_query

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

RULE_ENTRIES = {
    "words": Entry("names", "Words or phrases; one of them is in the title or the text."),
    "paths": Entry("names", "Globs as in CODEOWNERS; one fits a path that it affects or that its text names."),
    "if": Entry("text", "A query that the ticket matches."),
    "type": Entry("text", "The type that is proposed."),
    "component": Entry("text", "The component."),
    "priority": Entry("text", "The priority, a number or a name."),
    "queue": Entry("text", "The queue."),
    "assignee": Entry("text", "The person, or `team:NAME`."),
    "tags": Entry("names", "Tags to add."),
    "impact": Entry("text", "The impact, a row of the matrix."),
    "urgency": Entry("text", "The urgency, a column of the matrix."),
}
CONDITIONS = ("words", "paths", "if")
SETTINGS = (
    Setting(
        "triage.query", "text",
        "The tickets that `tk triage` without ids walks through. It selects no closed tickets "
        "unless it names a status.",
    ),
    Setting(
        "triage.rules", "triage-rules",
        "Rules that propose fields by words, paths or a query; the first rule that proposes a field counts.",
        example="triage.rules:\n  - words: [crash, segfault]\n    type: bug\n    priority: high",
    ),
    Setting(
        "triage.matrix", "matrix",
        "The priority by impact and urgency: a row for each impact, the highest first, with a priority for each "
        "urgency, the highest first.",
        example="triage.matrix:\n  high: {high: critical, low: medium}\n  low: {high: high, low: low}",
    ),
    Setting(
        "triage.reports", "impacts",
        "The impact of a ticket that so many reports have: itself and the tickets that repeat it.",
        example="triage.reports: {10: high, 3: medium}",
    ),
    Setting(
        "triage.customers", "impacts",
        "The impact of a ticket of a customer, by the customer's name in the field `customer`.",
        example="triage.customers: {acme: high}",
    ),
)  # fmt: skip


def read_rules(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the rules by number, in order, as plain values."""
    if not isinstance(raw, list):
        findings.add(where, "config-type", "triage.rules must be a list (`- words: [crash]` and more)")
        return None
    found: dict[str, Any] = {}
    for index, item in enumerate(raw if not findings.is_too_long(where, raw) else ()):
        spot = (*where, index)
        rule = _read_rule(findings, spot, item)
        found[str(index + 1)] = rule
        if not any(rule.get(key) for key in CONDITIONS):
            findings.add(spot, "config-missing", f"a rule of triage needs one of: {', '.join(CONDITIONS)}")
        elif not rule.keys() - {*CONDITIONS}:
            findings.add(spot, "config-missing", "a rule of triage proposes a field, e.g. `type: bug`")
    return found


def _read_rule(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in RULE_ENTRIES:
            findings.unknown(spot, "key", key, RULE_ENTRIES)
        elif RULE_ENTRIES[key].shape == "names":
            items = findings.names(spot, [value] if isinstance(value, str) else value, plain=key == "tags")
            if items:
                rule[key] = [*items]
        elif text := findings.text(spot, value):
            read = checked_query(findings, spot, text) if key == "if" else text
            if read is not None:
                rule[key] = read
    return rule


def read_matrix(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the priority by impact and urgency; every row has the same columns."""
    rows = findings.mapping(where, raw)
    if rows is None or findings.is_too_long(where, rows):
        return None
    found: dict[str, Any] = {}
    for impact, columns in rows.items():
        spot = (*where, impact)
        entries = findings.mapping(spot, columns) or {}
        found[impact] = {key: findings.text((*spot, key), value) or "" for key, value in entries.items()}
        first = next(iter(found))
        if not entries:
            findings.add(spot, "config-missing", f"the impact {quoted(impact)} has no urgencies")
        elif [*found[impact]] != [*found[first]]:
            message = f"the impact {quoted(impact)} has other urgencies than {quoted(first)}; keep one order"
            findings.add(spot, "config-value", message)
    return found


def read_impacts(findings: Findings, where: Where, raw: Value, setting: Setting) -> dict[str, Any] | None:
    """Return the impact of each number of reports or of each customer."""
    entries = findings.mapping(where, raw)
    if entries is None or findings.is_too_long(where, entries):
        return None
    found = {}
    for name, value in entries.items():
        if setting.key == "triage.reports" and not re.fullmatch(r"[1-9][0-9]{0,5}", name):
            findings.add((*where, name), "config-value", f"{quoted(name)} is no number of reports")
        elif text := findings.text((*where, name), value):
            found[name] = text
    return found


def _rules_schema(_: Setting) -> Json:
    texts = {"type": "array", "items": schema_parts.TEXT}
    entries: dict[str, Json] = {
        key: {"description": entry.meaning, **(texts if entry.shape == "names" else schema_parts.TEXT)}
        for key, entry in RULE_ENTRIES.items()
    }
    for key in ("words", "paths", "tags"):
        entries[key] = {"description": RULE_ENTRIES[key].meaning, "anyOf": [texts, schema_parts.TEXT]}
    entries["priority"] = {"description": RULE_ENTRIES["priority"].meaning, "type": ["string", "integer"]}
    needed = {"anyOf": [{"required": [key]} for key in CONDITIONS]}
    return {"type": "array", "items": {**schema_parts.closed(entries), **needed}}


def _matrix_schema(_: Setting) -> Json:
    row = {"type": "object", "additionalProperties": {"type": ["string", "integer"]}, "minProperties": 1}
    return {"type": "object", "additionalProperties": row}


def _impacts_schema(_: Setting) -> Json:
    return {"type": "object", "additionalProperties": schema_parts.TEXT}


SHAPES = {
    "impacts": Shape("impacts by name", read_impacts, _impacts_schema),
    "matrix": Shape("priorities by impact and urgency", read_matrix, _matrix_schema),
    "triage-rules": Shape("a list of rules", read_rules, _rules_schema),
}
PAGES = (Page("A rule of triage", "", RULE_ENTRIES),)
