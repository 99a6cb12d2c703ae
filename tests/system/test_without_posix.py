"""The main flows where nothing is there that only POSIX has; no Windows machine takes part."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clones import make_clones

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Tk

PROGRAM = Path(__file__).with_name("without_posix.py")


def test_the_posix_parts_are_gone(windows: Repository) -> None:
    asked = (
        f"import runpy; runpy.run_path({str(PROGRAM)!r})['take_away'](); import os, signal, sys\n"
        "assert not hasattr(os, 'O_NOFOLLOW') and not hasattr(os, 'geteuid') and not hasattr(signal, 'SIGHUP')\n"
        "from plaintickets import system\n"
        "assert system.WINDOWS\n"
        "file = open('x', 'w')\n"
        "try: os.replace('x', 'y')\n"
        "except PermissionError: print('refused')\n"
        "try: import fcntl\n"
        "except ImportError: print('gone')\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=windows.folder, capture_output=True, text=True, check=True)
    assert done.stdout == "refused\ngone\n"


def test_a_ticket_lives_from_new_to_undo(windows: Repository) -> None:
    tk = windows.tk
    ticket, other = tk("new", "The first thing").stdout.strip(), tk("new", "Another").stdout.strip()
    for line in (
        *(f"start {ticket}", f"comment {ticket} seen", f"dep {ticket} {other}", f"tag {ticket} ui"),
        *(f"set {ticket} priority=1", f"assign {ticket} Grace", f"undep {ticket} {other}", f"close {ticket}", "undo"),
    ):
        done = tk(*line.split())
        assert (done.code, done.stderr) == (0, ""), f"{line}: {done.stdout}{done.stderr}"
    assert tk.field(ticket, "status") == "in_progress"
    assert [f"{one['id']} {one['status']}" for one in json.loads(tk("ls", "--json").stdout)["tickets"]] == sorted(
        [f"{ticket} in_progress", f"{other} open"]
    )
    assert tk("show", ticket).stdout == tk.text(ticket)
    assert windows.git("status", "--porcelain") == ""
    assert len(tk("log", ticket, "--json").stdout) > 100


@pytest.mark.parametrize(
    "line",
    [
        *("ls", "ready", "blocked", "blockers --for pt-1", "closed", "show pt-1", "log", "diff HEAD~1", "check"),
        *("search crash", "search --history crash", "similar Crash", "doctor", "types", "config", "commits pt-1"),
        *("branches pt-1", "dep tree pt-2", "index", "ls --at HEAD", "help", "completion bash"),
    ],
)
def test_a_command_that_reads_answers_as_elsewhere(line: str, windows: Repository, repository: Repository) -> None:
    windows.tk.write("pt-1", "Crash on save")
    windows.commit_all()
    windows.tk.write("pt-2", "Second", deps="pt-1")
    windows.commit_all()
    here, there = windows.tk(*line.split()), repository.tk(*line.split())
    assert (here.stdout, here.stderr, here.code) == (there.stdout, there.stderr, there.code)
    assert here.code in (0, 1)


def test_the_cache_of_a_large_store_is_replaced_while_it_is_open(windows: Repository) -> None:
    for number in range(320):
        windows.tk.write(f"pt-{number}", f"Ticket {number}")
    windows.commit_all()
    for title in ("One", "Two"):
        windows.tk.write("pt-7", title)
        assert f"pt-7     [open] - {title}" in windows.tk("ls").lines
        time.sleep(0.15)
        assert f"pt-7     [open] - {title}" in windows.tk("ls").lines
    assert (windows.folder / ".git/plaintickets/tickets.sqlite").exists()
    assert windows.tk("search", "Two").lines == ["pt-7     [open] - Two"]
    assert windows.tk("set", "pt-7", "priority=0").code == 0
    assert windows.tk("search", "Two").lines == ["pt-7     [open] - Two"]


def test_files_move_and_go(windows: Repository) -> None:
    tk = windows.tk
    tk.write("pt-1", "One", status="closed", more="closed: 2025-05-05T00:00:00Z\n")
    tk.write("pt-2", "Two", links="pt-3")
    tk.write("pt-3", "Three", links="pt-2")
    windows.commit_all()
    for line in (
        "archive pt-1",
        "mv pt-2 pt-two",
        "rm --force pt-3",
        "reopen pt-1",
        "undo",
        "migrate-format --lists block",
    ):
        done = tk(*line.split())
        assert done.code == 0, f"{line}: {done.stdout}{done.stderr}"
    assert sorted(path.relative_to(tk.store).as_posix() for path in tk.store.rglob("pt-*.md")) == [
        "archive/2025/pt-1.md",
        "pt-two.md",
    ]
    assert windows.git("status", "--porcelain") == ""


def test_git_merges_by_the_driver_without_a_shell_of_ours(windows: Repository) -> None:
    tk = windows.tk
    tk.write("pt-1", "One", more="tags: [a]\n")
    windows.commit_all()
    assert tk("setup").code == 0
    assert "case" not in windows.git("config", "merge.plaintickets.driver")
    windows.git("branch", "side")
    tk("set", "pt-1", "priority=0")
    tk("tag", "pt-1", "b")
    windows.git("switch", "--quiet", "side")
    tk("tag", "pt-1", "c")
    tk("start", "pt-1")
    windows.git("merge", "--quiet", "--no-edit", "main")
    fields = [tk.field("pt-1", name) for name in ("priority", "status", "tags")]
    assert (fields[:2], sorted(str(fields[2]).strip("[]").split(", "))) == (["0", "in_progress"], ["a", "b", "c"])
    assert "driver" not in tk("doctor").stdout
    assert tk("setup", "--remove").code == 0


def test_two_clones_are_joined(windows: Repository) -> None:
    clones = make_clones(windows)
    assert clones.ada.tk("set", "pt-1", "priority=0").code == 0
    assert clones.bo.tk("start", "pt-1").code == 0
    for clone in (clones.ada, clones.bo, clones.ada):
        done = clone.tk("sync")
        assert done.code == 0, done.stdout + done.stderr
    assert clones.ada.tk.text("pt-1") == clones.bo.tk.text("pt-1")
    assert [clones.ada.tk.field("pt-1", name) for name in ("priority", "status")] == ["0", "in_progress"]


def test_writers_wait_for_each_other(windows: Repository) -> None:
    tk = windows.tk
    tk.write("pt-1")
    windows.commit_all()
    running = [
        subprocess.Popen([tk.command, "comment", "pt-1", f"note {number}"], cwd=tk.folder, env=tk.environment)
        for number in range(6)
    ]
    assert [process.wait(60) for process in running] == [0] * 6
    assert all(f"note {number}" in tk.text("pt-1") for number in range(6))


def test_what_a_dead_command_began_is_settled(windows: Repository) -> None:
    tk = windows.tk
    tk.write("pt-1")
    windows.commit_all()
    hook = windows.folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nkill -9 $(cat ../tk.pid)\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    process = subprocess.Popen(
        ["sh", "-c", f"echo $$ >../tk.pid; exec {tk.command} start pt-1"], cwd=tk.folder, env=tk.environment
    )
    assert process.wait(60) != 0
    hook.unlink()
    assert (windows.folder / ".git/plaintickets/journal.json").exists()
    done = tk("set", "pt-1", "priority=0")
    assert done.code == 0, done.stdout + done.stderr
    assert windows.git("status", "--porcelain") == ""
    assert not (windows.folder / ".git/plaintickets/journal.json").exists()


def test_a_store_outside_git_is_locked_by_a_file(windows_outside_git: Tk) -> None:
    tk = windows_outside_git
    assert tk("new", "One").code == 0
    ticket = tk("ls").stdout.split()[0]
    assert tk("close", ticket).code == 0
    assert sorted(os.listdir(tk.store)) == [f"{ticket}.md"]


def test_links_and_folders_are_no_tickets(windows: Repository) -> None:
    tk = windows.tk
    tk.write("pt-1")
    (tk.store / "pt-2.md").symlink_to("/etc/hostname")
    (tk.store / "pt-3.md").mkdir()
    told = tk("ls")
    assert told.lines == ["pt-1     [open] - A ticket"]
    assert "pt-2.md" in told.stderr
    assert "pt-3.md" in told.stderr
    assert tk("show", "pt-2").code != 0
    (tk.store / "config.yml").symlink_to("/etc/hostname")
    assert "symbolic link" in tk("ls").stderr


def test_an_editor_is_started_without_a_shell(windows: Repository, tmp_path: Path) -> None:
    editor = tmp_path / "my editor.py"
    editor.write_text(
        f"#!{sys.executable}\nimport pathlib, sys\npath = pathlib.Path(sys.argv[2])\n"
        "path.write_text(path.read_text().replace('A ticket', sys.argv[1]))\n",
        encoding="utf-8",
    )
    editor.chmod(0o755)
    line, path = f'"{editor}" Edited', {"PATH": os.environ["PATH"]}
    asked = (
        f"import runpy; runpy.run_path({str(PROGRAM)!r})['take_away']()\n"
        "from plaintickets.system import programs\n"
        f"print(programs.edit({line!r}, 'x.md', {path!r}))\n"
    )
    (tmp_path / "x.md").write_text("# A ticket\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, (tmp_path / "x.md").read_text(encoding="utf-8")) == ("0\n", "# Edited\n"), done.stderr


def test_a_plug_in_has_an_extension(windows: Repository) -> None:
    environment = windows.tk.plugin("tk-hello.cmd", "# tk-plugin: Greets\necho hello $1; exit 7\n")
    done = windows.tk("hello", "Ada", env=environment)
    assert (done.stdout, done.code) == ("hello Ada\n", 7)
    assert "hello" in windows.tk("help", env=environment).stdout
    assert windows.tk("hello", env=windows.tk.plugin("tk-hallo", "echo no\n")).code == 7
    assert windows.tk("hallo", env=environment).code == 2


def test_hooks_have_plain_ends_of_lines(windows: Repository) -> None:
    assert windows.tk("hooks", "install").code == 0
    hook = next(path for path in (windows.folder / ".git/hooks").iterdir() if path.suffix != ".sample")
    assert b"\r" not in hook.read_bytes()
    assert windows.tk("hooks", "remove").code == 0
