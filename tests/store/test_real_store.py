"""A store that others wrote, with another tool and by hand: read here independently, and compared.

The excerpt in `tests/data/stores` is always there. The whole store is read where PLAINTICKETS_DATA,
or `shared/data` beside the checkout, has it.
"""

from __future__ import annotations

import difflib
import json
import os
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml
from frontmatter.default_handlers import YAMLHandler

from plaintickets.actions.set import read_setting, set_fields
from plaintickets.cli import _surroundings
from plaintickets.project import Project
from plaintickets.store.reading import read_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Repository
    from store_files import Tk

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PLAINTICKETS_DATA") or CHECKOUT.parent / "shared" / "data")
STORES = {
    "tinyemu-excerpt": CHECKOUT / "tests" / "data" / "stores" / "tinyemu-excerpt",
    "tinyemu": SHARED / "stores" / "tinyemu",
}
BY_COMMAND = 10


class Oracle(NamedTuple):
    """What an independent reading says of a ticket."""

    id: str
    title: str
    status: str
    priority: int
    deps: list[str]
    keys: dict[str, Any]

    @property
    def is_open(self) -> bool:
        return self.status != "closed"


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The keys as python-frontmatter splits them off, every scalar the text that was typed, and the body."""
    head, body = YAMLHandler().split(text)
    keys = yaml.load(head, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings, lists and mappings only
    return dict(keys), body


def read_independently(folder: Path) -> dict[str, Oracle]:
    found = {}
    for path in sorted(folder.glob("*.md")):
        keys, body = front_matter(path.read_text("utf-8"))
        title = next((line[2:] for line in body.splitlines() if line.startswith("# ")), "")
        found[path.stem] = Oracle(path.stem, title, keys["status"], int(keys["priority"]), keys["deps"], keys)
    assert found, folder
    return found


class Store(NamedTuple):
    """A copy of a real store in a repository, and what it holds."""

    repository: Repository
    tickets: dict[str, Oracle]

    @property
    def tk(self) -> Tk:
        return self.repository.tk

    def blockers(self, ticket: Oracle) -> list[str]:
        """The dependencies that are not closed."""
        return [dep for dep in ticket.deps if dep not in self.tickets or self.tickets[dep].is_open]

    def by_priority(self) -> list[Oracle]:
        """The open tickets by priority, then id."""
        return sorted((t for t in self.tickets.values() if t.is_open), key=lambda t: (t.priority, t.id))


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, repository: Repository) -> Store:
    source = STORES[request.param] / ".tickets"
    if not source.is_dir():
        missing = f"no real store at {source}: set PLAINTICKETS_DATA to the folder that holds `stores/`"
        warnings.warn(missing, stacklevel=1)
        pytest.skip(missing)
    for path in source.glob("*.md"):
        shutil.copyfile(path, repository.folder / ".tickets" / path.name)
    repository.commit_all()
    return Store(repository, read_independently(repository.folder / ".tickets"))


def test_every_file_opens_and_says_what_an_independent_reading_says(store: Store) -> None:
    reading = read_all(str(store.tk.store))
    assert reading.problems == []
    assert {ticket.id: dict(ticket.keys) for ticket in reading.tickets.values()} == {
        ticket.id: ticket.keys for ticket in store.tickets.values()
    }
    assert {ticket.id: ticket.title for ticket in reading.tickets.values()} == {
        ticket.id: ticket.title for ticket in store.tickets.values()
    }


def test_ls_all_lists_every_ticket(store: Store) -> None:
    expected = [
        f"{ticket.id:<8} [{ticket.status}] - {ticket.title}"
        + (f" <- [{', '.join(ticket.deps)}]" if ticket.deps else "")
        for ticket in sorted(store.tickets.values())
    ]
    shown = store.tk("ls", "--all")
    assert (shown.code, shown.stderr) == (0, "")
    assert shown.lines == expected


def test_ready_is_what_is_open_and_waits_for_nothing_open(store: Store) -> None:
    expected = [
        f"{ticket.id:<8} [P{ticket.priority}][{ticket.status}] - {ticket.title}"
        for ticket in store.by_priority()
        if not store.blockers(ticket)
    ]
    assert expected
    assert store.tk("ready").lines == expected


def test_blocked_is_what_waits_for_something_open(store: Store) -> None:
    expected = [
        f"{ticket.id:<8} [P{ticket.priority}][{ticket.status}] - {ticket.title} <- [{', '.join(blockers)}]"
        for ticket in store.by_priority()
        if (blockers := store.blockers(ticket))
    ]
    assert expected
    assert store.tk("blocked").lines == expected


def test_the_full_dependency_tree_follows_every_dependency(store: Store) -> None:
    asked = [ticket for ticket in store.tickets.values() if ticket.deps]
    assert asked
    for ticket in sorted(asked, key=lambda ticket: -len(list(walk(store, ticket.id, ()))))[:BY_COMMAND]:
        shown = store.tk("dep", "tree", "--full", ticket.id)
        assert (shown.code, shown.stderr) == (0, "")
        # Siblings may stand in any order, so that each line is compared with the way that leads to it.
        ways: list[tuple[str, ...]] = []
        for line in shown.lines:
            bare = line.lstrip("│├└─ \u00a0")
            depth = (len(line) - len(bare)) // 4
            ways.append((*(ways[-1] if ways else ())[:depth], bare.split(" ")[0]))
        assert sorted(ways) == sorted(walk(store, ticket.id, ()))


def walk(store: Store, ticket_id: str, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The ways from a ticket to everything that it waits for."""
    if ticket_id in way:
        return
    yield (*way, ticket_id)
    if ticket_id in store.tickets:
        for dep in store.tickets[ticket_id].deps:
            yield from walk(store, dep, (*way, ticket_id))


def test_query_prints_every_ticket_as_it_is_typed(store: Store) -> None:
    shown = [json.loads(line) for line in store.tk("query").lines]
    assert sorted(shown, key=lambda row: str(row["id"])) == [ticket.keys for ticket in sorted(store.tickets.values())]


def test_setting_a_priority_changes_one_line_of_any_file(store: Store) -> None:
    environment = {**store.tk.environment, "PWD": str(store.repository.folder)}
    around = _surroundings(environment)._replace(folder=str(store.repository.folder))
    project = Project.open(around, {"commit.mode": "off"})
    for ticket in store.tickets.values():
        path = store.tk.store / f"{ticket.id}.md"
        before = path.read_bytes().decode().splitlines(keepends=True)
        wanted = (ticket.priority + 1) % 5
        set_fields(project, "set", [ticket.id], [read_setting(f"priority={wanted}")], force=False, subject="")
        after = path.read_bytes().decode().splitlines(keepends=True)
        changed = list(difflib.unified_diff(before, after, n=0))
        assert changed[3:] == [f"-priority: {ticket.priority}\n", f"+priority: {wanted}\n"], ticket.id
    again = read_independently(store.tk.store)
    assert {ticket.id: ticket.priority for ticket in again.values()} == {
        ticket.id: (ticket.priority + 1) % 5 for ticket in store.tickets.values()
    }


def test_setting_a_priority_is_a_commit_of_one_line(store: Store) -> None:
    names = sorted(store.tickets)
    for name in names[:: max(1, len(names) // BY_COMMAND)][:BY_COMMAND]:
        ticket = store.tickets[name]
        wanted = (ticket.priority + 1) % 5
        done = store.tk("set", name, f"priority={wanted}")
        assert (done.code, done.stderr) == (0, "")
        assert store.repository.diff_lines() == [f"-priority: {ticket.priority}", f"+priority: {wanted}"]
    assert store.repository.git("status", "--porcelain") == ""
