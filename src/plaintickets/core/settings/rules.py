"""The automation rules of a service desk, in `config.yml` or in `rules.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.automation.effects import (
    BARE,
    BESIDE,
    COMMENT_KEYS,
    CREATE_KEYS,
    EFFECTS,
    RELATIONS,
)
from plaintickets.core.servicedesk.automation.marks import repeat_days
from plaintickets.core.servicedesk.automation.triggers import COMMENTERS, TRIGGERS, WITH_NAME
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import checked_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

RULE_ENTRIES = {
    "name": Entry("text", "The rule's name."),
    "on": Entry("triggers", "When it may fire: `created`, `imported`, `changed`, `changed: FIELD`, `status`, "
                "`status: NAME`, `commented`, `commented: requester`, `commented: team`, `closed`, `reopened`, "
                "`time`; one, or a list."),
    "if": Entry("text", "The query of the tickets that it is for; without it, all."),
    "do": Entry("effects", "What it does, in order; see `tk help rules` or the guide."),
    "repeat": Entry("text", "With `time`: `never`, or after how long it fires again for a ticket: `7d`, `2w`."),
}  # fmt: skip
EFFECT_ENTRIES = {name: Entry("effect", meaning) for name, meaning in EFFECTS.items()}
SETTINGS = (
    Setting(
        "rules", "rules",
        "The automation rules, in order. Rules on a change run in the command that makes it, rules on `time` in "
        "`tk tick`. The file `rules.yml` can hold the list instead.",
        example="rules:\n  - name: security-first\n    on: created\n    if: tag:security\n"
        "    do: [{set: {priority: critical}}, {tag: urgent}]",
    ),
)  # fmt: skip
LONGEST_COMMENT = 5000
MOST_EFFECTS = 20


def read_rules(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the rules by name, in order, as plain values."""
    if not isinstance(raw, list):
        findings.add(where, "config-type", "rules must be a list of rules (`- name: security-first` and more)")
        return None
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for index, item in enumerate(raw if not findings.is_too_long(where, raw) else ()):
        spot = (*where, index)
        rule = _read_rule(findings, spot, item)
        name = rule.get("name", "")
        if not name:
            findings.add(spot, "config-missing", "a rule needs a name, e.g. `name: security-first`")
        elif findings.is_name((*spot, "name"), name) and not findings.is_repeated((*spot, "name"), name, seen):
            for key, example in (("on", "on: created"), ("do", "do: [{tag: urgent}]")):
                if not rule.get(key) and not _has(item, key):
                    findings.add(spot, "config-missing", f"the rule {name} has no `{key}`; add e.g. `{example}`")
            found[name] = {"if": "", "repeat": "never", **rule, "on": rule.get("on", []), "do": rule.get("do", [])}
    return found


def _has(raw: Value, key: str) -> bool:
    return isinstance(raw, dict) and raw.get(key) not in ("", [], None)


