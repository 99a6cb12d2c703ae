"""The policies of an SLA, in `config.yml` or in `sla.yml`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.clocks import CLOCKS
from plaintickets.core.servicedesk.presets import AFTER, PRESETS, REOPEN, RESPONSE
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import checked_query, read_entries

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.reading import Reader
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

POLICY_ENTRIES = {
    "name": Entry("text", "The policy's name."),
    "if": Entry("text", "The query of the tickets that it is for; without it, all."),
    "calendar": Entry("text", "The calendar in which time counts; without it `always`."),
    "preset": Entry("choice", "The system whose switches it has.", tuple(PRESETS)),
    "targets": Entry("targets", "By clock (`first_response`, `next_response`, `update`, `resolution`) the durations."),
    "pause": Entry("names", "Statuses or classes of statuses in which clocks stand still; without it `waiting`."),
    "pauses": Entry("names", "The clocks that stand still then; without it `update` and `resolution`."),
    "warn": Entry("names", "When a clock is in warning: a share gone, `75%`, or a duration left, `30min`."),
    "response": Entry("choice", "What a first response is.", RESPONSE),
}
SETTINGS = (
    Setting(
        "sla", "policies",
        "The policies of the service levels, in order: the first one whose query a ticket matches applies. The file "
        "`sla.yml` can hold the list instead.",
        example="sla:\n  - name: gold\n    if: type:incident\n    targets:\n"
        "      first_response: {critical: 30min, default: 4h}\n      resolution: 2d",
    ),
)  # fmt: skip


def read_policies(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the policies by name, in order, as plain values."""
    if not isinstance(raw, list):
        findings.add(where, "config-type", "sla must be a list of policies (`- name: gold` and more)")
        return None
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for index, item in enumerate(raw if not findings.is_too_long(where, raw) else ()):
        spot = (*where, index)
        policy = _read_policy(findings, spot, item)
        name = policy.get("name", "")
        if not name:
            findings.add(spot, "config-missing", "a policy needs a name, e.g. `name: gold`")
        elif findings.is_name((*spot, "name"), name) and not findings.is_repeated((*spot, "name"), name, seen):
            found[name] = policy
            if not policy.get("targets"):
                findings.add(spot, "config-missing", f"the policy {name} has no targets")
    return found


def _read_policy(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    found = read_entries(findings, where, raw, POLICY_ENTRIES, readers=_READERS)
    return {key: one for key, one in found.items() if one is not None}


def _read_query(findings: Findings, where: Where, raw: Value) -> str | None:
    text = findings.text(where, raw)
    return checked_query(findings, where, text) if text else text


def _read_list(findings: Findings, where: Where, raw: Value) -> list[str]:
    return [*(findings.names(where, raw, plain=False) or ())]


def _read_clocks(findings: Findings, where: Where, raw: Value) -> list[str]:
    items = _read_list(findings, where, raw)
    for index, item in enumerate(items):
        if item not in CLOCKS:
            findings.unknown((*where, index), "clock", item, CLOCKS)
    return items


def _read_warnings(findings: Findings, where: Where, raw: Value) -> list[str]:
    items = _read_list(findings, where, raw)
    for index, item in enumerate(items):
        if not re.fullmatch(r"[1-9][0-9]?%", item):
            _check_duration(findings, (*where, index), item, "a share such as 75% or a duration")
    return items


def _read_targets(findings: Findings, where: Where, raw: Value) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for clock, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, clock)
        if clock not in CLOCKS:
            findings.unknown(spot, "clock", clock, CLOCKS)
            continue
        entries = {"default": value} if isinstance(value, str) else findings.mapping(spot, value) or {}
        found[clock] = {}
        for key, text in entries.items():
            read = _read_target(findings, (*spot, key) if isinstance(value, dict) else spot, clock, key, text)
            if read is not None:
                found[clock][key] = read
    return found


def _read_target(findings: Findings, where: Where, clock: str, key: str, raw: Value) -> str | None:
    """Return a duration by priority, or a switch of the clock."""
    if (clock, key) == ("update", "after"):
        return findings.choice(where, raw, AFTER)
    if (clock, key) == ("resolution", "reopen"):
        return findings.choice(where, raw, REOPEN)
    text = findings.text(where, raw)
    return text if text is not None and _check_duration(findings, where, text, "a duration") else None


def _check_duration(findings: Findings, where: Where, text: str, what: str) -> bool:
    from plaintickets.core.servicedesk.duration import FORMS, seconds_of

    if seconds_of(text):
        return True
    findings.add(where, "config-value", f"{quoted(text)} is not {what}. Write {FORMS}; ten years at most")
    return False


_READERS: dict[str, Reader] = {
    "if": _read_query, "names": _read_list, "pauses": _read_clocks, "targets": _read_targets, "warn": _read_warnings,
}  # fmt: skip


def _schema(_: Setting) -> Json:
    by_priority = {"anyOf": [schema_parts.TEXT, {"type": "object", "additionalProperties": schema_parts.TEXT}]}
    entries: dict[str, Json] = {
        key: {"description": one.meaning, **({"enum": [*one.choices]} if one.choices else schema_parts.TEXT)}
        for key, one in POLICY_ENTRIES.items()
    }
    for key in ("pause", "pauses", "warn"):
        entries[key] = {"description": POLICY_ENTRIES[key].meaning, "type": "array", "items": schema_parts.TEXT}
    entries["targets"] = {
        "description": POLICY_ENTRIES["targets"].meaning,
        **schema_parts.closed(dict.fromkeys(CLOCKS, by_priority)),
    }
    return {"type": "array", "items": {**schema_parts.closed(entries), "required": ["name", "targets"]}}


SHAPES = {"policies": Shape("a list of policies", read_policies, _schema)}
PAGES = (Page("A policy", "", POLICY_ENTRIES),)
