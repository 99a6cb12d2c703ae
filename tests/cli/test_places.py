"""Where tk is run and how changes reach git: modes, messages, subfolders, worktrees, other stores, no git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from plaintickets.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

NOT_COMMITTED = "not a git repository: written, not committed (--no-commit silences this)\n"


@pytest.fixture
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", title="First")
    repository.tk.write("pt-2", title="Second")
    repository.commit_all()
    return repository


@pytest.mark.parametrize("before", [True, False])
def test_no_commit_writes_only_and_stage_stages_only(store: Repository, *, before: bool) -> None:
    head = store.git("rev-parse", "HEAD")
    for option in ("--no-commit", "--stage"):
        words = [option, "start", "pt-1"] if before else ["start", "pt-1", option]
        assert store.tk(*words).code == 0
        where = {"--no-commit": (".tickets/pt-1.md", ""), "--stage": ("", ".tickets/pt-1.md")}[option]
        assert (store.git("diff", "--name-only"), store.git("diff", "--cached", "--name-only")) == where
        assert store.git("rev-parse", "HEAD") == head
        store.git("reset", "-q", "--hard")


@pytest.mark.parametrize(
    "words", [["close", "pt-1"], ["new", "T"], ["rm", "pt-1"], ["mv", "pt-1", "pt-9"], ["link", "1", "2"]]
)
def test_a_staged_change_rides_in_the_next_commit_of_the_user(store: Repository, words: list[str]) -> None:
    done = store.tk(*words, "--stage")
    assert (done.code, done.stderr) == (0, "")
    assert store.git("diff", "--name-only") == ""
    store.git("commit", "-q", "-m", "mine")
    assert store.git("status", "--porcelain") == ""


def test_a_message_of_ones_own_is_the_subject_and_its_rest_the_body(store: Repository) -> None:
    store.tk("start", "pt-1", "--commit-message", "Begin\n\nBecause of the release.")
    assert store.git("log", "-1", "--format=%B").startswith("Begin\n\nBecause of the release.\n\nTk-Command: start")


@pytest.mark.parametrize(
    "title", ["# a comment?", "-m --amend", "$(touch x) `y` %H {id}", "\u202eright to left", "Tk-Undoes: 1"]
)
def test_no_title_does_anything_in_a_message(store: Repository, title: str) -> None:
    done = store.tk("new", "--", title)
    if done.code:  # a title that the format does not take is refused by name
        assert done.code == 2
        return
    subject = store.git("log", "-1", "--format=%s")
    assert subject.replace("\u200b", "").endswith(title.replace("\u202e", "").strip())
    assert store.git("log", "-1", "--format=%(trailers:only)") == "Tk-Command: new"
    assert store.tk("undo").code == 0


def test_a_template_and_a_trailer_of_the_configuration_are_used(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text(
        'commit:\n  template: "chore(tickets): {verb} {id} {title}"\n  trailer: Ticket\n', encoding="utf-8"
    )
    store.tk("close", "pt-1", "pt-2")
    rows = store.git("log", "-1", "--format=%B").splitlines()
    assert rows[0] == "chore(tickets): close pt-1, pt-2"
    assert rows[-3:] == ["Ticket: pt-1", "Ticket: pt-2", "Tk-Command: close"]


def test_from_a_subfolder_the_store_above_is_used(store: Repository) -> None:
    folder = store.folder / "src" / "deep"
    folder.mkdir(parents=True)
    assert store.tk("close", "pt-1", cwd=folder).code == 0
    assert store.tk("-C", "..", "ls", cwd=folder).stdout == "pt-2     [open] - Second\n"
    assert store.git("status", "--porcelain") == ""


def test_a_linked_worktree_has_tickets_of_its_own(store: Repository, tmp_path: Path) -> None:
    other = tmp_path / "other"
    store.git("worktree", "add", "-q", "-b", "side", str(other))
    assert store.tk("close", "pt-1", cwd=other).code == 0
    assert store.tk.field("pt-1", "status") == "open"
    assert store.git("log", "-1", "--format=%s", "side") == "tk: close pt-1 First"
    assert store.git("log", "-1", "--format=%s", "main") == "by hand"
    assert store.tk("undo", cwd=other).code == 0
    assert "status: open -> closed" in store.tk("log", "pt-1", cwd=other).stdout
    assert "closed" not in store.tk("log", "pt-1").stdout


def test_tickets_dir_names_another_store_with_its_own_repository(store: Repository, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {"TICKETS_DIR": str(store.tk.store)}
    assert store.tk("close", "pt-1", cwd=elsewhere, env=env).code == 0
    assert store.git("log", "-1", "--format=%s") == "tk: close pt-1 First"
    missing = store.tk("ls", env={"TICKETS_DIR": str(tmp_path / "nowhere")})
    assert (missing.code, "does not exist" in missing.stderr) == (4, True)


def test_outside_git_everything_works_and_one_line_says_that_nothing_is_committed(
    store: Repository, tmp_path: Path
) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    made = store.tk("new", "T", cwd=plain)
    assert (made.code, made.stderr) == (0, NOT_COMMITTED)
    ticket = made.stdout.strip()
    for words in (["start", ticket], ["set", ticket, "priority=0"], ["comment", ticket, "x"], ["mv", ticket, "a-1"]):
        done = store.tk(*words, cwd=plain)
        assert (done.code, done.stderr) == (0, NOT_COMMITTED), words
    assert store.tk("--no-commit", "close", "a-1", cwd=plain).stderr == ""
    assert store.tk("-q", "reopen", "a-1", cwd=plain).stderr == ""
    assert store.tk("log", "a-1", cwd=plain).code == 5


def test_an_unknown_store_names_the_way_to_one(store: Repository, tmp_path: Path) -> None:
    refused = store.tk("ls", cwd=tmp_path)
    assert refused.code == 4
    assert "no .tickets directory found" in refused.stderr
    assert "tk init" in refused.stderr


def test_every_command_has_examples_in_its_help(store: Repository) -> None:
    overview = store.tk("help").stdout
    commands = [row.split()[0] for row in overview.split("Topics:")[0].splitlines() if row.startswith("  ")]
    assert len(commands) > 30
    root = click.Context(cli, info_name="tk", terminal_width=78, help_option_names=["-h", "--help"])
    for name in commands:
        command = cli.get_command(root, name)
        assert command, name
        shown = command.get_help(click.Context(command, info_name=name, parent=root, terminal_width=78))
        assert "Examples:" in shown, name
        assert max(map(len, shown.splitlines())) <= 120, name
        if name in {"ls", "new", "undo"}:
            printed = store.tk(name, "--help")
            assert (printed.code, printed.stdout) == (0, f"{shown}\n")


def test_a_store_may_be_the_work_tree_itself(repository: Repository) -> None:
    repository.tk.environment["TICKETS_DIR"] = str(repository.folder)
    tk = repository.tk
    assert tk("init").code == 0
    first, other = (tk("new", title).lines[-1] for title in ("First", "Other"))
    base = repository.git("rev-parse", "HEAD").strip()
    for words in (["set", first, "priority=0"], ["link", first, other], ["mv", other, "pt-9"]):
        done = tk(*words)
        assert (done.code, done.stderr) == (0, ""), words
    assert repository.git("status", "--porcelain") == ""
    assert f"renamed, was {other}" in tk("diff", base).stdout
    shown = tk("diff", base, "--format", "markdown", "--link-base", "https://example.org/blob/main").stdout
    assert f'href="https://example.org/blob/main/{first}.md"' in shown
    assert tk("check", "--base", base).stdout == "Nothing wrong in 2 tickets\n"
    assert tk("blockers", "--base", base).lines == [f"{first} [open] First"]
    assert "priority: 2" in tk("show", f"{first}@{base}").stdout
    repository.git("branch", "old", base)
    assert "priority 0 → 2" in tk("branches", first).stdout
    (repository.folder / "parser.c").write_text("int a;\n")
    repository.commit_all()
    assert tk("set", first, "affects=parser.c").code == 0
    assert tk("blockers", "--base", base, "--affects-changed").code == 1
    assert tk("set", first, "affects=*.md").code == 0
    assert tk("blockers", "--base", base, "--affects-changed").code == 0
