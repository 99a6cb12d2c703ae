"""An option that another one makes useless is refused, and nothing is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

USELESS = (
    *("diff --marker bot", "diff --json --marker bot", "diff --format html --marker bot", "diff --max-length 2000"),
    *("diff --link-base https://example.org/p", "diff --json --link-base https://example.org/p"),
    *("search ticket --all-branches", "search ticket --history --commits", "search ticket --count --files"),
    *("search ticket --count --columns id", "search ticket --count --sort id", "search ticket --count --format csv"),
    *("search ticket --files --columns id", "search ticket --files --group-by type", "search ticket --files --tree"),
    *("search ticket --all-stores --files --columns id", "search ticket --count --reverse"),
    *("show pt-1 --raw --json", "claim pt-1 --timeout 3", "archive pt-1 --closed-before 2020-01-01"),
    *("similar --learn --threshold 0.5", "similar --learn --limit 3", "similar --all --limit 3"),
    *("config --schema --write-schema", "config commit.mode --write-schema"),
)
USED = (
    *("diff --format markdown --marker bot --max-length 2000", "diff --summary out.md --marker bot --max-length 2000"),
    *(
        "diff --format html --link-base https://example.org/p",
        "diff --json --summary out.md --link-base https://a.example",
    ),
    *(
        "search ticket --history --all-branches --files",
        "search ticket --files --sort id",
        "search ticket --count --json",
    ),
    *("search ticket --files --json", "search ticket --count --jq .total", "similar ticket --limit 3"),
)


@pytest.fixture
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1")
    repository.commit_all()
    return repository


@pytest.mark.parametrize("line", USELESS)
def test_an_option_that_another_makes_useless_is_refused(store: Repository, line: str) -> None:
    head = store.git("rev-parse", "HEAD")
    done = store.tk(*line.split())
    assert (done.code, "leave" in done.stdout + done.stderr) == (2, True)
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


@pytest.mark.parametrize("line", USED)
def test_an_option_that_has_a_use_beside_another_is_taken(store: Repository, line: str) -> None:
    assert store.tk(*line.split()).code == 0
