"""Derived state that is not what `tk` left there: no answer changes. The soak does it in every way there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soak.derived import race, replace_each

if TYPE_CHECKING:
    from pathlib import Path

READING = (("ls", "is:ready priority<=1"), ("log", "-n", "2"), ("search", "valve", "--json"))


def test_no_file_of_derived_state_changes_an_answer_whatever_it_is(tmp_path: Path) -> None:
    done = replace_each(tmp_path / "ground", ("empty", "a pipe"), READING)
    assert done["other answers"] == []
    assert int(str(done["disturbances"])) > 12


def test_many_readers_at_once_answer_rightly_while_somebody_deletes_what_they_make(tmp_path: Path) -> None:
    assert race(tmp_path / "ground", 1, READING) == []
