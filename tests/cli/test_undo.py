"""`tk undo`: every verb taken back byte for byte, chains of undoing, and refusals that say what is in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

VERBS = {
    "new": ["new", "Another", "--tags", "a,b", "--dep", "pt-1"],
    "set": ["set", "pt-1", "priority=0", "tags=x", "assignee=Bo"],
    "title": ["set", "pt-1", "title=Else"],
    "assign": ["assign", "pt-1", "pt-2", "me"],
    "tag": ["tag", "pt-1", "new"],
    "comment": ["comment", "pt-1", "A remark."],
    "second comment": ["comment", "pt-4", "Another remark."],
    "mv": ["mv", "pt-1", "pt-x", "--texts"],
    "rm": ["rm", "pt-1", "--force"],
    "archive": ["archive", "pt-3"],
    "dep": ["dep", "pt-1", "pt-3"],
    "undep": ["undep", "pt-2", "pt-1"],
    "link": ["link", "pt-1", "pt-2", "pt-3"],
    "unlink": ["unlink", "pt-1", "pt-4"],
    "start": ["start", "pt-1", "pt-2", "-m", "Now."],
    "close": ["close", "pt-1", "-r", "fixed", "-m", "Done."],
    "reopen": ["reopen", "pt-3"],
    "status": ["status", "pt-1", "in_progress"],
    "split": ["split", "pt-4", "1", "--move"],
    "merge-into": ["merge-into", "pt-1", "--into", "pt-4"],
    "an article made": ["kb", "new", "How to", "--related", "pt-1"],
    "an article changed": ["kb", "retire", "known"],
    "a held mail removed": ["intake", "drop", "32dd1724"],
    "holidays": ["calendar", "import", "days.ics"],
}
FILES = {
    ".tickets/kb/known.md": "---\ntitle: Known\nstatus: draft\n---\n\nText.\n\n\n",
    ".tickets/intake/held/20260301T100000Z-32dd1724fb25adb75147.eml": "From: Eve <eve@c.example>\r\n\r\nHello\r\n",
    "days.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\nEND:VCALENDAR\n",
}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", links="pt-4", more="x-odd:   kept  \ntags: ['a', b] # why\n", body="See pt-2.\n\n\n")
    repository.tk.write("pt-2", deps="pt-1", body="After pt-1, not pt-11.")
    repository.tk.write("pt-3", status="closed", more="closed: 2026-01-05T00:00:00Z\nresolution: done\n")
    repository.tk.write("pt-4", links="pt-1", body="Text.\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Bo\n\nFirst.\n")
    for name, text in FILES.items():
        path = repository.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    repository.commit_all()
    return repository


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_undone_leaves_the_tree_as_before_and_undoing_that_brings_it_back(
    store: Repository, verb: str
) -> None:
    before = store.git("rev-parse", "HEAD^{tree}")
    done = store.tk(*VERBS[verb])
    assert done.code == 0, done.stderr
    after = store.git("rev-parse", "HEAD^{tree}")
    assert after != before
    undone = store.tk("undo")
    assert (undone.code, undone.stderr) == (0, "")
    assert store.git("rev-parse", "HEAD^{tree}") == before
    assert store.git("status", "--porcelain") == ""
    assert store.tk("undo", "HEAD").code == 0
    assert store.git("rev-parse", "HEAD^{tree}") == after


def test_the_settings_that_were_adopted_are_taken_back(store: Repository) -> None:
    store.tk.write("pt-5", status="checked")
    store.commit_all()
    assert store.tk("init", "--adopt").code == 0
    before, after = (store.git("rev-parse", f"{name}^{{tree}}") for name in ("HEAD~1", "HEAD"))
    assert store.git("show", "--format=", "--name-only", "HEAD") == ".tickets/config.yml"
    assert store.tk("undo").code == 0
    assert store.git("rev-parse", "HEAD^{tree}") == before
    assert store.tk("undo", "HEAD").code == 0
    assert store.git("rev-parse", "HEAD^{tree}") == after


def test_a_word_in_a_message_does_not_make_a_change_of_settings_one_of_tk(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("prefix: qq\n", encoding="utf-8")
    store.commit_all("Settings by hand\n\nadopt")
    refused = store.tk("undo", "HEAD")
    assert (refused.code, "changes no tickets" in refused.stderr) == (3, True), refused.stderr
    assert (store.tk.store / "config.yml").read_text(encoding="utf-8") == "prefix: qq\n"


def test_an_article_that_was_changed_since_is_in_the_way(store: Repository) -> None:
    store.tk("kb", "retire", "known")
    article = store.tk.store / "kb" / "known.md"
    article.write_bytes(article.read_bytes().replace(b"Text", b"Other text"))
    store.commit_all("reworded")
    refused = store.tk("undo")
    assert (refused.code, "known was changed since" in refused.stderr, "reworded" in refused.stderr) == (3, True, True)
    assert b"Other text" in article.read_bytes()


def test_undoing_again_and_again_goes_back_change_by_change(store: Repository) -> None:
    trees = [store.git("rev-parse", "HEAD^{tree}")]
    for words in (["start", "pt-1"], ["tag", "pt-1", "new"], ["close", "pt-1"]):
        store.tk(*words)
        trees.append(store.git("rev-parse", "HEAD^{tree}"))
    for tree in reversed(trees[:-1]):
        assert store.tk("undo").code == 0
        assert store.git("rev-parse", "HEAD^{tree}") == tree
    refused = store.tk("undo")
    assert (refused.code, "nothing to undo" in refused.stderr) == (3, True)


def test_what_an_undone_undo_brought_back_can_be_undone_again(store: Repository) -> None:
    before = store.git("rev-parse", "HEAD^{tree}")
    store.tk("start", "pt-1")
    store.tk("undo")
    store.tk("undo", "HEAD")
    assert store.tk.field("pt-1", "status") == "in_progress"
    again = store.tk("undo")
    assert again.code == 0, again.stderr
    assert store.git("rev-parse", "HEAD^{tree}") == before


def test_a_later_change_of_another_field_stays(store: Repository) -> None:
    store.tk("start", "pt-1")
    store.tk("set", "pt-1", "priority=0")
    store.tk("comment", "pt-1", "Kept.")
    assert store.tk("undo", "HEAD~2").code == 0
    assert store.tk.field("pt-1", "status") == "open"
    assert store.tk.field("pt-1", "priority") == "0"
    assert store.tk.text("pt-1").endswith("\n\nKept.\n")


def test_a_comment_is_taken_back_from_between_two_others(store: Repository) -> None:
    store.tk("comment", "pt-1", "One.")
    before = store.tk.text("pt-1")
    store.tk("comment", "pt-1", "Two.")
    store.tk("comment", "pt-1", "Three.", env={"TK_NOW": "2026-03-01T13:00:00Z"})
    assert store.tk("undo", "HEAD~1").code == 0
    text = store.tk.text("pt-1")
    assert "Two." not in text
    assert text.startswith(before)
    assert text.endswith("Three.\n")


def test_a_later_change_of_the_same_field_is_in_the_way_and_named(store: Repository) -> None:
    store.tk("start", "pt-1")
    store.tk("close", "pt-1")
    head = store.git("rev-parse", "HEAD")
    refused = store.tk("undo", "HEAD~1")
    assert refused.code == 3
    assert "status of pt-1 was changed since" in refused.stderr
    assert f"{head[:10]} tk: close pt-1 A ticket" in refused.stderr
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


def test_a_ticket_that_others_have_come_to_refer_to_is_not_unmade(store: Repository) -> None:
    ticket = store.tk("new", "Wanted").stdout.strip()
    store.tk("dep", "pt-1", ticket)
    refused = store.tk("undo", "HEAD~1")
    assert refused.code == 3
    assert f"{ticket} is referred to by pt-1 (deps)" in refused.stderr


def test_uncommitted_edits_of_the_same_field_are_in_the_way(store: Repository) -> None:
    store.tk("start", "pt-1")
    path = store.tk.store / "pt-1.md"
    path.write_bytes(path.read_bytes().replace(b"status: in_progress", b"status: closed"))
    refused = store.tk("undo")
    assert refused.code == 3
    assert "uncommitted changes" in refused.stderr
    assert b"status: closed" in path.read_bytes()


def test_the_commit_that_made_the_store_is_not_half_undone(store: Repository) -> None:
    assert store.tk("init").code == 0
    files = store.git("ls-files")
    refused = store.tk("undo")
    assert refused.code == 3
    assert "changes no tickets: tk: init" in refused.stderr
    assert "git revert" in refused.stderr
    assert store.git("ls-files") == files


def test_a_merge_an_unknown_commit_and_a_commit_of_other_files_are_refused(store: Repository) -> None:
    assert "unknown revision 'nope'" in store.tk("undo", "nope").stderr
    assert "unknown revision '--output=x'" in store.tk("undo", "--", "--output=x").stderr
    (store.folder / "code.py").write_text("pass\n")
    store.commit_all()
    assert "changes no tickets" in store.tk("undo", "HEAD").stderr
    store.git("checkout", "-q", "-b", "side", "HEAD~1")
    store.tk("start", "pt-1")
    store.git("checkout", "-q", "main")
    store.git("merge", "-q", "--no-edit", "side")
    refused = store.tk("undo", "HEAD")
    assert (refused.code, "is a merge" in refused.stderr) == (3, True)


def test_a_hand_made_commit_can_be_undone_by_name(store: Repository) -> None:
    before = store.git("rev-parse", "HEAD^{tree}")
    store.tk.write("pt-1", title="Rewritten by hand", status="closed")
    store.commit_all("by hand")
    assert store.tk("undo", "HEAD").code == 0
    assert store.git("rev-parse", "HEAD^{tree}") == before


def test_the_message_of_an_undo_says_what_it_took_back(store: Repository) -> None:
    store.tk("start", "pt-1")
    head = store.git("rev-parse", "HEAD")
    store.tk("undo")
    subject, _, body = store.git("log", "-1", "--format=%B").partition("\n")
    assert subject == 'tk: undo "tk: start pt-1 A ticket"'
    assert f"Tk-Undoes: {head}" in body


def test_outside_git_there_is_nothing_to_undo(store: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plain")
    store.tk("new", "T", cwd=folder)
    refused = store.tk("undo", cwd=folder)
    assert (refused.code, "not a git repository" in refused.stderr) == (5, True)


@pytest.mark.parametrize("verb", ["new", "set", "comment", "mv", "rm", "archive", "close"])
def test_undoing_works_where_git_gives_files_crlf_line_ends(store: Repository, verb: str) -> None:
    store.git("config", "core.autocrlf", "true")
    (store.tk.store / ".gitattributes").unlink()
    store.commit_all("no attributes")
    for path in store.tk.store.glob("*.md"):
        path.unlink()
    store.git("checkout", "--", ".tickets")
    assert b"\r\n" in (store.tk.store / "pt-1.md").read_bytes()
    before = store.git("rev-parse", "HEAD^{tree}")
    assert store.tk(*VERBS[verb]).code == 0
    assert store.tk("undo").code == 0
    assert store.git("rev-parse", "HEAD^{tree}") == before
    assert store.git("status", "--porcelain") == ""


def two_stores(repository: Repository) -> Repository:
    """A second store below the first one's repository, each with commits of its own, the other's last."""
    other = repository.folder / "part" / ".tickets"
    other.mkdir(parents=True)
    repository.tk.write("pt-1")
    repository.commit_all()
    repository.tk("set", "pt-1", "priority=0")
    assert repository.tk("new", "Elsewhere", cwd=other.parent).code == 0
    return repository


def test_undo_takes_the_last_commit_of_its_own_store(repository: Repository) -> None:
    two_stores(repository)
    before = sorted((repository.folder / "part" / ".tickets").glob("*.md"))
    done = repository.tk("undo")
    assert done.code == 0, done.stderr
    assert "priority: 2" in (repository.tk.store / "pt-1.md").read_text(encoding="utf-8")
    assert sorted((repository.folder / "part" / ".tickets").glob("*.md")) == before
    assert repository.tk("undo").code == 3
    assert repository.tk("undo", cwd=repository.folder / "part").code == 0


def changed_three_times(repository: Repository) -> bytes:
    repository.tk.write("pt-1")
    repository.commit_all()
    before = (repository.tk.store / "pt-1.md").read_bytes()
    for argument in ("priority=0", "assignee=Bo", "priority=1"):
        assert repository.tk("set", "pt-1", argument).code == 0
    return before


@pytest.mark.parametrize("arguments", [("-n", "3"), ("HEAD~3..HEAD",), ("HEAD~3..",)])
def test_several_changes_are_undone_the_newest_first(repository: Repository, arguments: tuple[str, ...]) -> None:
    before = changed_three_times(repository)
    commits = repository.git("log", "-3", "--format=%H").split()
    done = repository.tk("undo", *arguments, "--json")
    assert done.code == 0, done.stderr
    assert json.loads(done.stdout)["undone"] == commits
    assert (repository.tk.store / "pt-1.md").read_bytes() == before
    assert repository.git("rev-list", "--count", f"{commits[0]}..HEAD") == "3"


def test_what_an_undo_took_back_is_not_counted_again(repository: Repository) -> None:
    before = changed_three_times(repository)
    assert repository.tk("undo").code == 0
    assert repository.tk("undo", "-n", "2").code == 0
    assert (repository.tk.store / "pt-1.md").read_bytes() == before
    refused = repository.tk("undo", "-n", "2")
    assert refused.code == 3
    assert "nothing to undo" in refused.stderr


def test_more_than_there_is_is_refused_and_nothing_is_undone(repository: Repository) -> None:
    changed_three_times(repository)
    head = repository.git("rev-parse", "HEAD")
    refused = repository.tk("undo", "-n", "4")
    assert refused.code == 3
    assert "only 3 of 4" in refused.stderr
    assert repository.git("rev-parse", "HEAD") == head
    assert repository.tk("undo", "HEAD..HEAD").code == 3
    assert repository.tk("undo", "-n", "2", "HEAD").code == 2


def test_a_refusal_in_between_says_what_was_undone(repository: Repository) -> None:
    changed_three_times(repository)
    path = repository.tk.store / "pt-1.md"
    path.write_text(path.read_text(encoding="utf-8").replace("assignee: Bo", "assignee: Cy"), encoding="utf-8")
    repository.commit_all()
    refused = repository.tk("undo", "-n", "3")
    assert refused.code == 3
    assert "1 of 3 commits were undone" in refused.stderr
    assert "priority: 0" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [(), ("-n", "2"), ("HEAD",)])
def test_the_commit_at_which_a_shallow_clone_ends_is_not_undone(
    repository: Repository, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    repository.tk.write("pt-1")
    repository.tk.write("pt-2")
    repository.commit_all()
    repository.tk("set", "pt-1", "priority=0")
    repository.tk("close", "pt-1")
    depth = "2" if "-n" in arguments else "1"
    repository.git("clone", "--quiet", "--depth", depth, f"file://{repository.folder}", str(tmp_path / "shallow"))
    done = repository.tk("undo", *arguments, cwd=tmp_path / "shallow")
    assert (done.code, "this clone is shallow and ends at" in done.stderr) == (3, True)
    assert "git fetch --unshallow" in done.stderr
    tickets = sorted(path.name for path in (tmp_path / "shallow/.tickets").glob("pt-*.md"))
    assert tickets == ["pt-1.md", "pt-2.md"]
