"""`tk update`, as scripts of the bash tool call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk


@pytest.fixture
def store(tk: Tk) -> Tk:
    tk.write("pt-1")
    return tk


def test_fields_are_set_and_counted(store: Tk) -> None:
    done = store("update", "pt-1", "--priority=1", "--assignee=alice")
    assert (done.code, done.stdout) == (0, "Updated 2 field(s) on pt-1\n")
    assert store.field("pt-1", "priority") == "1"
    assert store.field("pt-1", "assignee") == "alice"


def test_a_field_that_nobody_configured_is_taken_as_it_is(store: Tk) -> None:
    store("update", "1", "--custom_field=my value", '--viewers=["ann","bo, jr"]')
    assert store.field("pt-1", "custom_field") == "my value"
    assert store.field("pt-1", "viewers") == '[ann, "bo, jr"]'


def test_a_list_is_json(store: Tk) -> None:
    store("update", "pt-1", '--tags=["bug","urgent"]')
    assert store.field("pt-1", "tags") == "[bug, urgent]"
    refused = store("update", "pt-1", '--tags=["unclosed]')
    assert refused.code == 2
    assert "Error: invalid JSON for tags" in refused.stderr


@pytest.mark.parametrize("words", [("badarg",), ("--priority",)])
def test_what_is_not_key_and_value_is_refused(store: Tk, words: tuple[str, ...]) -> None:
    refused = store("update", "pt-1", *words)
    assert refused.code == 2
    assert f"Error: unknown argument '{words[0]}'" in refused.stderr


def test_without_fields_the_usage_is_shown_and_an_unknown_ticket_named(store: Tk) -> None:
    assert "Usage:" in store("update", "pt-1").stderr
    assert "Error: ticket 'nonexistent' not found" in store("update", "nonexistent", "--priority=1").stderr


def test_values_are_checked_as_tk_set_checks_them(store: Tk) -> None:
    assert store("update", "pt-1", "--priority=9").code == 2
    assert store("update", "pt-1", "--id=pt-2").code == 2
    assert store.field("pt-1", "priority") == "2"
