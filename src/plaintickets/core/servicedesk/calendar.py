"""Business time: the hours of a calendar as intervals of elapsed seconds.

An instant is a number of seconds since 1970. It is open where its wall time in the calendar's zone lies in the hours
of its date; so a doubled hour counts twice and a missing one not at all. The intervals of a year are computed once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from plaintickets.core.servicedesk.duration import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

Spans: TypeAlias = "tuple[tuple[int, int], ...]"
"""Opening hours of one day: start and end in minutes after midnight, in order."""

ALWAYS = "always"
FARTHEST_YEARS = 50
_MOST_PLACES = 20_000
_EPOCH = date(1970, 1, 1).toordinal()


class NoHoursError(ValueError):
    """A calendar without opening hours, or without enough of them in the next 50 years."""


class Hours(NamedTuple):
    """The entries of a calendar: weekly hours from Monday, days with other hours, and closed days with their names.

    `yearly` are closed days by month and day. `closed_in` returns the closed days of a year besides these.
    """

    week: tuple[Spans, ...]
    days: Mapping[date, Spans] = {}
    closed: Mapping[date, str] = {}
    yearly: Mapping[tuple[int, int], str] = {}
    closed_in: Callable[[int], Mapping[date, str]] | None = None


class Calendar:
    """Opening hours in a time zone. A calendar without a zone is always open."""

    def __init__(self, name: str, zone: tzinfo | None = None, hours: Hours | None = None, workday: int = 0) -> None:
        self.name = name
        self.zone: tzinfo = zone or UTC
        self.hours = hours
        self._years: dict[int, _Year] = {}
        self._bounds: list[tuple[int, int, int]] = []
        self._closed: dict[int, Mapping[date, str]] = {}
        self._places: dict[int, tuple[int, int]] = {}
        self._until = 0
        self._passed: dict[int, int] = {}
        if hours is not None and not any(hours.week) and not any(hours.days.values()):
            raise NoHoursError(f"the calendar {name} has no hours")
        self.workday = workday or (DAY if hours is None else usual_day(hours.week))

    def elapsed(self, start: int, end: int) -> int:
        """Return the working seconds from one instant to another, 0 if `end` is not after `start`."""
        if end <= start:
            return 0
        if self.hours is None:
            return end - start
        # Of many clocks at one moment many started together.
        if end != self._until:
            self._until, self._passed = end, {}
        passed = self._passed.get(start)
        if passed is None:
            passed = self._passed[start] = self._between(start, end)
        return passed

    def _between(self, start: int, end: int) -> int:
        first, before = self._place_of(start)
        last, until = self._place_of(end)
        return until - before + sum(self._year(year).total for year in range(first, last))

    def add(self, start: int, seconds: int) -> int:
        """Return the first instant at which so many working seconds have passed.

        With 0 seconds it is the next open instant. Raise NoHoursError where it is more than 50 years away.
        """
        if self.hours is None:
            return start + seconds
        first, before = self._place_of(start)
        wanted = seconds + before
        for year in range(first, min(first + FARTHEST_YEARS, 9999)):
            found = self._year(year).at(wanted, start)
            if found is not None:
                return found
            wanted -= self._year(year).total
        raise NoHoursError(f"the calendar {self.name} has too few hours to reach that time within 50 years")

    def is_open(self, instant: int) -> bool:
        """Tell whether an instant lies in the hours."""
        return self.elapsed(instant, instant + 1) > 0

    def spans_on(self, day: date) -> Spans:
        """Return the hours of a day."""
        if self.hours is None:
            return ((0, 24 * 60),)
        if day in self.hours.days:
            return self.hours.days[day]
        return () if self.closed_on(day) is not None else self.hours.week[day.weekday()]

    def closed_on(self, day: date) -> str | None:
        """Return the name of the holiday on a day, empty if it has none, or None for a day that is no holiday."""
        hours = self.hours
        if hours is None or day in hours.days:
            return None
        if day in hours.closed:
            return hours.closed[day]
        if (day.month, day.day) in hours.yearly:
            return hours.yearly[day.month, day.day]
        if hours.closed_in is None:
            return None
        if day.year not in self._closed:
            self._closed[day.year] = hours.closed_in(day.year)
        return self._closed[day.year].get(day)

    def _place_of(self, instant: int) -> tuple[int, int]:
        """Return the year of an instant and the working seconds of that year before it; the latest ones are kept."""
        place = self._places.get(instant)
        if place is None:
            year = self._year_of(instant)
            place = (year, self._year(year).before(instant))
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            self._places[instant] = place
        return place

    def _year_of(self, instant: int) -> int:
        for start, end, year in self._bounds:
            if start <= instant < end:
                return year
        year = datetime.fromtimestamp(instant, self.zone).year
        if 1 < year < 9999:
            first, after = (int(datetime(one, 1, 1, tzinfo=self.zone).timestamp()) for one in (year, year + 1))
            self._bounds.append((first, after, year))
        return year

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _Year(sorted(self._intervals(year)))
        return self._years[year]

    def _intervals(self, year: int) -> Iterator[tuple[int, int]]:
        """Yield the intervals in which the calendar is open on the dates of a year."""
        offsets = list(_offsets(self.zone, year))
        first = date(year, 1, 1).toordinal()
        for ordinal in range(first, date(year, 12, 31).toordinal() + 1):
            midnight = (ordinal - _EPOCH) * DAY
            for start, end in self.spans_on(date.fromordinal(ordinal)):
                for since, until, offset in offsets:
                    opens = max(midnight + start * MINUTE - offset, since)
                    closes = min(midnight + end * MINUTE - offset, until)
                    if opens < closes:
                        yield opens, closes


class _Year:
    """The intervals of a year in order, and the working seconds before each."""

    __slots__ = ("ends", "starts", "sums", "total")

    def __init__(self, intervals: list[tuple[int, int]]) -> None:
        self.starts = [start for start, _ in intervals]
        self.ends = [end for _, end in intervals]
        self.sums = [0]
        for start, end in intervals:
            self.sums.append(self.sums[-1] + end - start)
        self.total = self.sums.pop()

    def before(self, instant: int) -> int:
        """Return the working seconds of the year before an instant."""
        place = bisect_right(self.starts, instant) - 1
        return 0 if place < 0 else self.sums[place] + min(instant, self.ends[place]) - self.starts[place]

    def at(self, wanted: int, start: int) -> int | None:
        """Return the instant, from `start` on, at which so many working seconds of the year have passed, if any."""
        place = max(bisect_left(self.sums, wanted) - 1, 0)
        while place < len(self.starts):
            found = max(self.starts[place] + wanted - self.sums[place], self.starts[place])
            if start <= found < self.ends[place] or start < found == self.ends[place]:
                return found
            place += 1
        return None


def usual_day(week: tuple[Spans, ...]) -> int:
    """Return the length in seconds that most open days of a week have, the longest of several."""
    lengths = [sum(end - start for start, end in spans) * MINUTE for spans in week if spans]
    return max(lengths, key=lambda length: (lengths.count(length), length), default=DAY)


def _offsets(zone: tzinfo, year: int) -> Iterator[tuple[int, int, int]]:
    """Yield the periods of one UTC offset that cover a year: from, until, and the offset in seconds."""
    # The last instants that a datetime can hold have no day after them.
    start = int(datetime(max(year - 1, 1), 12, 29, tzinfo=UTC).timestamp())
    end = start + 373 * DAY
    since, offset = start - DAY, _offset(zone, start)
    for day in range(start + DAY, end, DAY):
        later = _offset(zone, day)
        if later != offset:
            change = _change(zone, day - DAY, day)
            yield since, change, offset
            since, offset = change, later
    yield since, end + DAY, offset


def _offset(zone: tzinfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def _change(zone: tzinfo, low: int, high: int) -> int:
    """Return the first instant after `low` with the offset of `high`."""
    after = _offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(zone, middle) == after else (middle, high)
    return high
