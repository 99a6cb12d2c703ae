"""The key of the portal's links: made once, for its owner alone, and never short."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from plaintickets.core.servicedesk.portal_links import (
    KEY_VARIABLE,
    is_link_token,
    link_token,
    public_origin,
    status_path,
)
from plaintickets.errors import UnreadableError, UsageError
from plaintickets.store.portal_key import portal_key

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = portal_key(str(tmp_path), {"TK_SEED": "1"})
    assert portal_key(str(tmp_path), {"TK_SEED": "1"}) == key
    assert len(key) == 64
    path = tmp_path / "plaintickets-portal" / "key"
    assert sorted(os.listdir(path.parent)) == ["key"]
    assert path.stat().st_mode & 0o077 == 0
    assert portal_key(str(tmp_path / "other"), {"TK_SEED": "1"}) != key


def test_the_environment_s_key_goes_first_and_a_bad_one_is_refused(tmp_path: Path) -> None:
    assert portal_key(str(tmp_path), {KEY_VARIABLE: "x" * 32}) == b"x" * 32
    with pytest.raises(UsageError):
        portal_key(str(tmp_path), {KEY_VARIABLE: "short"})
    with pytest.raises(UsageError):
        portal_key("", {})
    folder = tmp_path / "plaintickets-portal"
    folder.mkdir()
    (folder / "key").write_text("", encoding="utf-8")
    with pytest.raises(UnreadableError):
        portal_key(str(tmp_path), {})


def test_a_token_is_of_one_ticket_and_one_key() -> None:
    token = link_token(b"k" * 32, "aa-1")
    assert len(token) == 32
    assert is_link_token(b"k" * 32, "aa-1", token)
    for key, name, text in ((b"l" * 32, "aa-1", token), (b"k" * 32, "aa-2", token), (b"k" * 32, "aa-1", token[:-1])):
        assert not is_link_token(key, name, text)
    assert not is_link_token(b"k" * 32, "aa-1", "é\ud800")
    assert status_path(b"k" * 32, "a/b?").startswith("/r/a%2Fb%3F/")


@pytest.mark.parametrize(
    "text", ["help.example.org", "ftp://x", "https://", "https://x/help", "https://a@x", "https://x:y"]
)
def test_an_address_of_a_portal_is_a_scheme_and_a_host(text: str) -> None:
    with pytest.raises(UsageError):
        public_origin(text)


def test_a_good_address_is_kept_without_its_last_slash() -> None:
    assert public_origin(" https://Help.example.org/ ") == "https://help.example.org"
    assert public_origin("http://127.0.0.1:8080") == "http://127.0.0.1:8080"
    assert public_origin("") == ""
