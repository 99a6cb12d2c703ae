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


def intake_ways(request: Request) -> Iterable[Candidate]:
    """Return what `tk intake` takes in or does with held mails."""
    from plaintickets.commands.intake import WAYS

    del request
    return [Candidate(*one) for one in WAYS.items()]


def intake_sources(request: Request) -> Iterable[Candidate]:
    """Return the held mails after `release` and `drop`; else let the shell complete a file."""
    from plaintickets.store.kept_mail import digest_in, held_names

    if request.words[:1] not in (["release"], ["drop"]):
        return names.files(request)
    return [Candidate(digest_in(name)[:8]) for name in held_names(request.project.place.store)]


def intake_maps(request: Request) -> Iterable[Candidate]:
    """Return the maps of `tk intake json`."""
    return map(Candidate, request.config.intake.get("maps", ()))
