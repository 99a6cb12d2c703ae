"""Importing again: what changed there is taken, what changed here stays, contradictions are listed."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import tempfile
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from built_once import built_once
from plaintickets.core.imported import RecordError
from plaintickets.importers.json_records import json_records
from plaintickets.importers.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from builders import Repository

ROW: dict[str, Any] = {
    "key": "x:1",
    "title": "Parser drops a line",
    "text": "One.\n\nTwo.\n\nThree.",
    "type": "bug",
    "priority": 1,
    "assignee": "Ada",
    "tags": ["a", "b"],
    "created": "2020-01-01T00:00:00Z",
    "comments": [{"date": "2020-01-02T00:00:00Z", "author": "Ada", "text": "Seen."}],
}
OTHER: dict[str, Any] = {
    "title": "Parser drops the last line",
    "text": "One.\n\nTwo.\n\nThree, there.",
    "priority": 0,
    "assignee": "Grace",
    "tags": ["a", "b", "c"],
    "comments": [*ROW["comments"], {"date": "2020-01-03T00:00:00Z", "author": "Bob", "text": "Again."}],
}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init")
    return repository


def put(store: Repository, *rows: dict[str, Any], options: Sequence[str] = ()) -> dict[str, Any]:
    (store.folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = store.tk("import", "jsonl", "rows.jsonl", "--json", *options)
    assert done.code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_change_there_is_taken_and_a_change_here_stays(store: Repository) -> None:
    (ticket,) = put(store, ROW)["created"]
    store.tk("set", ticket, "assignee=Cy")
    store.tk("tag", ticket, "mine")
    store.tk("comment", ticket, "Ours.")
    done = put(store, {**ROW, **OTHER, "assignee": "Ada"})
    assert (done["updated"], done["kept"]) == ([ticket], [])
    text = store.tk.text(ticket)
    for part in (
        "# Parser drops the last line\n",
        "assignee: Cy\n",
        "priority: 0\n",
        "Three, there.",
        "Again.",
        "Ours.",
    ):
        assert part in text
    assert set(str(store.tk.field(ticket, "tags")).strip("[]").split(", ")) == {"a", "b", "c", "mine"}
    assert store.tk("check").code == 0
    head = store.git("rev-parse", "HEAD")
    assert put(store, {**ROW, **OTHER, "assignee": "Ada"})["unchanged"] == 1
    assert store.git("rev-parse", "HEAD") == head
    assert store.tk("undo").code == 0
    assert "priority: 1\n" in store.tk.text(ticket)


def test_a_contradiction_is_listed_once_and_ours_stays_for_good(store: Repository) -> None:
    (ticket,) = put(store, ROW)["created"]
    store.tk("set", ticket, "assignee=Cy")
    done = put(store, {**ROW, "assignee": "Grace"})
    assert done["kept"] == [{"id": ticket, "key": "x:1", "differs": ["assignee"]}]
    assert "assignee: Cy\n" in store.tk.text(ticket)
    assert put(store, {**ROW, "assignee": "Grace"})["kept"] == []
    done = put(store, {**ROW, "assignee": "Grace", "priority": 0})
    assert (done["updated"], done["kept"]) == ([ticket], [])
    assert "assignee: Cy\npriority: 0\n" in store.tk.text(ticket) or "priority: 0\nassignee: Cy\n" in store.tk.text(
        ticket
    )


def test_a_ticket_with_the_reference_that_no_import_made_keeps_what_it_has(store: Repository) -> None:
    ticket = store.tk("new", "Mine", "--set", "external-ref=x:1").stdout.split()[0]
    assert put(store, ROW)["kept"][0]["id"] == ticket
    assert "# Mine\n" in store.tk.text(ticket)
    assert put(store, {**ROW, "tags": ["a", "b", "new"]})["updated"] == [ticket]
    assert "new" in str(store.tk.field(ticket, "tags"))
    assert "# Mine\n" in store.tk.text(ticket)


def test_a_removed_ticket_stays_removed_and_a_renamed_one_is_found(store: Repository) -> None:
    first, second = put(store, ROW, {**ROW, "key": "x:2", "title": "Second"})["created"]
    store.tk("rm", first)
    store.tk("mv", second, "pr-new1")
    done = put(store, ROW, {**ROW, "key": "x:2", "title": "Second, longer"})
    assert (done["created"], done["updated"]) == ([], ["pr-new1"])
    assert done["kept"] == [{"id": first, "key": "x:1", "differs": ["removed here"]}]
    assert "# Second, longer\n" in store.tk.text("pr-new1")


@pytest.mark.parametrize("setting", ["commit.mode: off", "format.comments: files"])
def test_the_same_holds_without_commits_and_with_comments_in_files(store: Repository, setting: str) -> None:
    (store.tk.store / "config.yml").write_text(setting + "\n")
    (ticket,) = put(store, ROW)["created"]
    store.tk("set", ticket, "assignee=Cy")
    done = put(store, {**ROW, **OTHER, "assignee": "Ada"})
    assert (done["updated"], done["kept"]) == ([ticket], [])
    shown = json.loads(store.tk("show", ticket, "--json").stdout)["tickets"][0]
    assert (shown["priority"], shown["assignee"], len(shown["comments"])) == (0, "Cy", 2)
    assert put(store, {**ROW, **OTHER, "assignee": "Ada"})["unchanged"] == 1


def test_undo_takes_an_import_back_with_what_it_remembers(store: Repository) -> None:
    other = {**ROW, "key": "x:2"}
    put(store, ROW)
    first = store.git("rev-parse", "HEAD")
    put(store, other)
    assert store.tk("undo", first).code == 0
    assert put(store, other)["unchanged"] == 1
    assert store.tk("undo").code == 0
    assert list((store.tk.store / "imports").glob("*")) == []
    done = put(store, ROW, other)
    assert (len(done["created"]), done["kept"]) == (2, [])


def test_no_rule_fires_but_those_on_imported_and_the_next_import_still_merges(store: Repository) -> None:
    (store.tk.store / "rules.yml").write_text(
        "- {name: r, on: [commented, changed, created, status], do: [{tag: heard}]}\n"
        "- {name: i, on: imported, do: [{tag: moved}]}\n"
    )
    (ticket,) = put(store, ROW)["created"]
    assert store.tk.field(ticket, "tags") == "[a, b, moved]"
    done = put(store, {**ROW, **OTHER})
    assert (done["updated"], done["kept"]) == ([ticket], [])
    assert set(str(store.tk.field(ticket, "tags")).strip("[]").split(", ")) == {"a", "b", "c", "moved"}
    assert "priority: 0\n" in store.tk.text(ticket)
    assert put(store, {**ROW, **OTHER})["unchanged"] == 1


@pytest.mark.parametrize(
    ("heard", "options", "kept"), [("created", [], 0), ("imported", [], 1), ("imported", ["--no-rules"], 0)]
)
def test_a_copy_of_the_source_is_kept_only_where_a_rule_may_change_what_is_written(
    store: Repository, heard: str, options: list[str], kept: int
) -> None:
    (store.tk.store / "rules.yml").write_text(f"- {{name: r, on: {heard}, do: [{{tag: heard}}]}}\n")
    put(store, ROW, options=options)
    assert len(list((store.tk.store / "imports").glob("*.base"))) == kept


FIELDS = sorted(OTHER)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(there=st.sets(st.sampled_from(FIELDS)), here=st.sets(st.sampled_from(["title", "priority", "assignee"])))
def test_law_one_side_is_taken_both_are_listed(store: Repository, *, there: set[str], here: set[str]) -> None:
    """Every field that one side changed has that side's value; one that both changed is ours, and listed."""
    key = f"x:{time.monotonic_ns()}"
    row = {**ROW, "key": key}
    (ticket,) = put(store, row)["created"]
    ours = {"title": "Ours", "priority": "4", "assignee": "Cy"}
    if here:
        assert store.tk("set", ticket, *(f"{name}={ours[name]}" for name in sorted(here))).code == 0
    new = {**row, **{name: OTHER[name] for name in there}}
    done = put(store, new)
    found = json.loads(store.tk("show", ticket, "--json").stdout)["tickets"][0]
    for name in ("title", "priority", "assignee"):
        wanted = ours[name] if name in here else str(new[name])
        assert str(found[name]) == wanted, name
    assert [set(one["differs"]) for one in done["kept"]] == ([here & there] if here & there else [])
    before = store.tk.text(ticket)
    assert put(store, new)["unchanged"] == 1
    assert store.tk.text(ticket) == before


