"""The people of the project, in `config.yml` or in `people.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SETTINGS = (
    Setting(
        "people", "people",
        "The people of the project, as names or as `Name <mail>`, or each name with its mail. With it `tk check` "
        "reports an assignee who is not one of them. The file `people.yml` can hold the list instead.",
        example="people: [Ada Lovelace, grace]",
    ),
)  # fmt: skip


def read_people(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[str, ...] | None:
    """Return the people from a list of names or a mapping of names to mails, each in the form for comparison."""
    if not isinstance(raw, dict):
        return findings.names(where, raw, plain=False)
    if findings.is_too_long(where, raw):
        return None
    people: list[str] = []
    seen: set[str] = set()
    for name, value in raw.items():
        spot = (*where, name)
        person, mail = findings.text(spot, name), findings.text(spot, value)
        if person is None or mail is None:
            continue
        if not person:
            findings.add(spot, "config-value", "a person needs a name")
        elif mail and ("@" not in mail or "<" in mail or ">" in mail or "<" in person):
            findings.add(spot, "config-value", "a person is `Name: mail`, e.g. Ada Lovelace: ada@example.org")
        elif not findings.is_repeated(spot, person, seen):
            people.append(f"{person} <{mail}>" if mail else person)
    return tuple(people)


def _schema(_: Setting) -> Json:
    names = {**schema_parts.NAMES, "items": schema_parts.TEXT}
    mail = {"type": ["string", "null"], "maxLength": schema_parts.LONGEST_TEXT}
    return {"anyOf": [names, {"type": "object", "additionalProperties": mail}]}


SHAPES = {"people": Shape("a list of people, or mails by name", read_people, _schema, has_default=True)}
