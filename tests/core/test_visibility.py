"""What the public sees, as laws: no address, no name of an internal ticket."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.comments import Comment
from plaintickets.core.event import CHANGED, COMMENTED, CREATED, Event, Revision
from plaintickets.core.ticket import Ticket
from plaintickets.core.visibility import Audience, is_internal_comment, is_internal_keys, without_mail

AROUND = st.text(st.sampled_from(list(" \n\t<>()[]`*_-.,;:|\"'/\\aä0@")), max_size=12)


@given(AROUND, AROUND)
def test_no_address_is_left_whatever_stands_around_it(before: str, after: str) -> None:
    shown = without_mail(f"{before}maryq@example.org{after}")
    assert "maryq@example.org" not in shown
    assert "example.org" not in shown or "@" not in re.sub(r"\s@|@\s", "", shown)


@given(AROUND, AROUND)
def test_no_id_of_an_internal_ticket_is_left(before: str, after: str) -> None:
    audience = Audience(["pt-9zq7"], ["Secret   plan"])
    shown = audience.text(f"{before} PT-9zq7_{after} see 9zq7, fix-pt-9zq7 and secret\nPlan {before}")
    assert "9zq7" not in shown.casefold()
    assert "secret" not in shown.casefold()


@given(st.text(max_size=60))
def test_what_is_hidden_once_is_hidden(text: str) -> None:
    audience = Audience(["pt-1", "a b"], ["two words"])
    assert audience.is_clean(audience.text(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada <ada@example.org>", "Ada"),
        ('see "a b"@example.org!', "see [address]"),
        ("ask @ada, or ada ＠ home", "ask @ada, or ada ＠ home"),
        ("mailto:ada@example.org", "[address]"),
        ("a <b> c", "a <b> c"),
    ],
)
def test_addresses_and_what_is_none(text: str, shown: str) -> None:
    assert without_mail(text) == shown


def test_other_tickets_stay() -> None:
    audience = Audience(["pt-1"])
    assert audience.text("pt-11, pt-2, 1, xpt-1 and pt-1") == "pt-11, pt-2, 1, xpt-1 and [internal]"


@pytest.mark.parametrize("value", ["internal", "Internal", "secret", ["public"], {"a": "b"}])
def test_every_value_but_public_is_internal(value: str) -> None:
    assert is_internal_keys({"visibility": value})
    assert not is_internal_keys({"visibility": "public"})


def test_a_queue_for_the_team_is_internal() -> None:
    queues = {"hr": {"audience": "internal"}, "desk": {"audience": "public"}}
    assert is_internal_keys({"queue": "hr"}, queues)
    assert not is_internal_keys({"queue": "desk"}, queues)


@pytest.mark.parametrize("author", ["Ada · Internal", "Ada · internal · x", "INTERNAL"])
def test_a_mark_that_the_format_does_not_know_hides_a_comment(author: str) -> None:
    assert is_internal_comment(Comment("2026-01-01T00:00:00Z", author, False, "x"))


def test_fields_lose_ids_and_addresses() -> None:
    ticket = Ticket("pt-2", "pt-2.md", {"deps": ["pt-1", "pt-3"], "parent": "pt-1", "reporter": "Ada <a@b.org>"}, "T")
    shown = Audience(["pt-1"]).ticket(ticket)
    assert shown.deps == ("pt-3",)
    assert shown.parent == ""
    assert shown.get("reporter") == "Ada"


def _event(kind: str, field: str = "", before: object = None, after: object = None) -> Event:
    revision = Revision("c" * 40, "Ada <a@b.org>", "a@b.org", 5, 5, "subject", "", False)
    return Event("pt-2", "pt-2", kind, field, before, after, (), revision)  # type: ignore[arg-type]


def test_the_history_begins_when_the_ticket_became_public() -> None:
    events = [
        _event(CREATED, after={"status": "open", "visibility": "internal"}),
        _event(CHANGED, "status", "open", "in_progress"),
        _event(CHANGED, "visibility", "internal", "public"),
        _event(CHANGED, "status", "in_progress", "closed"),
        _event(CHANGED, "title", "old", "new"),
        _event(COMMENTED, "comment", None, {"author": "Ada", "internal": "true", "text": "x"}),
    ]
    shown = Audience([]).events(events)
    assert [(one.field, one.before, one.after, one.author) for one in shown] == [
        ("status", "in_progress", "closed", "Ada"),
        ("title", "", "", "Ada"),
    ]
