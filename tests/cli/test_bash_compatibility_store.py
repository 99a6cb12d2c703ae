"""Where the bash tool looks for the store, and what it does in and out of a git repository."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk

READING = ["ls", "list", "ready", "blocked", "closed", "query"]


def git(tk: Tk, *args: str) -> str:
    done = subprocess.run(
        ["git", *args],
        cwd=tk.folder,
        env=tk.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("depth", [".", "src", "src/components/ui"])
def test_the_store_is_found_from_any_subfolder(tk: Tk, depth: str) -> None:
    tk.write("mp-1", "Found")
    inner = tk.folder / depth
    inner.mkdir(parents=True, exist_ok=True)
    assert tk("ls", cwd=inner).stdout == "mp-1     [open] - Found\n"
    assert tk("start", "mp-1", cwd=inner).code == 0
    assert tk.field("mp-1", "status") == "in_progress"


def test_create_in_a_subfolder_uses_the_store_above(tk: Tk) -> None:
    tk.write("mp-1")
    inner = tk.folder / "src"
    inner.mkdir()
    ticket = tk("create", "Deep", cwd=inner).stdout.strip()
    assert (tk.store / f"{ticket}.md").is_file()
    assert not (inner / ".tickets").exists()


@pytest.mark.parametrize("args", [*[(name,) for name in READING[2:5]], ("show", "x"), ("dep", "cycle")])
def test_without_a_store_a_reading_command_fails(tk: Tk, args: tuple[str, ...]) -> None:
    refused = tk(*args)
    assert refused.code != 0
    assert refused.stdout == ""
    assert "Error: no .tickets directory found (searched parent directories)" in refused.stderr


@pytest.mark.parametrize("args", [("start", "x"), ("dep", "x", "y"), ("add-note", "x", "text")])
def test_without_a_store_a_writing_command_fails(tk: Tk, args: tuple[str, ...]) -> None:
    refused = tk(*args)
    assert refused.code != 0
    assert "Error: no .tickets directory found" in refused.stderr
    assert not tk.store.exists()


def test_tickets_dir_wins_over_the_store_above(tk: Tk) -> None:
    tk.write("here-1", "Here")
    tk.write("else-1", "Elsewhere")
    other = tk.folder / "other"
    other.mkdir()
    (tk.store / "else-1.md").rename(other / "else-1.md")
    for value in (str(other), "other"):
        shown = tk("ls", env={"TICKETS_DIR": value})
        assert shown.stdout == "else-1   [open] - Elsewhere\n"


@pytest.mark.parametrize("command", READING)
def test_a_tickets_dir_that_is_not_there_is_an_error(tk: Tk, command: str) -> None:
    tk.write("mp-1")
    refused = tk(command, env={"TICKETS_DIR": "gone"})
    assert refused.code != 0
    assert refused.stdout == ""
    assert "Error: tickets directory 'gone' does not exist" in refused.stderr


def test_create_makes_the_tickets_dir_it_is_told(tk: Tk) -> None:
    made = tk("create", "There", env={"TICKETS_DIR": "work/items"})
    assert made.code == 0
    assert (tk.folder / "work/items" / f"{made.stdout.strip()}.md").is_file()
    assert not tk.store.exists()


@pytest.mark.parametrize("command", READING)
def test_an_empty_store_lists_nothing(tk: Tk, command: str) -> None:
    tk.store.mkdir()
    assert tk(command).stdout.strip() == ""


@pytest.mark.only_plaintickets
@pytest.mark.parametrize("command", READING)
def test_an_empty_store_is_no_failure(tk: Tk, command: str) -> None:
    tk.store.mkdir()
    assert tk(command).code == 0


@pytest.mark.only_bash
@pytest.mark.parametrize("command", READING)
def test_the_bash_tool_fails_on_an_empty_store(tk: Tk, command: str) -> None:
    tk.store.mkdir()
    assert tk(command).code != 0


def test_files_in_folders_of_the_store_are_no_tickets(tk: Tk) -> None:
    tk.write("mp-1", "Top")
    inner = tk.store / "archive"
    inner.mkdir()
    (tk.store / "notes.txt").write_text("status: open\n")
    (inner / "mp-2.md").write_text(tk.text("mp-1").replace("mp-1", "mp-2"))
    assert tk("ls").stdout == "mp-1     [open] - Top\n"
    assert tk("show", "mp-2").code != 0


def test_outside_a_repository_every_step_works(tk: Tk) -> None:
    ticket = tk("create", "No git here").stdout.strip()
    for args in (["start", ticket], ["add-note", ticket, "Hm."], ["close", ticket]):
        assert tk(*args).code == 0
    assert tk.field(ticket, "status") == "closed"
    assert not (tk.folder / ".git").exists()


def test_inside_a_repository_the_output_is_the_same(tk: Tk) -> None:
    git(tk, "init", "-q")
    made = tk("create", "In git")
    ticket = made.stdout.strip()
    assert made.stdout == f"{ticket}\n"
    assert tk("close", ticket).stdout == f"Updated {ticket} -> closed\n"
    assert tk.field(ticket, "status") == "closed"


@pytest.mark.only_plaintickets
def test_inside_a_repository_each_step_is_a_commit(tk: Tk) -> None:
    git(tk, "init", "-q")
    ticket = tk("create", "In git").stdout.strip()
    tk("close", ticket)
    assert len(git(tk, "log", "--format=%H").split()) == 2
    assert git(tk, "status", "--porcelain") == ""


@pytest.mark.only_plaintickets
def test_with_no_commit_git_is_left_alone_as_by_the_bash_tool(tk: Tk) -> None:
    git(tk, "init", "-q")
    assert tk("create", "In git", "--no-commit").code == 0
    assert git(tk, "status", "--porcelain") == "?? .tickets/\n"


@pytest.mark.only_bash
def test_the_bash_tool_never_commits(tk: Tk) -> None:
    git(tk, "init", "-q")
    tk("create", "In git")
    assert git(tk, "status", "--porcelain") == "?? .tickets/\n"


@pytest.mark.only_plaintickets
def test_a_new_ticket_belongs_to_nobody(tk: Tk) -> None:
    assert tk.field(tk("create", "Whose").stdout.strip(), "assignee") is None


@pytest.mark.only_bash
def test_the_bash_tool_assigns_to_the_creator(tk: Tk) -> None:
    assert tk.field(tk("create", "Whose").stdout.strip(), "assignee") == "Ada Lovelace"
