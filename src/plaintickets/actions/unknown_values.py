"""Check values in queries and options. Refuse an unknown one if the settings list all values, else report it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.fields import find_field
from plaintickets.core.person_names import TEAM, person_forms
from plaintickets.core.query import compile_query
from plaintickets.core.query.comparison import is_me
from plaintickets.core.query.inquiry import compared
from plaintickets.core.query.nodes import Compare, Query, Value
from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError, UnreadableError
from plaintickets.query_context import QueryContext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.project import Project

_CHOSEN = ("enum", "status", "type", "resolution")
_HELD = (
    *("assignee", "reporter", "tags", "component", "milestone", "severity", "impact", "urgency", "queue", "service"),
    *("customer", "parent", "deps", "links", "concerns"),
)


class Unknown(NamedTuple):
    """A value that no ticket and no setting has; `closed` if the settings list all values."""

    field: str
    value: str
    known: list[str]
    closed: bool

    @property
    def sentence(self) -> str:
        """Return what is wrong with the value."""
        if self.field == "concerns":
            return f"no ticket concerns {quoted(self.value)}"
        field = "tag" if self.field == "tags" else self.field
        return f"no ticket has the {field} {quoted(self.value)}"

    @property
    def near(self) -> str:
        """Return the most similar known value, or nothing."""
        return did_you_mean(self.value, self.known)


def unknown_values(project: Project, query: Query, *, only_listed: bool = False) -> Iterator[Unknown]:
    """Yield the unknown values of a query; with `only_listed` those of fields whose settings list all values."""
    for node in compared(query):
        for value in node.values if node.op in ("=", "!=") else ():
            found = None if value.is_glob else _unknown(project, node.field, value, only_listed=only_listed)
            if found is not None:
                yield found


def refuse_unlisted(project: Project, query: Query, place: str) -> None:
    """Raise UnreadableError, with the place, for a value that is none of those that the settings list."""
    for unknown in unknown_values(project, query, only_listed=True):
        raise unlisted(unknown, place)


def unlisted(unknown: Unknown, place: str) -> UnreadableError:
    """Return the error for a value at a place of the settings, which list all values."""
    return UnreadableError(f"{place}: {unknown.sentence}, nor do the settings name it", hint=unknown.near or None)


def check_list(project: Project, query: Query) -> None:
    """Refuse a value of a listing that is not in the settings' list of values; report others on stderr."""
    for unknown in unknown_values(project, query):
        if unknown.closed:
            raise RefusedError(unknown.sentence, hint=unknown.near or f"it is one of {', '.join(unknown.known)}.")
        project.around.notify(f"note: {unknown.sentence}. {unknown.near}".rstrip())


def check_option(project: Project, field: str, *values: str) -> None:
    """Check the values of an option like those of a query."""
    node = Compare(field, "=", tuple(Value(value, quoted=not is_me(value)) for value in values if value))
    if node.values:
        check_list(project, Query("", node))


def check_gate(project: Project, query: Query, *, typed: bool) -> None:
    """Refuse an unknown value in the query of a gate, which would pass because nothing matches.

    In a query of the settings, which nobody typed, a tag or name that no ticket has yet may be for later: one
    that is similar to a known one is reported on stderr. Nobody wrote the query that is the default.
    """
    is_default = not typed and project.config.source("blockers.query") == "default"
    for unknown in unknown_values(project, query, only_listed=is_default):
        if typed or unknown.closed:
            raise RefusedError(
                f"{unknown.sentence}, so there was nothing to check",
                hint=unknown.near or "--allow-unknown passes anyway.",
            )
        if unknown.near:
            project.around.notify(f"note: blockers.query: {unknown.sentence}. {unknown.near}")


def _unknown(project: Project, name: str, value: Value, *, only_listed: bool) -> Unknown | None:
    config = project.config
    is_field = name in BUILTIN_FIELDS or any(field.name == name for field in config.fields)
    field = find_field(config, name) if is_field else None
    if field is None or (field.type == "person" and not value.quoted and is_me(value.text)):
        return None
    if field.type == "person" and not value.quoted and value.text.casefold().startswith(TEAM):
        return None
    values: Sequence[str] = config.people if field.type == "person" else ()
    if name in ("queue", "service") and not field.values:
        values = [*(config.queues if name == "queue" else config.services)]
    elif name == "concerns":
        from plaintickets.actions.concerns import known_names

        values = known_names(project)
    elif field.type in _CHOSEN:
        values = field.values
    if not values and (only_listed or (name not in _HELD and field.type != "person")):
        return None
    forms = {form for known in values for form in (*person_forms(known), known.casefold())}
    if field.type == "ticket":
        forms = {form for known in project.paths for form in (known.casefold(), known.rpartition("-")[2].casefold())}
    if " ".join(value.text.casefold().split()) in forms:
        return None
    tickets = project.reading.tickets.values()
    if any(map(compile_query(Query("", Compare(name, "=", (value,))), QueryContext(project)), tickets)):
        return None
    known = list(values) or sorted({item for ticket in tickets for item in ticket.items(name)})
    return Unknown(name, value.text, known, closed=bool(values))
