"""`tk commit`: edits made by hand, checked and committed as they stand, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", body="Text.\n")
    repository.tk.write("pt-2")
    (repository.folder / "code.py").write_text("one\n")
    repository.commit_all()
    return repository


def edit(store: Repository, ticket: str, old: str, new: str) -> None:
    path = store.tk.store / f"{ticket}.md"
    path.write_text(path.read_text().replace(old, new))


def test_an_edit_by_hand_is_committed_with_its_fields_in_the_subject(store: Repository) -> None:
    edit(store, "pt-1", "priority: 2", "priority: 1")
    edit(store, "pt-1", "Text.", "Other text.")
    done = store.tk("commit")
    assert (done.stdout, done.code) == ("Committed pt-1: priority, text\n", 0)
    assert store.git("log", "-1", "--format=%s") == "tk: edit pt-1 priority, body"


def test_foreign_files_staged_or_not_stay_as_they_are(store: Repository) -> None:
    (store.folder / "code.py").write_text("two\n")
    store.git("add", "code.py")
    (store.folder / "code.py").write_text("three\n")
    edit(store, "pt-1", "priority: 2", "priority: 1")
    before = store.git("diff", "--cached"), store.git("diff", "code.py")
    assert store.tk("commit").code == 0
    assert (store.git("diff", "--cached"), store.git("diff", "code.py")) == before
    assert store.git("show", "--name-only", "--format=") == ".tickets/pt-1.md"


def test_new_and_removed_tickets_are_committed_and_said_so(store: Repository) -> None:
    store.tk.write("pt-3")
    assert store.tk("commit").stdout == "Committed pt-3: new\n"
    assert store.git("log", "-1", "--format=%s") == "tk: new pt-3 A ticket"
    (store.tk.store / "pt-3.md").unlink()
    assert store.tk("commit", "pt-3").stdout == "Committed pt-3: removed\n"
    assert store.git("log", "-1", "--format=%s") == "tk: rm pt-3 A ticket"


@pytest.mark.parametrize("words", [["rm", "-q", ".tickets/pt-1.md"], ["rm", "-q", "--cached", ".tickets/pt-1.md"]])
def test_a_removal_that_is_staged_already_is_committed(store: Repository, words: list[str]) -> None:
    store.git(*words)
    (store.tk.store / "pt-1.md").unlink(missing_ok=True)
    edit(store, "pt-2", "priority: 2", "priority: 1")
    assert store.tk("commit").lines == ["Committed pt-1: removed", "Committed pt-2: priority"]
    assert store.git("status", "--porcelain") == ""
    assert ".tickets/pt-1.md" not in store.git("ls-tree", "-r", "--name-only", "HEAD").splitlines()


def test_only_the_tickets_named_are_committed(store: Repository) -> None:
    edit(store, "pt-1", "priority: 2", "priority: 1")
    edit(store, "pt-2", "priority: 2", "priority: 1")
    store.tk("commit", "2")
    assert store.git("show", "--name-only", "--format=") == ".tickets/pt-2.md"
    assert store.git("status", "--porcelain").strip() == "M .tickets/pt-1.md"


def test_a_file_moved_by_hand_is_one_commit(store: Repository) -> None:
    edit(store, "pt-1", "id: pt-1", "id: pt-9")
    (store.tk.store / "pt-1.md").rename(store.tk.store / "pt-9.md")
    done = store.tk("commit")
    assert done.lines == ["Committed pt-1: removed", "Committed pt-9: new"]
    assert store.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("status: open", "status: opne", "pt-1.md:3: invalid status 'opne'"),
        ("id: pt-1", "id: pt-2", "use `tk mv`"),
        ("type: task", "type: task\ntype: bug", "duplicate-key"),
        ("Text.", "<<<<<<< HEAD", "conflict-markers"),
        ("priority: 2", "priority: 9", "invalid priority '9'"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_committed(
    store: Repository, old: str, new: str, words: str
) -> None:
    edit(store, "pt-1", old, new)
    edit(store, "pt-2", "priority: 2", "priority: 1")
    head = store.git("rev-parse", "HEAD")
    refused = store.tk("commit")
    assert refused.code == 4
    assert words in refused.stderr
    assert store.git("rev-parse", "HEAD") == head
    assert new in store.tk.text("pt-1")


def test_what_was_wrong_already_and_is_not_touched_may_be_committed(store: Repository) -> None:
    edit(store, "pt-1", "status: open", "status: waiting-for-godot")
    store.commit_all()
    edit(store, "pt-1", "priority: 2", "priority: 1")
    assert store.tk("commit").code == 0


def test_comment_files_and_archived_tickets_are_tickets_work_and_forms_are_not(store: Repository) -> None:
    config = store.tk.store / "config.yml"
    config.write_text("format:\n  comments: files\n", encoding="utf-8")
    store.tk("comment", "pt-1", "Helo.")
    store.tk("close", "pt-2")
    store.tk("archive", "pt-2")
    store.commit_all()
    remark = next((store.tk.store / "pt-1.d").iterdir())
    remark.write_text(remark.read_text().replace("Helo", "Hello"))
    archived = next(store.tk.store.glob("archive/*/pt-2.md"))
    archived.write_text(archived.read_text().replace("priority: 2", "priority: 4"))
    (store.tk.store / "templates").mkdir()
    (store.tk.store / "templates/bug.md").write_text("## Steps\n")
    config.write_text("format:\n  comments: body\n", encoding="utf-8")
    done = store.tk("commit")
    assert done.code == 0, done.stderr
    assert done.lines == ["Committed pt-1: comment", "Committed pt-2: priority"]
    left = store.git("status", "--porcelain", "-uall").splitlines()
    assert [row.split()[-1] for row in left] == [".tickets/config.yml", ".tickets/templates/bug.md"]


def test_a_ticket_removed_by_hand_together_with_its_comment_files_is_one_commit(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("format:\n  comments: files\n", encoding="utf-8")
    store.tk("comment", "pt-1", "Hello.")
    store.commit_all()
    next((store.tk.store / "pt-1.d").iterdir()).unlink()
    (store.tk.store / "pt-1.md").unlink()
    done = store.tk("commit", "pt-1")
    assert (done.stdout, done.code) == ("Committed pt-1: removed\n", 0)
    assert store.git("status", "--porcelain") == ""


def test_nothing_to_commit_is_a_refusal_and_outside_git_too(
    store: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    refused = store.tk("commit")
    assert (refused.code, refused.stderr) == (3, "Error: no ticket differs from the last commit\n")
    folder = tmp_path_factory.mktemp("plain")
    (folder / ".tickets").mkdir()
    assert store.tk("commit", cwd=folder).code == 5


def test_json_and_a_subject_of_ones_own(store: Repository) -> None:
    edit(store, "pt-1", "priority: 2", "priority: 1")
    shown = json.loads(store.tk("commit", "--json", "--message", "Reworded after the meeting").stdout)
    assert shown == {"format": 1, "commit": store.git("rev-parse", "HEAD"), "tickets": ["pt-1"]}
    assert store.git("log", "-1", "--format=%s") == "Reworded after the meeting"


def test_there_is_no_committing_without_committing(store: Repository) -> None:
    edit(store, "pt-1", "priority: 2", "priority: 1")
    before = store.git("rev-parse", "HEAD")
    for option in ("--no-commit", "--stage"):
        assert store.tk("commit", option).code == 2
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (before, " M .tickets/pt-1.md")


@pytest.mark.parametrize("command", ["comment pt-1 Hello", "commit", "archive pt-1", "set pt-1 priority=0"])
def test_a_ticket_full_of_conflict_markers_is_refused_with_the_name_of_the_merge(
    store: Repository, command: str
) -> None:
    store.git("checkout", "--quiet", "-b", "side")
    store.tk("set", "pt-1", "priority=1")
    store.git("checkout", "--quiet", "-")
    store.tk("set", "pt-1", "priority=3")
    store.tk("commit", "--quiet")
    store.git("merge", "--no-commit", "-s", "ours", "side")
    edit(store, "pt-1", "priority: 3", "<<<<<<< HEAD\npriority: 3\n=======\npriority: 1\n>>>>>>> side")
    refused = store.tk(*command.split())
    assert (refused.code, refused.stderr.splitlines()[0]) == (
        5,
        "Error: a merge is under way, so nothing was changed",
    )


def test_line_ends_that_git_changes_on_the_way_are_no_edits_of_the_users(store: Repository) -> None:
    store.git("config", "core.autocrlf", "true")
    path = store.tk.store / "pt-1.md"
    store.tk("set", "pt-1", "milestone=one")
    path.write_bytes(path.read_bytes().replace(b"milestone: one\n", b"milestone: one\r\n"))
    done = store.tk("set", "pt-1", "milestone=")
    assert (done.code, done.stderr) == (0, "")
    assert store.git("status", "--porcelain") == ""


def test_no_empty_folder_is_left_where_a_ticket_or_its_comments_were(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("format:\n  comments: files\n", encoding="utf-8")
    for command in ("comment pt-1 Hello", "close pt-1", "archive pt-1", "undo", "undo", "undo"):
        done = store.tk(*command.split())
        assert done.code == 0, done.stderr
    assert [path.name for path in store.tk.store.iterdir() if path.is_dir()] == []
