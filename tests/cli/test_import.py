"""`tk import`: all records or none, once each, and nothing lost in silence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from built_once import built_once
from plaintickets.core.imported import RecordError, imported
from plaintickets.importers import IMPORTERS

if TYPE_CHECKING:
    from builders import Repository

ROWS: list[dict[str, object]] = [
    {"key": "x:1", "title": "Parser drops a line", "type": "bug", "priority": 1, "tags": ["parser", "io"]},
    {"key": "x:2", "title": "Wörter & ünïcode 用", "text": "Many lines.\nEnd.", "deps": ["x:1"], "links": "x:3"},
    {
        "key": "x:3",
        "title": "Old one",
        "status": "closed",
        "created": "2020-01-01T00:00:00Z",
        "closed": "2020-01-03T00:00:00Z",
        "parent": "x:1",
        "comments": [{"date": "2020-01-02T00:00:00Z", "author": "Ada", "text": "It works.", "internal": True}],
    },
]


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init")
    return repository


def lines(rows: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def given_file(store: Repository, content: bytes, name: str = "rows.jsonl") -> str:
    (store.folder / name).write_bytes(content)
    return name


def test_records_become_tickets_in_one_commit_and_a_second_time_nothing_changes(store: Repository) -> None:
    source = given_file(store, lines(ROWS))
    before = store.git("rev-list", "--count", "HEAD")
    done = json.loads(store.tk("import", "jsonl", source, "--json").stdout)
    first, second, third = done["created"]
    assert int(store.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert "tags: [parser, io]\nexternal-ref: x:1" in store.tk.text(first) or "external-ref: x:1" in store.tk.text(
        first
    )
    assert f"deps: [{first}]\nlinks: [{third}]\n" in store.tk.text(second)
    text = store.tk.text(third)
    for part in (f"links: [{second}]\n", f"parent: {first}\n", "created: 2020-01-01T00:00:00Z\n", "It works."):
        assert part in text
    assert "internal" in text
    assert store.tk("check").code == 0
    head = store.git("rev-parse", "HEAD")
    again = store.tk("import", "jsonl", source)
    assert (again.code, again.stdout) == (0, "0 imported, 3 here already\n")
    assert store.git("rev-parse", "HEAD") == head
    assert store.tk("undo").code == 0
    assert not (store.tk.store / f"{first}.md").exists()


def test_what_changed_here_only_stays_and_what_changed_there_only_is_taken(store: Repository) -> None:
    given_file(store, lines(ROWS))
    (first, *_) = json.loads(store.tk("import", "jsonl", "rows.jsonl", "--json").stdout)["created"]
    store.tk("set", first, "priority=0")
    before, head = store.tk.text(first), store.git("rev-parse", "HEAD")
    assert store.tk("import", "jsonl", "rows.jsonl").code == 0
    assert (store.tk.text(first), store.git("rev-parse", "HEAD")) == (before, head)
    given_file(store, lines([{**ROWS[0], "title": "Another title"}, *ROWS[1:]]))
    assert store.tk("import", "jsonl", "rows.jsonl").code == 0
    assert "# Another title" in store.tk.text(first)
    assert store.tk.field(first, "priority") == "0"


def test_a_contradiction_is_named_and_ours_stays(store: Repository) -> None:
    given_file(store, lines(ROWS))
    (first, *_) = json.loads(store.tk("import", "jsonl", "rows.jsonl", "--json").stdout)["created"]
    store.tk("set", first, "priority=0")
    given_file(store, lines([{**ROWS[0], "priority": "4"}, *ROWS[1:]]))
    done = store.tk("import", "jsonl", "rows.jsonl")
    assert store.tk.field(first, "priority") == "0"
    assert first in done.stderr
    assert "priority" in done.stderr


def test_a_key_with_a_comma_is_one_key(store: Repository) -> None:
    rows: list[dict[str, object]] = [{"title": "A", "key": "x:1,2"}, {"title": "B", "key": "x:1"}]
    source = given_file(store, lines(rows))
    assert store.tk("import", "jsonl", source).stdout == "2 imported, 0 here already\n"
    assert store.tk("import", "jsonl", source).stdout == "0 imported, 2 here already\n"


def test_a_table_names_its_fields_in_the_first_line(store: Repository) -> None:
    rows = '\ufefftitle;priority;tags;text\r\n"Semi; colon";2;a,b;"two\r\nlines"\r\n;;;\r\nSecond;;;\r\n'
    source = given_file(store, rows.encode(), "rows.csv")
    created = json.loads(store.tk("import", "csv", source, "--json").stdout)["created"]
    assert len(created) == 2
    text = store.tk.text(created[0])
    assert "tags: [a, b]\n" in text
    assert "# Semi; colon\n\ntwo\nlines\n" in text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b'{"title": "A"}\nno json\n', "line 2: is not JSON"),
        (b'{"title": "A"}\n[1]\n', "line 2: is no JSON object"),
        (b'{"title": ""}\n', "line 1: has no title"),
        (b'{"title": "A", "title": "B"}\n', "line 1: is not JSON: a key stands twice"),
        (b'{"title": "A", "prioritty": 1}\n', "unknown field 'prioritty'. Did you mean 'priority'?"),
        (b'{"title": "A", "priority": "huge"}\n', "line 1: "),
        (b'{"title": "A", "status": "gone"}\n', "line 1: "),
        (b'{"title": "A", "estimate": {"x": 1}}\n', "line 1: 'estimate' holds neither a text nor a number"),
        (b'{"title": "A", "comments": 5}\n', "line 1: 'comments' is no list"),
        (b'{"title": "A", "comments": [5]}\n', "line 1: a comment has no text"),
        (b'{"title": "\xff"}\n', "line 1: is not UTF-8"),
        (b'{"title": "A", "key": "x:1"}\n{"title": "B", "created": "long ago"}\n', "line 2: "),
        (b"[" * 100_000, "line 1: is nested too deep"),
    ],
)
def test_where_one_record_cannot_be_a_ticket_nothing_is_imported(store: Repository, content: bytes, named: str) -> None:
    refused = store.tk("import", "jsonl", given_file(store, content))
    assert (refused.code, "nothing was imported" in refused.stderr, named in refused.stderr) == (3, True, True), (
        refused.stderr
    )
    assert store.git("status", "--porcelain") == "?? rows.jsonl"
    assert "tk: import" not in store.git("log", "--format=%s")


def test_every_record_that_is_wrong_is_named_up_to_twenty(store: Repository) -> None:
    refused = store.tk("import", "jsonl", given_file(store, b'{"title": "A", "nix": 1}\n' * 30))
    assert refused.stderr.count("unknown field 'nix'") == 20
    assert "and more" in refused.stderr


def test_what_is_left_out_is_counted(store: Repository) -> None:
    rows: list[dict[str, object]] = [{"title": "A", "nix": 1, "deps": ["x:77"]}, {"title": "B", "nix": 2}]
    done = store.tk("import", "jsonl", given_file(store, lines(rows)), "--ignore", "nix")
    assert done.code == 0
    assert "left out: nix (2)" in done.stderr
    assert "left out: deps to a ticket that is not here (1)" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("cvs", "x"), 2, "unknown format 'cvs'"),
        (("csv",), 2, "which file has the csv?"),
        (("csv", "missing.csv"), 2, "cannot read missing.csv"),
        (("csv", ".tickets"), 3, ".tickets: holds no file that ends in .csv"),
    ],
)
def test_what_cannot_be_read_is_said(store: Repository, words: tuple[str, ...], code: int, said: str) -> None:
    refused = store.tk("import", *words)
    assert (refused.code, said in refused.stderr) == (code, True), refused.stderr


def test_a_dry_run_creates_nothing_and_standard_input_is_a_source(store: Repository) -> None:
    head = store.git("rev-parse", "HEAD")
    done = store.tk("import", "jsonl", "-", "--dry-run", stdin=lines(ROWS).decode())
    assert (done.code, done.stdout) == (0, "3 would be imported, 0 here already\n"), done.stderr
    assert store.git("rev-parse", "HEAD") == head
    assert [line.split()[0] for line in store.tk("import").lines] == [*IMPORTERS]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["title", "text", "comments", "tags", "deps", "links", "key", "created", "priority", "x"])


@settings(max_examples=200)
@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_any_object_is_a_record_or_an_error_that_names_its_place(record: dict[str, object]) -> None:
    found, said = None, ""
    try:
        found = imported("line 7", record)
    except RecordError as error:
        said = str(error)
    assert said.startswith("line 7: ") if found is None else found.title.strip()


def test_a_title_that_nobody_can_see_is_the_key(store: Repository) -> None:
    (store.folder / "todo.txt").write_bytes(b"a task\n\0\0\n\xe2\x80\x8b\n")
    done = json.loads(store.tk("import", "todo-txt", "todo.txt", "--json").stdout)
    assert done["left_out"] == {"titles without a sign that can be seen, so the key is the title": 2}
    assert store.tk("check").code == 0
    assert store.tk("import", "todo-txt", "todo.txt").stdout.startswith("0 imported, 3 here already\n")


def test_the_people_of_a_mapping_are_the_authors_of_comments_too(store: Repository) -> None:
    said = {"date": "2020-01-02T00:00:00Z", "author": "bob", "text": "It works."}
    source = given_file(store, lines([{"key": "x:1", "title": "Old", "reporter": "ada", "comments": [said]}]))
    assert store.tk("import", "jsonl", source, "--dry-run", "--write-map", "names.yml").code == 0
    proposed = (store.folder / "names.yml").read_text("utf-8")
    assert '  "ada": "ada"\n  "bob": "bob"\n' in proposed
    given_file(store, proposed.replace('"bob": "bob"', '"bob": "Bob <bob@example.org>"').encode(), "names.yml")
    (made,) = json.loads(store.tk("import", "jsonl", source, "--map", "names.yml", "--json").stdout)["created"]
    assert "· Bob <bob@example.org>\n" in store.tk.text(made)
    assert store.tk("import", "jsonl", source, "--map", "names.yml").stdout == "0 imported, 1 here already\n"
