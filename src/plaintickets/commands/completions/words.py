"""Candidates for commands whose words differ in meaning: `set`, `update`, `status`, `assign`, `tag`, `resolve`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.commands.completions import tickets, values
from plaintickets.commands.completions.request import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.commands.completions.request import Request

_SETTING = re.compile(r"(--)?([A-Za-z_][\w.-]*?)(\+=|-=|=)(.*)\Z", re.DOTALL)
_NOT_SET = ("id", "title", "created", "closed")


def set_words(request: Request) -> Iterable[Candidate]:
    """Return tickets, then `KEY=`, `KEY+=` and `KEY-=` with the values of the key."""
    if not request.words:
        return tickets.all_tickets(request)
    if "=" in request.typed:
        return setting(request)
    more = [] if "=" in "".join(request.words) or not request.typed else tickets.all_tickets(request)
    return [*more, *_keys(request)]


def setting(request: Request) -> Iterable[Candidate]:
    """Return `KEY=`, and after it the values of the key."""
    match = _SETTING.match(request.typed)
    if match is None:
        return [one for one in _keys(request) if one.value[-2:-1] not in "+-"]
    lead, name, sign, typed = match.groups()
    lead = f"{lead or ''}{name}{sign}"
    part = request.retyped(typed)
    if sign == "-=":
        held = {item for one in tickets.named_tickets(request.project, request.words[:1]) for item in one.items(name)}
        source = values.listed(lambda _: map(Candidate, sorted(held)))
    else:
        source = lambda part: values.of_field(part, name)  # noqa: E731 - as the other one
        source = values.listed(source) if values.is_list(request, name) else source
    return [one._replace(value=lead + one.value) for one in source(part)]


def update_words(request: Request) -> Iterable[Candidate]:
    """Return a ticket, then `--KEY=` with the values of the key."""
    if not request.typed.startswith("--"):
        return () if request.words else tickets.all_tickets(request)
    if "=" in request.typed:
        return setting(request)
    return [one._replace(value=f"--{one.value}") for one in _keys(request) if one.value[-2:-1] not in "+-"]


def status_words(request: Request) -> Iterable[Candidate]:
    """Return tickets; after one, the statuses that it may get, and with a beginning more tickets."""
    if not request.words:
        return tickets.all_tickets(request)
    more = tickets.all_tickets(request) if request.typed else ()
    return [*values.next_statuses(request), *more]


def assign_words(request: Request) -> Iterable[Candidate]:
    """Return tickets; after one, people, and with a beginning more tickets."""
    if not request.words:
        return tickets.open_tickets(request)
    more = tickets.all_tickets(request) if request.typed else ()
    return [*values.assignees(request), *more]


def tag_words(request: Request) -> Iterable[Candidate]:
    """Return tickets, then tags: `-TAG` those that the first ticket has, others those that it has not."""
    words = request.before
    if not words:
        return () if request.typed.startswith("-") else tickets.all_tickets(request)
    sign = request.typed[:1] if request.typed.startswith(("+", "-")) else ""
    first = tickets.first_ticket(request)
    held = set(first.tags) if first else set()
    if sign == "-":
        found = [Candidate(tag) for tag in sorted(held)]
    else:
        found = [one for one in values.tags(request) if one.value not in held]
    tags = [one._replace(value=sign + one.value) for one in found]
    is_signed = any(word.startswith(("+", "-")) for word in words[1:])
    more = tickets.all_tickets(request) if request.typed and not sign else ()
    return [*more, *tags] if not is_signed else [*tags, *more]


def split_words(request: Request) -> Iterable[Candidate]:
    """Return a ticket; after it the numbers of its comments and the unticked items that are no tickets yet."""
    if not request.words:
        return tickets.all_tickets(request)
    from plaintickets.actions.split import parts_of_ticket
    from plaintickets.core.split_parts import open_items

    parts = parts_of_ticket(request.project, request.words[0])
    numbers = [Candidate(str(part.number), part.words) for part in parts if part.comment]
    return [*numbers, *(Candidate(part.words, "item") for part in open_items(parts, request.project.paths))]


def conflicts(request: Request) -> Iterable[Candidate]:
    """Return the fields of the first ticket with recorded conflicts."""
    first = tickets.first_ticket(request)
    recorded = first.get("conflicts") if first else None
    named = [one.partition(":")[0] for one in recorded if isinstance(one, str)] if isinstance(recorded, list) else []
    return [Candidate(name) for name in dict.fromkeys([*named, "title", "text"])]


def _keys(request: Request) -> list[Candidate]:
    found = []
    for one in values.fields(request):
        if one.value not in _NOT_SET or one.value == "title":
            found.append(one._replace(value=f"{one.value}="))
            if values.is_list(request, one.value):
                found += [one._replace(value=f"{one.value}{sign}=") for sign in "+-"]
    return found
