"""Saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import BOTH, Setting, Shape
from plaintickets.core.settings.reading import named

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SETTINGS = (
    Setting(
        "queries", "queries",
        "Saved queries: `mine` is used as `tk ls @mine`.",
        BOTH,
        example="queries:\n  mine: assignee:me is:open",
    ),
)  # fmt: skip


def read_queries(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the saved queries by name."""
    queries = {}
    for name, spot, value in named(findings, where, raw):
        if text := findings.text(spot, value):
            queries[name] = text
        elif text == "":
            findings.add(spot, "config-missing", f"the query {name} is empty")
    return queries


def _schema(_: Setting) -> Json:
    return schema_parts.named(schema_parts.TEXT)


SHAPES = {"queries": Shape("queries by name", read_queries, _schema)}
