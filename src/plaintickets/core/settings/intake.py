"""How mails and the JSON of forms become tickets, in `config.yml` or in `intake.yml`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.json_map import CONSTANT
from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import read_entries

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

INTAKE_ENTRIES = {
    "type": Entry("text", "The type of new tickets; without it the default type."),
    "queue": Entry("text", "The queue of new tickets."),
    "addresses": Entry("texts by name", "The queue of new tickets by the address that a mail is sent to."),
    "tags": Entry("names", "The tags of new tickets."),
    "portal": Entry(
        "names", "The types that `tk serve --portal` has a form of; without it, `type` or the default type."
    ),
    "servers": Entry(
        "lines",
        "The mail servers whose `Authentication-Results` count: the name with which their header begins. Without any, "
        "nobody vouches for a sender.",
    ),
    "identity": Entry(
        "choice",
        "Whether a sender is who one of these servers says (`verified`), or who the mail says (`claimed`): only for a "
        "mailbox whose server refuses forged senders.",
        ("verified", "claimed"),
    ),
    "senders": Entry("lines", "Who may open a ticket, as patterns such as `*@example.org`; without it, everybody."),
    "hold": Entry("lines", "Whose mails are always held, as patterns."),
    "staff": Entry("choice", "What the mail of one of the people becomes on a ticket.", ("internal", "public")),
    "reopen": Entry("boolean", "Whether an answer of its reporter opens a closed ticket again; true without it."),
    "automatic": Entry("choice", "What becomes of mails that no person wrote.", ("hold", "drop")),
    "largest_mail": Entry("size", "The largest mail that is read, such as `25MB`; at most 100MB."),
    "largest_attachment": Entry("size", "The largest attachment that is kept as a file of its own, such as `1MB`."),
    "maps": Entry("maps", "For `tk intake json`, by name: the path in the JSON of each field of the ticket."),
}
SETTINGS = (
    Setting(
        "intake", "intake",
        "How `tk intake` makes tickets and comments of mails and of JSON. The file `intake.yml` can hold it instead.",
        example="intake:\n  type: question\n  queue: support\n  servers: [mx.example.org]",
    ),
)  # fmt: skip
MOST_MAIL = 100 * 1024 * 1024
_SIZE = re.compile(r"([0-9]{1,9})[ ]?(B|kB|KB|MB)?")
_UNITS = {"": 1, "B": 1, "KB": 1024, "MB": 1024 * 1024}
_PATH = re.compile(r"[^.\s]+(?:\.[^.\s]+)*")


def read_intake(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the entries as plain values, without what is no good."""
    found = read_entries(findings, where, raw, INTAKE_ENTRIES, readers=_READERS)
    return {key: [*one] if isinstance(one, tuple) else one for key, one in found.items() if one is not None}


def _read_lines(findings: Findings, where: Where, raw: Value) -> tuple[str, ...] | None:
    return findings.names(where, raw, plain=False)


def _read_maps(findings: Findings, where: Where, raw: Value) -> dict[str, dict[str, str]]:
    return {name: _read_map(findings, (*where, name), one) for name, one in _entries(findings, where, raw)}


def _entries(findings: Findings, where: Where, raw: Value) -> list[tuple[str, Value]]:
    entries = findings.mapping(where, raw) or {}
    return [] if findings.is_too_long(where, entries) else [*entries.items()]


def _read_texts(findings: Findings, where: Where, raw: Value) -> dict[str, str]:
    found = {}
    for name, value in _entries(findings, where, raw):
        text = findings.text((*where, name), value)
        if text and findings.text((*where, name), name):
            found[name] = text
    return found


def _read_map(findings: Findings, where: Where, raw: Value) -> dict[str, str]:
    found = _read_texts(findings, where, raw)
    for name, text in found.items():
        if not text.startswith(CONSTANT) and not _PATH.fullmatch(text):
            message = f"{quoted(text)} is no path such as `issue.title`, and no constant such as `=bug`"
            findings.add((*where, name), "config-value", message)
    if found and "title" not in found:
        findings.add(where, "config-missing", "a map needs the path of the `title`")
    return found


def _read_size(findings: Findings, where: Where, raw: Value) -> int | None:
    text = findings.text(where, raw)
    match = _SIZE.fullmatch(text) if text is not None else None
    size = int(match[1]) * _UNITS[(match[2] or "").upper()] if match else 0
    if text is not None and not 0 < size <= MOST_MAIL:
        findings.add(where, "config-value", f"a size is a number up to 100MB, such as 25MB, not {quoted(text)}")
        return None
    return size or None


_READERS = {"lines": _read_lines, "maps": _read_maps, "size": _read_size, "texts by name": _read_texts}


def _schema(_: Setting) -> Json:
    texts: Json = {"type": "object", "additionalProperties": schema_parts.TEXT}
    shapes: dict[str, Json] = {
        "lines": {"type": "array", "items": schema_parts.TEXT, "uniqueItems": True},
        "maps": {"type": "object", "additionalProperties": {**texts, "required": ["title"]}},
        "size": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_MAIL}, schema_parts.TEXT]},
        "texts by name": texts,
    }
    return schema_parts.closed({key: schema_parts.entry(one, shapes) for key, one in INTAKE_ENTRIES.items()})


SHAPES = {"intake": Shape("entries", read_intake, _schema)}
PAGES = (Page("The intake", "", INTAKE_ENTRIES),)
