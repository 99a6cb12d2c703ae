"""The rules about who may change what, in `config.yml` or in `policy.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.servicedesk.access_policy import DEEDS
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.guards import read_listed
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import checked_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

POLICY_ENTRIES = {
    "name": Entry("text", "The rule's name; without it, its number in the list."),
    "who": Entry("names", "Who may do it: `team:NAME` and people; without it, everybody of `people`."),
    "signed": Entry("boolean", "Whether the commit must have a good signature of its author."),
    "if": Entry("text", "The query of the tickets that it is about, before or after the change; without it, all."),
    "fields": Entry("names", "The fields whose change it is about; `text` is the description."),
    "statuses": Entry("names", "The statuses whose entry it is about."),
    "do": Entry("names", f"The deeds that it is about: {', '.join(f'`{deed}`' for deed in DEEDS)}."),
    "files": Entry("names", "The files of the store that it is about, such as `config.yml`, `*.yml`, `kb/*`."),
}
SETTINGS = (
    Setting(
        "policy", "policy",
        "Who may change what: every rule that a change falls under has to allow it. `tk check --base` and "
        "`tk check --policy` judge commits by it; the settings of the base count, not those of the branch. The file "
        "`policy.yml` can hold the list instead.",
        example="policy:\n  - {who: [team:leads], files: ['*.yml']}\n"
        "  - {who: [team:security], if: type:incident, statuses: [closed], signed: true}",
    ),
)  # fmt: skip


def read_policy(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the rules by name or number, in order, as plain values."""
    if not isinstance(raw, list):
        findings.add(where, "config-type", "policy must be a list (`- who: [PERSON]` and more)")
        return None
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for index, item in enumerate(raw if not findings.is_too_long(where, raw) else ()):
        spot = (*where, index)
        rule = _read_rule(findings, spot, item)
        name = rule.pop("name", "") or str(index + 1)
        if findings.is_name((*spot, "name"), name) and not findings.is_repeated((*spot, "name"), name, seen):
            found[name] = rule
        else:
            found[f"{name} {index + 1}"] = rule
        _check_whole(findings, spot, name, rule, item if isinstance(item, dict) else {})
    return found


def _check_whole(findings: Findings, where: Where, name: str, rule: Mapping[str, Any], raw: Mapping[str, Any]) -> None:
    if "who" in raw and not rule.get("who"):
        findings.add(where, "config-contradiction", f"the policy {name} locks everybody out: `who` names nobody")
    elif not rule.get("who") and not rule.get("signed"):
        message = f"the policy {name} forbids nothing: it needs `who`, `signed: true` or both"
        findings.add(where, "config-missing", message)
    if rule.get("files") and rule.get("if"):
        findings.add(where, "config-contradiction", f"the policy {name} asks for tickets with `if`, but names files")


def _read_rule(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in POLICY_ENTRIES:
            findings.unknown(spot, "key", key, POLICY_ENTRIES)
        elif key == "signed":
            rule[key] = findings.boolean(spot, value) or False
        elif POLICY_ENTRIES[key].shape == "names":
            rule[key] = read_listed(findings, spot, value)
        elif text := findings.text(spot, value):
            read = checked_query(findings, spot, text) if key == "if" else text
            if read is not None:
                rule[key] = read
    for index, deed in enumerate(rule.get("do", ())):
        findings.choice((*where, "do", index), deed, DEEDS)
    return rule


def _schema(_: Setting) -> Json:
    names: Json = {"anyOf": [schema_parts.TEXT, {"type": "array", "items": schema_parts.TEXT, "minItems": 1}]}
    deeds: Json = {"anyOf": [{"enum": [*DEEDS]}, {"type": "array", "items": {"enum": [*DEEDS]}}]}
    shapes = {"names": names, "text": schema_parts.TEXT, "boolean": {"type": "boolean"}}
    entries: dict[str, Json] = {
        key: {"description": entry.meaning, **(deeds if key == "do" else shapes[entry.shape])}
        for key, entry in POLICY_ENTRIES.items()
    }
    rule = {**schema_parts.closed(entries), "anyOf": [{"required": ["who"]}, {"required": ["signed"]}]}
    return {"type": "array", "items": rule}


SHAPES = {"policy": Shape("a list of rules", read_policy, _schema)}
PAGES = (Page("A rule of the policy", "", POLICY_ENTRIES),)
