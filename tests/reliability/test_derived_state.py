"""Derived state that is not what `tk` left there: no answer changes. The soak does it in every way there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soak.derived import replace_each_and_race

if TYPE_CHECKING:
    from pathlib import Path

READING = (("ls", "is:ready priority<=1"), ("log", "-n", "2"), ("search", "valve", "--json"))


def test_no_file_of_derived_state_changes_an_answer_nor_does_who_deletes_it_while_many_read(tmp_path: Path) -> None:
    replaced, raced = replace_each_and_race(tmp_path / "ground", ("empty", "a pipe"), READING)
    assert replaced["other answers"] == []
    assert int(str(replaced["disturbances"])) > 12
    assert raced == []
