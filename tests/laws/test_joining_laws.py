"""Whatever two people do to tickets, and however it is joined: no ticket is lost, doubled, or mixed with another."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from built_once import built_once
from joins import Operation, Team, make_template
from law_examples import few

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from soak.forked import Forked

VERBS = (
    "edit", "title", "comment", "comment", "mv", "mv", "close", "archive", "archive", "reopen", "rm", "rm", "new",
    "new", "dep", "wait", "snooze", "approve", "reject", "watch", "spend", "merge",
)  # fmt: skip
OPERATIONS = st.builds(Operation, st.sampled_from(VERBS), st.integers(0, 2), st.integers(1, 3))
SIDES = st.lists(OPERATIONS, min_size=1, max_size=3)


@pytest.fixture(params=["body", "files"])
@built_once
def template(repository: Repository, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "template"
    folder.mkdir()
    make_template(repository, folder, request.param)
    return folder


@pytest.mark.parametrize("way", [("--method", "rebase"), ("--method", "merge"), ("--on-conflict", "record")])
def test_a_sync_keeps_each_ticket_one_and_whole(
    template: Path, repository: Repository, forked: Forked, way: tuple[str, str]
) -> None:
    @settings(max_examples=few(20), deadline=None)
    @given(ours=SIDES, theirs=SIDES)
    @example(ours=[Operation("mv", 0, 1), Operation("edit", 0, 1)], theirs=[Operation("new", 0, 1)])
    def law(ours: list[Operation], theirs: list[Operation]) -> None:
        folder = template.parent / "team"
        shutil.rmtree(folder, ignore_errors=True)
        team = Team(template, folder, repository.tk.environment, forked)
        for name, operations in (("bo", theirs), ("ada", ours)):
            for operation in operations:
                team.do(name, operation)
        before = {name: set(team.files(name)) for name in ("ada", "bo")}
        assert team.run("bo", "sync").code == 0
        ada, bo = team.clones["ada"], team.clones["bo"]
        head = ada.git("rev-parse", "HEAD")
        done = team.run("ada", "sync", *way)
        assert ada.git("status", "--porcelain") == ""
        if done.code == 5 and "record" not in way:
            assert "conflict in" in done.stderr
            assert ada.git("rev-parse", "HEAD") == head
            return
        assert done.code == 0, done.stderr
        assert team.faults("ada", before) == []
        assert team.run("bo", "sync").code == 0
        assert ada.git("rev-parse", "HEAD") == bo.git("rev-parse", "HEAD")

    law()


def test_a_pull_with_the_driver_keeps_each_ticket_one_and_whole_or_says_so(
    template: Path, repository: Repository, forked: Forked
) -> None:
    @settings(max_examples=few(20), deadline=None)
    @given(ours=SIDES, theirs=SIDES, rebases=st.booleans())
    @example(
        ours=[Operation("mv", 0, 1)], theirs=[Operation("rm", 0, 1), Operation("mv", 0, 1)], rebases=False
    )  # the new id of a ticket that is renamed here and removed there is that of another ticket there
    def law(ours: list[Operation], theirs: list[Operation], *, rebases: bool) -> None:
        folder = template.parent / "team"
        shutil.rmtree(folder, ignore_errors=True)
        team = Team(template, folder, repository.tk.environment, forked)
        for name, operations in (("bo", theirs), ("ada", ours)):
            for operation in operations:
                team.do(name, operation)
        before = {name: set(team.files(name)) for name in ("ada", "bo")}
        assert team.run("bo", "sync").code == 0
        pulled = team.pull("ada", rebases=rebases)
        assert team.clones["ada"].git("status", "--porcelain") == ""
        found = team.faults("ada", before)
        if pulled.stopped:
            assert found == []
        elif found:
            assert team.run("ada", "check").code == 1

    law()
