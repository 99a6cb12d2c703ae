"""`people.yml`: a settings file of its own, read wherever `config.yml` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository


@pytest.mark.parametrize(
    "text", ["- Ada Lovelace <ada@example.org>\n- grace\n", "Ada Lovelace: ada@example.org\ngrace:\n"]
)
def test_people_are_a_list_or_mails_by_name(repository: Repository, text: str) -> None:
    repository.tk.write("pr-1", "First", more="assignee: ada@example.org\n")
    (repository.tk.store / "people.yml").write_text(text)
    assert repository.tk("config", "people").stdout == "Ada Lovelace <ada@example.org>, grace\n"
    assert ".tickets/people.yml:1" in repository.tk("config", "people", "--json").stdout
    assert repository.tk("check").code == 0
    repository.tk.write("pr-2", "Second", more="assignee: mallory\n")
    found = repository.tk("check")
    assert found.code == 1
    assert "name them in people.yml" in found.stdout


def test_people_of_the_old_key_are_valid_and_two_lists_are_refused(repository: Repository) -> None:
    repository.tk.write("pr-1", "First", more="assignee: grace\n")
    (repository.tk.store / "config.yml").write_text("people: [grace]\n")
    assert repository.tk("check").code == 0
    (repository.tk.store / "people.yml").write_text("- ada\n")
    found = repository.tk("check")
    assert found.code != 0
    assert ".tickets/people.yml:1" in found.stdout
    assert "people is set in .tickets/config.yml:1 too" in found.stdout


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- ada\n- [grace]\n", "people.yml:2"),
        ("ada: ada@b\ngrace: no mail\n", "people.yml:2"),
        ("ada\n", "people.yml:1"),
    ],
)
def test_a_mistake_is_named_with_its_line(repository: Repository, text: str, place: str) -> None:
    repository.tk.write("pr-1", "First")
    (repository.tk.store / "people.yml").write_text(text)
    assert f".tickets/{place}" in repository.tk("check").stdout
    assert repository.tk("ls").code == 4


def test_the_people_of_the_base_judge_a_branch_and_the_index_is_read(repository: Repository) -> None:
    repository.tk.write("pr-1", "First", more="assignee: ada\n")
    (repository.tk.store / "people.yml").write_text("- ada\n")
    repository.commit_all()
    repository.git("branch", "base")
    (repository.tk.store / "people.yml").write_text("")
    repository.tk.write("pr-2", "Second", more="assignee: mallory\n")
    repository.commit_all()
    judged = repository.tk("check", "--base", "base")
    assert judged.code == 1
    assert "unknown assignee" in judged.stdout
    assert "changes people in people.yml" in judged.stderr
    (repository.tk.store / "people.yml").write_text("- [broken]\n")
    repository.git("add", "-A")
    (repository.tk.store / "people.yml").write_text("- ada\n")
    assert "people.yml:1" in repository.tk("check", "--staged").stdout
