"""A store of three tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("aa-1", "Parser drops the last line", priority="1", body="Some **bold** text.\n")
    repository.tk.write("aa-2", "Second", deps="aa-1")
    repository.tk.write("aa-3", "Third", status="in_progress")
    repository.commit_all("tickets")
    return repository
