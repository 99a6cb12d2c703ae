"""`tk import --history`: the changelog becomes commits, and everything that reads the history reads it too."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from builders import opened
from plaintickets.actions.import_tickets import ImportOptions, import_tickets
from plaintickets.history import extend_cache
from plaintickets.importers import records
from plaintickets.importers.sources import Sources

if TYPE_CHECKING:
    from builders import Repository

ADA, BOB = {"displayName": "Ada", "emailAddress": "ada@old.example"}, {"displayName": "Bob"}
SLA = "- name: all\n  if: type:bug\n  calendar: always\n  targets: {resolution: 2d}\n"


def change(at: str, author: dict[str, str], *items: tuple[str, str | None, str | None]) -> dict[str, Any]:
    rows = [{"field": field, "fromString": before, "toString": after} for field, before, after in items]
    return {"author": author, "created": f"{at}.000+0000", "items": rows}


def issue(number: int, *histories: dict[str, Any], **fields: Any) -> dict[str, Any]:
    done = {"name": "Done", "statusCategory": {"key": "done"}}
    usual = {
        "summary": f"Issue {number}",
        "issuetype": {"name": "Bug"},
        "status": done,
        "priority": {"name": "Major"},
        "reporter": ADA,
        "created": "2020-01-01T10:00:00.000+0000",
        "updated": "2021-01-01T10:00:00.000+0000",
        "resolutiondate": "2020-01-05T10:00:00.000+0000",
    }
    return {"key": f"OLD-{number}", "fields": {**usual, **fields}, "changelog": {"histories": [*histories]}}


FIRST = issue(
    1,
    change("2020-01-05T10:00:00", BOB, ("status", "In Progress", "Done"), ("resolution", None, "Fixed")),
    change("2020-01-02T10:00:00", ADA, ("status", "To Do", "In Progress")),
    change("2020-01-03T10:00:00", BOB, ("summary", "Old title", "Issue 1"), ("Sprint", "", "12")),
    change("2020-01-03T11:00:00", ADA, ("description", "h2. Before", "h2. After"), ("labels", "", "a b")),
    description="h2. After",
    labels=["a", "b"],
    resolution={"name": "Fixed"},
    comment={"comments": [{"author": BOB, "created": "2020-01-04T10:00:00.000+0000", "body": "Seen."}]},
    issuelinks=[{"type": {"outward": "blocks", "inward": "is blocked by"}, "inwardIssue": {"key": "OLD-2"}}],
)
CLOSED = change("2020-01-05T11:00:00", ADA, ("status", "To Do", "Done"))
SECOND = issue(2, CLOSED, created="2020-01-02T12:00:00.000+0000")


def write(store: Repository, *issues: dict[str, Any]) -> None:
    (store.folder.parent / "old.json").write_text(json.dumps({"startAt": 0, "issues": [*issues]}), encoding="utf-8")


def put(store: Repository, *words: str) -> dict[str, Any]:
    done = store.tk("import", "jira", "../old.json", "--history", "--json", *words)
    assert done.code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def store(repository: Repository) -> Repository:
    write(repository, FIRST, SECOND)
    return repository


def rows(store: Repository, form: str) -> list[str]:
    return store.git("log", "--reverse", f"--format={form}", "HEAD").splitlines()


def test_each_change_is_a_commit_of_its_author_at_its_time(store: Repository) -> None:
    store.git("config", "user.name", "Importer")
    put(store)
    assert rows(store, "%an <%ae> %aI %cn %s")[1:-1] == [
        "Ada <ada@old.example> 2020-01-01T10:00:00+00:00 Importer OLD-1: created",
        "Ada <ada@old.example> 2020-01-02T10:00:00+00:00 Importer OLD-1: status To Do → In Progress",
        "Ada <ada@old.example> 2020-01-02T12:00:00+00:00 Importer OLD-2: created",
        "Bob <> 2020-01-03T10:00:00+00:00 Importer OLD-1: title Old title → Issue 1",
        "Ada <ada@old.example> 2020-01-03T11:00:00+00:00 Importer OLD-1: text, tags none → a b",
        "Bob <> 2020-01-04T10:00:00+00:00 Importer OLD-1: comment",
        "Bob <> 2020-01-05T10:00:00+00:00 Importer OLD-1: status In Progress → Done, resolution none → Fixed",
        "Ada <ada@old.example> 2020-01-05T11:00:00+00:00 Importer OLD-2: status To Do → Done",
    ]
    assert "Imported-from: jira:OLD-1" in store.git("log", "-1", "--format=%B", "HEAD~2")
    assert store.git("status", "--porcelain") == ""
    assert [line for line in store.git("fsck", "--full").splitlines() if not line.startswith("dangling")] == []
    assert store.tk("check").code == 0


def test_the_tickets_are_those_of_an_import_without_history(store: Repository) -> None:
    done = put(store)
    (ticket,) = [one for one in done["created"] if "Issue 1" in store.tk.text(one)]
    with_history = {path.name: path.read_text("utf-8") for path in store.tk.store.rglob("*.md")}
    store.tk("undo")
    assert sorted(path.name for path in store.tk.store.rglob("*.md")) == []
    plain = json.loads(store.tk("import", "jira", "../old.json", "--json").stdout)
    names = dict(zip(done["created"], plain["created"], strict=True))
    for name, text in with_history.items():
        for old, new in names.items():
            text = text.replace(old, new)  # noqa: PLW2901
        assert store.tk.text(names[name.removesuffix(".md")]) == text
    assert ticket in names


def test_the_years_before_are_answered(store: Repository) -> None:
    (store.tk.store / "sla.yml").write_text(SLA, "utf-8")
    store.commit_all()
    first, second = put(store)["created"]
    log = store.tk("log", first).stdout
    assert "2020-01-02 10:00" in log
    assert "status: open -> in_progress" in log
    at = store.git("rev-list", "-1", "--before=2020-01-02T11:00:00Z", "HEAD")
    then = json.loads(store.tk("ls", "--at", at, "--json").stdout)["tickets"]
    assert [(one["id"], one["title"], one["status"]) for one in then] == [(first, "Old title", "in_progress")]
    at = store.git("rev-list", "-1", "--before=2020-01-03T10:30:00Z", "HEAD")
    assert "## Before" in store.git("show", f"{at}:.tickets/{first}.md")
    volume = json.loads(store.tk("report", "volume", "--per", "month", "--until", "2020-01-31", "--json").stdout)
    assert [(row["opened"], row["closed"]) for row in volume["rows"]][-1] == (2, 2)
    judged = json.loads(store.tk("report", "sla", "--json").stdout)["rows"]
    assert [row["breached"] for row in judged] == [2]
    assert second in store.tk.text(first)


def test_importing_again_merges_and_undo_takes_all_back(store: Repository) -> None:
    first, _ = put(store)["created"]
    again = put(store)
    assert (again["created"], again["updated"], again["unchanged"], again["commit"]) == ([], [], 2, None)
    assert store.tk("set", first, "priority=4").code == 0
    changed = {**FIRST, "fields": {**FIRST["fields"], "summary": "Newer"}}
    write(store, changed, SECOND)
    assert put(store)["updated"] == [first]
    assert (store.tk.field(first, "priority"), "# Newer" in store.tk.text(first)) == ("4", True)
    for _ in range(3):
        assert store.tk("undo").code == 0
    assert list(store.tk.store.glob("*.md")) == []
    assert not (store.tk.store / "imports").exists()


def test_a_branch_gets_the_commits_and_the_files_stay(store: Repository) -> None:
    before = store.git("rev-parse", "HEAD")
    put(store, "--branch", "moved")
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (before, "")
    assert list(store.tk.store.glob("*.md")) == []
    assert len(store.git("ls-tree", "-r", "--name-only", "moved", ".tickets/").splitlines()) == 4
    done = store.tk("import", "jira", "../old.json", "--history", "--branch", "moved")
    assert (done.code, "there is a branch moved already" in done.stderr) == (3, True)


def test_comments_in_files_come_with_their_commit(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("format:\n  comments: files\n", "utf-8")
    store.commit_all()
    put(store)
    files = store.git("log", "--format=", "--name-only", "--author=Bob", "--grep=comment", "HEAD").split()
    assert [name.rpartition("/")[2][:17] for name in files] == ["2020-01-04T100000"]
    assert store.git("status", "--porcelain") == ""
    assert store.tk("check").code == 0


def test_work_that_is_not_committed_stays(store: Repository) -> None:
    (store.folder / "code.c").write_text("staged", "utf-8")
    store.git("add", "code.c")
    (store.folder / "code.c").write_text("and more", "utf-8")
    store.tk.write("pt-1", "By hand")
    put(store)
    assert store.git("status", "--porcelain").splitlines() == ["AM code.c", "?? .tickets/pt-1.md"]
    assert (store.folder / "code.c").read_text("utf-8") == "and more"


@pytest.mark.parametrize(
    ("prepare", "words", "code", "said"),
    [
        ("git checkout -q --detach", (), 5, "detached"),
        ("true", ("--no-commit",), 5, "does not go with --stage"),
        ("true", ("--branch", "-x"), 3, "cannot be the name of a branch"),
        ("git update-ref -d HEAD", (), 5, "no commit yet"),
        ("git config user.useConfigOnly true; git config --unset user.name; rm ../home/.gitconfig", (), 5, "refused"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    store: Repository, prepare: str, words: tuple[str, ...], code: int, said: str
) -> None:
    subprocess.run(["sh", "-c", prepare], cwd=store.folder, env=store.tk.environment, check=True, capture_output=True)
    done = store.tk("import", "jira", "../old.json", "--history", *words)
    assert (done.code, said in done.stderr) == (code, True), done
    assert list(store.tk.store.glob("*.md")) == []


def test_a_dry_run_names_what_the_past_had_and_this_store_has_not(store: Repository) -> None:
    history = change("2020-01-02T10:00:00", ADA, ("status", "To Do", "Waiting for moon"), ("Sprint", "", "3"))
    write(store, issue(1, history))
    done = put(store, "--dry-run")
    assert done["unknown"] == {"statuses: Waiting for moon": 1}
    assert done["left_out"] == {"changes of values without a field here": 1}
    assert store.git("rev-list", "--count", "HEAD") == "1"
    assert store.tk("import", "jira", "../old.json", "--history", "--strict").code == 3


@pytest.mark.parametrize("reached", ["nothing", "some files", "half a file", "files and index", "a damaged note"])
def test_a_move_that_was_killed_is_finished_or_undone_by_the_next_command(store: Repository, reached: str) -> None:
    old = store.git("rev-parse", "HEAD")
    put(store, "--branch", "moved")
    new = store.git("rev-parse", "moved")
    store.git("branch", "-D", "moved")
    note = f"refs/heads/main {old} {new} 1\n" if reached != "a damaged note" else "refs/heads/main x"
    (store.folder / ".git" / "plaintickets" / "moving").write_text(note, "utf-8")
    if reached == "files and index":
        store.git("read-tree", "-m", "-u", old, new)
    elif reached in ("some files", "half a file"):
        name = store.git("ls-tree", "-r", "--name-only", new, ".tickets/").splitlines()[-1]
        content = store.git("show", f"{new}:{name}") + "\n"
        (store.folder / name).parent.mkdir(exist_ok=True)
        (store.folder / name).write_text(content if reached == "some files" else content[:9], "utf-8")
    assert store.tk("new", "Next").code == 0
    assert store.git("rev-parse", "HEAD~1") == (new if reached == "files and index" else old)
    assert store.git("status", "--porcelain") == ""
    assert not (store.folder / ".git" / "plaintickets" / "moving").exists()


def test_an_import_that_is_killed_leaves_nothing_or_all(store: Repository) -> None:
    write(store, *(issue(number, FIRST["changelog"]["histories"][0]) for number in range(300)))
    for pause in (0.25, 0.4, 0.6):
        process = subprocess.Popen(
            [store.tk.command, "import", "jira", "../old.json", "--history"],
            cwd=store.folder,
            env={**os.environ, **store.tk.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert store.tk("new", "After the kill").code == 0
        count = sum("external-ref" in path.read_text() for path in store.tk.store.glob("*.md"))
        assert count in (0, 300)
        assert store.git("status", "--porcelain", "--", ".tickets") == ""
        assert store.git("for-each-ref", "refs/plaintickets") == ""
    put(store)
    assert sum("external-ref" in path.read_text() for path in store.tk.store.glob("*.md")) == 300


def put_here(store: Repository) -> None:
    """Import in this process, whose limits a test can set."""
    sources = Sources([str(store.folder.parent / "old.json")])
    done = import_tickets(opened(store), records("jira", sources), ImportOptions(history=True))
    assert len(done.created) == 2


def cached(store: Repository) -> dict[str, list[Any]]:
    """Return the rows of the cache of the history; the order in which they were written is no matter."""
    path = store.folder / ".git" / "plaintickets" / "history.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        tables = ("meta", "graph", "revisions", "touches")
        return {table: sorted(connection.execute(f"SELECT * FROM {table}")) for table in tables}  # noqa: S608


@pytest.mark.parametrize("comments", ["body", "files"])
@pytest.mark.parametrize("together", [2, 10_000])
def test_the_history_is_known_at_once_as_git_would_tell_it(
    store: Repository, monkeypatch: pytest.MonkeyPatch, together: int, comments: str
) -> None:
    monkeypatch.setattr(extend_cache, "_TOGETHER", together)
    (store.tk.store / "config.yml").write_text(f"format:\n  comments: {comments}\n", "utf-8")
    store.tk.write("pt-1", "Here before")
    store.commit_all()
    put_here(store)
    known = cached(store)
    assert dict(known["meta"])["tip"] == store.git("rev-parse", "HEAD").strip()
    told = store.tk("log", "--json").stdout
    assert cached(store) == known
    shutil.rmtree(store.folder / ".git" / "plaintickets")
    assert store.tk("log", "--json").stdout == told
    assert cached(store) == known


def test_what_was_imported_onto_a_long_history_is_read_when_it_is_asked_for(
    store: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extend_cache, "_LONGEST_BEFORE", 0)
    put_here(store)
    assert not (store.folder / ".git" / "plaintickets" / "history.sqlite").exists()
    assert store.tk("log", "--json").code == 0
