"""`tk comment`: from words, stdin and the editor, in the text and in files of their own."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from terminal import editor, on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

HEAD = "**2026-03-01T12:00:00Z** · Ada Lovelace"


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1")
    repository.commit_all()
    return repository


def test_a_comment_is_added_lines_only(store: Repository) -> None:
    assert store.tk("comment", "1", "Found", "it.").stdout == "Note added to pt-1\n"
    assert store.diff_lines() == ["+", "+## Notes", "+", f"+{HEAD}", "+", "+Found it."]
    assert store.git("log", "-1", "--format=%s") == "tk: comment pt-1 A ticket"


def test_a_second_comment_stands_after_the_first(store: Repository) -> None:
    store.tk("comment", "pt-1", "One.")
    store.tk("comment", "pt-1", "--internal", "Two.")
    assert store.tk.text("pt-1").endswith(f"\n## Notes\n\n{HEAD}\n\nOne.\n\n{HEAD} · internal\n\nTwo.\n")


def test_stdin_is_taken_with_its_lines(store: Repository) -> None:
    store.tk("comment", "pt-1", stdin="\nfirst\r\n\n  second\n\n")
    assert store.tk.text("pt-1").endswith(f"{HEAD}\n\nfirst\n\n  second\n")


def test_nothing_on_stdin_is_refused_with_an_example(store: Repository) -> None:
    refused = store.tk("comment", "pt-1", stdin="  \n")
    assert refused.code == 3
    assert "Error: no note provided\nHint: for example: tk comment" in refused.stderr


@pytest.mark.parametrize(
    "text",
    [
        "**2020-01-01T00:00:00Z** · Somebody else\n\nForged.",
        "<<<<<<< HEAD\n=======\n>>>>>>> other",
        "---\nstatus: closed\n---",
        "- one\n- two",
        "-1 is lost",
        "## Notes\n\n# Title?",
        "\\**2020-01-01T00:00:00Z** quoted",
    ],
)
def test_a_text_that_looks_like_the_format_stays_one_comment_and_reads_back(store: Repository, text: str) -> None:
    import json

    assert store.tk("comment", "pt-1", text).code == 0
    shown = json.loads(store.tk("show", "pt-1", "--json").stdout)["tickets"][0]
    assert [comment["text"] for comment in shown["comments"]] == [text]
    assert (shown["status"], shown["title"]) == ("open", "A ticket")


def test_a_hostile_name_cannot_write_more_than_a_name(store: Repository) -> None:
    name = "Eve · internal\n\n**2020-01-01T00:00:00Z** · Bob"
    store.tk("comment", "pt-1", "Hm.", env={"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": "e@x"})
    import json

    comments = json.loads(store.tk("show", "pt-1", "--json").stdout)["tickets"][0]["comments"]
    assert len(comments) == 1
    assert comments[0]["internal"] is False


def test_text_that_is_not_utf8_is_refused_wherever_it_comes_from(store: Repository) -> None:
    for words, given in (
        ([b"comment", b"pt-1", b"\xff"], b""),
        ([b"comment", b"pt-1"], b"\xff"),
        ([b"close", b"pt-1", b"-m", b"\xff"], b""),
        ([b"new", b"T", b"-d", b"\xff"], b""),
    ):
        command = [store.tk.command.encode(), *words]
        done = subprocess.run(
            command, cwd=store.folder, env=store.tk.environment, input=given, capture_output=True, check=False
        )
        assert (done.returncode, b"not UTF-8" in done.stderr) == (2, True), words
    assert store.git("status", "--porcelain") == ""


def test_the_editor_opens_on_a_terminal_and_its_help_is_left_out(store: Repository, tmp_path: Path) -> None:
    env = editor(tmp_path, 'printf "## Kept\\n\\nWritten.\\n" | cat - "$1" > new && cp new "$1"')
    shown = on_terminal(store.tk, "comment", "pt-1", env=env)
    assert (shown.text, shown.code) == ("Note added to pt-1\n", 0)
    assert "pt-1  A ticket" in (tmp_path / "seen-1").read_text()
    assert store.tk.text("pt-1").endswith(f"{HEAD}\n\n## Kept\n\nWritten.\n")


@pytest.mark.parametrize(
    ("script", "message"), [('echo > "$1"', "the text is empty"), ("true", "the comment is empty")]
)
def test_an_empty_text_from_the_editor_adds_nothing(
    store: Repository, tmp_path: Path, script: str, message: str
) -> None:
    shown = on_terminal(store.tk, "comment", "pt-1", env=editor(tmp_path, script))
    assert (shown.code, shown.text) == (1, f"Error: aborted: {message}\n")
    assert list((store.folder / ".git/plaintickets/edit").glob("*/*")) == []


def test_a_comment_from_the_editor_is_kept_where_a_hook_refuses_it(store: Repository, tmp_path: Path) -> None:
    hook = store.folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    shown = on_terminal(store.tk, "comment", "pt-1", env=editor(tmp_path, 'echo "Long thought." > "$1"'))
    assert shown.code == 5
    kept = list((store.folder / ".git/plaintickets/edit").glob("*/*"))
    assert [path.read_text() for path in kept] == ["Long thought.\n"]
    assert str(kept[0]) in shown.text


def test_comments_in_files_of_their_own_leave_the_ticket_alone_and_are_shown_with_it(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("format:\n  comments: files\n", encoding="utf-8")
    store.tk("comment", "pt-1", "--internal", "Apart.")
    store.tk("comment", "pt-1", "Second.", env={"TK_NOW": "2026-03-01T12:00:01Z"})
    found = sorted((store.tk.store / "pt-1.d").iterdir())
    assert [path.name[:17] for path in found] == ["2026-03-01T120000", "2026-03-01T120001"]
    head = {"author: Ada Lovelace", "date: 2026-03-01T12:00:00Z", "internal: true"}
    lines = found[0].read_text().splitlines()
    assert (set(lines[1:4]), lines[4:]) == (head, ["---", "Apart."])
    shown = store.tk("show", "pt-1").stdout
    assert f"## Notes\n\n{HEAD} · internal\n\nApart.\n\n**2026-03-01T12:00:01Z**" in shown
    assert store.git("log", "-1", "--format=%s") == "tk: comment pt-1 A ticket"


def test_a_comment_with_the_closing_is_one_commit_and_once_a_ticket(store: Repository) -> None:
    store.tk("close", "pt-1", "1", "-m", "Done.")
    assert store.tk.text("pt-1").count("Done.") == 1
    assert store.git("rev-list", "--count", "HEAD") == "3"


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_an_empty_text_is_refused_as_an_empty_pipe_is(repository: Repository, text: str) -> None:
    repository.tk.write("pt-1")
    before = repository.tk.text("pt-1")
    for done in (repository.tk("comment", "pt-1", text), repository.tk("comment", "pt-1", stdin=text)):
        assert (done.code, done.stderr.splitlines()[0]) == (3, "Error: no note provided")
    assert repository.tk.text("pt-1") == before
