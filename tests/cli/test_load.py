"""`tk load` and `tk handover`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plaintickets.reports.load import bar

if TYPE_CHECKING:
    from builders import Repository

PEOPLE = """\
ada: {name: Ada Lovelace, mail: ada@example.org, teams: [core], capacity: 2}
bo: {teams: [core, desk]}
cy: {teams: [desk], away: [2000-01-01..2000-12-31, 2026-01-01..2026-12-31, 2027-01-01..2027-12-31]}
"""


@pytest.fixture
def desk(repository: Repository) -> Repository:
    (repository.tk.store / "people.yml").write_text(PEOPLE)
    for number, (person, priority) in enumerate(
        [("ada", "0"), ("Ada Lovelace", "4"), ("bo", "2"), ("team:desk", "2"), ("mallory", "2"), ("", "2")], 1
    ):
        more = f"assignee: {person}\n" if person else ""
        repository.tk.write(f"d-{number}", priority=priority, more=more)
    repository.tk.write("d-7", status="closed", more="assignee: bo\n")
    repository.commit_all()
    return repository


def test_the_load_is_weighted_by_priority_against_capacity(desk: Repository) -> None:
    shown = json.loads(desk.tk("load", "--json").stdout)
    rows = {row["person"]: row for row in shown["rows"]}
    assert [*rows] == ["ada", "bo", "cy"]
    assert (rows["ada"]["open"], rows["ada"]["work"], rows["ada"]["load"]) == (2, 2.5, 1.25)
    assert (rows["bo"]["open"], rows["bo"]["load"]) == (1, 0.2)
    assert "bar" not in rows["bo"]
    text = desk.tk("load").stdout
    assert "ada        2         2   2.5  125%  ████████████" in text
    assert "1 open ticket with the team desk, no person" in text
    assert "1 open ticket with nobody" in text
    assert "1 open ticket with others: 'mallory'" in text
    assert [row["person"] for row in json.loads(desk.tk("load", "desk", "--json").stdout)["rows"]] == ["bo", "cy"]
    done = desk.tk("load", "dsek")
    assert (done.code, "Did you mean 'desk'?" in done.stderr) == (3, True)


def test_a_store_without_people_shows_who_has_tickets(desk: Repository) -> None:
    (desk.tk.store / "people.yml").unlink()
    rows = json.loads(desk.tk("load", "--json").stdout)["rows"]
    assert {row["person"]: row["open"] for row in rows} == {"ada": 1, "Ada Lovelace": 1, "bo": 1, "mallory": 1}


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "░" * 10), (0.01, "█" + "░" * 9), (1, "█" * 10), (1.5, "█" * 15), (7, "█" * 20 + "+")],
)
def test_a_bar_has_ten_cells_for_the_whole(share: float, shown: str) -> None:
    assert bar(share) == shown


def test_a_handover_moves_open_tickets_with_an_internal_comment(desk: Repository) -> None:
    before = desk.git("rev-parse", "HEAD")
    tried = desk.tk("handover", "Ada Lovelace", "bo", "-m", "Away", "--dry-run")
    assert [line.split()[2] for line in tried.lines] == ["d-1", "d-2"]
    assert desk.git("status", "--porcelain") == ""
    done = desk.tk("handover", "ada", "bo", "priority:0", "-m", "Away until May", "--json")
    assert json.loads(done.stdout)["tickets"] == ["d-1"]
    assert desk.tk.field("d-1", "assignee") == "bo"
    assert "· internal\n\nAway until May\n" in desk.tk.text("d-1")
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"
    assert desk.tk("handover", "bo", "team:core", "-m", "x").lines == [
        "Handed d-1 over to team:core: A ticket",
        "Handed d-3 over to team:core: A ticket",
    ]
    assert desk.tk("handover", "bo", "ada", "-m", "x").lines == ["bo has no open tickets: nothing to hand over"]


def test_who_has_left_can_hand_over_and_who_is_away_is_remarked(desk: Repository) -> None:
    assert desk.tk("handover", "mallory", "ada", "-m", "left").code == 0
    done = desk.tk("handover", "team:desk", "cy", "-m", "-")
    assert done.code == 2
    done = desk.tk("handover", "team:desk", "cy", "-m", "yours")
    assert "warning: cy is away until" in done.stderr
    assert desk.tk.field("d-4", "assignee") == "cy"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["ada", "baa", "-m", "x"], 3, "nobody is called 'baa'"),
        (["adda", "bo", "-m", "x"], 3, "Did you mean 'ada'"),
        (["ada", "Ada Lovelace", "-m", "x"], 3, "are the same"),
        (["ada", "team:croe", "-m", "x"], 3, "Did you mean 'team:core'"),
        (["team:croe", "bo", "-m", "x"], 3, "no team 'croe'"),
        (["ada", "bo"], 2, "Missing option '-m'"),
        (["ada", "bo", "-m", " "], 2, "the message is empty"),
        (["ada", "bo", "flavor:x", "-m", "x"], 2, "there is no field 'flavor'"),
    ],
)
def test_a_bad_handover_says_what_is_known(desk: Repository, words: list[str], code: int, message: str) -> None:
    done = desk.tk("handover", *words)
    assert (done.code, message in done.stderr) == (code, True), done.stderr
    assert desk.git("status", "--porcelain") == ""
