"""Reports over periods in groups, against the same reports of each group's tickets alone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from plaintickets.core.config import Config
from plaintickets.core.event import CREATED
from plaintickets.core.grouping import report_grouping
from plaintickets.core.periods import PeriodsError
from plaintickets.render.tables import rendered
from plaintickets.reports import Asked, run
from report_lives import LIVES, NOW, asked, event, named, rows, ticket

if TYPE_CHECKING:
    from plaintickets.core.table import Table

BY_TAGS = report_grouping("tags", Config())
TAGS = st.lists(st.lists(st.sampled_from("abc"), max_size=2, unique=True), min_size=8, max_size=8)


def question(lives: list[list[tuple[int, str]]], tags: list[list[str]]) -> Asked:
    """Tickets with tags and of one milestone; those that are removed are no tickets of today."""
    made = named(lives)
    tickets = [
        ticket(name, tags=[*tags[at]], milestone="1") for at, (name, life) in enumerate(made.items()) if life[-1][1]
    ]
    happened = {name: [event(name, life[0][0], CREATED, after={"milestone": "1"})] for name, life in made.items()}
    return asked(made, tickets)._replace(events=happened, milestone="1")


@pytest.mark.parametrize("name", ["volume", "flow", "burndown"])
@settings(max_examples=40, deadline=None)
@given(LIVES, TAGS)
def test_the_rows_of_a_group_are_those_of_its_tickets_alone(
    name: str, lives: list[list[tuple[int, str]]], tags: list[list[str]]
) -> None:
    whole = question(lives, tags)
    starts = [datetime.fromisoformat(str(row[0])).replace(tzinfo=UTC) for row in run(name, whole).rows]
    found = rows(run(name, whole._replace(by=BY_TAGS)))
    for group in ("a", "b", "c", "none"):
        inside = [one for one in whole.tickets if group in (one.items("tags") or ["none"])]
        ids = {one.id for one in inside}
        times = {one: life for one, life in (whole.times or {}).items() if one in ids}
        alone = rows(run(name, whole._replace(tickets=inside, times=times, since=starts[0] if starts else None)))
        mine = [{key: cell for key, cell in row.items() if key != "tags"} for row in found if row["tags"] == group]
        if any(cell for row in alone for key, cell in row.items() if key != "start"):
            assert [{key: cell for key, cell in row.items() if cell or ":" not in key} for row in mine] == [
                {key: cell for key, cell in row.items() if cell or ":" not in key} for row in alone
            ]
        else:
            assert not mine


@settings(max_examples=40, deadline=None)
@given(LIVES)
def test_groups_of_one_value_each_add_up_to_the_report_without_groups(lives: list[list[tuple[int, str]]]) -> None:
    lives = [life for life in lives if life[-1][1]]
    whole = question(lives, [["ab"[at % 2]] for at in range(8)])
    for name in ("volume", "flow"):
        sums: dict[str, Counter[str]] = {}
        for row in rows(run(name, whole._replace(by=BY_TAGS))):
            counts = {key: cell for key, cell in row.items() if key not in {"start", "tags", "cycle", "lead"}}
            sums.setdefault(str(row["start"]), Counter()).update(counts)
        for row in rows(run(name, whole)):
            held = {key: cell for key, cell in row.items() if key not in {"start", "cycle", "lead"} and cell}
            assert {key: cell for key, cell in sums.get(str(row["start"]), {}).items() if cell} == held


def test_removed_tickets_are_in_no_group_and_the_note_counts_them() -> None:
    lives = [[(0, "open"), (3, "")], [(0, "open")]]
    table = run("volume", question(lives, [["a"], ["b"]])._replace(by=BY_TAGS))
    assert {row[0] for row in table.rows} == {"b"}
    assert table.notes == ["1 more have been removed or cannot be read, and count in no group"]


def test_a_field_that_is_named_as_a_column_has_a_key_of_its_own() -> None:
    whole = question([[(0, "open")]], [["a"]])
    table = run("volume", whole._replace(by=report_grouping("open", Config())))
    assert [column.key for column in table.columns[:2]] == ["by:open", "start"]
    assert rows(table)[-1]["open"] == 1
    assert "by:open" in rows(run("backlog", whole._replace(by=report_grouping("open", Config()))))[0]


def many_groups(count: int) -> Table:
    lives = [[(0, "open")] for _ in range(count)]
    tickets = [ticket(name, tags=[f"tag {at}"]) for at, name in enumerate(named(lives))]
    return run("volume", asked(named(lives), tickets)._replace(by=BY_TAGS))


def test_a_picture_has_a_line_for_each_of_twelve_groups_and_names_the_number_of_the_others() -> None:
    table = many_groups(15)
    for text in (rendered("text", table, 80), "".join(ElementTree.fromstring(rendered("svg", table)).itertext())):
        assert "and 3 smaller groups, in the table" in text
    assert rendered("svg", table).count('stroke-width="1.6"') == 12
    assert "\n\nstill open\ntag 0" in rendered("text", table, 80)
    assert ">still open<" in rendered("svg", table)
    assert "tag 3   █" in rendered("text", table, 80)


def test_too_many_periods_for_so_many_groups_are_refused() -> None:
    lives = named([[(0, "open")] for _ in range(200)])
    tickets = [ticket(name) for name in lives]
    by_id = asked(lives, tickets)._replace(by=report_grouping("id", Config()), per="day")
    with pytest.raises(PeriodsError):
        run("volume", by_id._replace(since=NOW - timedelta(days=1200)))
