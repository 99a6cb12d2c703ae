"""Who wrote a mail, and when: the same whether Python's reader of addresses is strict or not, in any zone."""

from __future__ import annotations

import email.utils
import time
from datetime import UTC, datetime
from functools import partial

import pytest

from plaintickets.core.mail import message
from plaintickets.core.mail.message import read_mail

FROM = {
    "Ada <ada@example.org>": ["ada@example.org"],
    "ada@example.org": ["ada@example.org"],
    "ada@example.org <ada@example.org>": ["ada@example.org"],
    "alice@example.org <bob@example.org>": ["bob@example.org"],
    '"Lovelace, Ada" <ada@example.org>': ["ada@example.org"],
    "Ada <ada@example.org>, Bob <bob@example.org>": ["ada@example.org", "bob@example.org"],
    '"<victim@example.org>" <bob@example.org>': ["bob@example.org"],
}
STRICT = getattr(email.utils, "supports_strict_parsing", False)


@pytest.mark.parametrize("is_strict", [True, False] if STRICT else [False])
@pytest.mark.parametrize("line", FROM)
def test_a_sender_is_the_same_for_every_python(line: str, is_strict: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if STRICT:
        monkeypatch.setattr(message, "getaddresses", partial(email.utils.getaddresses, strict=is_strict))
    mail = read_mail(f"From: {line}\nSubject: x\n\ny\n".encode())
    assert [address for _, address in mail.senders] == FROM[line]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Lima"])
def test_a_date_without_a_zone_is_of_utc_wherever_it_is_read(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    date = read_mail(b"From: ada@example.org\nDate: Sun, 01 Mar 2026 10:00:00 -0000\n\ny\n").date
    monkeypatch.undo()
    time.tzset()
    assert date == datetime(2026, 3, 1, 10, tzinfo=UTC)
