"""Every command with each standard stream closed, full, a broken pipe, of the wrong kind, or not UTF-8."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from law_examples import part
from plaintickets.command_table import COMMANDS
from prefork.start import quick

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

CALLS = {
    "apply-trailers": ["HEAD^..HEAD"],
    "archive": ["pt-3"],
    "assign": ["pt-1", "me"],
    "branches": ["pt-1"],
    "close": ["pt-1", "-m", "-"],
    "comment": ["pt-1"],
    "commits": ["pt-1"],
    "completion": ["bash"],
    "dep": ["pt-1", "pt-3"],
    "diff": ["HEAD^"],
    "edit": ["pt-1"],
    "hooks": ["install"],
    "link": ["pt-1", "pt-3"],
    "merge-driver": ["install"],
    "merge-into": ["pt-1", "--into", "pt-4"],
    "migrate-format": ["--lists", "block"],
    "mv": ["pt-1", "pt-x"],
    "new": ["Else", "-d", "-"],
    "reopen": ["pt-3"],
    "resolve": ["pt-1"],
    "rm": ["pt-1", "--force"],
    "search": ["text"],
    "serve": ["--port", "99999"],
    "set": ["pt-1", "priority=0", "--message", "-"],
    "show": ["pt-1"],
    "similar": ["A ticket"],
    "split": ["pt-1"],
    "start": ["pt-1"],
    "status": ["pt-1", "in_progress"],
    "tag": ["pt-1", "new"],
    "undep": ["pt-2", "pt-1"],
    "unlink": ["pt-1", "pt-4"],
    "update": ["pt-1", "--priority=0"],
}
"""The arguments of the commands that need some."""

STATES = {
    "in closed": "<&-",
    "all closed": "<&- >&- 2>&-",
    "in for writing, out full": "0>/dev/null >/dev/full",
    "in not UTF-8, errors full": "<latin1 2>/dev/full",
    "in empty, both full": "</dev/null >/dev/full 2>/dev/full",
}
"""What the shell does with the streams; where several are named, each is in its state."""

HONEST = {0, 1, 2, 3, 4, 5}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    tk = repository.tk
    tk.write("pt-1", links="pt-4")
    tk.write("pt-2", deps="pt-1")
    tk.write("pt-3", status="closed", more="closed: 2026-01-05T00:00:00Z\n")
    tk.write("pt-4", links="pt-1")
    (repository.folder / "latin1").write_bytes(b"caf\xe9\n")
    repository.commit_all()
    assert tk("set", "pt-4", "priority=1").code == 0
    return repository


def through_shell(
    store: Repository, words: list[str], streams: str, temporary: Path
) -> subprocess.CompletedProcess[str]:
    """Runs the command with its streams as the shell redirects them."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {streams}', "sh", quick(store.tk.command), *words],
        cwd=store.folder,
        env={**store.tk.environment, "TMPDIR": str(temporary)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_stream_in_no_state_is_a_bug_or_a_wrong_answer(store: Repository, name: str, tmp_path: Path) -> None:
    """Two of the states for each command, which share them in turn; the soak tries all with all."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    branch = store.folder / ".git" / "refs" / "heads" / "main"
    before = branch.read_text()
    usual = through_shell(store, [name, *CALLS.get(name, [])], "", temporary).returncode
    for state, streams in part([*STATES.items()], 2, sorted(COMMANDS).index(name)):
        if branch.read_text() != before:
            store.git("reset", "--quiet", "--hard", before.strip())
        done = through_shell(store, [name, *CALLS.get(name, [])], streams, temporary)
        assert "Traceback" not in done.stderr, (state, done.stderr)
        assert done.returncode in HONEST, (state, done.stderr)
        # A gate that says no must not say yes; only the change that was made may hide that its report was lost.
        assert done.returncode != 0 or usual in (0, 3), state
        assert store.git("status", "--porcelain") == "", state
    assert list(temporary.glob("tk-bug-*")) == []


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_changes_no_exit_code(store: Repository, unbuffered: str) -> None:
    store.tk.write("pt-2", deps="pt-9")
    for code, *words in ((0, "ls"), (0, "--help"), (0, "help", "config"), (0, "new", "A"), (0, "export"), (1, "check")):
        done = subprocess.run(
            ["sh", "-c", '{ exec 4>&1; { sleep 0.05; "$@"; echo $? >&4; } | true; }', "sh", store.tk.command, *words],
            cwd=store.folder,
            env={**store.tk.environment, "PYTHONUNBUFFERED": unbuffered},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.stderr) == (f"{code}\n", ""), words


def test_a_process_that_starts_without_streams_can_load_every_command_and_all_that_it_uses(store: Repository) -> None:
    script = (
        "import pkgutil, importlib, plaintickets\n"
        "from plaintickets import cli\n"
        "cli._open_closed_streams()\n"
        "for module in pkgutil.walk_packages(plaintickets.__path__, 'plaintickets.'):\n"
        "    importlib.import_module(module.name)\n"
        "open('loaded', 'w').close()\n"
    )
    (store.folder / "load.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", sys.executable, "load.py"],
        cwd=store.folder,
        env=store.tk.environment,
        check=False,
        timeout=300,
    )
    assert (done.returncode, (store.folder / "loaded").exists()) == (0, True)
    for words in (["ls"], ["set", "pt-1", "priority=0"]):
        done = subprocess.run(
            ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", store.tk.command, *words],
            cwd=store.folder,
            env=store.tk.environment,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0
    assert store.tk.field("pt-1", "priority") == "0"


def test_an_error_keeps_its_exit_code_where_nobody_can_read_it(store: Repository, tmp_path: Path) -> None:
    for streams in ("2>/dev/full", "2>&-", ">/dev/full 2>/dev/full"):
        assert through_shell(store, ["show", "nosuch"], streams, tmp_path).returncode == 3
        assert through_shell(store, ["ls", "is:("], streams, tmp_path).returncode == 2


def test_a_change_whose_report_is_lost_is_a_success(store: Repository, tmp_path: Path) -> None:
    done = through_shell(store, ["set", "pt-1", "priority=0"], ">/dev/full 2>/dev/full", tmp_path)
    assert done.returncode == 0
    assert store.tk.field("pt-1", "priority") == "0"
    done = through_shell(store, ["ls"], ">/dev/full", tmp_path)
    assert (done.returncode, "No space left" in done.stderr) == (4, True)


TAKING = {
    "new -d": (["new", "A title", "-d", "-"], "piped text"),
    "new --design": (["new", "A title", "--design", "-"], "piped text"),
    "new --acceptance": (["new", "A title", "--acceptance", "-"], "piped text"),
    "new -F": (["new", "A title", "-F", "-"], "piped text"),
    "new TITLE": (["new", "-"], "# piped text"),
    "comment": (["comment", "pt-1", "-"], "piped text"),
    "comment, no text": (["comment", "pt-1"], "piped text"),
    "start -m": (["start", "pt-1", "-m", "-"], "piped text"),
    "close -m": (["close", "pt-1", "-m", "-"], "piped text"),
    "reopen -m": (["reopen", "pt-3", "-m", "-"], "piped text"),
    "status -m": (["status", "pt-1", "in_progress", "-m", "-"], "piped text"),
    "--message": (["set", "pt-1", "priority=0", "--message", "-"], "piped text"),
}


@pytest.mark.parametrize("name", TAKING)
def test_a_dash_is_standard_input_for_whatever_takes_text(store: Repository, name: str) -> None:
    words, expected = TAKING[name]
    done = store.tk(*words, stdin="piped text\n")
    assert done.code == 0, done.stderr
    shown = store.git("show", "HEAD")
    assert expected in shown
    assert "\n+-\n" not in shown


@pytest.mark.parametrize("name", TAKING)
def test_text_that_is_not_utf_8_is_refused_for_each_of_them(store: Repository, name: str, tmp_path: Path) -> None:
    head = store.git("rev-parse", "HEAD")
    done = through_shell(store, TAKING[name][0], "<latin1", tmp_path)
    assert (done.returncode, "is not UTF-8" in done.stderr) == (2, True), done.stderr
    assert store.git("rev-parse", "HEAD") == head


def test_standard_input_is_not_shared_by_two_texts(store: Repository) -> None:
    done = store.tk("new", "A title", "-d", "-", "--design", "-", stdin="text")
    assert (done.code, "can be read once" in done.stderr) == (2, True)


def test_a_slow_writer_is_waited_for(store: Repository, tmp_path: Path) -> None:
    script = '(echo one; sleep 0.3; echo two) | "$1" comment pt-1'
    subprocess.run(["sh", "-c", script, "sh", store.tk.command], cwd=store.folder, env=store.tk.environment, check=True)
    assert "one\ntwo" in store.tk.text("pt-1")


def test_a_text_larger_than_a_ticket_is_refused_and_not_read_to_its_end(store: Repository) -> None:
    script = 'yes | "$1" comment pt-1'
    done = subprocess.run(
        ["sh", "-c", script, "sh", store.tk.command],
        cwd=store.folder,
        env=store.tk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "is larger than" in done.stderr) == (2, True)


def test_a_reader_that_has_gone_ends_the_command_quietly(store: Repository) -> None:
    script = '"$1" query | true'
    for number in range(5, 200):
        store.tk.write(f"pt-{number}", "A longer title " * 20)
    done = subprocess.run(
        ["sh", "-c", script, "sh", store.tk.command],
        cwd=store.folder,
        env=store.tk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_an_interrupt_while_modules_are_loaded_ends_the_process_without_a_word(
    store: Repository, tmp_path: Path
) -> None:
    (tmp_path / "click.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('an interrupt that nobody took')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "plaintickets", "ls"],
        cwd=store.folder,
        env={**store.tk.environment, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        # A test run in the background ignores the signal, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")
