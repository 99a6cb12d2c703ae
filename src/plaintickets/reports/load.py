"""How loaded the people are: the open work against the capacity, for `tk load`; and the report on people and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.grouping import NONE
from plaintickets.core.moments import span
from plaintickets.core.person_names import TEAM
from plaintickets.core.quantiles import median
from plaintickets.core.query.dates import moment
from plaintickets.core.servicedesk.load import Work, capacity_of
from plaintickets.core.servicedesk.people import by_form, teams_of
from plaintickets.core.table import Chart, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.servicedesk.means import Staff
    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

COLUMNS = (
    Column("person", "person", "person"),
    Column("open", "open", "count"),
    Column("capacity", "capacity", "count"),
    Column("work", "work", "number"),
    Column("load", "load", "share"),
    Column("bar", ""),
    Column("away_until", "away until", "date"),
)
REPORT_COLUMNS = (
    Column("who", "who", "person"),
    Column("kind", "kind"),
    Column("open", "open", "count"),
    Column("active", "active", "count"),
    Column("overdue", "overdue", "count"),
    Column("oldest", "oldest", "duration"),
    Column("age", "median age", "duration"),
)
_CELLS = 10
_MOST_CELLS = 20


def load_table(staff: Staff, people: Sequence[str], notes: Sequence[str], *, bars: bool) -> Table:
    """Return a row for each person, the most loaded first; a full bar is the capacity."""
    rows = []
    for name in sorted(people, key=lambda one: (-_share(staff, one), one.casefold(), one)):
        work, share = staff.work.get(name, Work()), _share(staff, name)
        cells = (name, work.tickets, capacity_of(staff.people[name]), work.weight, round(share, 4))
        row = (*cells, bar(share), staff.away.get(name))
        rows.append(row if bars else (*row[:5], row[6]))
    return Table("Load", COLUMNS if bars else (*COLUMNS[:5], COLUMNS[6]), rows, notes)


def _share(staff: Staff, name: str) -> float:
    return staff.work.get(name, Work()).share(capacity_of(staff.people[name]))


def bar(share: float) -> str:
    """Return a share as a bar of ten cells, longer for more than the whole, at most of twenty."""
    filled = min(round(share * _CELLS), _MOST_CELLS) or (1 if share else 0)
    return "█" * filled + "░" * (_CELLS - filled) + ("+" if share * _CELLS > _MOST_CELLS else "")


def report(asked: Asked) -> Table:
    """Count the open tickets of each person and team, those in an active status, the overdue ones, and their ages.

    A team has the tickets that are assigned to it and those of its people. The ages of a person's tickets are shown
    only if figures of people are asked for.
    """
    people: dict[str, list[Ticket]] = {name: [] for name in asked.people}
    teams: dict[str, list[Ticket]] = {name: [] for name in teams_of(asked.people)}
    names = by_form(asked.people)
    nobody: list[Ticket] = []
    for ticket in asked.tickets:
        if asked.is_done(ticket.status):
            continue
        who = ticket.assignee
        if who.startswith(TEAM):
            teams.setdefault(who.removeprefix(TEAM), []).append(ticket)
        elif who:
            person = names.get(who.casefold(), who)
            people.setdefault(person, []).append(ticket)
            for team in asked.people.get(person, {}).get("teams", ()):
                teams[team].append(ticket)
        else:
            nobody.append(ticket)
    parts = [("person", people), ("team", teams), ("nobody", {NONE: nobody} if nobody else {})]
    rows: list[Sequence[Cell]] = []
    for kind, having in parts:
        for name in sorted(having, key=lambda name: (-len(having[name]), name.casefold(), name)):
            with_ages = kind != "person" or asked.with_people
            rows.append((name, kind, *_counts(having[name], asked), *_ages(having[name], asked, shown=with_ages)))
    notes = [] if asked.with_people else ["--people shows the ages of a person's tickets too"]
    return Table("Open tickets by person and team", REPORT_COLUMNS, rows, notes, Chart("bars", "who", ("open",)))


def _counts(tickets: Sequence[Ticket], asked: Asked) -> tuple[int, int, int]:
    active = sum(asked.status_class(ticket.status) == "active" for ticket in tickets)
    return len(tickets), active, sum(_is_overdue(ticket, asked) for ticket in tickets)


def _is_overdue(ticket: Ticket, asked: Asked) -> bool:
    """Tell whether the due moment has passed; a day has passed when it is over."""
    due = ticket.text("due")
    found = span(due) if due else None
    return found is not None and (found[1] <= asked.now if found[0] != found[1] else found[1] < asked.now)


def _ages(tickets: Sequence[Ticket], asked: Asked, *, shown: bool) -> tuple[int | None, int | None]:
    """Return the greatest and the median age in seconds, of tickets with a readable key `created`."""
    found = [moment(ticket.created) for ticket in tickets] if shown else []
    ages = [(asked.now - one[0]).total_seconds() for one in found if one is not None]
    half = median(ages)
    return (None, None) if half is None else (round(max(ages)), round(half))
