"""Three clones in which anything was changed meet by `tk sync`: they end with the same bytes, and all can be read."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from builders import Repository
from built_once import built_once
from desk_changes import CHANGES, DeskClone, Drawn, make_desk
from law_examples import few
from store_files import Tk

if TYPE_CHECKING:
    from pathlib import Path

    from soak.forked import Forked

NAMES = ("ada", "bo", "cy")
# What people bring about by changes that contradict each other, and `tk check` reports.
CONTRADICTIONS = {
    "closed-with-open-blockers", "closed-with-open-children", "dependency-cycle", "missing-dependency",
    "missing-parent", "one-sided-link", "orphaned-article", "parent-cycle", "recorded-conflict",
}  # fmt: skip
SIDE = st.lists(CHANGES, min_size=1, max_size=2)


@pytest.fixture(params=["body", "files"])
@built_once
def team(repository: Repository, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with a bare repository and three clones of it, which record conflicts."""
    make_desk(repository)
    settings = repository.tk.store / "config.yml"
    text = settings.read_text(encoding="utf-8").replace("comments: body", f"comments: {request.param}")
    settings.write_text(f"{text}merge.on-conflict: record\n", encoding="utf-8")
    repository.commit_all()
    folder = tmp_path / "team"
    folder.mkdir()
    repository.git("clone", "--quiet", "--bare", ".", str(folder / "remote.git"))
    for name in NAMES:
        repository.git("clone", "--quiet", str(folder / "remote.git"), str(folder / name))
    return folder


def clones_in(folder: Path, environment: dict[str, str], forked: Forked) -> dict[str, DeskClone]:
    found = {name: Repository(Tk("tk", folder / name, environment)) for name in NAMES}
    for clone in found.values():
        clone.git("remote", "set-url", "origin", str(folder / "remote.git"))
    return {name: DeskClone(clone, forked, note) for name, clone in found.items()}


def meet(clones: dict[str, DeskClone], order: list[str], method: str) -> None:
    """Each clone syncs in turn, and all again until nothing is new."""
    for name in (*order, *order, *order):
        clone = clones[name]
        done = clone.tk("sync", "--method", method)
        assert done.code == 0, done.stderr
        assert clone.repository.git("status", "--porcelain") == ""
    assert len({clone.head for clone in clones.values()}) == 1


def test_clones_that_sync_end_with_the_same_bytes_and_all_can_be_read(
    team: Path, repository: Repository, forked: Forked, tmp_path: Path
) -> None:
    @settings(max_examples=few(20), deadline=None)
    @given(st.tuples(SIDE, SIDE, SIDE), st.permutations(NAMES), st.sampled_from(["rebase", "merge"]))
    def law(sides: tuple[list[Drawn], ...], order: list[str], method: str) -> None:
        folder = tmp_path / "drawn"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(team, folder, symlinks=True)
        clones = clones_in(folder, repository.tk.environment, forked)
        for clone, side in zip(clones.values(), sides, strict=True):
            for drawn in side:
                clone.do(drawn)
        meet(clones, order, method)
        listed = json.loads(clones["ada"].tk("ls", "--all", "--json").stdout)
        assert listed["problems"] == []
        found = {one["code"] for one in json.loads(clones["ada"].tk("check", "--json").stdout)["findings"]}
        assert found - CONTRADICTIONS == set()

    law()
