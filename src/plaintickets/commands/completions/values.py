"""Candidates for the values of fields, and for other names that a store or its settings know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.commands.completions import tickets
from plaintickets.commands.completions.request import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.commands.completions.request import Request
    from plaintickets.core.config import Field

    Source = Callable[[Request], Iterable[Candidate]]

_COMPUTED_COLUMNS = ("age", "blockers", "path")
_OWN_COLUMNS = {"dep": ("depth",), "search": ("score",), "similar": ("group", "reasons", "repeated-by", "score")}
DAYS = ("today", "tomorrow", "yesterday", "+7d", "-7d", "+1m", "end-of-month", "monday", "friday")


def statuses(request: Request) -> Iterable[Candidate]:
    """Return the statuses."""
    return [Candidate(one.name, one.description or one.kind) for one in request.config.statuses]


def next_statuses(request: Request) -> Iterable[Candidate]:
    """Return the statuses that the named tickets may change to; all of them with `--force` or without a ticket."""
    from plaintickets.core.workflow import allowed_moves

    named = [] if "--force" in request.before else tickets.named_tickets(request.project, request.words)
    allowed = [set(allowed_moves(ticket.status, request.config)) for ticket in named]
    return [one for one in statuses(request) if all(one.value in names for names in allowed)]


def types(request: Request) -> Iterable[Candidate]:
    """Return the types."""
    return [Candidate(one.name, one.description) for one in request.config.types]


def priorities(request: Request) -> Iterable[Candidate]:
    """Return the priorities, by number and by name."""
    names = request.config.priorities
    numbers = [Candidate(str(number), name) for number, name in enumerate(names)]
    return [*numbers, *(Candidate(name, str(number)) for number, name in enumerate(names))]


def resolutions(request: Request) -> Iterable[Candidate]:
    """Return the resolutions."""
    return [Candidate(name) for name in request.config.resolutions]


def people(request: Request) -> Iterable[Candidate]:
    """Return `me`, the people of the settings, and all whom a ticket names as assignee or reporter."""
    config = request.config
    known = {name: str(config.people_details.get(name, {}).get("name") or "") for name in config.people}
    full = {*known.values()}
    held = tickets.held_texts(request.project, "assignee") | tickets.held_texts(request.project, "reporter")
    found = {"me": "you", **dict(sorted(known.items()))}
    return [Candidate(*item) for item in (found | dict.fromkeys(sorted(held - found.keys() - full), "")).items()]


def assignees(request: Request) -> Iterable[Candidate]:
    """Return the people, and `-` for nobody."""
    return [*people(request), Candidate("-", "nobody")]


def teams(request: Request) -> Iterable[Candidate]:
    """Return the teams of the settings."""
    from plaintickets.core.servicedesk.people import teams_of

    return [Candidate(name, ", ".join(members)) for name, members in teams_of(request.config.people_details).items()]


def days(request: Request) -> Iterable[Candidate]:
    """Return words for days."""
    del request
    return map(Candidate, DAYS)


def tags(request: Request) -> Iterable[Candidate]:
    """Return the tags of all tickets."""
    return of_field(request, "tags")


def milestones(request: Request) -> Iterable[Candidate]:
    """Return the milestones of all tickets."""
    return of_field(request, "milestone")


def columns(request: Request) -> Iterable[Candidate]:
    """Return the columns of a list: every field, what is computed for a list, and what only this list has."""
    from plaintickets.query_context import known_fields

    own = _OWN_COLUMNS.get(request.ctx.info_name or "", ())
    return described(request, {*known_fields(request.project), *_COMPUTED_COLUMNS, *_of_clocks(request), *own})


def sort_keys(request: Request) -> Iterable[Candidate]:
    """Return the keys to sort by: every field and what is computed; with a `-` before them, if it is typed."""
    from plaintickets.actions.sorting import computed_keys
    from plaintickets.query_context import held_fields

    sign = request.typed[:1] if request.typed.startswith(("-", "+")) else ""
    names = described(request, {*held_fields(request.project), *computed_keys(request.project)})
    return [Candidate(sign + one.value, one.about) for one in names]


def _of_clocks(request: Request) -> Iterable[str]:
    return ("clock", "left") if request.project.config.sla else ()


def fields(request: Request) -> Iterable[Candidate]:
    """Return every field that a ticket has or can have."""
    from plaintickets.query_context import held_fields

    return described(request, held_fields(request.project))


def described(request: Request, names: Iterable[str]) -> list[Candidate]:
    """Return fields with their descriptions, sorted."""
    known = _fields(request)
    return [Candidate(name, known[name].description if name in known else "") for name in sorted(names)]


def _fields(request: Request) -> dict[str, Field]:
    from plaintickets.core.builtinfields import BUILTIN_FIELDS

    return {**BUILTIN_FIELDS, **{field.name: field for field in request.config.fields}}


def is_list(request: Request, name: str) -> bool:
    """Tell whether a field holds a list."""
    field = _fields(request).get(name)
    return field is not None and (field.multiple or field.type == "list")


_OF_TYPE: dict[str, Source] = {
    "status": next_statuses,
    "type": types,
    "priority": priorities,
    "resolution": resolutions,
    "person": people,
    "ticket": tickets.all_tickets,
}


def of_field(request: Request, name: str) -> Iterable[Candidate]:
    """Return the values that a field can have: those of its type and the settings, and those that tickets hold."""
    field = _fields(request).get(name)
    kind = field.type if field else ""
    if field is not None and field.values:
        return [Candidate(value) for value in field.values]
    if kind in _OF_TYPE:
        return _OF_TYPE[kind](request)
    if kind in ("datetime", "date", "moment"):
        return days(request)
    if kind == "boolean":
        return [Candidate("true"), Candidate("false")]
    named = _of_settings(request, name)
    held = tickets.held_texts(request.project, name)
    if is_list(request, name):
        held = {part.strip() for value in held for part in value.split(",")} - {""}
    return [*(Candidate(*item) for item in named.items()), *map(Candidate, sorted(held - named.keys()))]


def _of_settings(request: Request, name: str) -> dict[str, str]:
    """Return the names for a field that the settings of a service desk describe."""
    if name == "concerns":
        return concerned(request)
    held = {"queue": request.config.queues, "service": request.config.services}.get(name, {})
    return {key: str(entry.get("description") or "") if isinstance(entry, dict) else "" for key, entry in held.items()}


def concerned(request: Request) -> dict[str, str]:
    """Return the services and assets with what people call them."""
    from plaintickets.core.servicedesk.assets import is_used

    if not is_used(request.config):
        return {}
    assets = {name: asset.name for name, asset in request.project.assets.known.items()}
    return {**_of_settings(request, "service"), **assets}


def listed(source: Source) -> Source:
    """Return the source of a list of values with commas: completes the last one, without those before it."""

    def complete(request: Request) -> Iterable[Candidate]:
        before, comma, last = request.typed.rpartition(",")
        given = {value.lstrip("-+") for value in before.split(",")}
        for one in source(request.retyped(last)):
            if one.value.lstrip("-+") not in given:
                yield one._replace(value=before + comma + one.value)

    return complete
