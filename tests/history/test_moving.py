"""Moving a branch under uncommitted work: wherever it breaks off, nothing is lost and it can be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plaintickets.errors import GitRefusedError
from plaintickets.git import update_branch
from plaintickets.git.process import GitProcess

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
def commits(repository: Repository) -> tuple[str, str]:
    """Two commits, one behind the other; the older is checked out."""
    (repository.folder / "changed.txt").write_text("old\n")
    (repository.folder / "removed.txt").write_text("old\n")
    (repository.folder / "other.txt").write_text("other\n")
    old = repository.commit_all()
    (repository.folder / "changed.txt").write_text("new\n")
    (repository.folder / "removed.txt").unlink()
    (repository.folder / "added.txt").write_text("new\n")
    new = repository.commit_all()
    repository.git("reset", "-q", "--hard", old)
    (repository.folder / "other.txt").write_text("mine\n")
    return old, new


def process(repository: Repository) -> GitProcess:
    return GitProcess(str(repository.folder / ".git"), str(repository.folder), repository.tk.environment)


def test_a_branch_that_was_moved_meanwhile_is_left_alone(repository: Repository, commits: tuple[str, str]) -> None:
    old, new = commits
    repository.git("commit", "-q", "--allow-empty", "-m", "meanwhile")
    with pytest.raises(update_branch.MovedMeanwhileError):
        update_branch.move(process(repository), old, new)
    assert repository.git("log", "-1", "--format=%s") == "meanwhile"
    assert repository.git("status", "--porcelain") == " M other.txt"


def test_what_stands_in_the_way_is_left_alone(repository: Repository, commits: tuple[str, str]) -> None:
    old, new = commits
    (repository.folder / "changed.txt").write_text("mine\n")
    with pytest.raises(GitRefusedError):
        update_branch.move(process(repository), old, new)
    assert repository.git("rev-parse", "HEAD") == old
    assert repository.git("status", "--porcelain").split() == ["M", "changed.txt", "M", "other.txt"]


def test_a_move_that_died_before_the_branch_moved_is_ended(repository: Repository, commits: tuple[str, str]) -> None:
    old, new = commits
    repository.git("read-tree", "-m", "-u", old, new)
    assert update_branch.finish(process(repository), old, new)
    assert repository.git("rev-parse", "HEAD") == new
    assert repository.git("status", "--porcelain") == " M other.txt"


def test_a_move_that_died_among_its_files_is_taken_back(repository: Repository, commits: tuple[str, str]) -> None:
    old, new = commits
    (repository.folder / "changed.txt").write_text("new\n")
    (repository.folder / "added.txt").write_text("new\n")
    assert not update_branch.finish(process(repository), old, new)
    assert repository.git("status", "--porcelain") == " M other.txt"
    update_branch.move(process(repository), old, new)
    assert repository.git("rev-parse", "HEAD") == new
    assert repository.git("status", "--porcelain") == " M other.txt"
