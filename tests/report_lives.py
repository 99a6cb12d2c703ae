"""Lives of tickets for the tests of reports, and what a walk through their days finds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from plaintickets.core.config import Config
from plaintickets.core.event import Event, Revision
from plaintickets.core.status_times import StatusTime
from plaintickets.core.ticket import Ticket
from plaintickets.reports import Asked

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.table import Cell, Table

NOW = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAY = 86_400
START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())
CLASSES = {"open": "open", "active": "active", "waiting": "waiting", "closed": "done", "wontfix": "done"}
STATUSES = st.sampled_from([*CLASSES, ""])
# A life: days after the start, each with a status; empty is removed.
LIVES = st.lists(
    st.lists(st.tuples(st.integers(0, 60), STATUSES), min_size=1, max_size=7).map(
        lambda life: sorted(life, key=lambda one: one[0])
    ),
    max_size=8,
)


def asked(lives: dict[str, list[tuple[int, str]]], tickets: list[Ticket] | None = None) -> Asked:
    """A question about tickets whose statuses begin at days."""
    times = {name: [StatusTime(START + day * DAY, status) for day, status in life] for name, life in lives.items()}
    classes = CLASSES.__getitem__
    return Asked(
        tickets or [], times, lambda status: classes(status) == "done", Config().priorities, NOW, None, NOW,
        status_class=classes, statuses=tuple(CLASSES),
    )  # fmt: skip


def named(lives: list[list[tuple[int, str]]]) -> dict[str, list[tuple[int, str]]]:
    return {f"a-{number}": life for number, life in enumerate(lives)}


def rows(table: Table) -> list[dict[str, Cell]]:
    return [dict(zip([column.key for column in table.columns], row, strict=True)) for row in table.rows]


def status_on(life: list[tuple[int, str]], day: int) -> str:
    """The status just before a day, found by walking through the days one by one."""
    return next((status for start, status in reversed(life) if start < day), "")


def last_closing(life: list[tuple[int, str]], end: int) -> int | None:
    """The day of the closing that lasts, found by walking back; removal afterwards does not count."""
    states = [(day, status) for day, status in life if day < end]
    while states and not states[-1][1]:
        states = states[:-1]
    closing = None
    for day, status in reversed(states):
        if not status or CLASSES[status] != "done":
            return closing if status else None
        closing = day
    return None


def index_of(life: list[tuple[int, str]], closing: int) -> int:
    """The place at which the lasting run of done statuses begins."""
    place = len([one for one in life if one[0] < 56])
    while not life[place - 1][1]:
        place -= 1
    while place and CLASSES.get(life[place - 1][1]) == "done":
        place -= 1
    assert life[place][0] == closing
    return place


def has_been_open(life: list[tuple[int, str]], closing: int) -> bool:
    place = index_of(life, closing)
    return place > 0 and bool(life[place - 1][1])


def ticket(name: str, **keys: Value) -> Ticket:
    return Ticket(name, f"{name}.md", keys, name)


def event(name: str, day: int, kind: str, field: str = "", after: Value | None = None) -> Event:
    revision = Revision(
        f"{day:040}", "Ann", "ann@example.org", START + day * DAY, START + day * DAY, "", "", is_merge=False
    )
    return Event(name, name, kind, field, None, after, (), revision)
