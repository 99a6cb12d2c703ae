"""What is read is the same from caches and without them, and of a commit as in a checkout; reading writes nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from hypothesis import example, given, note, settings
from hypothesis import strategies as st

from desk_changes import CHANGES, DeskClone, Drawn, copied
from law_examples import few

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from soak.forked import Forked

NOW = "2026-03-02T09:00:00Z"
WITH_CACHES = (
    "log --json",
    "log -n 3",
    "log pt-1 --json",
    "log pt-4",
    "search docs",
    "search Text --json",
    "search --history invoices --json",
    "similar pt-3 --json",
    "ls --all --json",
    "ls --all --columns id,title,updated,in-status,age,clock,left --format csv",
    "sla --json",
    "approvals --json",
    "audit --json",
    "report volume --json",
    "report flow --json",
    "kb ls --json",
    "kb search Known --json",
    "next --json",
    "status --json",
    "load --json",
)
OF_A_COMMIT = (
    "ls --all --json",
    "ls --all --format csv --columns id,status,title,updated,waiting_on,wake,approvals,watchers,spent",
    "ls is:ready -tag:old --json",
    "ls --tree --all",
    "ready --json",
    "blocked --json",
    "closed --limit 0 --json",
    "export jsonl",
    "export csv",
)


def test_caches_that_grew_with_the_changes_answer_as_if_there_were_none(
    desk: Repository, forked: Forked, tmp_path: Path
) -> None:
    @settings(max_examples=few(30), deadline=None)
    @given(st.lists(st.tuples(CHANGES, st.sampled_from(WITH_CACHES)), min_size=1, max_size=6))
    def law(some: list[tuple[Drawn, str]]) -> None:
        clone = DeskClone(copied(desk, tmp_path / "clone"), forked, note)
        for drawn, words in some:
            clone.do(drawn)
            clone.tk(*words.split(), now=NOW)
        before = clone.everything()
        warm = {words: clone.tk(*words.split(), now=NOW) for words in WITH_CACHES}
        shutil.rmtree(clone.repository.folder / ".git" / "plaintickets")
        cold = {words: clone.tk(*words.split(), now=NOW) for words in WITH_CACHES}
        for words in WITH_CACHES:
            assert cold[words].code in (0, 1), cold[words].stderr
            assert warm[words] == cold[words], words
        assert clone.everything() == before

    law()


def test_a_list_of_a_commit_is_the_list_in_a_checkout_of_it(desk: Repository, forked: Forked, tmp_path: Path) -> None:
    @settings(max_examples=few(30), deadline=None)
    @given(st.lists(CHANGES, min_size=1, max_size=6), st.integers(0, 5))
    @example([Drawn("wait", 0, 0, 1), Drawn("assign", 3, 0, 1)], 1)
    def law(some: list[Drawn], back: int) -> None:
        clone = DeskClone(copied(desk, tmp_path / "clone"), forked, note)
        commits = [clone.head]
        for drawn in some:
            clone.do(drawn)
            commits.append(clone.head)
        commit = commits[-1 - back % len(commits)]
        then = clone.repository.git("show", "-s", "--format=%cI", commit)  # the past is asked about at its own time
        past = {words: clone.tk(*words.split(), "--at", commit, now=NOW) for words in OF_A_COMMIT}
        clone.repository.git("checkout", "--quiet", commit)
        for words in OF_A_COMMIT:
            there = clone.tk(*words.split(), now=then)
            assert there.code in (0, 1), there.stderr
            assert past[words] == there, words

    law()
