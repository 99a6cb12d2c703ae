"""The people of the project and their teams, in `config.yml` or in `people.yml`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

PERSON_ENTRIES = {
    "name": Entry("text", "The full name."),
    "mail": Entry("text", "The mail address, which no other person has: a commit is of the person whose it is."),
    "login": Entry("text", "The name at the forge, as CODEOWNERS has it; without it the key in `people`."),
    "teams": Entry("names", "The teams that the person belongs to: `assignee:team:NAME` finds their tickets."),
    "skills": Entry("names", "What the person knows."),
    "capacity": Entry("text", "How many tickets the person works on at once, a whole number."),
    "away": Entry("dates", "When the person is away: dates and ranges, `2026-12-20..2027-01-04`."),
    "calendar": Entry("text", "The calendar of the person's working hours."),
}
SETTINGS = (
    Setting(
        "people", "people",
        "The people of the project, as names or as `Name <mail>`, or each name with its mail, or with what a service "
        "desk knows of a person. With it `tk check` reports an assignee who is not one of them. The file `people.yml` "
        "can hold the list instead.",
        example="people: [Ada Lovelace, grace]",
    ),
)  # fmt: skip
MOST_CAPACITY = 1000


def read_people(
    findings: Findings, where: Where, raw: Value, _: Setting
) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """Return the people, each as compared, and by name what a mapping says of each besides.

    A person with entries can be called by the key, the full name and the mail.
    """
    mails: dict[str, str] = {}
    if not isinstance(raw, dict):
        names = findings.names(where, raw, plain=False)
        for index, item in enumerate(raw if names else ()):
            form, mail = str(item).partition("<")[::2]
            _refuse_shared_mail(findings, (*where, index), mails, form.strip(), mail.rstrip("> "))
        return None if names is None else (names, {})
    if findings.is_too_long(where, raw):
        return None
    people: list[str] = []
    details: dict[str, Any] = {}
    seen: set[str] = set()
    for name, value in raw.items():
        spot = (*where, name)
        if isinstance(value, dict) and "mail" in value:
            _refuse_shared_mail(findings, (*spot, "mail"), mails, name, value["mail"])
        else:
            _refuse_shared_mail(findings, spot, mails, name, value)
        if isinstance(value, dict):
            detail = _read_person(findings, spot, name, value)
            forms = _forms(name, detail)
            repeated = [form for form in forms if findings.is_repeated(spot, form, seen)]
            if not repeated:
                people += forms
                details[name] = detail
        elif (person := _read_mail(findings, spot, name, value)) and not findings.is_repeated(spot, name, seen):
            people.append(person)
    return tuple(people), details


def _refuse_shared_mail(findings: Findings, where: Where, mails: dict[str, str], name: str, mail: Value) -> None:
    """Record the mail address of a person who is not the first with it: a commit with it would be of either."""
    if not isinstance(mail, str) or "@" not in mail:
        return
    first = mails.setdefault(mail.casefold(), name)
    if first != name:
        message = f"{quoted(name)} has the mail address of {quoted(first)}: nobody could tell whose commits are whose"
        findings.add(where, "config-duplicate", message)


def _read_mail(findings: Findings, where: Where, name: str, value: Value) -> str | None:
    person, mail = findings.text(where, name), findings.text(where, value)
    if person is None or mail is None:
        return None
    if not person:
        findings.add(where, "config-value", "a person needs a name")
    elif mail and ("@" not in mail or "<" in mail or ">" in mail or "<" in person):
        findings.add(where, "config-value", "a person is `Name: mail`, e.g. Ada Lovelace: ada@example.org")
    else:
        return f"{person} <{mail}>" if mail else person
    return None


def _forms(name: str, detail: dict[str, Any]) -> list[str]:
    """Return what a person can be called: the key, and the full name or the key with the mail."""
    mail = f" <{detail['mail']}>" if detail.get("mail") else ""
    full = f"{detail.get('name') or name}{mail}"
    return list({form.casefold(): form for form in (name, full)}.values())


def _read_person(findings: Findings, where: Where, name: str, entries: dict[str, Value]) -> dict[str, Any]:
    """Return what the settings say of one person, without what is no good."""
    if findings.text(where, name) == "" or "<" in name:
        findings.add(where, "config-value", "a person needs a name, without `<`")
    detail: dict[str, Any] = {}
    for key, value in entries.items():
        spot = (*where, key)
        if key not in PERSON_ENTRIES:
            findings.unknown(spot, "key", key, PERSON_ENTRIES)
        elif key in {"teams", "skills"}:
            detail[key] = [*(findings.names(spot, value) or ())]
        elif key == "away":
            detail[key] = _read_away(findings, spot, value)
        elif (text := findings.text(spot, value)) is None:
            continue
        elif key == "capacity":
            detail[key] = _read_capacity(findings, spot, text)
        elif "<" in text or ">" in text or (key == "mail" and "@" not in text):
            findings.add(spot, "config-value", f"{key} cannot be {quoted(text)}")
        else:
            detail[key] = text
    return detail


def _read_capacity(findings: Findings, where: Where, text: str) -> int:
    if re.fullmatch(r"[0-9]{1,4}", text) and int(text) <= MOST_CAPACITY:
        return int(text)
    findings.add(where, "config-value", f"capacity must be a whole number up to {MOST_CAPACITY}, not {quoted(text)}")
    return 0


def _read_away(findings: Findings, where: Where, raw: Value) -> list[str]:
    from plaintickets.core.servicedesk.calendar_text import LONGEST_RANGE, range_of

    if not isinstance(raw, list):
        findings.add(where, "config-type", "away must be a list of dates, e.g. [2026-12-20..2027-01-04]")
        return []
    found = []
    for index, item in enumerate(raw if not findings.is_too_long(where, raw) else ()):
        text = findings.text((*where, index), item)
        if text is not None and range_of(text) is None:
            message = (
                f"{quoted(text)} is no date and no range of {LONGEST_RANGE} days at most, e.g. 2026-12-20..2027-01-04"
            )
            findings.add((*where, index), "config-value", message)
        elif text is not None:
            found.append(text)
    return found


def _schema(_: Setting) -> Json:
    names = {**schema_parts.NAMES, "items": schema_parts.TEXT}
    mail = {"type": ["string", "null"], "maxLength": schema_parts.LONGEST_TEXT}
    shapes: dict[str, Json] = {
        "dates": {"type": "array", "items": schema_parts.TEXT},
        "names": schema_parts.NAMES,
        "text": schema_parts.TEXT,
    }
    entries = {key: {"description": one.meaning, **shapes[one.shape]} for key, one in PERSON_ENTRIES.items()}
    entries["capacity"] = {
        "description": PERSON_ENTRIES["capacity"].meaning, "type": "integer", "minimum": 0, "maximum": MOST_CAPACITY,
    }  # fmt: skip
    person = {"anyOf": [mail, schema_parts.closed(entries)]}
    return {"anyOf": [names, {"type": "object", "additionalProperties": person}]}


SHAPES = {"people": Shape("a list of people, or mails or entries by name", read_people, _schema, has_default=True)}
PAGES = (Page("A person", "mail", PERSON_ENTRIES),)
