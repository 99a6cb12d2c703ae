"""`tk edit` on a real terminal: checked, reopened, merged by field, and no text ever lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from plaintickets.commands.editor import with_remark
from terminal import editor, on_terminal

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", body="Some text.\n")
    repository.commit_all()
    return repository


def kept_text(shown: str) -> str:
    """The text that a message says is kept."""
    found = re.search(r"your text is kept in (\S+?);?(?:\s|$)", shown)
    assert found, shown
    return Path(found[1]).read_text(encoding="utf-8")


def drafts(store: Repository) -> list[Path]:
    return list((store.folder / ".git/plaintickets/edit").glob("*/*"))


def test_what_is_saved_is_committed_with_the_fields_in_the_subject(store: Repository, tmp_path: Path) -> None:
    env = editor(tmp_path, 'sed -i -e "s/priority: 2/priority: 0/" -e "s/Some text/Other text/" "$1"')
    shown = on_terminal(store.tk, "edit", "1", env=env)
    assert (shown.text, shown.code) == ("Updated pt-1: priority, text\n", 0)
    assert store.git("log", "-1", "--format=%s") == "tk: edit pt-1 priority, body"
    assert store.git("status", "--porcelain") == ""
    assert drafts(store) == []


def test_saving_without_a_change_makes_no_commit(store: Repository, tmp_path: Path) -> None:
    head = store.git("rev-parse", "HEAD")
    shown = on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, "true"))
    assert (shown.text, shown.code) == ("nothing was changed\n", 0)
    assert store.git("rev-parse", "HEAD") == head
    assert '"commit": null' in on_terminal(store.tk, "edit", "pt-1", "--json", env=editor(tmp_path, "true")).text


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ("s/status: open/status: opne/", "invalid status 'opne'"),
        ("s/priority: 2/priority: 7/", "invalid priority '7'"),
        ("s/id: pt-1/id: pt-2/", "use `tk mv`"),
        ("s/^type: task/type: [/", "pt-1.md:7"),
        ("2,99s/^---$/--/", "no closing line"),
        ("s/Some text./<<<<<<< HEAD/", "conflict markers"),
    ],
)
def test_a_mistake_is_shown_and_the_editor_opens_again_on_the_text(
    store: Repository, tmp_path: Path, mistake: str, words: str
) -> None:
    mend = 'printf "%s\\n" mended > mended; cp seen-1 back; sed -i "s/priority: 2/priority: 1/" back; cp back "$1"'
    env = editor(tmp_path, f'sed -i "{mistake}" "$1"', mend)
    shown = on_terminal(store.tk, "edit", "pt-1", env=env, keys="y\n")
    assert words in shown.text
    assert shown.code == 0
    assert (tmp_path / "seen-2").read_text() != (tmp_path / "seen-1").read_text()
    assert store.diff_lines() == ["-priority: 2", "+priority: 1"]


def test_giving_up_on_a_mistake_keeps_the_text_and_says_where(store: Repository, tmp_path: Path) -> None:
    env = editor(tmp_path, 'sed -i "s/status: open/status: opne/" "$1"; echo "A long thought." >> "$1"')
    shown = on_terminal(store.tk, "edit", "pt-1", env=env, keys="n\n")
    assert shown.code == 3
    assert "A long thought." in kept_text(shown.text)
    assert store.git("status", "--porcelain") == ""


def test_an_editor_that_fails_changes_nothing_and_the_text_is_kept(store: Repository, tmp_path: Path) -> None:
    env = editor(tmp_path, 'echo "A long thought." >> "$1"; exit 3')
    shown = on_terminal(store.tk, "edit", "pt-1", env=env)
    assert shown.code == 3
    assert "ended with 3" in shown.text
    assert "A long thought." in kept_text(shown.text)
    missing = on_terminal(store.tk, "edit", "pt-1", env={"GIT_EDITOR": "/no/such/editor"})
    assert (missing.code, "core.editor" in missing.text) == (3, True)


def test_a_change_of_another_field_meanwhile_stays(store: Repository, tmp_path: Path) -> None:
    other = f'sed -i "s/Some text/My text/" "$1"; cd "{store.folder}" && "{store.tk.command}" set pt-1 priority=0 -q'
    shown = on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, other))
    assert shown.code == 0, shown.text
    text = store.tk.text("pt-1")
    assert "priority: 0" in text
    assert "My text." in text
    assert sorted(store.diff_lines()) == ["+My text.", "-Some text."]


def test_a_change_of_the_same_field_meanwhile_is_refused_and_the_text_is_kept(
    store: Repository, tmp_path: Path
) -> None:
    other = f'sed -i "s/priority: 2/priority: 4/" "$1"; cd "{store.folder}" && "{store.tk.command}" set pt-1 priority=0'
    shown = on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, other))
    assert shown.code == 3
    assert "'priority' was changed by someone else" in shown.text
    assert "priority: 4" in kept_text(shown.text)
    assert store.tk.field("pt-1", "priority") == "0"


def test_a_refusing_hook_keeps_the_text(store: Repository, tmp_path: Path) -> None:
    hook = store.folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    shown = on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, 'echo "A long thought." >> "$1"'))
    assert shown.code == 5
    assert "not today" in shown.text
    assert "A long thought." in kept_text(shown.text)
    assert store.git("status", "--porcelain") == ""


def test_a_broken_ticket_can_be_mended_in_the_editor(store: Repository, tmp_path: Path) -> None:
    path = store.tk.store / "pt-1.md"
    path.write_text(path.read_text().replace("status: open", "status: open\nstatus: closed"))
    shown = on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, 'sed -i "/status: closed/d" "$1"'))
    assert shown.code == 0, shown.text
    assert "status: open\ndeps" in path.read_text()
    assert store.tk("show", "pt-1").code == 0


def test_bytes_that_are_not_utf8_come_to_the_editor_as_they_are(store: Repository, tmp_path: Path) -> None:
    path = store.tk.store / "pt-1.md"
    path.write_bytes(path.read_bytes().replace(b"Some text", b"Caf\xe9"))
    store.commit_all()
    env = editor(tmp_path, r'LC_ALL=C sed -i "s/\xe9/e/" "$1"')
    shown = on_terminal(store.tk, "edit", "pt-1", env=env)
    assert b"Caf\xe9." in (tmp_path / "seen-1").read_bytes()
    assert shown.code == 0, shown.text
    assert "Cafe." in path.read_text()


def test_closing_in_the_editor_dates_the_closing_and_reopening_takes_it_away(store: Repository, tmp_path: Path) -> None:
    on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, 'sed -i "s/status: open/status: closed/" "$1"'))
    assert store.tk.field("pt-1", "closed") == "2026-03-01T12:00:00Z"
    store.tk("archive", "pt-1")
    (tmp_path / "count").unlink()
    on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, 'sed -i "s/status: closed/status: open/" "$1"'))
    assert store.tk.field("pt-1", "closed") is None


def test_the_editor_is_found_where_git_finds_it(store: Repository, tmp_path: Path) -> None:
    for name in ("first", "second", "third"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$#" >> "{tmp_path}/used"\n')
        (tmp_path / name).chmod(0o755)
    env = {"VISUAL": f"{tmp_path}/second", "EDITOR": f"{tmp_path}/third"}
    on_terminal(store.tk, "edit", "pt-1", env=env)
    store.git("config", "core.editor", f"{tmp_path}/first --wait")
    on_terminal(store.tk, "edit", "pt-1", env=env)
    assert (tmp_path / "used").read_text() == "second 1\nfirst 2\n"


def test_without_a_terminal_the_path_is_printed(store: Repository) -> None:
    done = store.tk("edit", "pt-1")
    assert (done.stdout, done.code) == (f"Edit ticket file: {store.tk.store}/pt-1.md\n", 0)


def test_the_problem_stands_at_its_line_and_does_not_stay_in_the_ticket(store: Repository, tmp_path: Path) -> None:
    env = editor(tmp_path, 'sed -i "s/status: open/status: opne/" "$1"', 'sed -i "s/: opne/: closed/" "$1"')
    shown = on_terminal(store.tk, "edit", "pt-1", env=env, keys="\n")
    assert shown.code == 0, shown.text
    assert "status: opne\n# tk: invalid status 'opne'" in (tmp_path / "seen-2").read_text()
    assert "tk:" not in store.tk.text("pt-1")
    assert store.tk.field("pt-1", "status") == "closed"


@pytest.mark.parametrize("keys", ["q\n", "\x04"])
def test_q_and_the_end_of_the_input_keep_the_text_and_name_it(store: Repository, tmp_path: Path, keys: str) -> None:
    env = editor(tmp_path, 'sed -i "s/status: open/status: opne/" "$1"; echo "A long thought." >> "$1"')
    shown = on_terminal(store.tk, "edit", "pt-1", env=env, keys=keys)
    assert shown.code == 3
    kept = kept_text(shown.text)
    assert "A long thought." in kept
    assert "tk:" not in kept


def test_an_emptied_file_changes_nothing(store: Repository, tmp_path: Path) -> None:
    shown = on_terminal(store.tk, "edit", "pt-1", env=editor(tmp_path, ': > "$1"'))
    assert (shown.text, shown.code) == ("Error: aborted: the text is empty\n", 1)
    assert drafts(store) == []


def test_a_problem_in_the_body_is_a_comment_of_the_body() -> None:
    text = b"---\nid: a\n---\n# T\n\nBody\n"
    shown, remark = with_remark(text, "a.md:6: no --good-- \x1b[31m")
    assert remark == b"<!-- tk: no - -good- - \\x1b[31m -->"
    assert shown == text + remark + b"\n"
    assert with_remark(b"", "a.md:99: nothing")[1] == b"<!-- tk: nothing -->"
