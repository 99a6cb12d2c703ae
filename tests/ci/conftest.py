"""Checkouts as a CI service makes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import Repository
from built_once import built_once
from forge import Forge, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def forge() -> Iterator[Forge]:
    with serving() as forge:
        yield forge


@pytest.fixture
@built_once
def branch(repository: Repository) -> Repository:
    """A checkout of a branch `work`, which is to be merged into `main`: it adds pt-2 and closes pt-1."""
    repository.tk.write("pt-1", "Parser drops the last line")
    repository.tk.write("pt-0", "Burns the house down", priority="0")
    repository.commit_all("tickets")
    repository.git("checkout", "--quiet", "-b", "work")
    repository.tk.write("pt-1", "Parser drops the last line", status="closed")
    repository.tk.write("pt-2", "Leaks every secret", priority="0")
    repository.commit_all("work")
    return repository


@pytest.fixture
def checkout(branch: Repository) -> Repository:
    """The same as a CI service has it: detached, of a remote's commits, by nobody."""
    folder = branch.folder.parent / "checkout"
    branch.git("clone", "--quiet", "--no-local", str(branch.folder), str(folder))
    nobody = {name: value for name, value in branch.tk.environment.items() if name != "GIT_CONFIG_GLOBAL"}
    found = Repository(replace(branch.tk, folder=folder, environment={**nobody, "GIT_CONFIG_GLOBAL": "/dev/null"}))
    found.git("checkout", "--quiet", "--detach", "origin/work")
    return found
