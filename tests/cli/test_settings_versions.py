"""The remembered commits of the settings: the same as git finds, in a line, after a merge, and after damage."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builders import opened
from plaintickets.actions.settings_versions import CACHE_NAME, settings_versions

if TYPE_CHECKING:
    from builders import Repository


def versions(repository: Repository) -> list[str]:
    """Return the commits, after a check that they are those that a log without memory has."""
    project = opened(repository)
    found = [version.commit for version in settings_versions(project, "HEAD")]
    memory = memory_of(repository)
    memory.rename(kept := memory.with_name("aside.json"))
    assert [version.commit for version in settings_versions(opened(repository), "HEAD")] == found
    kept.replace(memory)
    return found


def memory_of(repository: Repository) -> Path:
    return Path(os.path.join(opened(repository).cache, CACHE_NAME))


def change(repository: Repository, name: str, text: str) -> str:
    (repository.tk.store / name).write_text(text)
    repository.commit_all()
    return repository.git("rev-parse", "HEAD").strip()


@pytest.fixture
def first(repository: Repository) -> str:
    return change(repository, "sla.yml", "- {name: a, targets: {resolution: 1d}}\n")


def test_new_commits_are_added_to_what_is_remembered(repository: Repository, first: str) -> None:
    assert versions(repository)[-1] == first
    repository.tk("new", "One")
    assert versions(repository)[-1] == first
    second = change(repository, "sla.yml", "- {name: a, targets: {resolution: 2d}}\n")
    assert versions(repository)[-2:] == [first, second]
    repository.git("reset", "--quiet", "--hard", first)
    assert versions(repository)[-1] == first


def test_a_merge_is_looked_at_as_a_whole(repository: Repository, first: str) -> None:
    versions(repository)
    repository.git("checkout", "--quiet", "-b", "side")
    side = change(repository, "sla.yml", "- {name: a, targets: {resolution: 3d}}\n")
    repository.git("checkout", "--quiet", "-")
    repository.tk("new", "One")
    versions(repository)
    repository.git("merge", "--quiet", "--no-edit", "side")
    assert versions(repository)[-2:] == [first, side]


@pytest.mark.parametrize(
    "damage", ["", "[]", "{", '{"paths": [], "heads": {}}', '{"heads": 1}', '{"paths": 0, "heads": {"x": [[1, "-p"]]}}']
)
def test_a_damaged_memory_is_written_anew(repository: Repository, first: str, damage: str) -> None:
    before = versions(repository)
    memory_of(repository).write_text(damage)
    assert versions(repository) == before
    assert first in json.dumps(json.loads(memory_of(repository).read_text()))


def test_a_row_that_is_no_commit_is_not_believed(repository: Repository, first: str) -> None:
    before = versions(repository)
    kept = json.loads(memory_of(repository).read_text())
    kept["heads"] = {head: [[1, "--output=x"]] for head in kept["heads"]}
    memory_of(repository).write_text(json.dumps(kept))
    assert versions(repository) == before
    assert before[-1] == first


def test_a_repository_without_a_commit_has_none(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--orphan", "empty")
    assert settings_versions(opened(repository), "HEAD") == []
