"""A run of the suite does not depend on luck: laws draw the same examples each time, unless they are asked not to."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from soak import laws


@pytest.mark.skipif(os.environ.get("TK_LAWS") == "random", reason="random examples were asked for")
def test_laws_draw_the_same_examples_in_every_run() -> None:
    assert settings().derandomize
    assert settings().database is None


def test_the_soak_knows_where_the_laws_stand() -> None:
    names = {path.name for path in laws.files()}
    assert {"test_document_laws.py", "test_merge_laws.py", "test_frontmatter.py"} <= names
    assert len(names) >= 20
