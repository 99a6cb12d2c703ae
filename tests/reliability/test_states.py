"""What tk owes its user in the states that a repository can be in; the soak runs through all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import soak.clonestates  # noqa: F401 - enters its states into the table
from soak.ground import Ground
from soak.states import STATES, UnavailableError, faults

if TYPE_CHECKING:
    from pathlib import Path

QUICK = (
    "staged_and_unstaged_work", "unborn_branch", "detached_head", "merge_under_way", "ticket_unmerged",
    "linked_worktree",
    "ticket_marked_skip_worktree", "split_index", "sha256_repository", "identity_missing", "pre_commit_rejects",
    "pre_commit_rejects_and_takes_the_change_back", "pre_commit_reformats_and_adds", "pre_commit_adds_another_file",
    "pre_commit_leaves_a_process_behind", "autocrlf", "ignored_store", "untracked_ticket", "partially_staged_ticket",
    "inside_a_hook", "store_is_a_symbolic_link", "bare_repository", "repository_of_another_user", "damaged_journal",
    "git_not_to_be_found", "partial_clone", "commit_message_settings", "clock_far_in_the_past", "index_damaged",
)  # fmt: skip


@pytest.mark.parametrize("name", QUICK)
def test_no_promise_is_broken_in_the_state(tmp_path: Path, name: str) -> None:
    try:
        assert faults(Ground.make(tmp_path / "ground"), STATES[name]) == []
    except UnavailableError as error:
        pytest.skip(str(error))