def _read_rule(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in RULE_ENTRIES:
            findings.unknown(spot, "key", key, RULE_ENTRIES)
        elif (read := _READERS[key](findings, spot, value)) is not None:
            rule[key] = read
    if "repeat" in rule and "on" in rule and "time" not in rule["on"]:
        findings.add((*where, "repeat"), "config-value", "only a rule on `time` repeats")
    return rule


def _read_name(findings: Findings, where: Where, raw: Value) -> str | None:
    return findings.text(where, raw)


def _read_query(findings: Findings, where: Where, raw: Value) -> str | None:
    text = findings.text(where, raw)
    return checked_query(findings, where, text) if text else text


def _read_repeat(findings: Findings, where: Where, raw: Value) -> str | None:
    text = findings.text(where, raw)
    if text is None or repeat_days(text) >= 0:
        return text
    findings.add(where, "config-value", f"repeat cannot be {quoted(text)}. Write `never`, or days or weeks: 7d, 2w")
    return None


def _read_triggers(findings: Findings, where: Where, raw: Value) -> list[str]:
    found: list[str] = []
    items: list[Value] = raw if isinstance(raw, list) else [raw]
    for index, item in enumerate(items):
        spot = (*where, index) if isinstance(raw, list) else where
        if isinstance(item, list):
            findings.add(spot, "config-type", "a trigger is a word such as `created`, or `changed: FIELD`")
            continue
        entries = item if isinstance(item, dict) else _named(item)
        for name, wanted in entries.items():
            found += _read_trigger(findings, (*spot, name), name, wanted)
    return list(dict.fromkeys(found))


def _named(text: str) -> dict[str, Value]:
    """Return the trigger of `changed: FIELD` as the mapping that YAML makes of it without quotes."""
    name, _, wanted = text.partition(":")
    return {name.strip(): wanted.strip()}


def _read_trigger(findings: Findings, where: Where, name: str, wanted: Value) -> list[str]:
    if name not in TRIGGERS:
        findings.unknown(where, "trigger", name, TRIGGERS)
        return []
    names = [findings.text(where, one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    if wanted and name not in WITH_NAME:
        findings.add(where, "config-value", f"the trigger {name} takes no name; only {', '.join(WITH_NAME)} do")
        return []
    for one in names if name == "commented" else ():
        if one and one not in COMMENTERS:
            findings.unknown(where, "commenter", one, COMMENTERS)
            return []
    return [f"{name}:{one}" if one else name for one in names if one is not None]


def _read_effects(findings: Findings, where: Where, raw: Value) -> list[dict[str, Any]]:
    items = raw if isinstance(raw, list) else [raw]
    if len(items) > MOST_EFFECTS:
        findings.add(where, "config-value", f"a rule has {MOST_EFFECTS} effects at most")
        return []
    found = []
    for index, item in enumerate(items):
        spot = (*where, index) if isinstance(raw, list) else where
        entries: dict[str, Value] = {item: ""} if isinstance(item, str) else item if isinstance(item, dict) else {}
        effect = _read_effect(findings, spot, entries)
        if effect is not None:
            found.append(effect)
    return found


def _read_effect(findings: Findings, where: Where, entries: dict[str, Value]) -> dict[str, Any] | None:
    """Return one effect: its name with its value, and what may stand beside it."""
    names = [key for key in entries if key in EFFECTS]
    allowed = {*names[:1], *(BESIDE.get(names[0], ()) if names else ())}
    for key in entries:
        if key not in EFFECTS and key not in allowed:
            findings.unknown((*where, key), "effect", key, EFFECTS)
    if len(names) > 1:
        findings.add((*where, names[1]), "config-value", f"{names[0]} and {names[1]} are two effects: write two items")
    if len(names) != 1 or set(entries) - allowed:
        if not entries:
            findings.add(where, "config-missing", f"an effect is one of {', '.join(EFFECTS)}")
        return None
    name = names[0]
    if name in BARE and entries[name] not in ("", "true"):
        findings.add((*where, name), "config-value", f"the effect {name} takes no value")
        return None
    value = True if name in BARE else _EFFECT_READERS[name](findings, (*where, name), entries[name])
    if value is None or value in ("", [], {}):
        if value is not None:
            findings.add((*where, name), "config-missing", f"the effect {name} needs a value")
        return None
    beside = {key: text for key in BESIDE.get(name, ()) if (text := entries.get(key)) and isinstance(text, str)}
    return {name: value, **beside}


def _read_words(findings: Findings, where: Where, raw: Value) -> list[str] | None:
    if isinstance(raw, str):
        text = findings.text(where, raw)
        return None if text is None else [text] if text else []
    found = findings.names(where, raw, plain=False)
    return None if found is None else [*found]


def _read_fields(findings: Findings, where: Where, raw: Value) -> dict[str, str] | None:
    entries = findings.mapping(where, raw)
    if entries is None:
        return None
    found = {}
    for name, value in entries.items():
        words = _read_words(findings, (*where, name), value)
        if name == "status":
            findings.add((*where, name), "config-value", "the status is changed by the effect `status`")
        elif words is not None:
            found[name] = ",".join(words)
    return found


def _read_comment(findings: Findings, where: Where, raw: Value) -> dict[str, Any] | None:
    entries = {"text": raw} if isinstance(raw, str) else findings.mapping(where, raw)
    if entries is None:
        return None
    found: dict[str, Any] = {}
    for key, value in entries.items():
        spot = (*where, key) if isinstance(raw, dict) else where
        if key not in COMMENT_KEYS:
            findings.unknown(spot, "key", key, COMMENT_KEYS)
        elif key == "internal":
            found[key] = findings.boolean(spot, value)
        elif key == "reply":
            text = findings.text(spot, value)
            if text and findings.is_name(spot, text):
                found[key] = text
        elif (text := _long_text(findings, spot, value)) is not None:
            found[key] = text
    if ("text" in entries) == ("reply" in entries):
        findings.add(where, "config-missing", "a comment has a text or names a reply, one of the two")
        return None
    return found if found.get("text") or found.get("reply") else {}


def _long_text(findings: Findings, where: Where, raw: Value) -> str | None:
    """Return a text that may have lines."""
    if not isinstance(raw, str):
        findings.add(where, "config-type", "the text of a comment is a text, not a list or mapping")
    elif len(raw) > LONGEST_COMMENT:
        findings.add(where, "config-value", f"the text is longer than {LONGEST_COMMENT} characters: make it a reply")
    else:
        return raw.strip()
    return None


def _read_create(findings: Findings, where: Where, raw: Value) -> dict[str, Any] | None:
    entries = {"title": raw} if isinstance(raw, str) else findings.mapping(where, raw)
    if entries is None:
        return None
    found: dict[str, Any] = {}
    for key, value in entries.items():
        spot = (*where, key) if isinstance(raw, dict) else where
        if key not in CREATE_KEYS:
            findings.unknown(spot, "key", key, CREATE_KEYS)
            continue
        read = CREATE_READERS[key](findings, spot, value)
        if read:
            found[key] = read
    if not found.get("title"):
        findings.add(where, "config-missing", "a ticket that is created needs a title")
        return None
    return found


CREATE_READERS: dict[str, Callable[[Findings, Where, Value], Any]] = {
    "as": lambda findings, where, raw: findings.choice(where, raw, RELATIONS),
    "set": _read_fields,
    "tags": _read_words,
    "text": _long_text,
    "title": _read_name,
    "type": _read_name,
}
"""The check of each value that a new ticket is made from."""
_READERS: dict[str, Callable[[Findings, Where, Value], Any]] = {
    "do": _read_effects,
    "if": _read_query,
    "name": _read_name,
    "on": _read_triggers,
    "repeat": _read_repeat,
}
_EFFECT_READERS: dict[str, Callable[[Findings, Where, Value], Any]] = {
    "assign": _read_name,
    "comment": _read_comment,
    "create": _read_create,
    "link": _read_name,
    "notify": _read_words,
    "set": _read_fields,
    "status": _read_name,
    "tag": _read_words,
    "untag": _read_words,
}


def _schema(_: Setting) -> Json:
    words = {"anyOf": [schema_parts.TEXT, {"type": "array", "items": schema_parts.TEXT}]}
    scalar = {"type": ["string", "number", "boolean"]}
    fields = {"type": "object", "additionalProperties": {"anyOf": [scalar, {"type": "array", "items": scalar}]}}
    text = {"type": "string", "maxLength": LONGEST_COMMENT}
    comment = schema_parts.closed({"text": text, "reply": schema_parts.NAME, "internal": {"type": "boolean"}})
    create: Json = {"title": schema_parts.TEXT, "type": schema_parts.TEXT, "text": text, "tags": words, "set": fields}
    values: dict[str, Json] = {
        "assign": schema_parts.TEXT,
        "comment": {"anyOf": [text, comment]},
        "create": {
            "anyOf": [schema_parts.TEXT, schema_parts.closed({**create, "as": {"enum": [*RELATIONS]}})],
        },
        "link": schema_parts.TEXT,
        "notify": words,
        "set": fields,
        "status": schema_parts.TEXT,
        "tag": words,
        "untag": words,
    }
    bare: Json = {"type": ["null", "boolean"]}
    described = {name: {"description": text, **values.get(name, bare)} for name, text in EFFECTS.items()}
    effect = schema_parts.closed({**described, "resolution": schema_parts.TEXT})
    one_effect = {"anyOf": [{"enum": [*BARE]}, {**effect, "minProperties": 1, "maxProperties": 2}]}
    names = {"anyOf": [schema_parts.TEXT, {"type": "null"}, {"type": "array", "items": schema_parts.TEXT}]}
    trigger = {"anyOf": [schema_parts.TEXT, schema_parts.closed(dict.fromkeys(TRIGGERS, names))]}
    effects = {"type": "array", "items": one_effect, "minItems": 1, "maxItems": MOST_EFFECTS}
    shapes: dict[str, Json] = {
        "text": schema_parts.TEXT,
        "triggers": {"anyOf": [trigger, {"type": "array", "items": trigger, "minItems": 1}]},
        "effects": {"anyOf": [one_effect, effects]},
    }
    entries = {key: {"description": one.meaning, **shapes[one.shape]} for key, one in RULE_ENTRIES.items()}
    return {"type": "array", "items": {**schema_parts.closed(entries), "required": ["name", "on", "do"]}}


SHAPES = {"rules": Shape("a list of automation rules", read_rules, _schema)}
PAGES = (Page("An automation rule", "", RULE_ENTRIES), Page("An effect of a rule", "", EFFECT_ENTRIES))
