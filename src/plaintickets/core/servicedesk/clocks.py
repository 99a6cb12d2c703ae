"""The clocks of a ticket: what its timeline and the terms of a policy make of them at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.servicedesk.calendar import NoHoursError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from plaintickets.core.servicedesk.calendar import Calendar

    # From, until, the reason, and the terms in force.
    _Part: TypeAlias = tuple[int, int, str, "Terms | None"]

FIRST, NEXT, UPDATE, RESOLUTION = CLOCKS = ("first_response", "next_response", "update", "resolution")
RUNNING, PAUSED, CLOSED, UNMATCHED = "running", "paused", "closed", "no policy"
MET, BREACHED, ENDED = "met", "breached", "ended"
# Of facts at one instant: new terms, then what starts a clock, resumes it, pauses it, stops it.
_ORDER = {"terms": 0, "created": 1, "requester": 2, "status": 3, "started": 5, "team": 5, "merged": 4}


class Fact(NamedTuple):
    """Something that happened to a ticket, in seconds since 1970.

    By kind: created, status: the status; requester, team: a public comment; started: a move into an active or done
    status by the team; merged: the ticket goes on as another; terms: the terms in force from then on.
    """

    at: int
    kind: str
    status: str = ""
    terms: Terms | None = None


class Terms(NamedTuple):
    """What a policy promises a ticket: the seconds by clock, and the switches in which systems differ.

    `warn` holds shares of the target gone, and `warn_left` seconds left, from which a clock is in warning.
    """

    policy: str
    calendar: Calendar
    targets: Mapping[str, int]
    paused: frozenset[str] = frozenset()
    pauses: frozenset[str] = frozenset((UPDATE, RESOLUTION))
    after: str = "any"
    reopen: str = "continue"
    response: str = "comment"
    warn: tuple[float, ...] = ()
    warn_left: tuple[int, ...] = ()


class Stretch(NamedTuple):
    """A time in which a clock ran or stood still, for one reason, and the seconds that count."""

    start: int
    end: int
    reason: str
    policy: str
    seconds: int


class Clock(NamedTuple):
    """A clock at a moment; of several of one name, `number` counts from 1. Times are seconds since 1970.

    `due` is None where it is more than 50 years away; while paused, it is the deadline if the pause ended now.
    """

    name: str
    number: int
    state: str
    policy: str
    target: int
    elapsed: int
    due: int | None
    is_warning: bool
    started: int
    ended: int | None
    stretches: tuple[Stretch, ...]

    @property
    def left(self) -> int:
        """Return the seconds left, negative after the deadline."""
        return self.target - self.elapsed

    @property
    def is_live(self) -> bool:
        """Tell whether the clock has not ended."""
        return self.ended is None


class StandingClock(NamedTuple):
    """A clock as the last fact left it, from which it is known at every later moment.

    `clock` is what does not change any more: its elapsed time and its stretches are those before `since`. From then on
    it is in one state for one `reason`, under `terms`. An ended clock stays as it is.
    """

    clock: Clock
    since: int
    reason: str
    terms: Terms

    def at(self, now: int) -> Clock:
        """Return the clock at a moment that is not before the last fact."""
        clock = self.clock
        if clock.ended is not None:
            return clock
        name, number, _, policy, target, before, due, _, started, _, stretches = clock
        state, elapsed, due, is_warning = standing_at(target, before, due, self.since, self.reason, self.terms, now)
        if now > self.since:
            stretches = (*stretches, Stretch(self.since, now, self.reason, policy, elapsed - before))
        return Clock(name, number, state, policy, target, elapsed, due, is_warning, started, None, stretches)


def standing_at(
    target: int, elapsed: int, due: int | None, since: int, reason: str, terms: Terms, now: int
) -> tuple[str, int, int | None, bool]:
    """Return the state, the elapsed time and the deadline of a live clock at a moment, and whether it is in warning.

    Since `since` it has been in one state for one reason.
    """
    state, is_warning = reason, False
    if reason == RUNNING:
        elapsed += terms.calendar.elapsed(since, now)
        is_warning = elapsed <= target and _warns(terms, target, elapsed)
    elif due is None:
        due = _reached(terms.calendar, now, target - elapsed)
    if elapsed > target:
        state = BREACHED
    return state, elapsed, due, is_warning


def clocks(facts: Iterable[Fact], now: int, is_done: Callable[[str], bool]) -> list[Clock]:
    """Return the clocks of a ticket as they stand at a moment; a fact dated before the creation counts as made then."""
    return [standing.at(now) for standing in standing_clocks(facts, now, is_done)]


def standing_clocks(facts: Iterable[Fact], now: int, is_done: Callable[[str], bool]) -> list[StandingClock]:
    """Return the clocks of a ticket as the last fact up to a moment left them."""
    replay = _Replay(is_done)
    for fact in _in_order(facts, now, is_done):
        replay.advance(fact.at)
        getattr(replay, fact.kind)(fact)
    return replay.result()


def _in_order(facts: Iterable[Fact], now: int, is_done: Callable[[str], bool]) -> list[Fact]:
    """Return the facts up to now in order; of several statuses at one instant the last one counts."""
    given = list(facts)
    created = min((fact.at for fact in given if fact.kind == "created"), default=0)
    moved = [fact._replace(at=max(fact.at, created)) for fact in given]
    last = {fact.at: fact for fact in moved if fact.kind == "status"}
    kept = [fact for fact in moved if fact.at <= now and (fact.kind != "status" or last[fact.at] is fact)]
    return sorted(kept, key=lambda fact: (fact.at, _order(fact, is_done)))


def _order(fact: Fact, is_done: Callable[[str], bool]) -> int:
    return 6 if fact.kind == "status" and is_done(fact.status) else _ORDER[fact.kind]


class _Instance:
    """One run of a clock, from its start to its end."""

    def __init__(self, name: str, number: int, started: int) -> None:
        self.name = name
        self.number = number
        self.started = started
        self.ended: int | None = None
        self.how = ""
        self.terms: Terms | None = None
        self.parts: list[_Part] = []


class _Replay:
    """The clocks while the facts pass by; a method for each kind of fact."""

    def __init__(self, is_done: Callable[[str], bool]) -> None:
        self._is_done = is_done
        self._terms: Terms | None = None
        self._status = ""
        self._at = 0
        self._live: dict[str, _Instance] = {}
        self._all: list[_Instance] = []
        self._unanswered = False
        self._updates = False

    def advance(self, at: int) -> None:
        """Let the time pass until `at`."""
        if at > self._at:
            for instance in self._live.values():
                self._pass(instance, at)
        self._at = at

    def _pass(self, instance: _Instance, at: int) -> None:
        start, reason = self._at, self._reason(instance.name)
        if instance.parts and instance.parts[-1][1:] == (start, reason, self._terms):
            start = instance.parts.pop()[0]
        instance.parts.append((start, at, reason, self._terms))

    def terms(self, fact: Fact) -> None:
        self._terms = fact.terms

    def created(self, fact: Fact) -> None:
        self._start(FIRST)
        self._start(RESOLUTION)
        if self._after() != "team":
            self._start(UPDATE)
        self._status = fact.status
        if self._is_done(fact.status):
            self._end_all()

    def requester(self, _: Fact) -> None:
        self._unanswered = True
        if not self._is_closed():
            if NEXT not in self._live:
                self._start(NEXT)
            if self._after() != "team":
                self._restart_update()

    def team(self, _: Fact) -> None:
        self._unanswered = False
        for name in (FIRST, NEXT, UPDATE):
            self._end(name, MET)
        if self._after() != "customer" and not self._is_closed():
            self._start(UPDATE)

    def started(self, _: Fact) -> None:
        if self._terms is not None and self._terms.response == "comment-or-start":
            self._end(FIRST, MET)

    def status(self, fact: Fact) -> None:
        was_closed = self._is_closed()
        self._status = fact.status
        if self._is_closed() and not was_closed:
            self._unanswered = False
            self._updates = UPDATE in self._live
            for name in (RESOLUTION, NEXT, UPDATE):
                self._end(name, MET)
        elif was_closed and not self._is_closed():
            self._reopen()

    def merged(self, _: Fact) -> None:
        self._end_all()

    def result(self) -> list[StandingClock]:
        """Return the clocks in the order of their names and numbers; those without a target are left out."""
        found = [self._standing(instance) for instance in self._all]
        return sorted((one for one in found if one is not None), key=lambda one: CLOCKS.index(one.clock.name))

    def _after(self) -> str:
        return self._terms.after if self._terms is not None else "any"

    def _is_closed(self) -> bool:
        return self._is_done(self._status)

    def _reason(self, name: str) -> str:
        terms = self._terms
        if self._is_closed():
            return CLOSED
        if terms is None:
            return UNMATCHED
        return PAUSED if name in terms.pauses and self._status in terms.paused else RUNNING

    def _start(self, name: str) -> None:
        number = 1 + sum(one.name == name for one in self._all)
        self._live[name] = _Instance(name, number, self._at)
        self._all.append(self._live[name])

    def _restart_update(self) -> None:
        instance = self._live.pop(UPDATE, None)
        if instance is not None:
            self._all.remove(instance)
        self._start(UPDATE)

    def _end(self, name: str, how: str) -> None:
        instance = self._live.pop(name, None)
        if instance is not None:
            instance.ended, instance.how, instance.terms = self._at, how, self._terms

    def _end_all(self) -> None:
        for name in list(self._live):
            self._end(name, ENDED)

    def _reopen(self) -> None:
        reopen = self._terms.reopen if self._terms is not None else "continue"
        if reopen == "restart":
            self._start(RESOLUTION)
        elif reopen == "continue":
            self._resume(RESOLUTION)
        if FIRST not in self._live and any(one.name == FIRST and one.how == ENDED for one in self._all):
            self._resume(FIRST)
        if self._updates:
            self._start(UPDATE)
        if self._unanswered:
            self._start(NEXT)

    def _resume(self, name: str) -> None:
        """Let an ended clock run on; the time since its end does not count."""
        instance = next((one for one in reversed(self._all) if one.name == name), None)
        if instance is not None and instance.ended is not None:
            if self._at > instance.ended:
                instance.parts.append((instance.ended, self._at, CLOSED, self._terms))
            instance.ended, instance.how = None, ""
            self._live[name] = instance

    def _standing(self, instance: _Instance) -> StandingClock | None:
        terms = self._terms if instance.ended is None else instance.terms
        target = terms.targets.get(instance.name) if terms is not None else None
        if terms is None or target is None:
            return None
        ended, how, since, reason = instance.ended, instance.how, self._at, ""
        parts = instance.parts
        if ended is None:
            reason = self._reason(instance.name)
            if parts and parts[-1][1:] == (since, reason, terms):
                since, parts = parts[-1][0], parts[:-1]
            if reason == CLOSED:
                ended, how = since, ENDED
        stretches = tuple(_stretch(*part) for part in parts)
        elapsed = sum(stretch.seconds for stretch in stretches)
        state = BREACHED if elapsed > target and instance.how != ENDED else how
        due = _missed(parts, stretches, target)
        if due is None and (ended is not None or reason == RUNNING):
            due = _reached(terms.calendar, since if ended is None else ended, target - elapsed)
        facts = (terms.policy, target, elapsed, due, False, instance.started, ended, stretches)
        return StandingClock(Clock(instance.name, instance.number, state, *facts), since, reason, terms)


def _stretch(start: int, end: int, reason: str, terms: Terms | None) -> Stretch:
    seconds = terms.calendar.elapsed(start, end) if terms is not None and reason == RUNNING else 0
    return Stretch(start, end, reason, terms.policy if terms is not None else "", seconds)


def _missed(parts: Sequence[_Part], stretches: Sequence[Stretch], target: int) -> int | None:
    """Return when the target was reached in these stretches, None if it was not."""
    left = target
    for (start, _, _, terms), stretch in zip(parts, stretches, strict=True):
        if terms is not None and stretch.reason == RUNNING:
            if stretch.seconds >= left:
                return _reached(terms.calendar, start, left)
            left -= stretch.seconds
    return None


def _reached(calendar: Calendar, start: int, left: int) -> int | None:
    """Return when the time that is left has passed; None if it is more than 50 years away."""
    try:
        return calendar.add(start, left)
    except NoHoursError:
        return None


def _warns(terms: Terms, target: int, elapsed: int) -> bool:
    for share in terms.warn:
        if elapsed >= target * share:
            return True
    left = target - elapsed
    return any(left <= seconds for seconds in terms.warn_left) if terms.warn_left else False
