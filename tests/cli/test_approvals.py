"""Approvals in real repositories: who made the commit decides."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from store_files import Result

CONFIG = """\
prefix: pt
statuses:
  open: open
  closed: {class: done, guards: {approvals: {count: 2, from: "team:leads", not: [assignee]}}}
approvals.dismissed_by: [text, severity]
"""
PEOPLE = """\
ada: {name: Ada Lovelace, mail: ada@example.org, teams: [leads]}
bo: {mail: bo@example.org, teams: [leads]}
cy: {mail: cy@example.org, teams: [leads]}
"""


def identity(name: str, *, committer: str = "") -> dict[str, str]:
    other = committer or name
    return {
        "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": f"{name}@example.org",
        "GIT_COMMITTER_NAME": other, "GIT_COMMITTER_EMAIL": f"{other}@example.org",
    }  # fmt: skip


def run(desk: Repository, name: str, *words: str) -> Result:
    return desk.tk(*words, env=identity(name))


def by_hand(desk: Repository, who: dict[str, str], old: str, new: str) -> None:
    """Change a ticket with an editor and commit it with git."""
    path = desk.tk.store / "pt-1.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    environment = {**desk.tk.environment, **who}
    subprocess.run(["git", "commit", "-qam", "by hand"], cwd=desk.folder, env=environment, check=True)


def states(desk: Repository, *words: str) -> dict[str, str]:
    """The entries, each with the reason why it is not valid."""
    done = desk.tk("approvals", *(words or ("pt-1",)), "--json")
    assert done.code == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["tickets"]
    return {one["entry"]: one["reason"] or "valid" for row in rows for one in row["approvals"]}


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    (repository.tk.store / "config.yml").write_text(CONFIG, "utf-8")
    (repository.tk.store / "people.yml").write_text(PEOPLE, "utf-8")
    repository.tk.write("pt-1", "One", more="assignee: ada\n")
    repository.commit_all("settings")
    return repository


def test_two_people_approve_and_the_ticket_can_be_closed(desk: Repository) -> None:
    assert run(desk, "ada", "approve", "pt-1").lines[-1] == "  closed: 0 of 2 approvals; may approve: bo, cy"
    assert run(desk, "bo", "approve", "pt-1").code == 0
    refused = run(desk, "bo", "close", "pt-1")
    assert (refused.code, "1 of 2 approvals of team:leads, not by assignee" in refused.stderr) == (3, True)
    assert run(desk, "cy", "approve", "pt-1", "-m", "fine").code == 0
    assert "approvals: [ada@2026-03-01, bo@2026-03-01, cy@2026-03-01]\n" in desk.tk.text("pt-1")
    assert run(desk, "cy", "approve", "pt-1").lines[0] == "pt-1: approved by cy already"
    assert run(desk, "bo", "close", "pt-1").code == 0
    assert desk.tk("check").code == 0
    shown = desk.tk("show", "pt-1").stdout
    assert "## Approvals\n\n  approved  ada@2026-03-01  valid\n" in shown
    ticket = json.loads(desk.tk("show", "pt-1", "--json").stdout)["tickets"][0]
    assert [one["valid"] for one in ticket["approval_states"]] == [True] * 3


def test_a_rejection_stands_until_its_person_takes_it_back(desk: Repository) -> None:
    for name in ("bo", "cy"):
        run(desk, name, "approve", "pt-1")
    run(desk, "cy", "reject", "pt-1", "-m", "no way back")
    assert "rejections: [cy@2026-03-01]" in desk.tk.text("pt-1")
    assert "no way back" in desk.tk.text("pt-1")
    by_hand(desk, identity("bo"), "rejections: [cy@2026-03-01]\n", "")
    by_hand(desk, identity("bo"), "[bo@2026-03-01]", "[bo@2026-03-01, cy@2026-03-01]")
    refused = run(desk, "bo", "close", "pt-1")
    assert (refused.code, "rejected by cy" in refused.stderr) == (3, True)
    assert run(desk, "cy", "approve", "pt-1").code == 0
    assert run(desk, "bo", "close", "pt-1").code == 0


def test_a_rejection_needs_a_reason(desk: Repository) -> None:
    assert run(desk, "cy", "reject", "pt-1").code == 2
    assert run(desk, "cy", "reject", "pt-1", "-m", " ").code == 2


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (identity("bo"), "valid"),
        (identity("cy"), "'cy' added it in "),
        (identity("bo", committer="cy"), "'cy' committed it in "),
        (identity("mallory"), "'mallory <mallory@example.org>' added it in "),
    ],
)
def test_a_line_counts_only_if_its_person_committed_it(desk: Repository, who: dict[str, str], reason: str) -> None:
    desk.git("switch", "--quiet", "-c", "work")
    by_hand(desk, who, "priority: 2\n", "priority: 2\napprovals: [bo@2026-03-01]\n")
    assert states(desk)["bo@2026-03-01"].startswith(reason)
    done = desk.tk("check", "--base", "main", "--json")
    codes = [(one["code"], one["line"]) for one in json.loads(done.stdout)["findings"]]
    assert codes == ([] if reason == "valid" else [("invalid-approval", 9)])
    assert desk.tk("check").code == (0 if reason == "valid" else 1)


def test_a_branch_cannot_name_its_own_approvers(desk: Repository) -> None:
    desk.git("switch", "--quiet", "-c", "work")
    (desk.tk.store / "people.yml").write_text(PEOPLE + "eve: {mail: eve@example.org, teams: [leads]}\n", "utf-8")
    (desk.tk.store / "config.yml").write_text(CONFIG.replace("count: 2", "count: 1"), "utf-8")
    by_hand(desk, identity("eve"), "priority: 2\n", "priority: 2\napprovals: [eve@2026-03-01]\n")
    by_hand(desk, identity("eve"), "status: open", "status: closed")
    done = desk.tk("check", "--base", "main", "--json")
    assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["guard-not-met", "invalid-approval"]


def test_nobody_approves_in_the_name_of_another(desk: Repository) -> None:
    refused = run(desk, "mallory", "approve", "pt-1")
    assert (refused.code, "none of the people of this project" in refused.stderr) == (3, True)
    refused = desk.tk("approve", "pt-1", env=identity("bo", committer="cy"))
    assert (refused.code, "an approval needs one person for both" in refused.stderr) == (3, True)
    assert run(desk, "bo", "set", "pt-1", "approvals=cy@2026-03-01").code == 2


def test_a_later_change_of_the_text_or_of_a_named_field_ends_an_approval(desk: Repository) -> None:
    run(desk, "bo", "approve", "pt-1")
    run(desk, "ada", "comment", "pt-1", "A comment is no change of the text.")
    run(desk, "ada", "set", "pt-1", "priority=0")
    assert states(desk) == {"bo@2026-03-01": "valid"}
    by_hand(desk, identity("ada"), "Text.", "Another text.")
    assert states(desk) == {"bo@2026-03-01": "the text changed afterwards"}
    assert desk.tk("check").code == 0
    run(desk, "bo", "approve", "pt-1")
    assert states(desk) == {"bo@2026-03-01T12:00:00Z": "valid"}
    run(desk, "ada", "set", "pt-1", "severity=high")
    assert states(desk) == {"bo@2026-03-01T12:00:00Z": "severity changed afterwards"}


def test_an_approval_survives_an_archive_and_a_new_name(desk: Repository) -> None:
    for name in ("bo", "cy"):
        run(desk, name, "approve", "pt-1")
    run(desk, "ada", "close", "pt-1")
    run(desk, "ada", "archive", "pt-1")
    run(desk, "ada", "mv", "pt-1", "pt-x")
    assert states(desk, "pt-x") == {"bo@2026-03-01": "valid", "cy@2026-03-01": "valid"}


def test_approvals_of_two_branches_merge_as_a_set(desk: Repository) -> None:
    desk.tk("setup")
    desk.git("switch", "--quiet", "-c", "work")
    run(desk, "bo", "approve", "pt-1")
    desk.git("switch", "--quiet", "main")
    run(desk, "cy", "approve", "pt-1")
    merged = {**desk.tk.environment, **identity("ada")}
    subprocess.run(["git", "merge", "-q", "--no-edit", "work"], cwd=desk.folder, env=merged, check=True)
    assert states(desk) == {"bo@2026-03-01": "valid", "cy@2026-03-01": "valid"}


def test_a_clone_that_cannot_know_ends_with_4(desk: Repository) -> None:
    run(desk, "bo", "approve", "pt-1")
    run(desk, "cy", "approve", "pt-1")
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{desk.folder}", "shallow"],
        cwd=desk.folder.parent, env=desk.tk.environment, check=True,
    )  # fmt: skip
    shallow = desk.folder.parent / "shallow"
    for words in (["approvals"], ["check"], ["close", "pt-1"]):
        done = desk.tk(*words, cwd=shallow)
        assert (done.code, "this clone is shallow" in done.stderr) == (4, True), words
    assert "note: no approvals: this clone is shallow" in desk.tk("show", "pt-1", cwd=shallow).stderr


def test_an_approval_without_a_commit_does_not_count_yet(desk: Repository) -> None:
    done = run(desk, "bo", "approve", "pt-1", "--no-commit")
    assert (done.code, "as soon as bo has committed it" in done.stderr) == (0, True)
    assert states(desk) == {"bo@2026-03-01": "no commit has it yet"}
    assert run(desk, "bo", "commit").code == 0
    assert states(desk) == {"bo@2026-03-01": "valid"}


def test_without_people_the_name_in_git_is_the_person(repository: Repository) -> None:
    repository.tk.write("pt-1", "One")
    repository.commit_all()
    assert run(repository, "Zoe Q", "approve", "pt-1").lines == ["pt-1 approved by Zoe Q"]
    assert states(repository) == {"Zoe Q@2026-03-01": "valid"}


def test_outside_a_repository_nobody_can_approve(repository: Repository) -> None:
    folder = repository.folder.parent / "plain"
    folder.mkdir()
    assert repository.tk("new", "One", cwd=folder).code == 0
    found = next((folder / ".tickets").glob("*.md")).stem
    assert repository.tk("approve", found, cwd=folder).code == 5


@pytest.mark.parametrize("way", ["close", "commit"])
def test_many_tickets_enter_a_status_with_the_history_read_as_often_as_for_some(
    desk: Repository, tmp_path: Path, way: str
) -> None:
    log, folder = tmp_path / "git.log", tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\necho "$@" >>"{log}"\nexec {shutil.which("git")} "$@"\n')
    (folder / "git").chmod(0o755)
    path = {"PATH": f"{folder}{os.pathsep}{desk.tk.environment['PATH']}"}
    (desk.tk.store / "config.yml").write_text(CONFIG.replace("approvals.dismissed_by: [text, severity]\n", ""), "utf-8")
    counts = []
    for total in (10, 25):
        names = [f"pt-{total}{number:02}" for number in range(total)]
        for name in names:
            desk.tk.write(name, name)
        desk.commit_all()
        assert run(desk, "bo", "approve", *names).code == 0
        assert run(desk, "cy", "approve", *names).code == 0
        if way == "commit":
            for name in names:
                file = desk.tk.store / f"{name}.md"
                file.write_text(desk.tk.text(name).replace("status: open", "status: closed"), "utf-8")
        log.write_text("")
        done = desk.tk(way, *names, env={**identity("bo"), **path})
        assert done.code == 0, done.stderr
        counts.append(sum(" log " in line or " cat-file " in line for line in log.read_text().splitlines()))
    assert counts[0] == counts[1]
