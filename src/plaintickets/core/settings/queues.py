"""The queues of a service desk, in `config.yml` or in `queues.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import read_sections

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

QUEUE_ENTRIES = {
    "team": Entry("text", "The team that works on the queue."),
    "types": Entry("names", "The types of its tickets."),
    "calendar": Entry("text", "The calendar of its working hours."),
    "audience": Entry("choice", "Who may see its tickets.", ("public", "internal")),
    "description": Entry("text", "One line for people."),
}
SETTINGS = (
    Setting(
        "queues", "queues",
        "The queues of a service desk by name. A ticket names its queue in the field `queue`. The file `queues.yml` "
        "can hold them instead.",
        example="queues:\n  support: {types: [support, question], description: Questions of users}",
    ),
)  # fmt: skip


def read_queues(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the queues by name, as plain values."""
    return read_sections(findings, where, raw, QUEUE_ENTRIES, short="team")


def _schema(_: Setting) -> Json:
    return schema_parts.section(QUEUE_ENTRIES, "team", {})


SHAPES = {"queues": Shape("queues by name", read_queues, _schema)}
PAGES = (Page("A queue", "team", QUEUE_ENTRIES),)
