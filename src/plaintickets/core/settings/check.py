"""The levels of the rules of `tk check`, and the silenced rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config import Silence
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import LEVELS, Entry, Setting, Shape
from plaintickets.core.settings.reading import read_entries

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SILENCE_ENTRIES = {
    "reason": Entry("text", "Why, in a sentence."),
    "rule": Entry("text", "The code of the rule."),
    "ticket": Entry("text", "An id, or a pattern with `*`. Without it: everything."),
}
SETTINGS = (
    Setting(
        "check.rules", "levels",
        "The level of a rule of `tk check`, by the rule's code: " + ", ".join(f"`{level}`" for level in LEVELS)
        + ". `tk help check-rules` describes each rule.",
        example="check.rules:\n  no-title: warning\n  branch-names-open-ticket: error",
    ),
    Setting(
        "check.silence", "silences",
        "Findings that `tk check` does not report: each with the `rule`, the `ticket` (an id, or a pattern "
        "such as `old-*`; without it all) and the `reason`, which is required.",
        example="check.silence:\n"
        "  - rule: closed-with-unticked-items\n    ticket: old-*\n    reason: imported as they were",
    ),
)  # fmt: skip


def read_levels(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the levels of rules by code."""
    levels = {}
    for code, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, code)
        if _is_rule(findings, spot, code, changed=True) and (level := findings.choice(spot, value, LEVELS)):
            levels[code] = level
    return levels


def read_silences(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[Silence, ...] | None:
    """Return the silenced rules."""
    if not isinstance(raw, list):
        findings.add(where, "config-type", "check.silence must be a list, each item with rule, ticket and reason")
        return None
    silences = []
    for index, item in enumerate([] if findings.is_too_long(where, raw) else raw):
        spot = (*where, index)
        entries = read_entries(findings, spot, item, SILENCE_ENTRIES, short="rule")
        missing = [key for key in ("rule", "reason") if key not in entries or entries[key] == ""]
        if missing:
            findings.add(spot, "config-missing", f"a silenced rule needs a {' and a '.join(missing)}")
        elif entries["reason"] and entries["rule"] and _is_rule(findings, (*spot, "rule"), entries["rule"]):
            silences.append(Silence(entries["rule"], entries.get("ticket") or "*", entries["reason"]))
    return tuple(silences)


def _is_rule(findings: Findings, where: Where, code: str, *, changed: bool = False) -> bool:
    """Return whether a rule of that code can be silenced, or its level `changed`; if not, record why."""
    from plaintickets.core.checks.rules import RULES

    rule = RULES.get(code)
    if rule is None:
        findings.unknown(where, "rule", code, RULES)
    elif rule.group == "settings" or (changed and rule.fixed):
        findings.add(where, "config-value", f"the rule {code} is always an error")
    else:
        return True
    return False


def _levels_schema(_: Setting) -> Json:
    from plaintickets.core.checks.rules import RULES

    codes = [rule.code for rule in RULES.values() if not rule.fixed]
    return schema_parts.closed({code: {"description": RULES[code].summary, "enum": list(LEVELS)} for code in codes})


def _silences_schema(_: Setting) -> Json:
    from plaintickets.core.checks.rules import RULES

    found = {key: schema_parts.entry(one) for key, one in SILENCE_ENTRIES.items()}
    found["rule"] = {"enum": [rule.code for rule in RULES.values() if rule.group != "settings"]}
    return {"type": "array", "items": {**schema_parts.closed(found), "required": ["reason", "rule"]}}


SHAPES = {
    "levels": Shape("levels by rule", read_levels, _levels_schema),
    "silences": Shape("a list of exceptions", read_silences, _silences_schema),
}
