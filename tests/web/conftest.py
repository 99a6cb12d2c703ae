"""A served repository with three tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from web.served import Served

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
def served(repository: Repository) -> Served:
    repository.tk.write("aa-1", "Parser drops the last line", body="Some **bold** text.\n")
    repository.tk.write("aa-2", "Second", deps="aa-1")
    repository.tk.write("aa-3", "Third", status="in_progress")
    articles = repository.tk.store / "kb"
    articles.mkdir()
    (articles / "help.md").write_text("---\ntitle: Help\nstatus: published\n---\n\nAsk [here](../aa-1.md).\n", "utf-8")
    repository.commit_all("tickets")
    return Served(repository)
