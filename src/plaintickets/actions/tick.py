"""Do what the clock asks for: rules on time, recurring tickets, the end of waiting, the archive."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.concerns import with_maintained
from plaintickets.actions.rule_context import RuleTests
from plaintickets.core.query.inquiry import compared
from plaintickets.core.rule_queries.standing import Standing
from plaintickets.core.servicedesk.automation.engine import LONGEST_CHAIN
from plaintickets.core.servicedesk.automation.marks import FIRED, mark, marked
from plaintickets.core.servicedesk.automation.triggers import TIME
from plaintickets.core.servicedesk.waiting import end_of_waiting, is_set_to_wait
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from plaintickets.actions.rule_effects import Fired
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.query import Query
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit, EditState
    from plaintickets.write.writer import Outcome

PARTS = ("sla", "rules", "waiting", "recurring", "archive")
USUAL = ("sla", "rules", "waiting", "recurring")
"""What a tick does without `--only`; files are moved to the archive only on demand."""
CLOCKS = frozenset(("sla", "left"))


class Row(NamedTuple):
    """One thing that a tick did: for which ticket, the part of the tick, why, what, and the ticket's title."""

    ticket: str
    part: str
    why: str
    done: str
    title: str


class Due(NamedTuple):
    """One thing to do: its part, the ticket if there is one, the rule or the recurrence, and why."""

    part: str
    ticket: str
    name: str
    why: str
    day: date | None = None
    releases: bool = False


class Ticked(NamedTuple):
    """What a tick did, what was refused, and the commit, if any."""

    rows: list[Row]
    refused: list[str]
    outcome: Outcome | None


def parts_of(only: str) -> tuple[str, ...]:
    """Return the parts that `--only` names.

    Raise UsageError for an unknown one.
    """
    names = [name.strip() for name in only.split(",") if name.strip()]
    for name in names:
        if name not in PARTS:
            raise UsageError(
                f"unknown part '{name}'", hint=f"{did_you_mean(name, PARTS)} Known: {', '.join(PARTS)}.".strip()
            )
    return tuple(names) or USUAL


def tick(project: Project, parts: Sequence[str], *, dry_run: bool = False, subject: str = "") -> Ticked:
    """Do everything that is due, in one commit; what one ticket refuses does not stop the others.

    Nothing is locked and no file is written where nothing is due.
    """
    project.require_settings()
    if not any(True for _ in due(project, parts)):
        return Ticked([], [], None)
    with project.edit("tick") as edit:
        project.__dict__.pop("reading", None)
        done = _Tick(edit)
        done.run(parts)
        if dry_run or not done.rows:
            return Ticked(done.rows, done.refused, None)
        edit.subject = subject
        count = len({row.ticket for row in done.rows})
        edit.standard = f"tk: tick, {count} ticket{'s' if count != 1 else ''}"
        return Ticked(done.rows, done.refused, edit.commit())


def due(project: Project, parts: Sequence[str], edit: Edit | None = None) -> Iterator[Due]:
    """Yield what is due now; with an edit, what is due after its changes."""
    if "sla" in parts or "rules" in parts:
        yield from _rules_due(project, parts, edit)
    if "waiting" in parts:
        yield from _waking(project, edit)
    if "recurring" in parts and project.config.recurring:
        yield from _recurring_due(project)
    if "archive" in parts:
        from plaintickets.actions.rename import ARCHIVED_DAYS, closed_before

        day = (project.now - timedelta(ARCHIVED_DAYS)).date().isoformat()
        for ticket in closed_before(project, day):
            yield Due("archive", ticket.id, "", f"closed before {day}")


def _rules_due(project: Project, parts: Sequence[str], edit: Edit | None) -> Iterator[Due]:
    tests = RuleTests(project, edit, of_all=True)
    today = project.now.date()
    for name, rule in project.config.rules.items():
        if TIME not in rule["on"]:
            continue
        query = _query(project, rule["if"])
        part = "sla" if any(node.field in CLOCKS for node in compared(query)) else "rules"
        if part not in parts:
            continue
        standing = Standing(name, rule, query)
        is_done = cache(project.config.is_done)
        for ticket in [*project.reading.tickets.values(), *(edit.new_tickets() if edit else ())]:
            now = ticket if edit is None else edit.current(ticket)
            if not standing.asks_for_closed and is_done(now.status):
                continue
            verdict = standing.verdict(now, lambda one, name=name: tests.matches(name, one), today)  # type: ignore[misc]
            if verdict in {"fire", "release"}:
                releases = verdict == "release"
                why = f"{rule['if'] or 'every ticket'} no longer holds" if releases else rule["if"] or "every ticket"
                yield Due(part, ticket.id, name, why, releases=releases)


def _query(project: Project, text: str) -> Query:
    from plaintickets.core.query import parse
    from plaintickets.query_context import expanded

    return parse(expanded(text, project.config.queries), None)


def _waking(project: Project, edit: Edit | None) -> Iterator[Due]:
    """Yield the tickets whose waiting ends: its date has come, or the ticket that they wait for is closed."""
    tickets = project.reading.tickets
    current = (lambda one: one) if edit is None else edit.current

    def is_closed(name: str) -> bool:
        return name in tickets and project.config.is_done(current(tickets[name]).status)

    for found in filter(is_set_to_wait, tickets.values()):
        why = end_of_waiting(current(found), project.now, is_closed)
        if why:
            yield Due("waiting", found.id, "", why)


