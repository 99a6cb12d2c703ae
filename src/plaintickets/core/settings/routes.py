"""The routes by which tickets find the person who works on them, in `config.yml` or in `routes.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import checked_query

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

MEANS = ("skill", "least-loaded", "round-robin", "codeowners", "owner")
ROUTE_ENTRIES = {
    "name": Entry("text", "The route's name; without it, its number in the list."),
    "if": Entry("text", "The query of the tickets that it is for; without it, all."),
    "team": Entry("text", "The team whose people it chooses from; without it that of the ticket's queue, else all."),
    "by": Entry(
        "choice",
        "How it chooses; a list decides equal cases by the next. Without it the team gets the ticket.",
        MEANS,
    ),
}
SETTINGS = (
    Setting(
        "routes", "routes",
        "The routes of `tk route`, in order: the first one whose query a ticket matches, and that leads to somebody, "
        "decides who gets it. The file `routes.yml` can hold the list instead.",
        example="routes:\n  - if: component:parser\n    by: skill\n  - by: [least-loaded, round-robin]",
    ),
)  # fmt: skip


def read_routes(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the routes by name or number, in order, as plain values."""
    if not isinstance(raw, list):
        findings.add(where, "config-type", "routes must be a list (`- if: QUERY` and more)")
        return None
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for index, item in enumerate(raw if not findings.is_too_long(where, raw) else ()):
        spot = (*where, index)
        route = _read_route(findings, spot, item)
        name = route.pop("name", "") or str(index + 1)
        if findings.is_name((*spot, "name"), name) and not findings.is_repeated((*spot, "name"), name, seen):
            found[name] = route
        else:
            found[f"{name} {index + 1}"] = route
        if not route.get("by") and not route.get("team"):
            findings.add(spot, "config-missing", f"the route {name} leads to nobody: it needs `team`, `by` or both")
    return found


def _read_route(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    route: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in ROUTE_ENTRIES:
            findings.unknown(spot, "key", key, ROUTE_ENTRIES)
        elif key == "by":
            route[key] = _read_means(findings, spot, value)
        elif text := findings.text(spot, value):
            read = checked_query(findings, spot, text) if key == "if" else text
            if read is not None:
                route[key] = read
    return route


def _read_means(findings: Findings, where: Where, raw: Value) -> list[str]:
    """Return the ways of choosing, from one word or from a list."""
    names = [*(findings.names(where, raw) or ())] if isinstance(raw, list) else [findings.text(where, raw) or ""]
    if names in ([], [""]):
        findings.add(where, "config-value", f"by needs one of: {' '.join(MEANS)}")
    for index, name in enumerate(names):
        if name:
            findings.choice((*where, index) if isinstance(raw, list) else where, name, MEANS)
    return [name for name in names if name in MEANS]


def _schema(_: Setting) -> Json:
    one = {"enum": [*MEANS]}
    entries: dict[str, Json] = {
        key: {"description": entry.meaning, **schema_parts.TEXT} for key, entry in ROUTE_ENTRIES.items()
    }
    several = {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}
    entries["by"] = {"description": ROUTE_ENTRIES["by"].meaning, "anyOf": [one, several]}
    route = {**schema_parts.closed(entries), "anyOf": [{"required": ["team"]}, {"required": ["by"]}]}
    return {"type": "array", "items": route}


SHAPES = {"routes": Shape("a list of routes", read_routes, _schema)}
PAGES = (Page("A route", "", ROUTE_ENTRIES),)
