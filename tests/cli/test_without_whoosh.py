"""Whoosh is what searches: without it searching fails in plain words, and everything else goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

SEARCHING = ["search text", "search is:open", "search --history text", "search --commits text", "similar text"]
SEARCHING += ["similar --all", "index", "new Title", "new Title --check-duplicates=fail"]
OTHERS = ["ls", "show pr-1", "ready", "blocked", "close pr-1", "new Title --no-check-duplicates", "check", "log"]


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """A store for a Python that has no Whoosh."""
    repository.tk.write("pr-1", "First text")
    repository.commit_all()
    package = repository.folder.parent / "without" / "whoosh"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'whoosh'\", name='whoosh')\n")
    repository.tk.environment["PYTHONPATH"] = str(package.parent)
    return repository


@pytest.mark.parametrize("line", SEARCHING)
def test_what_searches_says_that_whoosh_is_missing(store: Repository, line: str) -> None:
    done = store.tk(*line.split())
    assert done.code == 4
    assert "Whoosh" in done.stderr
    assert "pip install" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("line", OTHERS)
def test_everything_else_goes_on_without_whoosh(store: Repository, line: str) -> None:
    done = store.tk(*line.split())
    assert (done.code, "Whoosh" in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("line", ["show pr-1 --json", "new Title --no-check-duplicates", "kb", "kb show reset"])
def test_a_knowledge_base_is_read_without_whoosh(store: Repository, line: str) -> None:
    (store.tk.store / "kb").mkdir()
    (store.tk.store / "kb" / "reset.md").write_text("---\ntitle: Reset\nstatus: published\n---\nText.\n", "utf-8")
    done = store.tk(*line.split())
    suggests = not line.startswith("kb")
    assert (done.code, "note: no articles: Whoosh" in done.stderr) == (0, suggests), done.stderr
