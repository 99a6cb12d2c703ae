"""Whatever a command changed, `tk undo` brings back byte for byte."""

from __future__ import annotations

import os
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from built_once import built_once
from desk_changes import VERBS, DeskCopy, Drawn, make_desk
from soak.forked import Forked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from builders import Repository

# Each example is a repository and some ten commands; `make soak SOAK=laws` draws more of them.
EXAMPLES = 60 if os.environ.get("TK_LAWS") == "random" else 1
DRAWN = st.builds(Drawn, st.sampled_from(sorted(VERBS)), st.integers(0, 9), st.integers(0, 9), st.integers(1, 3))


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    running = Forked({})
    yield running
    running.close()


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    return make_desk(repository)


def test_each_command_that_the_laws_draw_changes_the_desk_and_is_undone(
    desk: Repository, forked: Forked, tmp_path: Path
) -> None:
    copy = DeskCopy(desk, tmp_path / "copy", forked)
    tree, head = copy.tree, copy.head
    for verb in VERBS:
        drawn = (Drawn(verb, one, other, 1) for one, other in product(range(5), repeat=2))
        assert any(copy.do(each) and copy.head != head for each in drawn), verb
        undone = copy.tk("undo")
        assert (undone.code, copy.tree) == (0, tree), (verb, undone.stderr)
        head = copy.head


def test_undoing_each_change_goes_back_through_the_bytes_of_every_file(
    desk: Repository, forked: Forked, tmp_path: Path
) -> None:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.lists(DRAWN, min_size=1, max_size=6))
    def law(some: list[Drawn]) -> None:
        copy = DeskCopy(desk, tmp_path / "copy", forked, note)
        trees = [copy.tree]
        for drawn in some:
            head = copy.head
            done = copy.do(drawn)
            assert copy.repository.git("status", "--porcelain") == ""
            if copy.head == head:
                continue
            assert done.code in (0, 1), done.stderr
            assert copy.repository.git("rev-parse", "HEAD~1") == head
            trees.append(copy.tree)
        if len(trees) > 1:
            assert copy.tk("undo").code == 0
            assert copy.tk("undo", "HEAD").code == 0
            assert copy.tree == trees[-1], copy.repository.git("diff", trees[-1], "HEAD")
        for tree in reversed(trees[:-1]):
            undone = copy.tk("undo")
            assert undone.code == 0, undone.stderr
            assert copy.tree == tree, copy.repository.git("diff", tree, "HEAD")
            assert copy.repository.git("status", "--porcelain") == ""

    law()


def test_changes_undone_in_any_order_leave_the_bytes_of_before_or_are_refused(
    desk: Repository, forked: Forked, tmp_path: Path
) -> None:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.lists(DRAWN, min_size=2, max_size=4), st.randoms(use_true_random=False))
    def law(some: list[Drawn], chance: Random) -> None:
        copy = DeskCopy(desk, tmp_path / "copy", forked, note)
        before, commits = copy.files(), []
        for drawn in some:
            head = copy.head
            copy.do(drawn)
            commits += [copy.head] * (copy.head != head)
        chance.shuffle(commits)
        for commit in commits:
            tree = copy.tree
            undone = copy.tk("undo", commit)
            assert copy.repository.git("status", "--porcelain") == ""
            if undone.code:
                assert (undone.code, copy.tree) == (3, tree), undone.stderr
                return
        assert copy.files() == before

    law()
