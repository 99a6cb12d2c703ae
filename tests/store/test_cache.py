"""The cache of tickets: renewed beside its place, and nothing of it is left behind."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from plaintickets.core.links import Graph
from plaintickets.core.ticket import Ticket
from plaintickets.store import cached_tickets
from plaintickets.store.cache import read_cached
from plaintickets.store.cached_tickets import StoredTicket, StoredTickets, columns_of, texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from plaintickets.core.problem import Problem
    from plaintickets.core.ticket import Value
    from plaintickets.store.files import Found

FILES = [("pt-1.md", 1, 1, 1, 1), ("pt-2.md", 1, 1, 1, 2)]


def read(some: Sequence[Found]) -> list[tuple[Ticket | None, str, list[Problem]]]:
    return [(Ticket(path[:-3], path, {"status": "open"}, "Title"), path, []) for path, *_ in some]


def never(some: Sequence[Found]) -> list[tuple[Ticket | None, str, list[Problem]]]:
    raise AssertionError(some)


def test_a_cache_that_holds_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "tickets.sqlite"
    assert read_cached(str(path), FILES, read) is not None
    inode = path.stat().st_ino
    kept = read_cached(str(path), FILES, never)
    assert kept is not None
    assert (sorted(kept[0]), path.stat().st_ino) == (["pt-1", "pt-2"], inode)


def test_only_what_changed_is_read_again_and_who_reads_the_old_cache_keeps_it(tmp_path: Path) -> None:
    path = str(tmp_path / "tickets.sqlite")
    old = read_cached(path, FILES, read)
    asked: list[Found] = []

    def noted(some: Sequence[Found]) -> list[tuple[Ticket | None, str, list[Problem]]]:
        asked.extend(some)
        return read(some)

    changed = ("pt-3.md", 1, 1, 1, 3)
    new = read_cached(path, [FILES[0], changed], noted)
    assert old is not None
    assert new is not None
    assert (asked, sorted(new[0]), sorted(old[0])) == ([changed], ["pt-1", "pt-3"], ["pt-1", "pt-2"])


def test_what_dead_processes_and_older_versions_left_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "tickets.sqlite"
    dead, living = tmp_path / "tickets.sqlite.1-1.new", tmp_path / "tickets.sqlite.2-2.new"
    for left in (dead, living, tmp_path / "tickets.sqlite-wal", tmp_path / "tickets.sqlite-shm"):
        left.write_bytes(b"x")
    os.utime(dead, (0, 0))
    assert read_cached(str(path), FILES, read) is not None
    assert sorted(tmp_path.iterdir()) == [path, living]


def test_the_names_of_keys_are_those_of_the_tickets_that_are_there(tmp_path: Path) -> None:
    path = str(tmp_path / "tickets.sqlite")
    keys: dict[str, dict[str, Value]] = {"pt-1": {"status": "open", "queue": "a"}, "pt-2": {"status": "open"}}

    def reads(some: Sequence[Found]) -> list[tuple[Ticket | None, str, list[Problem]]]:
        return [(Ticket(path[:-3], path, keys[path[:-3]], ""), path, []) for path, *_ in some]

    names = []
    for number in range(4):
        keys["pt-2"]["customer" if number == 1 else "queue"] = "b"
        files = [("pt-1.md", 1, 1, 1, 1), ("pt-2.md", 1, 1, 1, 10 + number)]
        found = read_cached(path, files[number == 3 :], reads)
        assert found is not None
        names.append(sorted(found[0].key_names()))
        keys["pt-2"] = {"status": "open"}
    assert names == [["queue", "status"], ["customer", "queue", "status"], ["queue", "status"], ["queue", "status"]]
    last = read_cached(path, [("pt-9.md", 1, 1, 1, 9)], lambda some: [(None, some[0][0], [])])
    assert last is not None
    assert last[0].key_names() == set()


VALUES = st.sampled_from(["", "a", "[a", "b", "a, b", "ä'\"{", ["a"], ["a", "a", "", "b"], ["b", ["a"]], []])
STATES = st.dictionaries(
    st.sampled_from(["pt-1", "pt-2", "pt-3"]), st.dictionaries(st.sampled_from(["assignee", "tags", "queue"]), VALUES)
)


@settings(max_examples=25)
@given(st.lists(STATES, min_size=1, max_size=4))
def test_the_values_of_a_key_are_those_of_the_tickets_that_are_there(states: list[dict[str, dict[str, Value]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, state in enumerate(states):
            tickets = {name: Ticket(name, f"{name}.md", {**keys, "status": "open"}, "") for name, keys in state.items()}

            def reads(
                some: Sequence[Found], known: dict[str, Ticket] = tickets
            ) -> list[tuple[Ticket | None, str, list[Problem]]]:
                return [(known[path[:-3]], path, []) for path, *_ in some]

            files = [(ticket.path, 1, 1, 1, number) for ticket in tickets.values()]
            cached = read_cached(f"{folder}/tickets.sqlite", files, reads)
            assert cached is not None
            for name in ("assignee", "tags", "queue"):
                assert cached[0].values_of(name) == {
                    one for ticket in tickets.values() for one in texts(ticket.get(name))
                }


def test_a_ticket_of_the_cache_answers_as_one_that_was_read(tmp_path: Path) -> None:
    shapes: list[dict[str, Value]] = [
        {},
        {"priority": "1", "tags": ["a", "b"], "deps": ["pt-1", "pt-2"]},
        {"priority": "", "tags": "a, b", "deps": ""},
        {"priority": ["1"], "tags": ["a\nb", "c"], "deps": ["pt-1\npt-2"]},
        {"priority": "high", "tags": ["", "ü"], "größe": '"severity":', "a.b": "x", "conflicts": {"severity": "low"}},
        {"status": "closed", "parent": "pt-1", "deps": "pt-2"},
        {"severity": "low", "text": '{"priority":"3"}', "conflicts": "none", "queue": ["a", ["b"]]},
    ]
    read_ones = [Ticket(f"pt-{place}", f"pt-{place}.md", keys, "T") for place, keys in enumerate(shapes)]
    files = [(ticket.path, 1, 1, 1, place) for place, ticket in enumerate(read_ones)]
    cached = read_cached(str(tmp_path / "tickets.sqlite"), files, lambda _: [(one, one.path, []) for one in read_ones])
    assert cached is not None
    names = ("priority", "tags", "severity", "größe", "a.b", "queue", "text", "conflicts", "nothing", "status")
    listed = read_cached(str(tmp_path / "tickets.sqlite"), files, never)
    assert listed is not None
    assert len(listed[0].values()) == len(read_ones)  # so that they are listed, without the columns of single ones
    for ticket, fresh in [(one, found[0][one.id]) for found in (cached, listed) for one in read_ones]:
        assert [fresh.raw(name) for name in names] == [ticket.raw(name) for name in names]
        assert (fresh.tags, fresh.deps, fresh.priority) == (ticket.tags, ticket.deps, ticket.priority)
        assert (fresh.status, fresh.has_conflicts, fresh.keys) == (ticket.status, ticket.has_conflicts, ticket.keys)
        assert (fresh.path, fresh.parent, fresh.title) == (ticket.path, ticket.parent, ticket.title)


NAMES = st.sampled_from(["kind", "status", 'a"kind', 'x,"kind', "in", "priority", "kind\\"])


@given(st.dictionaries(NAMES, VALUES | st.sampled_from(['","kind":"b', "\\", 'q"']) | st.dictionaries(NAMES, VALUES)))
@example({"in": {"kind": "inner"}, "kind": ["a"]})
@example({'a"kind': "not it", "kind": ["a"]})
@example({"kind": 'said "so"'})
def test_a_text_is_read_from_a_row_as_from_the_file(keys: dict[str, Value]) -> None:
    ticket = Ticket("pt-1", "pt-1.md", keys, "T")
    for name in ("kind", "status", "in", "priority"):
        assert StoredTicket(*columns_of(ticket)).raw(name) == ticket.raw(name)
        assert StoredTicket(*columns_of(ticket)).text(name) == ticket.text(name)


def test_whether_there_are_tickets_and_how_many_is_asked_without_reading_them_all(tmp_path: Path) -> None:
    kept = read_cached(str(tmp_path / "tickets.sqlite"), FILES, read)
    assert kept is not None
    tickets = kept[0]
    assert isinstance(tickets, StoredTickets)
    asked: list[str] = []
    tickets._rows._connection.set_trace_callback(asked.append)
    assert bool(tickets)
    assert len(tickets) == 2
    assert all("LIMIT 1" in text or "count(*)" in text for text in asked), asked
    assert len(asked) == 2


def test_a_list_reads_an_index_and_no_row_of_the_table(tmp_path: Path) -> None:
    kept = read_cached(str(tmp_path / "tickets.sqlite"), FILES, read)
    assert kept is not None
    connection = kept[0]._rows._connection
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    assert [[one.id for one in kept[0].with_status(test)] for test in ("open".__eq__, "closed".__eq__)] == [
        ["pt-1", "pt-2"], []
    ]  # fmt: skip
    assert not any(one.raw("severity") or one.has_conflicts for one in kept[0].values())
    connection.set_trace_callback(None)
    plans = [" ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")) for text in asked]
    assert {plan.split(" INDEX ")[0].split()[-1] for plan in plans if "key_names" not in plan} == {"COVERING"}, plans
    plan = connection.execute("EXPLAIN QUERY PLAN " + cached_tickets.REFERRING, {"id": "pt-1"}).fetchall()
    assert {row[3].rpartition("COVERING INDEX ")[2].split()[0] for row in plan if "COVERING" in row[3]} == {
        "by_deps", "by_parent"
    }  # fmt: skip


def test_listed_tickets_get_their_other_columns_from_the_cache_that_they_were_listed_from(tmp_path: Path) -> None:
    path = str(tmp_path / "tickets.sqlite")
    files = [(f"pt-{number}.md", 1, 1, 1, number) for number in range(50)]
    old = read_cached(path, files, read)
    assert old is not None
    listed = [*old[0].values()]
    assert read_cached(path, [("pt-7.md", 1, 1, 1, 99)], lambda some: [(None, path, []) for path, *_ in some])
    del old
    assert [(one.path, one.keys) for one in listed] == [(f"{one.id}.md", {"status": "open"}) for one in listed]
    assert len(listed) == 50


def test_who_waits_for_a_ticket_is_answered_as_without_the_cache(tmp_path: Path) -> None:
    """Also of ids that one text cannot hold, of a part of an id, and of a child that waits for its parent."""
    held: list[dict[str, Value]] = [
        {"deps": ["pt-1\npt-2", "pt-3"]},
        {"deps": "pt-3, pt-11", "parent": "pt-3"},
        {"deps": ["pt-11"], "parent": "pt-1"},
        {"status": "closed", "deps": ["pt-1"]},
        {"parent": ""},
    ]
    made = {f"pt-{number}": Ticket(f"pt-{number}", f"pt-{number}.md", keys, "T") for number, keys in enumerate(held)}
    files = [(one.path, 1, 1, 1, 1) for one in made.values()]
    rows: list[tuple[Ticket | None, str, list[Problem]]] = [(one, one.path, []) for one in made.values()]
    cached = read_cached(str(tmp_path / "tickets.sqlite"), files, lambda _: rows)
    assert cached is not None
    kept, fresh = (Graph(found, set(), "closed".__eq__) for found in (cached[0], made))
    for name in (*made, "pt-11", "pt-1\npt-2", "pt", ""):
        assert (kept.dependents(name), kept.blocking(name)) == (fresh.dependents(name), fresh.blocking(name))
        assert not name or kept.children(name) == fresh.children(name)
    assert fresh.dependents("pt-3") == ["pt-0", "pt-1"]


def test_which_tickets_are_closed_is_answered_as_without_the_cache(tmp_path: Path) -> None:
    """A second file of an id, one that cannot be read, an unknown status and an id that nothing has count as always."""
    states = {"pt-1": "closed", "pt-2": "open", "pt-3": "rejected", "pt-4": "unheard", "ünï-5": "closed"}
    made = [
        Ticket(name, f"{name}.md", {"status": status, "deps": list(states)}, "T") for name, status in states.items()
    ]
    twin = Ticket("pt-2", "archive/2020/pt-2.md", {"status": "closed"}, "T")
    files = [(ticket.path, 1, 1, 1, place) for place, ticket in enumerate([*made, twin])]
    rows: list[tuple[Ticket | None, str, list[Problem]]] = [(one, one.path, []) for one in [*made, twin]]
    cached = read_cached(
        str(tmp_path / "tickets.sqlite"), [*files, ("pt-6.md", 1, 1, 1, 9)], lambda _: [*rows, (None, "pt-6.md", [])]
    )
    assert cached is not None
    graphs = [
        Graph(found, {"pt-6"}, {"closed", "rejected"}.__contains__)
        for found in (cached[0], {one.id: one for one in made})
    ]
    for name in [*states, "pt-6", "pt-9", ""]:
        assert graphs[0].is_closed(name) == graphs[1].is_closed(name) == (states.get(name) in {"closed", "rejected"})
    assert [graph.open_blockers(made[0]) for graph in graphs] == [["pt-2", "pt-4"]] * 2
    none = Graph(cached[0], set(), {"done"}.__contains__)
    assert not none.is_closed("pt-1")
