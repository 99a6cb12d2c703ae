"""A name that nobody knows is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plaintickets.core.builtinfields import BUILTIN_FIELDS

if TYPE_CHECKING:
    from builders import Repository

# Fields that may have any value, so that a query for one that no ticket has is a fair question.
FREE = {"affects", "estimate", "external-ref", "fired", "portal-link", "title"}


@pytest.fixture
def store(repository: Repository) -> Repository:
    """One open ticket."""
    repository.tk.write("pt-1", "Crash", priority="2", body="- [ ] first\n")
    repository.commit_all()
    return repository


@pytest.mark.parametrize("field", sorted(BUILTIN_FIELDS.keys() - FREE))
def test_an_unknown_value_of_any_field_is_never_a_pass_and_never_silent(store: Repository, field: str) -> None:
    asked = store.tk("blockers", f"{field}:zzqq")
    assert (asked.code in (2, 3), asked.stdout) == (True, "")
    listed = store.tk("ls", f"{field}:zzqq")
    assert (listed.stdout, "zzqq" in listed.stderr) == ("", True)


def test_a_priority_beyond_the_settings_is_no_priority(store: Repository) -> None:
    for value in ("9", "P9", "5"):
        assert store.tk("blockers", f"priority:{value}").code == 3, value
    assert store.tk("blockers", "priority:4").code == 0
    assert store.tk("blockers", "priority<9").code == 1, "an order has no list of values"
    store.tk.write("pt-2", priority="9")
    assert store.tk("ls", "priority:9").lines[0].startswith("pt-2"), "what a ticket has is known"


def test_notes_of_a_long_list_of_unknown_values_are_few(store: Repository) -> None:
    listed = store.tk("ls", "tag:" + ",".join(f"t{number}" for number in range(2000)))
    assert (listed.code, listed.stderr.count("\n")) == (0, 11)
