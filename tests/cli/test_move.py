"""`tk start`, `close`, `reopen`, `status`, `archive`, `mv`: tickets into another place or state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

WORKFLOW = """\
statuses:
  open: {class: open, transitions: [doing]}
  doing: {class: active, transitions: [open, done]}
  done: {class: done, transitions: [open]}
types:
  task: {required_to_close: [component]}
"""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    for ticket in ("pt-1", "pt-2"):
        repository.tk.write(ticket)
    repository.commit_all()
    return repository


def test_several_tickets_are_one_commit(store: Repository) -> None:
    done = store.tk("close", "pt-1", "pt-2", "pt-2", "-r", "fixed", "-m", "Done.")
    assert done.lines == ["Updated pt-1 -> closed", "Updated pt-2 -> closed"]
    assert store.git("rev-list", "--count", "HEAD") == "3"
    for ticket in ("pt-1", "pt-2"):
        assert store.tk.field(ticket, "closed") == "2026-03-01T12:00:00Z"
        assert store.tk.field(ticket, "resolution") == "fixed"
        assert store.tk.text(ticket).count("Done.") == 1


def test_one_unknown_ticket_keeps_all_as_they_are(store: Repository) -> None:
    assert store.tk("close", "pt-1", "nope").code == 3
    assert store.git("status", "--porcelain") == ""


def test_closing_again_keeps_the_date_and_makes_no_commit(store: Repository) -> None:
    store.tk("close", "pt-1")
    head = store.git("rev-parse", "HEAD")
    again = store.tk("close", "pt-1", env={"TK_NOW": "2026-04-01T00:00:00Z"})
    assert (again.stdout, store.git("rev-parse", "HEAD")) == ("pt-1: nothing to change\n", head)
    store.tk("close", "pt-1", "-r", "wontfix", env={"TK_NOW": "2026-04-01T00:00:00Z"})
    assert store.tk.field("pt-1", "closed") == "2026-03-01T12:00:00Z"
    assert store.tk.field("pt-1", "resolution") == "wontfix"


def test_the_workflow_refuses_and_says_which_moves_there_are(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text(WORKFLOW, encoding="utf-8")
    refused = store.tk("close", "pt-1")
    assert refused.code == 3
    assert "from open to done; allowed: doing" in refused.stderr
    assert "--force" in refused.stderr
    store.tk("start", "pt-1")
    missing = store.tk("close", "pt-1")
    assert "still needs: component" in missing.stderr
    assert "tk set pt-1 component=" in missing.stderr
    assert store.tk("close", "pt-1", "--force").code == 0
    assert store.tk("start", "pt-1").code == 3
    assert store.tk("reopen", "pt-1").stdout == "Updated pt-1 -> open\n"


def test_a_resolution_that_is_none_is_refused(store: Repository) -> None:
    refused = store.tk("close", "pt-1", "-r", "fixd")
    assert (refused.code, "fixed" in refused.stderr) == (2, True)
    assert store.tk("status", "pt-1", "open", "-r", "fixed").code == 2


def test_archived_tickets_are_found_by_every_reader_and_come_back_on_reopening(store: Repository) -> None:
    store.tk("dep", "pt-2", "pt-1")
    store.tk("close", "pt-1", "-r", "fixed")
    assert "not closed: pt-2" in store.tk("archive", "pt-2").stderr
    assert store.tk("archive", "pt-1").stdout == "Archived 1 ticket\n"
    assert (store.tk.store / "archive/2026/pt-1.md").exists()
    assert store.tk("ls").lines == ["pt-2     [open] - A ticket <- [pt-1]"]
    assert len(store.tk("ls", "--all").lines) == 2
    assert store.tk("show", "pt-1").code == 0
    assert store.tk("ready").lines == ["pt-2     [P2][open] - A ticket"]
    assert "renamed: pt-1.md -> archive/2026/pt-1.md" in store.tk("log", "pt-1").stdout
    assert store.tk("set", "pt-1", "priority=0").code == 0
    assert store.tk("archive").stdout == "Nothing to archive\n"
    store.tk("reopen", "pt-1")
    assert (store.tk.store / "pt-1.md").exists()
    assert not list(store.tk.store.glob("archive/*/*.md"))
    assert store.git("status", "--porcelain") == ""


def test_only_what_was_closed_before_the_date_is_archived(store: Repository) -> None:
    store.tk("close", "pt-1", env={"TK_NOW": "2025-06-01T00:00:00Z"})
    store.tk("close", "pt-2", env={"TK_NOW": "2026-02-01T00:00:00Z"})
    assert store.tk("archive", "-n").lines == ["pt-1     2025-06-01T00:00:00Z"]
    assert store.tk("archive", "--closed-before", "2025-06-01", "-n").lines == []
    assert store.tk("archive", "--closed-before", "nonsense").code == 2
    store.tk("archive")
    assert [path.parent.name for path in store.tk.store.glob("archive/*/*.md")] == ["2025"]


def test_a_ticket_is_archived_by_the_day_that_its_moment_falls_on_in_utc(store: Repository) -> None:
    store.tk.write("pt-1", "One", status="closed", more="closed: 2026-01-01T00:30:00+01:00\n")
    store.commit_all()
    assert store.tk("archive", "--closed-before", "2026-01-01", "-n").lines == ["pt-1     2026-01-01T00:30:00+01:00"]
    store.tk("archive", "pt-1")
    assert [path.parent.name for path in store.tk.store.glob("archive/*/*.md")] == ["2025"]


def test_a_rename_follows_every_reference_and_the_history(store: Repository) -> None:
    store.tk("dep", "pt-2", "pt-1")
    store.tk("link", "pt-1", "pt-2")
    store.tk("comment", "pt-2", "See pt-1, not pt-11 or pt-1.5 or xpt-1.")
    done = store.tk("mv", "pt-1", "pt-parser")
    assert done.stdout == "Renamed to pt-parser; 1 other ticket changed\n"
    assert "is still in the text of pt-2" in done.stderr
    assert (store.tk.field("pt-2", "deps"), store.tk.field("pt-2", "links")) == ("[pt-parser]", "[pt-parser]")
    assert store.tk.field("pt-parser", "id") == "pt-parser"
    assert not (store.tk.store / "pt-1.md").exists()
    assert "created: A ticket" in store.tk("log", "pt-parser").stdout
    store.tk("undo")
    store.tk("mv", "pt-1", "pt-parser", "--texts")
    assert "See pt-parser, not pt-11 or pt-1.5 or xpt-1." in store.tk.text("pt-2")


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "a b", "a\nb", "a\x1b[31m", "", "pt-2", "pt-1"])
def test_a_name_that_cannot_be_an_id_or_is_taken_is_refused(store: Repository, name: str) -> None:
    refused = store.tk("mv", "pt-1", "--", name)
    assert refused.code in (2, 3)
    assert "\x1b" not in refused.stderr
    assert store.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("words", "first", "again"),
    [
        (("start", "pt-1"), "Updated pt-1 -> in_progress\n", "pt-1: nothing to change\n"),
        (("status", "pt-1", "closed"), "Updated pt-1 -> closed\n", "Updated pt-1 -> closed\n"),
        (("update", "pt-1", "--priority=0"), "Updated 1 field(s) on pt-1\n", "pt-1: nothing to change\n"),
    ],
)
def test_a_command_that_changes_nothing_says_so(
    repository: Repository, words: tuple[str, ...], first: str, again: str
) -> None:
    repository.tk.write("pt-1")
    shown = [repository.tk(*words), repository.tk(*words)]
    assert [done.stdout for done in shown] == [first, again]
    assert "pt-1: nothing to change" in shown[1].stdout + shown[1].stderr


def test_closing_names_open_children_and_what_the_ticket_waits_for(repository: Repository) -> None:
    tk = repository.tk
    tk.write("pt-1", deps="pt-2, pt-3")
    tk.write("pt-2")
    tk.write("pt-3", status="closed")
    tk.write("pt-4", more="parent: pt-1\n")
    tk.write("pt-5", more="parent: pt-1\n", status="closed")
    repository.commit_all()
    done = tk("close", "pt-1")
    assert done.code == 0
    assert done.stderr.splitlines() == [
        "note: pt-1 is closed, but has open children: pt-4",
        "note: pt-1 is closed, but waits for: pt-2",
    ]
    assert [tk("close", "pt-1").stderr, tk("close", "pt-2").stderr] == ["", ""]


def test_an_empty_comment_is_none_and_is_told(repository: Repository) -> None:
    repository.tk.write("pt-1")
    done = repository.tk("close", "pt-1", "-m", " ")
    assert (done.code, "## Notes" in repository.tk.text("pt-1")) == (0, False)
    assert "no comment was added" in done.stderr


def test_texts_are_those_of_comments_in_files_too(repository: Repository) -> None:
    tk = repository.tk
    tk.write("pt-1")
    tk.write("pt-2")
    (tk.store / "config.yml").write_text("format.comments: files\n")
    repository.commit_all()
    assert tk("comment", "pt-1", "About pt-1 itself.").code == 0
    assert tk("comment", "pt-2", "See pt-1, not pt-11.").code == 0
    assert "is still in the text of pt-9, pt-2" in tk("mv", "pt-1", "pt-9").stderr
    assert tk("undo").code == 0
    assert tk("mv", "pt-1", "pt-9", "--texts").code == 0
    texts = sorted(path.read_text() for path in tk.store.glob("*.d/*.md"))
    assert ["About pt-9 itself." in texts[0] or "About pt-9 itself." in texts[1], len(texts)] == [True, 2]
    assert "See pt-9, not pt-11." in "".join(texts)
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["con", "NUL", "aux.1", "com1", "lpt\u00b9"])
def test_a_name_that_windows_keeps_for_a_device_is_no_new_id(store: Repository, name: str) -> None:
    done = store.tk("mv", "pt-1", name)
    assert done.code in {2, 3}
    assert "Windows reserves that name" in done.stderr or not name.isascii()
    assert (store.tk.store / "pt-1.md").exists()


@pytest.mark.parametrize("name", ["console", "con-1", "com10", "x-nul"])
def test_a_name_that_only_begins_like_a_device_is_an_id(store: Repository, name: str) -> None:
    assert store.tk("mv", "pt-1", name).code == 0


def test_a_ticket_does_not_take_the_comments_that_another_left(store: Repository) -> None:
    folder = store.tk.store / "pt-9.d"
    folder.mkdir()
    (folder / "20260101T000000Z-x.md").write_text("Left behind.\n")
    done = store.tk("mv", "pt-1", "pt-9")
    assert done.code == 3
    assert "pt-9.d exists already" in done.stderr
    assert (store.tk.store / "pt-1.md").exists()
    assert not (store.tk.store / "pt-9.md").exists()


def test_a_whole_suffix_is_taken_without_a_word_and_a_completed_part_with_one(store: Repository) -> None:
    store.tk.write("pt-7f3k")
    store.commit_all()
    assert store.tk("start", "7f3k").stderr == ""
    assert store.tk("close", "7f3").stderr == "note: 7f3 is pt-7f3k\n"
    assert store.tk("reopen", "k").code == 3
    assert store.tk("close", "1").stderr == ""


def test_links_of_a_renamed_ticket_to_its_files_lead_to_them(store: Repository) -> None:
    text = "# One\n\n![a](pt-1.d/attachments/a.png) [b](<pt-1.d/attachments/b c.txt>) `[x](pt-1.d/x)` [n](./notes.md)\n"
    place = store.tk.store / "pt-1.md"
    place.write_text(place.read_text("utf-8").replace("# A ticket\n", text), "utf-8")
    folder = store.tk.store / "pt-1.d" / "attachments"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"a")
    store.commit_all()
    assert store.tk("mv", "pt-1", "x-9").code == 0
    moved = text.replace("(pt-1.d/att", "(x-9.d/att").replace("<pt-1.d/", "<x-9.d/")
    assert moved in store.tk.text("x-9")
    assert (store.tk.store / "x-9.d" / "attachments" / "a.png").read_bytes() == b"a"
    assert store.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "line", ["close pt-1", "status pt-1 closed", "set pt-1 status=closed", "update pt-1 --status=closed"]
)
def test_every_command_that_closes_a_ticket_names_what_is_open_around_it(repository: Repository, line: str) -> None:
    repository.tk.write("pt-1", deps="pt-2")
    repository.tk.write("pt-2")
    repository.tk.write("pt-3", more="parent: pt-1\n")
    repository.commit_all()
    said = ["note: pt-1 is closed, but has open children: pt-3", "note: pt-1 is closed, but waits for: pt-2"]
    if line == "close pt-1":
        repository.git("commit", "--quiet", "--allow-empty", "-m", "Code\n\nCloses: pt-1")
        assert repository.tk("apply-trailers", "HEAD~1..HEAD").stderr.splitlines() == said
        repository.tk("reopen", "pt-1")
    assert repository.tk(*line.split()).stderr.splitlines() == said
