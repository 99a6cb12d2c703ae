"""Tables of clocks: all of a store, the stretches of one, and the presets."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from plaintickets.core.servicedesk.clocks import BREACHED, RUNNING
from plaintickets.core.servicedesk.duration import Length, length, written
from plaintickets.core.servicedesk.presets import ASSUMED, DEFAULT, PRESETS
from plaintickets.core.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.servicedesk.timelines import Failure, Timeline

if TYPE_CHECKING:
    from typing import TypeAlias

    _CellsOfPolicy: TypeAlias = "tuple[_Cells[int, Length], _Cells[int | None, str]]"

_Key = TypeVar("_Key")
_Shown = TypeVar("_Shown")
LIVE = (
    Column("ticket", "ticket", "ticket"),
    Column("clock", "clock"),
    Column("state", "state"),
    Column("policy", "policy"),
    Column("target", "target", "duration"),
    Column("elapsed", "elapsed", "duration"),
    Column("left", "left", "duration"),
    Column("due", "due"),
    Column("title", "title"),
)
STRETCHES = (
    Column("clock", "clock"),
    Column("from", "from"),
    Column("until", "until"),
    Column("why", "why"),
    Column("policy", "policy"),
    Column("counted", "counted", "duration"),
    Column("elapsed", "elapsed", "duration"),
)
EVENTS = (
    Column("ticket", "ticket", "ticket"),
    Column("metric", "clock"),
    Column("instance", "number", "count"),
    Column("type", "event"),
    Column("time", "time"),
)
TESTS = ("timeline", "verdict", "line", "why")
PRESET_COLUMNS = (
    Column("preset", "preset"),
    Column("pauses", "a pause stops"),
    Column("after", "update starts after"),
    Column("reopen", "reopening"),
    Column("response", "a response is"),
)


class Calendars(Protocol):
    """The calendars of clocks."""

    def zone_of(self, policy: str) -> tzinfo:
        """Return the time zone of a policy's calendar."""

    def workday_of(self, policy: str) -> int:
        """Return how many seconds a day of a policy's calendar is."""


def clocks_table(rows: Iterable[tuple[str, str, Clock]], desk: Calendars) -> Table:
    """Return clocks with their tickets' ids and titles, the nearest deadline first."""
    ordered = sorted(rows, key=lambda row: (inf if row[2].due is None else row[2].due, row[0], row[2].name))
    cells = _Cells[str, "_CellsOfPolicy"](lambda policy: _cells(desk.workday_of(policy), desk.zone_of(policy)))
    shown = []
    for ticket, title, (name, _, state, policy, target, elapsed, due, is_warning, _, _, _) in ordered:
        lengths, times = cells[policy]
        when = times[due]
        if state == "paused" and due is not None:
            when += " if resumed now"
        marked = f"{state}, warning" if is_warning else state
        left = lengths[target - elapsed]
        shown.append((ticket, name, marked, policy, lengths[target], lengths[elapsed], left, when, title))
    return Table("Clocks", LIVE, shown)


def _cells(day: int, zone: tzinfo) -> _CellsOfPolicy:
    """Return the cells of a policy: lengths, cut to minutes towards zero, and wall times."""
    return _Cells(lambda seconds: length(_cut(seconds), day)), _Cells(lambda instant: moment(instant, zone))


class _Cells(dict[_Key, _Shown]):
    """What values look like; of those of a long table each different one is made once."""

    def __init__(self, make: Callable[[_Key], _Shown]) -> None:
        self._make = make

    def __missing__(self, value: _Key) -> _Shown:
        shown = self[value] = self._make(value)
        return shown


def stretches_table(ticket: str, clocks: Iterable[Clock], desk: Calendars) -> Table:
    """Return the stretches of the clocks of a ticket, each with its reason and what it counted."""
    rows, notes = [], []
    for clock in clocks:
        total, zone, day = 0, desk.zone_of(clock.policy), desk.workday_of(clock.policy)
        name = clock.name if clock.number == 1 else f"{clock.name} {clock.number}"
        for part in clock.stretches:
            total += part.seconds
            times = (moment(part.start, zone), moment(part.end, zone))
            rows.append((name, *times, part.reason, part.policy, Length(part.seconds, day), Length(total, day)))
        verdict = "late" if clock.state == BREACHED else clock.state
        notes.append(f"{name}: {verdict}; due {moment(clock.due, zone) or 'in more than 50 years'}, by {clock.policy}")
        changed = _stricter_at(clock)
        if changed is not None:
            target = f"its target of {written(clock.target, day, ' ')}, in force since {moment(changed, zone)},"
            notes.append(f"{name}: missed at once: {target} had passed by {moment(clock.due, zone)}")
    return Table(f"Clocks of {ticket}", STRETCHES, rows, notes)


