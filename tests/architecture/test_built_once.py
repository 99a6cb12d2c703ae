"""What a test starts from is what its fixture would build for it, whichever test was the first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

BUILT: list[str] = []


class Start(NamedTuple):
    """A repository with a clone of it."""

    repository: Repository
    clone: Path


@pytest.fixture(params=["one", "two"])
@built_once
def start(repository: Repository, request: pytest.FixtureRequest) -> Start:
    BUILT.append(request.param)
    repository.tk.write(f"pt-{request.param}")
    script = repository.folder / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o750)
    os.utime(script, ns=(1_000_000_001, 2_000_000_002))
    (repository.folder / "link").symlink_to("script")
    repository.commit_all()
    clone = repository.folder.parent / "clone"
    repository.git("clone", "--quiet", str(repository.folder), str(clone))
    return Start(repository, clone)


@pytest.mark.parametrize("turn", range(3))
def test_each_test_gets_the_files_and_the_paths_of_its_own_folder(start: Start, tmp_path: Path, turn: int) -> None:
    repository, clone = start
    assert (repository.folder, clone) == (tmp_path / "project", tmp_path / "clone")
    assert repository.git("-C", str(clone), "remote", "get-url", "origin") == str(repository.folder)
    assert repository.tk.environment["HOME"] == str(tmp_path / "home")
    assert repository.git("status", "--porcelain") == ""
    script = repository.folder / "script"
    assert (script.stat().st_mode & 0o777, script.stat().st_mtime_ns) == (0o750, 2_000_000_002)
    assert os.readlink(repository.folder / "link") == "script"
    assert [path.name for path in tmp_path.rglob("spoilt")] == []
    for folder in (repository.folder, clone, tmp_path / "home"):
        (folder / "spoilt").write_text(f"by turn {turn}")
    repository.tk.environment["HOME"] = "spoilt"


def test_a_fixture_is_built_once_for_each_of_its_parameters() -> None:
    assert sorted(BUILT) == sorted(set(BUILT))
