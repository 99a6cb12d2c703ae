"""`tk log`: events of one ticket or of all, filtered, and of tickets that are gone or renamed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from terminal import on_terminal

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", title="First")
    repository.tk.write("pt-2", title="Second")
    repository.commit_all()
    repository.tk("start", "--no-assign", "pt-1")
    repository.tk("comment", "pt-1", "Cause found.")
    repository.tk("close", "pt-1", "pt-2", "-r", "fixed", env={"GIT_AUTHOR_NAME": "Bo Li", "GIT_AUTHOR_EMAIL": "bo@x"})
    return repository


def kinds(store: Repository, *words: str) -> list[str]:
    """Each event as `kind field`, newest first."""
    events = json.loads(store.tk("log", *words, "--json").stdout)["events"]
    return [f"{event['kind']} {event['field'] or ''}".strip() for event in events]


def test_the_newest_change_is_first_and_a_commit_is_told_in_its_order(store: Repository) -> None:
    assert kinds(store, "pt-1") == [
        *("changed status", "changed closed", "changed resolution"),
        "commented comment",
        "changed status",
        *("created", "text body"),
    ]


def test_filters_narrow_and_add_up(store: Repository) -> None:
    assert kinds(store, "pt-1", "--field", "status") == ["changed status", "changed status"]
    assert kinds(store, "--field", "status", "--author", "bo li") == ["changed status", "changed status"]
    assert kinds(store, "--grep", "CAUSE") == ["commented comment"]
    assert kinds(store, "pt-1", "-n", "1") == ["changed status"]
    assert kinds(store, "--since", "2000-01-01") == kinds(store)
    assert kinds(store, "--since", "2100-01-01") == []
    assert kinds(store, "--until", "2000-01-01") == []
    assert store.tk("log", "--since", "nonsense").code == 2


def test_a_ticket_that_is_gone_or_renamed_keeps_its_history(store: Repository) -> None:
    store.tk("mv", "pt-1", "pt-9")
    assert "Cause found." in store.tk("log", "pt-9").stdout
    store.tk("rm", "pt-2")
    shown = store.tk("log", "pt-2").stdout
    assert "deleted: Second" in shown
    assert "status: open -> closed" in shown
    unknown = store.tk("log", "nope")
    assert (unknown.code, "'nope' not found" in unknown.stderr) == (3, True)


def test_the_log_of_all_names_the_ticket_of_each_entry(store: Repository) -> None:
    heads = [row for row in store.tk("log").lines if row and not row.startswith(" ")]
    assert [row.split("  ")[1] for row in heads] == ["pt-2", "pt-1", "pt-1", "pt-1", "pt-2", "pt-1"]


def test_control_sequences_of_others_are_shown_as_text(store: Repository) -> None:
    store.tk(
        "comment", "pt-1", "a\x1b]52;c;eA==\x07b", env={"GIT_AUTHOR_NAME": "E\x1b[31mve", "GIT_AUTHOR_EMAIL": "e@x"}
    )
    shown = store.tk("--color", "never", "log", "pt-1").stdout
    assert "\x1b" not in shown
    assert r"a\x1b]52;c;eA==\x07b" in shown


def test_comments_in_files_of_their_own_are_a_part_of_the_history(repository: Repository) -> None:
    tk = repository.tk
    tk.write("pt-9")
    (tk.store / "config.yml").write_text("format.comments: files\n")
    repository.commit_all()
    tk("comment", "pt-9", "apart from the ticket", "--internal")
    assert "apart from the ticket" in tk("log", "pt-9").stdout
    (comment,) = (tk.store / "pt-9.d").glob("*.md")
    assert [line.partition(":")[0] for line in comment.read_text().splitlines()[1:4]] == ["author", "date", "internal"]


def test_a_long_history_says_how_far_it_is_read_on_a_terminal_only(repository: Repository) -> None:
    path = ".tickets/pt-1.md"
    commits = "".join(
        f"commit refs/heads/main\ncommitter A <a@b> {1_700_000_000 + number} +0000\ndata 1\nx\n"
        f"{'' if number else 'from refs/heads/main^0' + chr(10)}M 100644 inline {path}\n"
        f"data <<END\n---\nid: pt-1\nstatus: open\npriority: {number % 5}\n---\n# One\nEND\n\n"
        for number in range(2100)
    )
    repository.git("fast-import", "--quiet", "--force", stdin=commits)
    repository.git("reset", "--quiet", "--hard")
    shown = on_terminal(repository.tk, "log", "-n", "1", env={"PAGER": "", "NO_COLOR": "1"}).text
    counted = [f"\rreading the history: {count} commits\x1b[K" for count in ("1,000", "2,000")]
    assert shown.startswith("".join(counted) + "\r\x1b[K")
    assert "reading" not in on_terminal(repository.tk, "log", "-n", "1", env={"PAGER": ""}).text
    (repository.folder / ".git" / "plaintickets" / "history.sqlite").unlink()
    piped = repository.tk("log", "-n", "1")
    assert (piped.code, piped.stderr) == (0, "")


def test_an_internal_comment_is_marked_in_the_log_and_in_a_diff(repository: Repository) -> None:
    repository.tk.write("pt-1")
    repository.commit_all()
    assert repository.tk("comment", "pt-1", "For us.", "--internal").code == 0
    assert "commented (internal):\n" in repository.tk("log", "pt-1").stdout
    assert "internal comment by Ada Lovelace" in repository.tk("diff", "HEAD^").stdout


def test_the_history_is_there_while_a_move_of_the_store_is_not_committed(repository: Repository) -> None:
    repository.tk.write("pt-1", "Parser")
    folder = repository.tk.store / "pt-1.d"
    folder.mkdir()
    (folder / "2026-01-01T000000Z-0.md").write_text("---\ndate: 2026-01-01T00:00:00Z\n---\nSeen\n")
    repository.commit_all()
    repository.tk.write("pt-1", "Parser", priority="1")
    repository.commit_all()
    (repository.folder / "new").mkdir()
    before = [json.loads(repository.tk("log", *words, "--json").stdout) for words in ((), ("pt-1",))]
    repository.git("mv", ".tickets", "new/.tickets")
    there = repository.folder / "new"
    after = [json.loads(repository.tk("log", *words, "--json", cwd=there).stdout) for words in ((), ("pt-1",))]
    assert after == before
    assert all(len(found["events"]) > 2 for found in after)
    assert repository.tk("search", "--history", "Seen", cwd=there).stdout != ""
    repository.git("commit", "--quiet", "-m", "Move the store")
    assert json.loads(repository.tk("log", "--json", cwd=there).stdout) == before[0]
