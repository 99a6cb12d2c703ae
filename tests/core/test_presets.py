"""Presets: a policy with one behaves at each switch as the table says."""

from __future__ import annotations

import pytest

from plaintickets.core.config import Status
from plaintickets.core.servicedesk.calendar import Calendar
from plaintickets.core.servicedesk.clocks import CLOCKS, Clock, Fact, clocks
from plaintickets.core.servicedesk.policies import terms_of
from plaintickets.core.servicedesk.presets import ASSUMED, PRESETS

HOUR = 3600
STATUSES = (Status("open", "open"), Status("pending", "waiting"), Status("closed", "done"))
# What a reopening an hour after the closing makes of the resolution: its number, and the hours that have passed.
REOPENED = {"continue": (1, 2), "restart": (2, 1), "never": (1, 1)}


def run(preset: str, *facts: Fact, until: int) -> dict[str, Clock]:
    """Return the last clock of each name, for a ticket that was created open."""
    policy = {"name": "p", "preset": preset, "targets": {name: {"default": "1d"} for name in CLOCKS}}
    terms = terms_of(policy, Calendar("always"), STATUSES, "")
    start = [Fact(0, "terms", terms=terms), Fact(0, "created", "open")]
    return {clock.name: clock for clock in clocks([*start, *facts], until, {"closed"}.__contains__)}


@pytest.mark.parametrize("preset", PRESETS)
def test_reopening_does_what_the_table_says(preset: str) -> None:
    closed, opened = Fact(HOUR, "status", "closed"), Fact(2 * HOUR, "status", "open")
    clock = run(preset, closed, opened, until=3 * HOUR)["resolution"]
    assert (clock.number, clock.elapsed // HOUR) == REOPENED[PRESETS[preset]["reopen"]]
    assert clock.is_live == (PRESETS[preset]["reopen"] != "never")


@pytest.mark.parametrize("preset", PRESETS)
def test_a_pause_stops_the_clocks_that_the_table_names_and_no_other(preset: str) -> None:
    for before in ((), (Fact(60, "team"),)):
        found = run(preset, *before, Fact(HOUR, "requester"), Fact(HOUR, "status", "pending"), until=2 * HOUR)
        live = {name: clock for name, clock in found.items() if clock.is_live}
        paused = {name for name, clock in live.items() if clock.state == "paused"}
        assert paused == live.keys() & set(PRESETS[preset]["pauses"])
        assert "resolution" in live


@pytest.mark.parametrize("preset", PRESETS)
def test_the_update_clock_starts_after_what_the_table_says(preset: str) -> None:
    after = PRESETS[preset]["after"]
    of_team = run(preset, Fact(HOUR, "team"), until=2 * HOUR).get("update")
    assert bool(of_team and of_team.is_live) == (after != "customer")
    of_customer = run(preset, Fact(HOUR, "requester"), until=2 * HOUR).get("update")
    assert bool(of_customer and of_customer.is_live) == (after != "team")


def test_what_is_assumed_is_a_preset() -> None:
    assert set(ASSUMED) <= set(PRESETS)
