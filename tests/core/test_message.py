"""Commit messages: one readable line, whatever stands in the titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.message import SUBJECT_WIDTH, message
from plaintickets.core.ticket import Ticket

PLAIN = "tk: {verb} {id} {title}"


def ticket(number: int, title: str = "A title") -> Ticket:
    return Ticket(f"pt-{number}", f"pt-{number}.md", {"status": "open", "type": "bug"}, title)


def test_one_ticket_has_its_title_in_the_subject_and_the_trailer_below() -> None:
    assert message("close", [ticket(1)], PLAIN) == "tk: close pt-1 A title\n\nTk-Command: close\n"


def test_several_tickets_are_listed_below_and_counted_above() -> None:
    text = message("close", [ticket(number) for number in range(5)], PLAIN, trailer="Ticket")
    rows = text.splitlines()
    assert rows[0] == "tk: close pt-0, pt-1 and 3 more"
    assert rows[2:7] == [f"- pt-{number} A title" for number in range(5)]
    assert rows[-6:] == [*(f"Ticket: pt-{number}" for number in range(5)), "Tk-Command: close"]


@pytest.mark.parametrize(
    ("template", "subject"),
    [
        ("chore(tickets): {verb} {id}: {title} ({status})", "chore(tickets): close pt-1, pt-2 (open)"),
        ("{verb}: {title} [{id}]", "close [pt-1, pt-2]"),
        ("{title} {id} - {title}", "pt-1, pt-2"),
        ("{verb} {count} {type}", "close 2 bug"),
    ],
)
def test_the_place_of_the_title_closes_up_where_there_are_several(template: str, subject: str) -> None:
    assert message("close", [ticket(1), ticket(2)], template).splitlines()[0] == subject


def test_a_title_is_text_and_never_a_template() -> None:
    assert message("new", [ticket(1, "{id} {title} {verb} {0}")], PLAIN).startswith(
        "tk: new pt-1 {id} {title} {verb} {0}\n"
    )


def test_a_subject_of_ones_own_may_have_a_body() -> None:
    text = message("new", [ticket(1)], PLAIN, subject=" Short \n\nLong\r\nlonger\x1b[0m \n", details=["x"])
    assert text == "Short\n\nLong\nlonger [0m\n\n- x\n\nTk-Command: new\n"


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_no_title_makes_a_second_line_or_a_trailer(title: str, subject: str, details: list[str]) -> None:
    text = message(
        "new", [ticket(1, title), ticket(2, title)], PLAIN, subject=subject.replace("\n", " "), details=details
    )
    rows = text.split("\n")
    assert rows[1] == ""
    assert rows[-2:] == ["Tk-Command: new", ""]
    assert all(row == "" or row.startswith("- ") for row in rows[2:-3])
    assert not any(sign < " " or "\x7f" <= sign <= "\x9f" for row in rows for sign in row)


@given(st.text())
def test_the_subject_is_never_long(title: str) -> None:
    assert len(message("new", [ticket(1, title)], PLAIN).split("\n")[0]) <= SUBJECT_WIDTH
