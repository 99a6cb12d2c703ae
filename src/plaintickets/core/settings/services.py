"""The services that a service desk looks after, in `config.yml` or in `services.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import read_sections

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SERVICE_ENTRIES = {
    "owner": Entry("text", "The person who owns it."),
    "team": Entry("text", "The team that looks after it."),
    "queue": Entry("text", "The queue of its tickets."),
    "sla": Entry("text", "The policy of `sla` that its tickets fall under, before the queries of policies are asked."),
    "maintenance": Entry("names", "The recurring tickets that concern it."),
    "description": Entry("text", "One line for people."),
}
SETTINGS = (
    Setting(
        "services", "services",
        "The services that the project runs, by name. The file `services.yml` can hold them instead.",
        example="services:\n  website: {description: What the public sees}",
    ),
)  # fmt: skip


def read_services(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the services by name, as plain values."""
    return read_sections(findings, where, raw, SERVICE_ENTRIES, short="owner")


def _schema(_: Setting) -> Json:
    return schema_parts.section(SERVICE_ENTRIES, "owner", {})


SHAPES = {"services": Shape("services by name", read_services, _schema)}
PAGES = (Page("A service", "owner", SERVICE_ENTRIES),)
