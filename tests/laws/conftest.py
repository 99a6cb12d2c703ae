"""What several laws start from: a loaded `tk`, and a desk with every kind of setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from desk_changes import make_desk
from soak.forked import Forked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Repository


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    running = Forked({})
    yield running
    running.close()


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    return make_desk(repository)
