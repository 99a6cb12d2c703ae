"""What `tk diff` prints of one branch that does a bit of everything, in each of its formats."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from golden_store import compare, fill, normal

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

FORMATS = {
    "text": "diff/branch.txt",
    "markdown": "diff/branch.md",
    "json": "json/diff.json",
    "html": "diff/branch.html",
}
ADDRESS = "https://example.org/parser-tools/blob/topic"


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """The store of the golden files, and a branch on which nearly everything happens to its tickets."""
    tk = fill(repository).tk
    repository.git("switch", "--quiet", "-c", "topic")
    ticket = tk.store / "pt-2bbb.md"
    text = ticket.read_text().rstrip("\n")
    ticket.write_text(
        f"{text}\n\nText of it.\n\n## Acceptance Criteria\n\n- [ ] a file without a newline\n- [ ] an empty file\n"
    )
    repository.commit_all()
    repository.git("branch", "--force", "main")
    for words in (
        ["close", "pt-4ddd", "-r", "fixed"],
        ["reopen", "pt-5eee"],
        ["set", "pt-2bbb", "priority=0", "title=Parser drops the very last line"],
        ["dep", "pt-2bbb", "pt-6fff"],
        ["tag", "pt-2bbb", "+unicode"],
        ["comment", "pt-2bbb", "Seen by @everyone in #12:\n\n    <b>no</b> newline"],
        ["mv", "pt-1aaa", "pt-9zzz"],
        ["rm", "pt-3ccc", "--force"],
        ["new", "A new one", "-t", "bug", "-d", "Steps.", "-q"],
    ):
        done = tk(*words, env={"TK_SEED": "482370"})
        assert done.code == 0, done.stderr
    ticket.write_text(
        ticket.read_text().replace("- [ ] an empty", "- [x] an empty").replace("Text of it", "Another text of it")
    )
    (tk.store / "pt-6fff.md").write_text("---\nid: pt-6fff\n<<<<<<< ours\n")
    (tk.store / "config.yml").write_text("prefix: pt\n")
    return repository


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_shows_what_its_golden_file_says(store: Repository, form: str) -> None:
    links = ("--link-base", ADDRESS) if form in ("markdown", "html") else ()
    done = store.tk("diff", "--format", form, *links)
    assert done.code == 0, done.stderr
    compare(FORMATS[form], normal(done.stdout, store))


def test_markdown_that_is_too_long_shows_what_its_golden_file_says(store: Repository) -> None:
    shutil.copy(store.tk.store / "pt-2bbb.md", store.tk.store / "pt-8hhh.md")
    done = store.tk("diff", "--format", "markdown", "--max-length", "1500")
    compare("diff/short.md", normal(done.stdout, store))
