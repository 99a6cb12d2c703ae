"""Who vouches for a sender: what a server quotes of a stranger in its header vouches for nobody."""

from __future__ import annotations

import pytest

from plaintickets.core.mail.authentication import verified_sender
from plaintickets.core.mail.message import read_mail

SERVER = "mx.desk.example"


def vouched(results: str) -> bool:
    header = f"Authentication-Results: {SERVER}; {results}\n"
    mail = read_mail(f"{header}From: Ada <ada@desk.example>\nSubject: x\n\ny\n".encode())
    return verified_sender(mail, [SERVER]) == "ada@desk.example"


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=pass (p=none dis=none) header.from=desk.example",
        "dkim=pass header.d=desk.example header.s=a",
        'dkim=pass header.i="@desk.example"',
        "spf=pass (mx: domain of ada@desk.example (really) permits 192.0.2.1) smtp.mailfrom=ada@desk.example",
        "dkim=fail header.d=x.example; auth=pass smtp.auth=ada@desk.example",
    ],
)
def test_a_result_of_the_sender_s_domain_vouches(results: str) -> None:
    assert vouched(results)


@pytest.mark.parametrize(
    "results",
    [
        "none",
        "dmarc=fail header.from=desk.example",
        "dkim=pass header.d=evil.example",
        "spf=pass smtp.mailfrom=ada@desk.example.evil.example",
        'spf=pass smtp.mailfrom="x;dkim=pass header.d=desk.example;"@evil.example',
        'spf=pass reason="header.from=desk.example smtp.mailfrom=desk.example" smtp.mailfrom=evil.example',
        "spf=pass (x (y) ; dkim=pass header.d=desk.example ; z) smtp.mailfrom=evil.example",
        "spf=pass (x \\) ; dkim=pass header.d=desk.example) smtp.mailfrom=evil.example",
        "spf=pass (x ; dkim=pass header.d=desk.example",
        "spf=pass x) ; dkim=pass header.d=desk.example",
        'spf=pass smtp.mailfrom="x ; dkim=pass header.d=desk.example',
        'spf=pass smtp.mailfrom="x\\" ; dkim=pass header.d=desk.example ;"@evil.example',
    ],
)
def test_what_a_stranger_wrote_into_it_vouches_for_nobody(results: str) -> None:
    assert not vouched(results)
