"""Who wrote a mail, by its From: the same whether Python's reader of addresses is strict or not."""

from __future__ import annotations

import email.utils
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
