"""Mails for `tk intake mail`, and what became of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from builders import Repository

VOUCHED = "Authentication-Results: mx.desk.example; dmarc=pass header.from={}\n"


def mail(sender: str, key: str, *, subject: str = "Printer burns", extra: str = "", body: str = "It burns.\n") -> str:
    lead = f"From: {sender}\nTo: desk@desk.example\nMessage-ID: <{key}>\nSubject: {subject}\n"
    return f"{lead}Date: Sun, 1 Mar 2026 10:00:00 +0000\n{extra}\n{body}"


def take(store: Repository, text: str, *more: str) -> dict[str, Any]:
    """The only row of an intake."""
    done = store.tk("intake", "mail", "--json", *more, stdin=text)
    (row,) = json.loads(done.stdout)["rows"]
    return dict(row)


def opened_ticket(store: Repository, **more: str) -> str:
    row = take(store, mail("Bob <bob@c.example>", "b1@c", **more))
    assert (row["result"], row["sender"]) == ("new", "bob@c.example")
    return str(row["ticket"])
