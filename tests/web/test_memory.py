"""What a page read is gone as soon as it is answered: a server that is left open does not grow."""

from __future__ import annotations

import gc
import os
import weakref
from random import Random
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("nh3")

from starlette.requests import Request

from builders import surroundings
from plaintickets.web.app import PAGES
from plaintickets.web.options import ServerOptions
from plaintickets.web.session import Sessions
from plaintickets.web.visit import Visit, server_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Repository

NAMES = {"ticket": "pt-1", "article": "help", "report": "flow", "dashboard": "lead", "name": "shot.png"}


@pytest.fixture
def without_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collection")
def test_no_page_leaves_its_project_or_an_open_file_behind(repository: Repository) -> None:
    store = repository.tk.store
    (store / "sla.yml").write_text("- {name: usual, targets: {resolution: 1d}}\n", encoding="utf-8")
    (store / "kb").mkdir()
    (store / "kb" / "help.md").write_text("---\ntitle: Help\nstatus: published\n---\n\nText.\n", encoding="utf-8")
    (store / "pt-1.d" / "attachments").mkdir(parents=True)
    (store / "pt-1.d" / "attachments" / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    repository.tk.write("pt-1", "First", body="![x](pt-1.d/attachments/shot.png)\n")
    repository.tk.write("pt-2", "Second", deps="pt-1")
    repository.commit_all()
    server = server_of(surroundings(repository, Random(7).randrange), {}, ServerOptions(), Sessions())
    for path, page in PAGES.items():
        for turn in range(2):  # the first visit imports libraries and writes the indexes
            before = open_files()
            query = b"q=first" if path == "/search" else b""
            scope = {"type": "http", "path": path, "query_string": query, "headers": [], "path_params": NAMES}
            visit = Visit(server, Request({**scope, "method": "GET"}))
            assert page(visit).status_code == 200, path
            project = weakref.ref(visit.project)
            del visit
            if turn:
                assert project() is None, path
                assert open_files() == before, path


def open_files() -> list[str]:
    folder = "/proc/self/fd"
    if not os.path.isdir(folder):
        return []
    found = [f"{folder}/{name}" for name in os.listdir(folder)]
    return sorted(os.readlink(path) for path in found if os.path.exists(path))
