"""Candidates for the words of the commands of a service desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.commands.completions import names, tickets, values
from plaintickets.commands.completions.request import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.commands.completions.request import Request

_TICK_PARTS = ("sla", "rules", "waiting", "recurring", "archive")


def rules_words(request: Request) -> Iterable[Candidate]:
    """Return the actions of `tk rules`, and what follows them."""
    if not request.words:
        return [
            Candidate("try", "on which tickets it would have fired"),
            Candidate("apply", "to commits made without tk"),
        ]
    if request.words[0] == "try":
        return map(Candidate, request.config.rules)
    return names.ranges(request)


def snooze_words(request: Request) -> Iterable[Candidate]:
    """Return open tickets, and after the first also days."""
    days = values.days(request) if request.words else ()
    return [*days, *tickets.open_tickets(request)]


def waited_for(request: Request) -> Iterable[Candidate]:
    """Return whom or what a ticket can wait for."""
    return [Candidate("reporter"), *values.people(request), *tickets.open_tickets(request)]


def tick_parts(request: Request) -> Iterable[Candidate]:
    """Return the parts of `tk tick`."""
    del request
    return map(Candidate, _TICK_PARTS)


def services(request: Request) -> Iterable[Candidate]:
    """Return the services with their descriptions."""
    return [Candidate(name, entry.get("description", "")) for name, entry in request.config.services.items()]


def assets(request: Request) -> Iterable[Candidate]:
    """Return the assets with what people call them."""
    return [Candidate(one.id, one.name) for one in request.project.assets.known.values()]


def service_columns(request: Request) -> Iterable[Candidate]:
    """Return the columns of the list of services."""
    from plaintickets.actions.services import services_table

    return [Candidate(column.key) for column in services_table(request.project).columns]


def asset_columns(request: Request) -> Iterable[Candidate]:
    """Return the columns of the list of assets: what `tk` knows, and every key that an asset has."""
    from plaintickets.core.servicedesk.assets import KEYS

    own = {key: "" for one in request.project.assets.known.values() for key in one.keys}
    return [Candidate(*item) for item in {**own, "id": "", **KEYS, "open": "how many open tickets concern it"}.items()]
