"""An answer finds its ticket after the ticket was renamed, archived, or merged into another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from built_once import built_once
from mails_to_take import VOUCHED, mail, opened_ticket, take

if TYPE_CHECKING:
    from builders import Repository

BOB = "Bob <bob@c.example>"


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init", "--prefix", "pt")
    (repository.tk.store / "intake.yml").write_text("type: question\nservers: [mx.desk.example]\nreopen: false\n")
    repository.commit_all()
    return repository


def renamed(store: Repository, ticket: str) -> str:
    for name in ("pt-second", "pt-third"):
        assert store.tk("mv", ticket, name).code == 0
        ticket = name
    return ticket


def archived(store: Repository, ticket: str) -> str:
    assert store.tk("close", ticket).code == 0
    assert store.tk("archive", ticket).code == 0
    return ticket


def merged(store: Repository, ticket: str) -> str:
    survivor = str(json.loads(store.tk("new", "The same", "--json").stdout)["id"])
    assert store.tk("merge-into", ticket, "--into", survivor).code == 0
    assert store.tk("set", survivor, f"reporter={BOB}").code == 0
    return survivor


def merged_and_renamed(store: Repository, ticket: str) -> str:
    return renamed(store, merged(store, ticket))


def answer(store: Repository, number: int, **more: str) -> dict[str, Any]:
    return take(store, mail(BOB, f"answer{number}@c", body=f"Answer {number}.\n", **more))


@pytest.mark.parametrize("change", [renamed, archived, merged, merged_and_renamed])
def test_an_answer_finds_its_ticket_by_message_id_and_by_the_old_id_in_its_subject(
    store: Repository, change: Any
) -> None:
    old = opened_ticket(store)
    vouched = VOUCHED.format("c.example")
    now = change(store, old)
    by_id = answer(store, 1, extra="In-Reply-To: <b1@c>\n")
    by_token = answer(store, 2, subject=f"Re: [{old}] Printer burns", extra=vouched)
    assert [(row["result"], row["ticket"]) for row in (by_id, by_token)] == [("comment", now)] * 2
    assert "Answer 1." in store.tk("show", now).stdout
    stranger = mail("Eve <eve@e.example>", "e1@e", subject=f"[{old}] x", extra=VOUCHED.format("e.example"))
    assert take(store, stranger)["result"] == "held"


def test_an_answer_to_a_notice_finds_a_renamed_ticket_and_the_old_id_of_a_removed_one_is_nobody_s(
    store: Repository,
) -> None:
    from plaintickets.core.mail.message_ids import own_id

    old = opened_ticket(store)
    notice = own_id(old, store.git("rev-parse", "HEAD"), "event", "desk.example")
    now = renamed(store, old)
    row = answer(store, 1, extra=f"In-Reply-To: <{notice}>\n")
    assert (row["result"], row["ticket"]) == ("comment", now)
    assert store.tk("rm", now).code == 0
    row = answer(store, 2, subject=f"Re: [{old}] Printer burns", extra=VOUCHED.format("c.example"))
    assert row["result"] == "new"
