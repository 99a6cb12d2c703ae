"""A milestone over time: how many tickets it has, how many are done, and when the rest may be."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.event import CHANGED, CREATED
from plaintickets.core.forecast import at_chance, periods_needed
from plaintickets.core.periods import moment_of, periods
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.periods_by_group import by_group
from plaintickets.reports.workload_forecast import day_after, method, past_note, past_periods

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plaintickets.core.status_times import StatusTime
    from plaintickets.reports import Asked

    Scope = list[tuple[int, bool]]  # the moments from which on a ticket has the milestone, or has it no more

COLUMNS = (
    Column("start", "from", "date"),
    Column("added", "added", "count"),
    Column("dropped", "dropped", "count"),
    Column("scope", "scope", "count"),
    Column("done", "done", "count"),
    Column("left", "left", "count"),
)
CHART = Chart("lines", "start", ("scope", "done", "left"))
_HALF, _LIKELY = 0.5, 0.85


class Step(NamedTuple):
    """A change of the milestone by one ticket: by how much the scope, and by how much the done ones change."""

    at: int
    scope: int
    done: int


def report(asked: Asked) -> Table:
    """Count the tickets of a milestone at the end of each period, and forecast when the rest is done.

    A ticket is in the scope as long as its field `milestone` has the name, and it exists. The forecast is that of all
    groups. Raises PeriodsError.
    """
    scopes = _scopes(asked)
    steps = _all_steps(asked, scopes)
    if asked.by is None:
        table = _counted(asked, steps)
    else:
        some = asked._replace(times={name: times for name, times in (asked.times or {}).items() if name in scopes})
        table = by_group(some, lambda part: _counted(part, _all_steps(part, scopes)), "left")
    return table._replace(notes=[*_forecast(asked, steps), *table.notes])


def _scopes(asked: Asked) -> dict[str, Scope]:
    """Return from when on each ticket had the milestone or had it no more, of those that have or had it."""
    today = {ticket.id: ticket.text("milestone") == asked.milestone for ticket in asked.tickets}
    found = ((name, _in_scope(name, times, asked, today)) for name, times in (asked.times or {}).items())
    return {name: scope for name, scope in found if any(there for _, there in scope)}


def _all_steps(asked: Asked, scopes: Mapping[str, Scope]) -> list[Step]:
    """Return how the milestone changes until the end of the report, in order of time."""
    lives = [_steps(times, scopes[name], asked) for name, times in (asked.times or {}).items() if name in scopes]
    return sorted(step for life in lives for step in life if step.at < asked.until.timestamp())


def _counted(asked: Asked, steps: Sequence[Step]) -> Table:
    first = steps[0].at if steps else asked.now.timestamp()
    spans = periods(asked.since or moment_of(first), asked.until, asked.unit)
    starts = [start.timestamp() for start, _ in spans]
    counted = [Counter[str]() for _ in spans]
    scope = done = 0
    for step in steps:
        place = bisect_right(starts, step.at) - 1
        if place < 0:
            scope, done = scope + step.scope, done + step.done
        else:
            counted[place]["added" if step.scope > 0 else "dropped"] += abs(step.scope)
            counted[place]["scope"] += step.scope
            counted[place]["done"] += step.done
    rows = []
    for (start, _), one in zip(spans, counted, strict=True):
        scope, done = scope + one["scope"], done + one["done"]
        rows.append((f"{start:%Y-%m-%d}", one["added"], one["dropped"], scope, done, scope - done))
    return Table(f"Milestone {asked.milestone}", COLUMNS, rows, chart=CHART)


def _steps(times: Sequence[StatusTime], in_scope: Scope, asked: Asked) -> Iterator[Step]:
    """Yield how the milestone changes by a ticket, in order of time."""
    statuses, scopes = [time.start for time in times], [at for at, _ in in_scope]
    was_in, was_done = False, False
    for at in sorted({*statuses, *scopes}):
        place, there = bisect_right(statuses, at) - 1, bisect_right(scopes, at) - 1
        status = times[place].status if place >= 0 else ""
        is_in = bool(status) and there >= 0 and in_scope[there][1]
        is_done = is_in and asked.is_done(status)
        if (is_in, is_done) != (was_in, was_done):
            yield Step(at, is_in - was_in, is_done - was_done)
        was_in, was_done = is_in, is_done


def _in_scope(ticket: str, times: Sequence[StatusTime], asked: Asked, today: Mapping[str, bool]) -> Scope:
    """Return from when on a ticket had the milestone, or had it no more; what is not committed changes it now."""
    found: list[tuple[int, bool]] = []
    for event in asked.events.get(ticket, ()):
        if event.kind == CREATED and isinstance(event.after, dict):
            at, there = event.date if found else times[0].start, event.after.get("milestone") == asked.milestone
        elif event.kind == CHANGED and event.field == "milestone":
            at, there = event.date, event.after == asked.milestone
        else:
            continue
        found.append((max(at, found[-1][0]) if found else at, there))
    there = today.get(ticket, bool(found) and found[-1][1])
    if not found:
        return [(times[0].start, there)]
    return found if found[-1][1] == there else [*found, (int(asked.now.timestamp()), there)]


def _forecast(asked: Asked, steps: Sequence[Step]) -> list[str]:
    """Return when the milestone may be done, and how that is known."""
    left = sum(step.scope - step.done for step in steps)
    if not left:
        return ["all of it is done"]
    spans = [span for span in past_periods(asked) if steps and span[0].timestamp() >= steps[0].at]
    starts = [start.timestamp() for start, _ in spans]
    closed = [0] * len(spans)
    for step in steps:
        place = bisect_right(starts, step.at) - 1
        if spans and place >= 0 and step.at < spans[-1][1].timestamp() and not step.scope:
            closed[place] += step.done
    trials = periods_needed([max(number, 0) for number in closed], left)
    half, likely = (day_after(asked, at_chance(trials, chance)) for chance in (_HALF, _LIKELY))
    if half is None:
        reason = f"none of it was closed in the {len(spans)} whole {asked.unit}s before" if spans else "it is too young"
        return [f"no forecast: {reason}"]
    range_ = f"{half} (chance 50%) to {likely or 'an unknown day'} (chance 85%), without further additions"
    return [f"{left:,} left, done by {range_}", method(asked.unit, spans), *past_note(asked.unit, closed)]
