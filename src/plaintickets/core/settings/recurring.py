"""The recurring tickets of a service desk, in `config.yml` or in `recurring.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import named
from plaintickets.core.settings.rules import CREATE_READERS, LONGEST_COMMENT

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

RECURRING_ENTRIES = {
    "rrule": Entry("text", "When: an RRULE of RFC 5545 in days or more, e.g. `FREQ=WEEKLY;BYDAY=MO`."),
    "start": Entry("text", "The first day that counts, e.g. `2026-01-05`."),
    "title": Entry("text", "The title of each ticket; `{date}` is the day of the occurrence."),
    "type": Entry("text", "The type of each ticket, whose template it begins with."),
    "text": Entry("text", "The description of each ticket; `{date}` as above."),
    "tags": Entry("names", "The tags of each ticket."),
    "set": Entry("values", "Fields of each ticket, e.g. `{assignee: ada}`."),
}
SETTINGS = (
    Setting(
        "recurring", "recurring",
        "Tickets that `tk tick` creates again and again, by name: one for each occurrence of the RRULE. The file "
        "`recurring.yml` can hold them instead.",
        example="recurring:\n  backups: {rrule: FREQ=WEEKLY;BYDAY=MO, start: 2026-01-05, title: Check the backups}",
    ),
)  # fmt: skip


def read_recurring(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the recurring tickets by name, as plain values."""
    from plaintickets.core.servicedesk.automation.recurrence import SEARCHED_YEARS, start_of

    found: dict[str, Any] = {}
    for name, spot, value in named(findings, where, raw):
        entry: dict[str, Any] = {}
        for key, one in (findings.mapping(spot, value) or {}).items():
            place = (*spot, key)
            if key not in RECURRING_ENTRIES:
                findings.unknown(place, "key", key, RECURRING_ENTRIES)
                continue
            read = CREATE_READERS[key](findings, place, one) if key in CREATE_READERS else findings.text(place, one)
            if key == "start" and read is not None and start_of(read) is None:
                findings.add(place, "config-value", f"{quoted(read)} is no date. Write e.g. 2026-01-05")
            elif key == "rrule" and read is not None and (fault := _fault(read)):
                findings.add(place, "config-value", fault)
            elif read:
                entry[key] = read
        missing = [key for key in ("rrule", "start", "title") if key not in entry and not _has(value, key)]
        if missing:
            findings.add(spot, "config-missing", f"the recurring ticket {name} needs {' and '.join(missing)}")
        if "rrule" in entry and "start" in entry and not findings.is_full() and not _has_days(entry):
            findings.add((*spot, "rrule"), "config-value", f"this RRULE has no day within {SEARCHED_YEARS} years")
        found[name] = entry
    return found


def _fault(text: str) -> str:
    from plaintickets.core.servicedesk.automation.recurrence import RecurrenceError, recurrence_of

    try:
        recurrence_of(text)
    except RecurrenceError as error:
        return str(error)
    return ""


def _has_days(entry: dict[str, Any]) -> bool:
    from plaintickets.core.servicedesk.automation.recurrence import has_days, recurrence_of, start_of

    start = start_of(entry["start"])
    return start is None or has_days(recurrence_of(entry["rrule"]), start)


def _has(raw: Value, key: str) -> bool:
    return isinstance(raw, dict) and bool(raw.get(key))


def _schema(_: Setting) -> Json:
    words = {"anyOf": [schema_parts.TEXT, {"type": "array", "items": schema_parts.TEXT}]}
    scalar = {"type": ["string", "number", "boolean"]}
    shapes: dict[str, Json] = {
        "names": words,
        "text": schema_parts.TEXT,
        "values": {"type": "object", "additionalProperties": scalar},
    }
    entries = {key: {"description": one.meaning, **shapes[one.shape]} for key, one in RECURRING_ENTRIES.items()}
    entries["text"] = {**entries["text"], "maxLength": LONGEST_COMMENT}
    return schema_parts.named({**schema_parts.closed(entries), "required": ["rrule", "start", "title"]})


SHAPES = {"recurring": Shape("recurring tickets by name", read_recurring, _schema)}
PAGES = (Page("A recurring ticket", "", RECURRING_ENTRIES),)
