"""Timelines with expected clocks, by which a team tests its policies: read, and compared with what is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.clocks import (
    BREACHED,
    CLOCKS,
    ENDED,
    MET,
    PAUSED,
    RUNNING,
    Fact,
    clocks,
)
from plaintickets.core.servicedesk.duration import FORMS, seconds_of, written
from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import tzinfo

    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.servicedesk.clocks import Clock, Terms
    from plaintickets.core.ticket import Value

TICKET_ID = "test"
STATES = (RUNNING, PAUSED, MET, BREACHED, ENDED)
NO_CLOCK = "none"
_AUTHORS = ("team", "requester")
_STEP_KEYS = ("at", "comment", "status", "set")
_EXPECT_KEYS = ("at", "clock", "state", "due", "left", "elapsed", "target", "policy")
_LENGTHS = ("left", "elapsed", "target")


class Step(NamedTuple):
    """What happens at a moment: a comment, a new status, or new values of fields."""

    at: str
    comment: str
    status: str
    values: dict[str, Value]


class Expected(NamedTuple):
    """What a clock must be at a moment; an empty text expects nothing. `at` empty: after the last step."""

    at: str
    clock: str
    values: dict[str, str]
    source: str


class Timeline(NamedTuple):
    """A ticket that is made up for a test, what happens to it, and what its clocks must be."""

    name: str
    keys: dict[str, Value]
    steps: Sequence[Step]
    expected: Sequence[Expected]


class Failure(NamedTuple):
    """An expectation that is not met: of which timeline, where it is written, and what differs."""

    timeline: str
    source: str
    text: str


class Known(NamedTuple):
    """The names that the settings know."""

    statuses: Sequence[str]
    types: Sequence[str]
    priorities: Sequence[str]
    fields: Collection[str]


class Desk(NamedTuple):
    """What the policies say: the terms of a ticket, which statuses are done, priorities, zone and day of a policy."""

    terms: Callable[[Ticket], Terms | None]
    is_done: Callable[[str], bool]
    zone: Callable[[str], tzinfo]
    workday: Callable[[str], int]
    moment: Callable[[str, tzinfo], int]


def read_timelines(findings: Findings, raw: Value, known: Known) -> list[Timeline]:
    """Return the timelines of a file; record a problem for each part that cannot be read."""
    found: list[Timeline] = []
    names: set[str] = set()
    if not isinstance(raw, list):
        findings.add((), "config-type", "the file must be a list of timelines (`- name: …`)")
        return found
    for number, one in enumerate(raw):
        spot: Where = ("timelines", number)
        entries = findings.mapping(spot, one) or {}
        for key in entries:
            if key not in ("name", "ticket", "steps", "expect"):
                findings.unknown((*spot, key), "key", key, ("name", "ticket", "steps", "expect"))
        name = findings.text((*spot, "name"), entries.get("name", "")) or f"timeline {number + 1}"
        findings.is_repeated((*spot, "name"), name, names)
        keys = _values(findings, (*spot, "ticket"), entries.get("ticket", ""), known)
        steps = _steps(findings, (*spot, "steps"), entries.get("steps", ""), known)
        expected = _expected(findings, (*spot, "expect"), entries.get("expect", ""))
        if not keys.get("created"):
            findings.add((*spot, "ticket"), "config-missing", "a ticket needs `created`, the moment of its creation")
        if not expected:
            findings.add(spot, "config-missing", f"{quoted(name)} expects nothing: write `expect`")
        found.append(Timeline(name, keys, steps, expected))
    return found


def _values(findings: Findings, where: Where, raw: Value, known: Known) -> dict[str, Value]:
    """Return the fields of a ticket; a priority may be a name."""
    values = dict(findings.mapping(where, raw) or {})
    for key, value in values.items():
        spot = (*where, key)
        if key not in known.fields:
            findings.unknown(spot, "field", key, known.fields)
        elif key in ("type", "status"):
            findings.choice(spot, value, known.types if key == "type" else known.statuses)
        elif key == "priority" and not str(value).isdecimal() and findings.choice(spot, value, known.priorities):
            values[key] = str(known.priorities.index(str(value))) if value in known.priorities else value
    return values


def _steps(findings: Findings, where: Where, raw: Value, known: Known) -> list[Step]:
    found = []
    for spot, entries in _rows(findings, where, raw, _STEP_KEYS):
        if not entries.get("at"):
            findings.add(spot, "config-missing", "a step needs `at`, its moment")
        comment = entries.get("comment", "")
        status = entries.get("status", "")
        if comment:
            findings.choice((*spot, "comment"), comment, _AUTHORS)
        if status:
            findings.choice((*spot, "status"), status, known.statuses)
        values = _values(findings, (*spot, "set"), entries.get("set", ""), known)
        found.append(Step(str(entries.get("at", "")), str(comment), str(status), values))
    return found


def _expected(findings: Findings, where: Where, raw: Value) -> list[Expected]:
    found = []
    for spot, entries in _rows(findings, where, raw, _EXPECT_KEYS):
        clock = findings.choice((*spot, "clock"), entries.get("clock", ""), CLOCKS)
        if entries.get("state"):
            findings.choice((*spot, "state"), entries["state"], (*STATES, NO_CLOCK))
        for key in _LENGTHS:
            text = str(entries.get(key, "")).removeprefix("-")
            if text and seconds_of(text) is None:
                findings.add((*spot, key), "config-value", f"{quoted(text)} is no duration: write {FORMS}")
        values = {key: str(value) for key, value in entries.items() if key not in ("at", "clock")}
        found.append(Expected(str(entries.get("at", "")), clock or "", values, findings.source(spot)))
    return found


def _rows(findings: Findings, where: Where, raw: Value, known: Sequence[str]) -> list[tuple[Where, dict[str, Value]]]:
    if raw == "":
        return []
    if not isinstance(raw, list):
        findings.add(where, "config-type", f"{where[-1]} must be a list")
        return []
    rows = []
    for number, one in enumerate(raw):
        spot = (*where, number)
        entries = findings.mapping(spot, one) or {}
        for key in entries:
            if key not in known:
                findings.unknown((*spot, key), "key", key, known)
        rows.append((spot, entries))
    return rows


def failures(timeline: Timeline, desk: Desk) -> list[Failure]:
    """Return what differs from the expectations of a timeline.

    Raises ValueError for a moment that cannot be read.
    """
    first = desk.terms(Ticket(TICKET_ID, f"{TICKET_ID}.md", {"status": "open", **timeline.keys}, timeline.name))
    zone = desk.zone(first.policy if first is not None else "")
    facts = _facts(timeline, desk, zone)
    last = max(fact.at for fact in facts)
    found = []
    for expected in timeline.expected:
        now = desk.moment(expected.at, zone) if expected.at else last
        named = [clock for clock in clocks(facts, now, desk.is_done) if clock.name == expected.clock]
        differences = _differences(named[-1] if named else None, expected, desk, zone)
        found += [Failure(timeline.name, expected.source, f"{expected.clock}: {text}") for text in differences]
    return found


def _facts(timeline: Timeline, desk: Desk, zone: tzinfo) -> list[Fact]:
    keys: dict[str, Value] = {"status": "open", **timeline.keys}
    at = desk.moment(str(keys["created"]), zone)
    facts = [Fact(at, "created", str(keys["status"])), Fact(at, "terms", terms=desk.terms(_ticket(keys, timeline)))]
    for step in timeline.steps:
        at = desk.moment(step.at, zone)
        if step.comment:
            facts.append(Fact(at, step.comment))
        if step.status:
            keys = {**keys, "status": step.status}
            facts.append(Fact(at, "status", step.status))
        if step.status or step.values:
            keys = {**keys, **step.values}
            facts.append(Fact(at, "terms", terms=desk.terms(_ticket(keys, timeline))))
    return facts


def _ticket(keys: dict[str, Value], timeline: Timeline) -> Ticket:
    return Ticket(TICKET_ID, f"{TICKET_ID}.md", keys, str(keys.get("title") or timeline.name))


def _differences(clock: Clock | None, expected: Expected, desk: Desk, zone: tzinfo) -> list[str]:
    values = expected.values
    if clock is None:
        wanted = ", ".join(f"{key} {value}" for key, value in values.items())
        return [] if values.get("state") == NO_CLOCK else [f"there is no such clock; expected {wanted}"]
    found = [
        f"{key} is {getattr(clock, key)}, expected {values[key]}"
        for key in ("state", "policy")
        if key in values and values[key] != str(getattr(clock, key))
    ]
    workday = desk.workday(clock.policy)
    for key in _LENGTHS:
        if key in values:
            text, is_negative = values[key].removeprefix("-"), values[key].startswith("-")
            seconds = (seconds_of(text, workday) or 0) * (-1 if is_negative else 1)
            if getattr(clock, key) // 60 != seconds // 60:
                found.append(f"{key} is {written(getattr(clock, key), workday)}, expected {values[key]}")
    if "due" in values and (clock.due is None or clock.due // 60 != desk.moment(values["due"], zone) // 60):
        found.append(f"due is {_shown(clock.due, zone)}, expected {values['due']}")
    return found


def _shown(moment: int | None, zone: tzinfo) -> str:
    from datetime import datetime

    return "never" if moment is None else datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%dT%H:%M")
