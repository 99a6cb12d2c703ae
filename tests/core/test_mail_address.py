"""One mail address and nothing else, the same for what comes in, what goes out, and what a visitor types."""

from __future__ import annotations

import pytest

from plaintickets.core.mail.address import is_address


@pytest.mark.parametrize("text", ["ada@desk.example", "root@localhost", "o'neil+x=y@a-b.example", "żółw@żółw.example"])
def test_an_address_is_one(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "@desk.example", "ada@", "a b@c.example", "<a@c.example>", "a@c.example,b@c.example",
        "a@c.example\nBcc: b@c.example", "=?utf-8?q?a@c.example?=", '"a b"@c.example', "a\u202e@c.example",
        f"{'a' * 65}@c.example", "a@b@c.example",
    ],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    assert not is_address(text)