def test_an_import_that_is_killed_leaves_nothing_or_all(store: Repository) -> None:
    rows = [{**ROW, "key": f"x:{number}"} for number in range(60)]
    (store.folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    counts = set()
    for pause in (0.3, 0.5, 0.7):
        process = subprocess.Popen(
            [store.tk.command, "import", "jsonl", "rows.jsonl"],
            cwd=store.folder,
            env={**os.environ, **dict(store.tk.environment)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        store.tk("new", "After the kill")
        count = sum("external-ref" in path.read_text() for path in store.tk.store.glob("*.md"))
        assert count in (0, 60)
        assert store.git("status", "--porcelain", "--", ".tickets") == ""
        counts.add(count)
    assert put(store, *rows)["unchanged"] in (0, 60)
    assert sum("external-ref" in path.read_text() for path in store.tk.store.glob("*.md")) == 60


def test_sources_are_folders_and_archives(store: Repository) -> None:
    folder = store.folder / "export"
    folder.mkdir()
    line = json.dumps(ROW) + "\n"
    (folder / "a.jsonl").write_text(line)
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(json.dumps({**ROW, "key": "x:2"}).encode()))
    (folder / "readme.txt").write_text("not read")
    with zipfile.ZipFile(store.folder / "c.zip", "w") as archive:
        archive.writestr("inner/c.jsonl", json.dumps({**ROW, "key": "x:3"}))
    done = json.loads(store.tk("import", "jsonl", "export", "c.zip", "--json").stdout)
    assert len(done["created"]) == 3


def test_what_macos_puts_beside_files_is_no_part_of_an_export(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "__MACOSX").mkdir(parents=True)
    junk = b"\0\5\26\7\xff"
    for name in ("a.jsonl", "._a.jsonl", "__MACOSX/b.jsonl"):
        (folder / name).write_bytes(b"{}" if name == "a.jsonl" else junk)
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("export/a.jsonl", "{}")
        archive.writestr("__MACOSX/export/._a.jsonl", junk)
        archive.writestr("export/._a.jsonl", junk)
    found = [source.name for source in Sources([str(folder), str(tmp_path / "c.zip")]).files(".jsonl")]
    assert found == ["a.jsonl", "c.zip/export/a.jsonl"]


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.jsonl", "w") as file:
        for _ in range(80):
            file.write(b" " * (1 << 20))


def read_all(path: Path) -> None:
    for source in Sources([str(path)]).files(".jsonl"):
        with source.open() as file:
            while file.read(1 << 16):
                pass


def test_archives_of_strangers_are_refused(tmp_path: Path) -> None:
    bomb(tmp_path / "bomb.zip")
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../../out.jsonl", "{}")
    (tmp_path / "no.zip").write_bytes(b"PK no")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"title": "A"}' * 1000)[:40])
    for name, said in (
        ("bomb.zip", "unpacks to far more"),
        ("out.zip", "leaves its folder"),
        ("no.zip", "is not a zip archive"),
        ("cut.jsonl.gz", "is damaged"),
    ):
        with pytest.raises(RecordError, match=said):
            read_all(tmp_path / name)


def read_json(content: bytes, *arrays: str) -> list[Any]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return [record.value for record in json_records(file, "f.json", arrays)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"a": 1}, {"a": 2', "f.json: record 2: is not JSON: the file ends inside it"),
        (b'[{"a": 1, "a": 2}]', "record 1: is not JSON: a key stands twice"),
        (b'{"issues": [1, 2}', "record 2: is not JSON: a comma is missing"),
        (b'{"issues": [1, 2', "record 2: is not JSON: the file ends"),
        (b"[" * 100_000, "nested too deep"),
        (b'["\xff"]', "record 1: is not UTF-8"),
        (b'[{"a": 1}, {"b": "\xff"}]', "record 2: is not UTF-8"),
        (b"", "f.json: is empty"),
        (b" \n", "f.json: is empty"),
        (b'{"a": 1', "the file ends"),
    ],
)
def test_json_that_is_none_names_the_record(content: bytes, said: str) -> None:
    with pytest.raises(RecordError) as found:
        read_json(content, "issues")
    assert said in str(found.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=6), st.booleans(), st.booleans())
