"""Laws: the workflow never leaves its statuses, and every value survives parse and read."""

from __future__ import annotations

import string
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.config import DEFAULT, KINDS, Config, Field, Status
from plaintickets.core.dates import DateError, read_date, read_time, utc_text
from plaintickets.core.fields import FIELD_TYPES, FieldValueError, parse, read
from plaintickets.core.ticket import Ticket
from plaintickets.core.workflow import TransitionError, allowed_moves, move
from plaintickets.errors import TicketsError

NAMES = ("a", "b", "c", "d", "e")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@st.composite
def configs(draw: st.DrawFn) -> Config:
    names = NAMES[: draw(st.integers(2, 5))]
    kinds = ["open", "done", *(draw(st.sampled_from(KINDS)) for _ in names[2:])]
    moves = st.none() | st.lists(st.sampled_from(names), unique=True).map(tuple)
    statuses = zip(names, kinds, strict=True)
    return DEFAULT._replace(statuses=tuple(Status(name, kind, draw(moves)) for name, kind in statuses))


def apply_move(ticket: Ticket, target: str, config: Config, *, force: bool) -> bool:
    """Carry out a move; False if it was refused."""
    try:
        changes = move(ticket, target, config, now=NOW, force=force)
    except TicketsError:
        return False
    for change in changes:
        assert change.before == ticket.get(change.field)
        assert change.before != change.after
        if change.after is None:
            del ticket.keys[change.field]
        else:
            ticket.keys[change.field] = change.after
    return True


steps = st.lists(st.tuples(st.sampled_from((*NAMES, "A", "zz", "")), st.booleans()))


@given(configs(), st.sampled_from((*NAMES, "wip")), steps)
def test_the_workflow_never_leaves_its_statuses(config: Config, start: str, moves: list[tuple[str, bool]]) -> None:
    ticket = Ticket("t-1", "t-1.md", {"status": start}, "")
    for target, force in moves:
        before, allowed = ticket.status, allowed_moves(ticket.status, config)
        done = apply_move(ticket, target, config, force=force)
        if not done:
            assert ticket.status == before
            continue
        assert ticket.status in config.status_names
        assert ticket.status == target.lower()
        assert force or ticket.status in (before, *allowed)
        if ticket.status != before:
            assert ("closed" in ticket.keys) == config.is_done(ticket.status)


@given(configs(), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_move_is_refused_exactly_when_it_is_not_among_the_allowed(config: Config, start: str, target: str) -> None:
    if target not in config.status_names or start == target:
        return
    ticket = Ticket("t-1", "t-1.md", {"status": start}, "")
    if target in allowed_moves(start, config):
        assert move(ticket, target, config, now=NOW)
    else:
        with pytest.raises(TransitionError):
            move(ticket, target, config, now=NOW)


@given(configs(), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_second_move_to_the_same_status_changes_nothing(config: Config, start: str, target: str) -> None:
    ticket = Ticket("t-1", "t-1.md", {"status": start}, "")
    if apply_move(ticket, target, config, force=True):
        assert move(ticket, target, config, now=NOW) == ()


kinds = st.sampled_from(sorted(FIELD_TYPES))
typed = st.text() | st.text(string.digits + "+-:.TZePpdwmyh ", max_size=25)


@given(kinds, typed, st.booleans())
def test_what_is_parsed_is_read_and_parses_to_itself(
    kind: str,
    text: str,
    multiple: bool,
) -> None:
    values: tuple[str, ...] = ()
    if kind in {"enum", "status", "type", "resolution"}:
        values = ("low", "High", "x1")
    elif kind == "priority":
        values = DEFAULT.priorities
    field = Field("x", kind, values, multiple)
    try:
        raw = parse(text, field, NOW)
    except FieldValueError:
        return
    assert read(raw, field) is not None
    items = raw if isinstance(raw, list) else [raw]
    if isinstance(raw, list):
        value = read(raw, field)
        assert isinstance(value, tuple)
        assert len(value) == len(items)
    again = parse(",".join(str(item) for item in items), field, NOW)
    assert again == raw
    if kind != "text":
        assert not any(unicodedata.category(c) == "Cc" for item in items for c in str(item))


@given(st.text(), kinds)
def test_reading_never_raises(raw: str, kind: str) -> None:
    read(raw, Field("x", kind))


@given(st.integers(-(10**17), 10**17))
def test_an_integer_survives(number: int) -> None:
    field = Field("x", "integer")
    assert read(parse(str(number), field, NOW), field) == number


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e17, max_value=1e17))
def test_a_number_survives(number: float) -> None:
    field = Field("x", "number")
    assert read(parse(f"{number:.17g}", field, NOW), field) == float(f"{number:.17g}")


@given(st.dates())
def test_a_date_survives(day: object) -> None:
    field = Field("x", "date")
    assert read(parse(str(day), field, NOW), field) == day


zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
near = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones)  # noqa: DTZ001


@given(near)
def test_a_moment_survives_to_the_second(moment: datetime) -> None:
    field = Field("x", "datetime")
    raw = parse(moment.isoformat(), field, NOW)
    assert read(raw, field) == moment.replace(microsecond=0)
    assert utc_text(moment) == raw


@given(st.text() | st.text(string.digits + "+-:.TZdwmyh ", max_size=25), near)
def test_a_date_is_read_or_refused_whatever_the_clock_says(text: str, now: datetime) -> None:
    for reader in (read_date, read_time):
        try:
            reader(text, now)
        except DateError:
            continue


@given(st.text(), kinds)
def test_a_refusal_is_one_printable_line(text: str, kind: str) -> None:
    try:
        parse(text, Field("x", kind, ("a",)), NOW)
    except FieldValueError as error:
        refusal = error
    else:
        return
    assert f"{refusal}{refusal.hint}".isprintable()
