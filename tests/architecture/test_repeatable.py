"""A run of the suite does not depend on luck: laws draw the same examples each time, unless they are asked not to."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from soak import laws, run


@pytest.mark.skipif(os.environ.get("TK_LAWS") == "random", reason="random examples were asked for")
def test_laws_draw_the_same_examples_in_every_run() -> None:
    assert settings().derandomize
    assert settings().database is None


def test_the_soak_knows_where_the_laws_stand() -> None:
    names = {path.name for path in laws.files()}
    assert {"test_document_laws.py", "test_merge_laws.py", "test_frontmatter.py"} <= names
    assert len(names) >= 20


def test_a_share_of_a_row_of_the_scorecard_is_that_part_of_it() -> None:
    line, faults = run.run_row("S10", run.Asked(1, 60, share=0.002))
    assert "120 edits of 10 documents" in line
    assert faults == 0
