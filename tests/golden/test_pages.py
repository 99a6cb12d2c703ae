"""The pages under `docs/` that are made from the program are the ones it makes now."""

from __future__ import annotations

import pytest
from generate import ROOT, pages

MADE = pages()


@pytest.mark.parametrize("path", MADE)
def test_a_page_is_as_the_program_makes_it(path: str) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == MADE[path], f"{path} is out of date: run `python tests/golden/generate.py`"


def test_no_page_says_more_than_a_terminal_shows() -> None:
    assert "\b" not in MADE["docs/reference/cli.md"]
    assert "\x1b" not in MADE["docs/reference/cli.md"]
