"""The workflow: what a move changes, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from plaintickets.core.change import Change
from plaintickets.core.config import DEFAULT, Status, TicketType
from plaintickets.core.fields import FieldValueError
from plaintickets.core.ticket import Ticket
from plaintickets.core.workflow import (
    MissingFieldsError,
    TransitionError,
    allowed_moves,
    check_required,
    move,
)

NOW = datetime(2026, 11, 22, 9, 30, 1, 5, tzinfo=UTC)
STAMP = "2026-11-22T09:30:01Z"
STRICT = DEFAULT._replace(
    statuses=(
        Status("open", "open", ("doing",)),
        Status("doing", "active", ("open", "closed")),
        Status("closed", "done", ()),
    ),
    types=(TicketType("bug", "", ("severity",), ("resolution", "component")),),
)


def ticket(**keys: str) -> Ticket:
    return Ticket("pt-1", "pt-1.md", {"id": "pt-1", **keys}, "A title")


def test_closing_sets_the_time_and_the_resolution() -> None:
    assert move(ticket(status="open"), "closed", DEFAULT, now=NOW, resolution="fixed") == (
        Change("pt-1", "status", "open", "closed"),
        Change("pt-1", "closed", None, STAMP),
        Change("pt-1", "resolution", None, "fixed"),
    )


def test_reopening_removes_the_time_and_the_resolution() -> None:
    closed = ticket(status="closed", closed="2026-01-01T00:00:00Z", resolution="fixed")
    assert move(closed, "open", DEFAULT, now=NOW) == (
        Change("pt-1", "status", "closed", "open"),
        Change("pt-1", "closed", "2026-01-01T00:00:00Z", None),
        Change("pt-1", "resolution", "fixed", None),
    )


def test_a_ticket_that_is_there_is_not_changed() -> None:
    assert move(ticket(status="closed"), "closed", DEFAULT, now=NOW) == ()
    assert move(ticket(status="open", closed="x"), "open", DEFAULT, now=NOW) == ()


def test_a_closed_ticket_can_be_given_another_resolution() -> None:
    closed = ticket(status="closed", closed="2026-01-01T00:00:00Z", resolution="fixed")
    assert move(closed, "closed", DEFAULT, now=NOW, resolution="invalid") == (
        Change("pt-1", "resolution", "fixed", "invalid"),
    )


def test_starting_changes_the_status_only() -> None:
    assert move(ticket(status="open"), "in_progress", DEFAULT, now=NOW) == (
        Change("pt-1", "status", "open", "in_progress"),
    )


def test_a_status_of_another_tool_can_be_left() -> None:
    assert move(ticket(status="wip", closed="x"), "open", STRICT, now=NOW) == (
        Change("pt-1", "status", "wip", "open"),
        Change("pt-1", "closed", "x", None),
    )
    assert move(ticket(), "open", STRICT, now=NOW) == (Change("pt-1", "status", None, "open"),)


@pytest.mark.parametrize("status", ["done", "", "\x1b[31m", "open closed"])
def test_an_unknown_status_is_refused_with_those_that_exist(status: str) -> None:
    with pytest.raises(FieldValueError):
        move(ticket(status="open"), status, DEFAULT, now=NOW)


def test_the_refusal_of_an_unknown_status_reads_as_in_the_bash_tool() -> None:
    with pytest.raises(FieldValueError) as caught:
        move(ticket(status="open"), "close", DEFAULT, now=NOW)
    message = "invalid status 'close'. Must be one of: open in_progress closed"
    assert str(caught.value) == message
    assert caught.value.hint == "Did you mean 'closed'?"


def test_a_move_that_is_not_allowed_names_those_that_are() -> None:
    with pytest.raises(TransitionError) as caught:
        move(ticket(status="open"), "closed", STRICT, now=NOW)
    assert caught.value.allowed == ("doing",)
    assert str(caught.value) == "ticket 'pt-1' cannot go from open to closed; allowed: doing"
    assert caught.value.exit_code == 3


def test_a_status_may_have_no_way_out() -> None:
    with pytest.raises(TransitionError, match="no move is allowed from there"):
        move(ticket(status="closed"), "open", STRICT, now=NOW)
    assert allowed_moves("closed", STRICT) == ()
    assert allowed_moves("wip", STRICT) == ("open", "doing", "closed")
    assert allowed_moves("open", DEFAULT) == ("in_progress", "closed")


def test_force_passes_over_transitions_and_required_fields() -> None:
    bug = ticket(status="open", type="bug")
    changes = move(bug, "closed", STRICT, now=NOW, force=True)
    assert [change.field for change in changes] == ["status", "closed"]


def test_closing_needs_the_fields_that_the_type_requires() -> None:
    bug = ticket(status="doing", type="bug")
    with pytest.raises(MissingFieldsError) as caught:
        move(bug, "closed", STRICT, now=NOW, resolution="fixed")
    assert caught.value.missing == ["component"]
    full = ticket(status="doing", type="bug", component="core")
    assert move(full, "closed", STRICT, now=NOW, resolution="fixed")


def test_a_ticket_still_to_be_made_is_not_named_by_an_id_that_nobody_can_set() -> None:
    error = MissingFieldsError("", "bug", ["severity", "component"])
    assert str(error) == "a new ticket of type bug needs: severity component"
    assert error.hint == "Add --set severity=… --set component=…"
    assert MissingFieldsError("pt-1", "bug", ["severity"]).hint == "Set them with: tk set pt-1 severity=…"


def test_a_resolution_needs_a_closed_status_and_must_exist() -> None:
    with pytest.raises(FieldValueError, match="needs a closed status"):
        move(ticket(status="closed"), "open", DEFAULT, now=NOW, resolution="fixed")
    with pytest.raises(FieldValueError, match="invalid resolution 'fix'"):
        move(ticket(status="open"), "closed", DEFAULT, now=NOW, resolution="fix")


def test_required_fields_are_those_of_the_type() -> None:
    assert check_required({}, "bug", STRICT) == ["severity"]
    assert check_required({"severity": ""}, "bug", STRICT) == ["severity"]
    assert check_required({"severity": "high"}, "bug", STRICT) == []
    assert check_required({}, "bug", STRICT, closing=True) == ["resolution", "component"]
    assert check_required({}, "saga", STRICT) == []
