"""The workflow: what a change of status changes, and which status changes are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.change import Change
from plaintickets.core.dates import utc_text
from plaintickets.core.fields import FieldValueError, find_field, parse
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from plaintickets.core.config import Config, Status
    from plaintickets.core.ticket import Ticket, Value


class TransitionError(RefusedError):
    """A status change that the configuration does not allow."""

    def __init__(self, ticket: str, before: str, after: str, allowed: tuple[str, ...], pipeline: str = "") -> None:
        self.ticket = ticket
        self.before = before
        self.after = after
        self.allowed = allowed
        moves = f"allowed: {' '.join(allowed)}" if allowed else "no move is allowed from there"
        where = f" in the pipeline {pipeline}" if pipeline else ""
        super().__init__(f"ticket '{ticket}' cannot go from {before} to {after}{where}; {moves}")
        self.hint = "Use --force to do it all the same."


class MissingFieldsError(RefusedError):
    """A ticket without required fields; `ticket` is empty for one that does not exist yet."""

    def __init__(self, ticket: str, kind: str, missing: list[str]) -> None:
        self.ticket = ticket
        self.kind = kind
        self.missing = missing
        subject = f"ticket '{ticket}' of type {kind} still" if ticket else f"a new ticket of type {kind}"
        super().__init__(f"{subject} needs: {' '.join(missing)}")
        options = " ".join(f"--set {name}=…" for name in missing)
        self.hint = f"Set them with: tk set {ticket} {options.replace('--set ', '')}" if ticket else f"Add {options}"


class MissingSectionsError(RefusedError):
    """A new ticket without the sections that its type requires."""

    def __init__(self, kind: str, missing: list[str], fields: list[str]) -> None:
        self.kind = kind
        self.missing = missing
        self.fields = fields
        names = ", ".join(f"'{name}'" for name in missing)
        also = f"{' '.join(fields)}, and " if fields else ""
        super().__init__(f"a new ticket of type {kind} needs: {also}text below the heading {names}")
        options = "".join(f" --set {name}=…" for name in fields)
        self.hint = f"Add{options} -F FILE, a text with these headings as `## {missing[0]}`, or -e for the editor"


def move(
    ticket: Ticket,
    to_status: str,
    config: Config,
    *,
    now: datetime,
    resolution: str | None = None,
    force: bool = False,
) -> tuple[Change, ...]:
    """Return the changes that give a ticket a status, none if it has it.

    A status of the class done sets `closed`, and `resolution` if one is given; any other removes both. A
    status that is not configured may always be left. `force` ignores the transitions and the required fields.

    Raise FieldValueError for an unknown status or resolution, TransitionError, or MissingFieldsError.
    """
    target = choose_status(to_status, config, now)
    done = config.is_done(target)
    after: dict[str, Value | None] = {"status": target}
    if resolution is not None:
        after["resolution"] = _choose_resolution(resolution, target, config, now)
    if target != ticket.status:
        if not force:
            _check_transition(ticket, target, config)
        after["closed"] = utc_text(now) if done else None
        if not done:
            after["resolution"] = None
        if done and not force:
            _check_closing(ticket, after, config)
    return tuple(
        Change(ticket.id, name, ticket.get(name), after[name])
        for name in ("status", "closed", "resolution")
        if name in after and after[name] != ticket.get(name)
    )


def choose_status(text: str, config: Config, now: datetime) -> str:
    """Return the configured status that `text` names, in any letter case.

    Raise FieldValueError, which lists the statuses, if there is none.
    """
    field = find_field(config, "status")
    if not text.strip():
        raise FieldValueError.of_choice(field, text, field.values)
    return str(parse(text, field, now))


def allowed_moves(status: str, config: Config, ticket: Ticket | None = None) -> tuple[str, ...]:
    """Return the statuses that may follow a status; all of them for one that is not configured.

    For a ticket those of its pipeline, if it has one.
    """
    if ticket is None or not config.pipelines:
        return follow(status, config.statuses)
    from plaintickets.core.pipelines import pipeline_of, statuses_of

    return follow(status, statuses_of(pipeline_of(ticket, config), config))


def follow(status: str, statuses: tuple[Status, ...]) -> tuple[str, ...]:
    """Return the statuses that may follow a status in a graph; all of them for one that it does not have."""
    known = next((one for one in statuses if one.name == status), None)
    names = [one.name for one in statuses] if known is None or known.transitions is None else known.transitions
    return tuple(name for name in names if name != status)


def check_required(keys: Mapping[str, Value], kind: str, config: Config, *, closing: bool = False) -> list[str]:
    """Return the fields that the type requires and the keys lack, in the configured order.

    With `closing`, the fields required to close; else those required of a new ticket. A type that is not
    configured requires nothing. An empty value counts as lacking.
    """
    known = config.ticket_type(kind)
    if known is None:
        return []
    required = known.required_to_close if closing else known.required
    return [name for name in required if not keys.get(name)]


def _check_transition(ticket: Ticket, target: str, config: Config) -> None:
    allowed = allowed_moves(ticket.status, config, ticket)
    if target not in allowed:
        pipeline = ""
        if config.pipelines:
            from plaintickets.core.pipelines import pipeline_of

            pipeline = pipeline_of(ticket, config)
        raise TransitionError(ticket.id, ticket.status, target, allowed, pipeline)


def _check_closing(ticket: Ticket, after: Mapping[str, Value | None], config: Config) -> None:
    keys = {**ticket.keys, "title": ticket.title}
    keys.update({name: value for name, value in after.items() if value is not None})
    missing = check_required(keys, ticket.type, config, closing=True)
    if missing:
        raise MissingFieldsError(ticket.id, ticket.type, missing)


def _choose_resolution(text: str, target: str, config: Config, now: datetime) -> str:
    if not config.is_done(target):
        message = f"a resolution needs a closed status, and {target} is not one"
        raise FieldValueError("resolution", text, message)
    return str(parse(text, find_field(config, "resolution"), now))
