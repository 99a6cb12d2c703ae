"""Which paths a ticket's `affects` stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.ticket import Ticket
from plaintickets.core.touched_paths import affects_test


def affects(entries: list[str], *paths: str) -> bool:
    return affects_test(paths)(Ticket("pt-1", "pt-1.md", {"affects": list(entries)}, "A ticket"))


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ("src/parser.py", "src/parser.py"),
        ("src", "src/parser.py"),
        ("src/", "src/lib/parser.py"),
        ("./src/lib", "src/lib/a/b.py"),
        ("src/parser.py", "src"),
        ("src/parser.py", "./src/"),
        ("src/parser.py", "."),
        ("src/*.py", "src/parser.py"),
        ("src/*", "src/lib/parser.py"),
        ("src/*/parser.py", "src"),
        ("*.py", "src/lib/parser.py"),
        ("pars*", "src/parser/lexer.py"),
        ("src/**/parser.py", "src/parser.py"),
        ("src/**/parser.py", "src/a/b/parser.py"),
        ("**/parser.py", "parser.py"),
        ("docs/**", "docs/guide/a.md"),
        ("/src/parser.py", "src/parser.py"),
        ("*.py", "src/"),
        ("src/**/parser.py", "src/lib/"),
    ],
)
def test_an_entry_stands_for_a_path(entry: str, path: str) -> None:
    assert affects([entry], path)
    assert affects(["nothing", entry], "elsewhere", path)


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ("src/parser.py", "src/parser.pyx"),
        ("src", "srcs/parser.py"),
        ("src/*.py", "src/lib/parser.py"),
        ("src/*.py", "lib/parser.py"),
        ("/parser.py", "src/parser.py"),
        ("parser.py", "src/parser.py"),
        ("src/**/parser.py", "src/a/b/lexer.py"),
        ("*.md", "src/parser.py"),
        ("lib/*.py", "src/"),
    ],
)
def test_an_entry_does_not_stand_for_another_path(entry: str, path: str) -> None:
    assert not affects([entry], path)


def test_a_ticket_that_affects_nothing_affects_no_path() -> None:
    assert not affects([], "src")
    assert not affects(["src"])


def test_many_stars_cost_no_time() -> None:
    assert not affects(["**/" * 200 + "*a*a*a*a*a*a*b"], "/".join(["a" * 200] * 200) + "/c")


@given(st.lists(st.text("ab*/", max_size=5), max_size=4), st.text("ab/", min_size=1, max_size=8))
def test_a_path_that_is_affected_is_affected_with_its_folder(entries: list[str], path: str) -> None:
    if affects(entries, path):
        assert affects(entries, path.rpartition("/")[0] + "/")
