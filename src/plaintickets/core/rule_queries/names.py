"""Find unknown names in automation rules, the policy and recurring tickets: fields, statuses, people, teams, queues."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.change import BODY, TITLE
from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.fields import FieldValueError, find_field, parse
from plaintickets.core.person_names import TEAM, person_forms
from plaintickets.core.query import QueryError
from plaintickets.core.query import parse as parse_query
from plaintickets.core.query.inquiry import compared, has_words, mentioned
from plaintickets.core.query_names import COMPUTED, FIXED_TYPES, TEXT_FIELDS
from plaintickets.core.servicedesk.access_policy import TEXT
from plaintickets.core.servicedesk.automation.effects import ROLES, is_step, listed, name_of
from plaintickets.core.servicedesk.automation.placeholders import unknown
from plaintickets.core.servicedesk.people import called, teams_of
from plaintickets.core.servicedesk.references import findings_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from plaintickets.core.config import Config
    from plaintickets.core.config_problems import Findings
    from plaintickets.core.problem import Problem

SAVED = re.compile(r"(?<![^\s(\-])@([\w-]+)")
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)  # only whether a date can be read is asked, not which one it is
_CHOSEN = ("enum", "status", "type", "resolution")


def unknown_names(config: Config) -> Iterator[Problem]:
    """Yield the unknown names of automation rules, of the policy and of recurring tickets."""
    names = Names(config)
    for name, rule in config.rules.items():
        findings = findings_at(config, "rules", name)
        names.check_rule(findings, rule)
        yield from findings.problems
    for name, rule in config.policy.items():
        findings = findings_at(config, "policy", name)
        names.check_policy(findings, rule)
        yield from findings.problems
    for name, entry in config.recurring.items():
        findings = findings_at(config, "recurring", name)
        names.check_recurring(findings, entry)
        yield from findings.problems


class Names:
    """The names that a configuration knows, and the check of rules against them."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._fields = described_fields(config)
        people = config.people_details
        self._people = {form for name, person in people.items() for form in called(name, person)}
        self._people |= {form for person in config.people for form in person_forms(person)}
        self._teams = teams_of(people)

    def check_rule(self, findings: Findings, rule: Mapping[str, Any]) -> None:
        """Record the unknown names of a rule."""
        where = ("rules",)
        for trigger in rule["on"]:
            kind, _, name = trigger.partition(":")
            if kind == "changed" and name and name not in {*self._fields, TITLE, BODY}:
                findings.unknown(where, "field", name, sorted(self._fields))
            if kind == "status" and name:
                self._check_value(findings, where, "status", name)
        self._check_query(findings, where, rule["if"])
        for effect in rule["do"]:
            self._check_effect(findings, where, effect)

    def check_policy(self, findings: Findings, rule: Mapping[str, Any]) -> None:
        """Record the unknown names of a rule of the policy, and queries about more than the fields of a ticket."""
        where = ("policy",)
        for person in rule.get("who", ()):
            self._check_person(findings, where, person)
        for name in rule.get("fields", ()):
            if name not in {*self._fields, TEXT}:
                findings.unknown(where, "field", name, sorted({*self._fields, TEXT}))
        for status in rule.get("statuses", ()):
            self._check_value(findings, where, "status", status)
        for pattern in rule.get("files", ()):
            is_settings = "*" not in pattern and "/" not in pattern and pattern.endswith((".yml", ".yaml"))
            if is_settings and pattern not in SETTINGS_FILES:
                findings.unknown(where, "file", pattern, SETTINGS_FILES)
        self._check_query(findings, where, rule.get("if", ""))
        self._check_is_of_fields(findings, where, rule.get("if", ""))

    def _check_is_of_fields(self, findings: Findings, where: tuple[str, ...], text: str) -> None:
        """Record a query about texts or computed fields, which are not known of every commit."""
        try:
            query = parse_query(SAVED.sub("id:*", text), None)
        except QueryError:
            return
        asked = sorted(mentioned(query) & {*TEXT_FIELDS, *COMPUTED} - {TITLE})
        if has_words(query) or asked:
            what = f"asks for {asked[0]}" if asked else "searches the text"
            findings.add(where, "config-value", f"`if` of a policy {what}; it can ask for fields of tickets only")

    def check_recurring(self, findings: Findings, entry: Mapping[str, Any]) -> None:
        """Record the unknown names of a recurring ticket."""
        where = ("recurring",)
        for text in (entry.get("title", ""), entry.get("text", "")):
            self._check_text(findings, where, text, {"date"})
        self._check_draft(findings, where, entry)

    def _check_query(self, findings: Findings, where: tuple[str, ...], text: str) -> None:
        for match in SAVED.finditer(text):
            if match[1] not in self._config.queries:
                findings.unknown(where, "query", match[1], self._config.queries)
        try:
            query = parse_query(SAVED.sub("id:*", text), None)
        except QueryError:
            return
        known = {*self._fields, *FIXED_TYPES, *TEXT_FIELDS, *COMPUTED}
        for name in sorted(mentioned(query) - known):
            findings.unknown(where, "field", name, sorted(known))
        for node in compared(query):
            if node.op in {"=", "!="} and node.field in self._fields:
                for value in node.values:
                    if not value.is_glob:
                        self._check_wanted(findings, where, node.field, value.text)

    def _check_wanted(self, findings: Findings, where: tuple[str, ...], name: str, text: str) -> None:
        """Check a value that a query asks for, where the settings list all values."""
        field = find_field(self._config, name)
        if field.type == "person":
            self._check_person(findings, where, text, roles=("me",))
        elif name == "queue":
            self._check_queue(findings, where, text)
        elif field.type in {*_CHOSEN, "priority"} and field.type != "enum":
            self._check_value(findings, where, name, text)

    def _check_effect(self, findings: Findings, where: tuple[str, ...], effect: Mapping[str, Any]) -> None:
        name = name_of(effect)
        value = effect[name]
        if name == "set":
            self._check_fields(findings, where, value)
        elif name == "status":
            self._check_status(findings, where, value, effect.get("resolution", ""))
        elif name in {"assign", "notify"}:
            for person in listed(value):
                self._check_person(findings, where, person, roles=("reporter",) if name == "assign" else ROLES)
        elif name == "comment":
            self._check_text(findings, where, value.get("text", ""))
        elif name == "create":
            for text in (value["title"], value.get("text", "")):
                self._check_text(findings, where, text)
            self._check_draft(findings, where, value)

    def _check_status(self, findings: Findings, where: tuple[str, ...], status: str, resolution: str) -> None:
        self._check_value(findings, where, "status", status)
        if resolution:
            if status in self._config.status_names and not self._config.is_done(status):
                findings.add(where, "config-value", f"a resolution needs a closed status, and {status} is not one")
            self._check_value(findings, where, "resolution", resolution)

    def _check_draft(self, findings: Findings, where: tuple[str, ...], draft: Mapping[str, Any]) -> None:
        if draft.get("type"):
            self._check_value(findings, where, "type", draft["type"])
        self._check_fields(findings, where, draft.get("set", {}))

    def _check_fields(self, findings: Findings, where: tuple[str, ...], values: Mapping[str, str]) -> None:
        for name, text in values.items():
            if name not in self._fields:
                findings.unknown(where, "field", name, sorted(self._fields))
            elif name in {"id", "created", "closed", "links", "fired"}:
                findings.add(where, "config-value", f"a rule cannot set '{name}'")
            elif name == "queue":
                self._check_queue(findings, where, text)
            elif name == "assignee":
                self._check_person(findings, where, text)
            elif text and not is_step(name, text):
                self._check_value(findings, where, name, text)

    def _check_value(self, findings: Findings, where: tuple[str, ...], name: str, text: str) -> None:
        """Record a value that the type of the field does not accept."""
        field = find_field(self._config, name)
        try:
            parse(text, field, _WHEN)
        except FieldValueError as error:
            if field.type in _CHOSEN or field.values:
                findings.unknown(where, name, text, field.values)
            else:
                findings.add(where, "config-value", f"{error}{f'. {error.hint}' if error.hint else ''}")

    def _check_person(self, findings: Findings, where: tuple[str, ...], text: str, roles: Iterable[str] = ()) -> None:
        if text.casefold().startswith(TEAM):
            if text[len(TEAM) :] not in self._teams:
                findings.unknown(where, "team", text[len(TEAM) :], self._teams)
        elif text and text not in roles and self._people and self._people.isdisjoint(person_forms(text)):
            findings.unknown(where, "person", text, [*self._config.people_details, *self._config.people, *roles])

    def _check_queue(self, findings: Findings, where: tuple[str, ...], text: str) -> None:
        if self._config.queues and text and text not in self._config.queues:
            findings.unknown(where, "queue", text, self._config.queues)

    def _check_text(self, findings: Findings, where: tuple[str, ...], text: str, more: Iterable[str] = ()) -> None:
        for name, _ in unknown(text, {*self._fields, *more}):
            findings.unknown(where, "placeholder", name, sorted({*self._fields, *more, "id", "left", "field"}))