def _stricter_at(clock: Clock) -> int | None:
    """Return when a change of priority, type or policy gave a clock a target that had passed already, if one did."""
    pairs = zip(clock.stretches, clock.stretches[1:], strict=False)
    # Stretches for one reason are one, unless the terms changed between them.
    changes = [now.start for was, now in pairs if now.policy != was.policy or now.reason == was.reason]
    is_late = clock.state == BREACHED and clock.due is not None
    return changes[-1] if is_late and changes and clock.due is not None and clock.due < changes[-1] else None


def clock_lines(clocks: Iterable[Clock], desk: Calendars) -> list[str]:
    """Return a line for each clock: its name, state, time left or how late it is, and deadline, the nearest first."""
    lines = []
    for clock in sorted(clocks, key=lambda one: (one.due is None, one.due or 0)):
        state = "warning" if clock.is_warning else clock.state
        due = moment(clock.due, desk.zone_of(clock.policy)) or "in more than 50 years"
        left = written(abs(clock.left), desk.workday_of(clock.policy), " ") + (" late" if clock.left < 0 else " left")
        lines.append(f"- {clock.name}: {state}, {left}, due {due}")
    return lines


def unmatched_table(rows: Sequence[tuple[str, str]]) -> Table:
    """Return the ids and titles of tickets that no policy matches."""
    return Table("Tickets without a policy", (Column("ticket", "ticket", "ticket"), Column("title", "title")), rows)


def presets_table() -> Table:
    """Return the switches of each preset, those without one first."""
    everything: dict[str, dict[str, Any]] = {"(none)": DEFAULT, **PRESETS}
    rows = [
        (name, " ".join(one["pauses"]) or "nothing", one["after"], one["reopen"], one["response"])
        for name, one in everything.items()
    ]
    note = f"what reopening does in {', '.join(ASSUMED)} is assumed: their documentation does not say it"
    return Table("Presets", PRESET_COLUMNS, rows, [note])


def tests_table(timelines: Sequence[Timeline], failures: Sequence[Failure]) -> Table:
    """Return each timeline with its verdict, and what differs from the expectations."""
    rows = []
    for timeline in timelines:
        found = [one for one in failures if one.timeline == timeline.name]
        rows += [(timeline.name, "failed", one.source, one.text) for one in found] or [(timeline.name, "ok", "", "")]
    return Table("Tests of the policies", [Column(name, name) for name in TESTS], rows)


def events_table(ticket: str, clocks: Iterable[Clock]) -> Table:
    """Return what happened to the clocks of a ticket: activate, pause, breach, fulfill or end, in order of time."""
    found = [(when, clock.name, clock.number, kind) for clock in clocks for when, kind in _events(clock)]
    rows = [
        (ticket, name, number, kind, _utc(when)) for when, name, number, kind in sorted(found, key=lambda one: one[0])
    ]
    return Table(f"Events of the clocks of {ticket}", EVENTS, rows)


def _events(clock: Clock) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    before = ""
    for part in clock.stretches:
        if not before or (part.reason == RUNNING) != (before == RUNNING):
            found.append((part.start, "activate" if part.reason == RUNNING else "pause"))
        before = part.reason
    if clock.state == BREACHED and clock.due is not None:
        found.append((clock.due, "breach"))
    if clock.ended is not None:
        found.append((clock.ended, "end" if clock.state == "ended" else "fulfill"))
    return found


def clock_object(clock: Clock) -> dict[str, object]:
    """Return a clock as plain JSON types, its times in UTC and its lengths in seconds."""
    return {
        "clock": clock.name,
        "number": clock.number,
        "state": clock.state,
        "warning": clock.is_warning,
        "policy": clock.policy,
        "target": clock.target,
        "elapsed": clock.elapsed,
        "left": clock.left,
        "due": None if clock.due is None else _utc(clock.due),
        "started": _utc(clock.started),
        "ended": None if clock.ended is None else _utc(clock.ended),
    }


def moment(instant: int | None, zone: tzinfo) -> str:
    """Return an instant as wall time of a zone, empty for none."""
    return "" if instant is None else _wall_time(instant, zone)


@lru_cache(16_384)
def _wall_time(instant: int, zone: tzinfo) -> str:
    when = datetime.fromtimestamp(instant, zone)
    return f"{when.isoformat(' ')[:16]} {when.tzname()}"


def _utc(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cut(seconds: int) -> int:
    return seconds - seconds % 60 if seconds >= 0 else seconds + -seconds % 60