def test_law_json_is_read_as_it_was_written_in_arrays_lines_and_pages(rows: list[Any], wide: bool, paged: bool) -> None:
    encoding = "utf-16" if wide else "utf-8"
    assert read_json(json.dumps(rows, ensure_ascii=False).encode(encoding)) == rows
    flat = [row for row in rows if not isinstance(row, list)]
    if flat:
        assert read_json("\n".join(json.dumps(row) for row in flat).encode()) == flat
    if paged:
        page = json.dumps({"total": 1, "issues": rows, "last": True}).encode()
        assert read_json(page, "issues") == [*rows, {"total": 1, "last": True}]


def test_a_record_longer_than_what_is_read_at_once() -> None:
    long = {"text": "x" * 300_000, "rest": [1, 2]}
    assert read_json(json.dumps([long, 5, long]).encode()) == [long, 5, long]


FRESH = {"id": 1, "subject": "S", "status": 2, "priority": 1, "requester_id": 5, "updated_at": "2026-02-02T08:00:00Z"}
FRESH |= {"created_at": "2026-02-01T08:00:00Z"}
WHOLE = {**FRESH, "description": "<p>d</p>", "tags": ["a"], "stats": {"first_responded_at": "2026-02-02T07:00:00Z"}}


@pytest.mark.parametrize("first", ["list", "page"])
def test_a_ticket_in_a_list_and_on_a_page_of_its_own_is_the_whole_one(first: str, repository: Repository) -> None:
    export = repository.folder / "export"
    export.mkdir()
    rows = ([FRESH], WHOLE) if first == "list" else (WHOLE, [FRESH])
    for name, row in zip(("a.json", "b.json"), rows, strict=True):
        (export / name).write_text(json.dumps(row), "utf-8")
    assert repository.tk("import", "freshdesk", "export").stdout.startswith("1 imported, 0 here already\n")
    (path,) = repository.tk.store.glob("*.md")
    text = path.read_text("utf-8")
    assert ("tags: [a]" in text, "\nd\n" in text, "first-responded" in text) == (True, True, True)
    (export / "c.json").write_text(json.dumps({**WHOLE, "subject": "Other"}), "utf-8")
    refused = repository.tk("import", "freshdesk", "export")
    assert (refused.code, "freshdesk:1 stands twice, also at " in refused.stderr) == (3, True)
