"""Check values in queries and options. Refuse an unknown one if the settings list all values, else report it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.fields import find_field
from plaintickets.core.person_names import TEAM, person_forms
from plaintickets.core.query import compile_query
from plaintickets.core.query.comparison import is_me
from plaintickets.core.query.inquiry import leaves
from plaintickets.core.query.nodes import Compare, Id, Query, Value
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
    *("customer", "concerns", "waiting_on", "approvals", "rejections"),
)
_MOST_NOTES = 10


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
    known: dict[str, _Known | None] = {}
    for name, value in _equalities(query):
        if name not in known:
            known[name] = _known_values(project, name, only_listed=only_listed)
        of_field = known[name]
        found = None if of_field is None or value.is_glob else _unknown(project, name, value, of_field)
        if found is not None:
            yield found


def _equalities(query: Query) -> Iterator[tuple[str, Value]]:
    """Yield each field of the query with each value that it is to have, or not to have."""
    for node, _ in leaves(query.root):
        if isinstance(node, Id):
            yield "id", node.glob
        elif isinstance(node, Compare) and node.op in ("=", "!="):
            for value in node.values:
                yield node.field, value


def refuse_unlisted(project: Project, query: Query, place: str) -> None:
    """Raise UnreadableError, with the place, for a value that is none of those that the settings list."""
    for unknown in unknown_values(project, query, only_listed=True):
        raise unlisted(unknown, place)


def unlisted(unknown: Unknown, place: str) -> UnreadableError:
    """Return the error for a value at a place of the settings, which list all values."""
    return UnreadableError(f"{place}: {unknown.sentence}, nor do the settings name it", hint=unknown.near or None)


def check_list(project: Project, query: Query) -> None:
    """Refuse a value of a listing that is not in the settings' list of values; report others on stderr."""
    for unknown in unknown_values(project, query, only_listed=True):
        raise RefusedError(unknown.sentence, hint=unknown.near or f"it is one of {', '.join(unknown.known)}.")
    for number, unknown in enumerate(unknown_values(project, query)):
        if number == _MOST_NOTES:
            project.around.notify("note: there are more values that no ticket has.")
            return
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
    for unknown in unknown_values(project, query, only_listed=not typed):
        raise RefusedError(
            f"{unknown.sentence}, so there was nothing to check",
            hint=unknown.near or "--allow-unknown passes anyway.",
        )
    if typed or project.config.source("blockers.query") == "default":
        return
    for unknown in islice(unknown_values(project, query), _MOST_NOTES):
        if unknown.near:
            project.around.notify(f"note: blockers.query: {unknown.sentence}. {unknown.near}")


class _Known(NamedTuple):
    """The values of a field that the settings list, and the folded texts that mean one of them or a ticket."""

    type: str
    listed: Sequence[str]
    forms: frozenset[str]


def _known_values(project: Project, name: str, *, only_listed: bool) -> _Known | None:
    """Return what is known of a field's values; None for a field that may have any value."""
    config = project.config
    if name not in BUILTIN_FIELDS and all(field.name != name for field in config.fields):
        return None
    field = find_field(config, name)
    listed: Sequence[str] = config.people if field.type == "person" else ()
    if name in ("queue", "service") and not field.values:
        listed = [*(config.queues if name == "queue" else config.services)]
    elif name == "concerns":
        from plaintickets.actions.concerns import known_names

        listed = known_names(project)
    elif name == "visibility":
        from plaintickets.core.visibility import INTERNAL, PUBLIC

        listed = (INTERNAL, PUBLIC)
    elif field.type == "priority":
        listed = [*map(str, range(len(field.values))), *field.values]
    elif field.type in _CHOSEN:
        listed = field.values
    if not listed and (only_listed or (name not in _HELD and field.type not in ("person", "ticket"))):
        return None
    if field.type == "ticket":
        forms = {form for known in project.paths for form in (known.casefold(), known.rpartition("-")[2].casefold())}
    else:
        forms = {form for known in listed for form in (*person_forms(known), known.casefold())}
    return _Known(field.type, listed, frozenset(forms))


def _unknown(project: Project, name: str, value: Value, known: _Known) -> Unknown | None:
    is_bare_person = known.type == "person" and not value.quoted
    if is_bare_person and (is_me(value.text) or value.text.casefold().startswith(TEAM)):
        return None
    if " ".join(value.text.casefold().split()) in known.forms:
        return None
    tickets = project.reading.tickets.values()
    if any(map(compile_query(Query("", Compare(name, "=", (value,))), QueryContext(project)), tickets)):
        return None
    values = [*known.listed] or sorted({item for ticket in tickets for item in ticket.items(name)})
    return Unknown(name, value.text, values, closed=bool(known.listed))
