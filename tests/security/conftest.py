"""A repository as a stranger may have left it, and the program that it must not get run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from security.canary import Canary

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    return Canary.hatch(tmp_path / "cage")


@pytest.fixture
@built_once
def clone(repository: Repository) -> Repository:
    """A repository with two committed tickets."""
    repository.tk.write("aa-1", "First")
    repository.tk.write("aa-2", "Second", deps="aa-1")
    repository.commit_all("tickets")
    return repository