def _recurring_due(project: Project) -> Iterator[Due]:
    from plaintickets.core.servicedesk.automation.recurrence import (
        RecurrenceError,
        occurrences,
        recurrence_of,
        start_of,
    )

    latest = _latest(project)
    for name, entry in project.config.recurring.items():
        start = start_of(entry["start"])
        try:
            days = (
                occurrences(recurrence_of(entry["rrule"]), start, latest.get(name), project.now.date()) if start else []
            )
        except RecurrenceError as error:
            source = project.config.source(f"recurring.{name}")
            raise RefusedError(f"{source}: the recurring ticket {name}: {error}") from None
        for day in days:
            yield Due("recurring", "", name, entry["rrule"], day)


def _latest(project: Project) -> dict[str, date]:
    """Return the day of the latest ticket of each recurrence, by the tickets' external references."""
    from plaintickets.core.servicedesk.automation.recurrence import start_of
    from plaintickets.core.ticket import list_of

    found: dict[str, date] = {}
    for ticket in project.reading.tickets.values():
        for reference in list_of(ticket.raw("external-ref")):
            kind, _, rest = reference.partition(":")
            name, _, text = rest.rpartition(":")
            day = start_of(text) if kind == "recurring" else None
            if day is not None and (name not in found or day > found[name]):
                found[name] = day
    return found


class _Tick:
    """A tick under way, in one edit."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self._today = edit.project.now.date()
        self.rows: list[Row] = []
        self.refused: list[str] = []

    def run(self, parts: Sequence[str]) -> None:
        """Do what is due, and what is due after that, each once, so that a second tick finds nothing."""
        done: set[Due] = set()
        for _ in range(LONGEST_CHAIN):
            before = len(done)
            for one in due(self._edit.project, parts, self._edit):
                if one not in done:
                    done.add(one)
                    self._do(one)
            if len(done) == before:
                return
        self.refused.append(f"rules on time fire each other more than {LONGEST_CHAIN} times; `tk check` names them")

    def _do(self, one: Due) -> None:
        state = self._edit.state()
        noted = len(self._edit.details), len(self._edit.trailers)
        try:
            {"waiting": self._wake, "recurring": self._recur, "archive": self._archive}.get(one.part, self._rule)(one)
        except RefusedError as error:
            self._edit.return_to(state)
            del self._edit.details[noted[0] :], self._edit.trailers[noted[1] :]
            self.refused.append(str(error).removesuffix("; nothing was changed"))

    def _row(self, one: Due, ticket: str, done: str) -> None:
        title = self._edit.ticket(ticket).title
        self.rows.append(Row(ticket, one.part, f"{one.name}: {one.why}" if one.name else one.why, done, title))

    def _rule(self, one: Due) -> None:
        from plaintickets.actions.fire_rules import note
        from plaintickets.actions.rule_effects import perform

        if one.releases:
            self._mark(one.ticket, one.name, None)
            self._row(one, one.ticket, "the mark goes")
            return
        state = self._edit.state()
        fired = perform(self._edit, one.name, one.ticket, None, self._today)
        note(self._edit, [fired], tells=False)
        self._follow(state, one.name)
        self._mark(one.ticket, one.name, self._today)
        self._row(one, one.ticket, _words(fired))

    def _follow(self, state: EditState, *path: str) -> None:
        """Fire the rules on a change for what was changed since a state of the edit, by a rule if one is named."""
        from plaintickets.actions.fire_rules import fire_for, occurrences

        changes = occurrences(self._edit.events_since(state), path)
        if changes and self._edit.project.has_rules:
            fire_for(self._edit, changes, day=self._today)

    def _mark(self, ticket: str, rule: str, day: date | None) -> None:
        from plaintickets.core.change import Change

        keys = self._edit.document(ticket).keys
        items = self._edit.ticket(ticket).items(FIRED)
        own, _ = marked(items, rule)
        after: list[Value] = [item for item in items if item not in own]
        after += [mark(rule, day)] if day is not None else []
        self._edit.apply([Change(ticket, FIRED, keys.get(FIRED), after or None)])

    def _wake(self, one: Due) -> None:
        from plaintickets.actions.wait import end_waiting

        state = self._edit.state()
        done = end_waiting(self._edit, one.ticket)
        self._edit.details.append(f"{one.ticket} waits no longer: {one.why}")
        self._follow(state)
        self._row(one, one.ticket, done)

    def _recur(self, one: Due) -> None:
        from plaintickets.actions.rule_tickets import create

        if one.day is None:
            return
        state, day = self._edit.state(), one.day
        values = with_maintained(self._edit.project, one.name)
        reference = f"recurring:{one.name}:{day.isoformat()}"
        made = create(self._edit, values, lambda text: text.replace("{date}", day.isoformat()), reference, self._today)
        if made is not None:
            self._follow(state)
            self._row(one, made, f"created for {day.isoformat()}")

    def _archive(self, one: Due) -> None:
        from plaintickets.actions.rename import archive_in

        if archive_in(self._edit, [self._edit.ticket(one.ticket)]):
            self._row(one, one.ticket, "moved to the archive")


def _words(fired: Fired) -> str:
    changes = ", ".join(fired.changes)
    told = f"to notify: {', '.join(fired.notified)}" if fired.notified else ""
    return "; ".join(part for part in (changes, told) if part) or "marked"
