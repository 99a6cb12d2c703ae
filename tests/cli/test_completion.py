"""Completion: the Tab key in real shells, and the candidates of every option and argument.

Where zsh or fish is missing, their tests are skipped and say so.
"""

from __future__ import annotations

import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import time
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSCTTY, TIOCSWINSZ
from typing import TYPE_CHECKING

import pytest

from prefork.start import quick

if TYPE_CHECKING:
    from typing import Self

    from builders import Repository
    from store_files import Tk

PATIENCE_SECONDS = 60
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(tk completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; eval "$(tk completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "tk completion fish | source"),
}


CONFIG = "queries:\n  mine: assignee:me\n"


def fill(tk: Tk) -> None:
    """Writes a store with an open, a started and a closed ticket, a saved query and a person."""
    tk.write("my-7f3k", "A first title", deps="my-8888", more="tags: [ui]\nassignee: Ada Lovelace\n")
    tk.write("my-8888", "Second", status="in_progress")
    tk.write("old-2222", "Third", status="closed")
    (tk.store / "config.yml").write_text(CONFIG)


class Shell:
    """An interactive shell with the script of its completion, on a terminal."""

    def __init__(self, tk: Tk, shell: str) -> None:
        command, setup = SHELLS[shell]
        if shutil.which(command[0]) is None:
            pytest.skip(f"{shell} is not installed, so its Tab key is not tested")
        self._ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        env = {**tk.environment, "TERM": "xterm" if shell == "fish" else "dumb", "PS1": "$ "}
        env["PATH"] = f"{Path(quick(tk.command)).parent}:{Path(tk.command).parent}:{os.environ['PATH']}"
        env |= {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tk.folder, env=env, start_new_session=True,
            preexec_fn=lambda: ioctl(0, TIOCSCTTY, 0),  # noqa: PLW1509 - fish ends without a terminal that controls it
        )  # fmt: skip
        os.close(theirs)
        os.write(self._ours, f"{setup}; echo re''ady\n".encode())
        shown = _until(self._ours, "ready\r\n")
        assert "ready\r\n" in shown, shown

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def after(self, keys: str, expected: str) -> str:
        """What is shown until the expected text is there, once the keys are pressed on an empty line."""
        os.write(self._ours, b"\x15")
        _until(self._ours, "\0", seconds=0.3)
        os.write(self._ours, keys.encode())
        return _until(self._ours, expected)


def _until(terminal: int, expected: str, seconds: float = PATIENCE_SECONDS) -> str:
    """What a terminal shows until the text is there, or for so many seconds."""
    shown = ""
    deadline = time.monotonic() + seconds
    while expected not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    return shown


TABS = [
    ("tk sho\t", "tk show "),
    ("tk show my-7\t", "tk show my-7f3k"),
    ("tk show 7f\t", "my-7f3k"),
    ("tk new --prio\t", "tk new --priority"),
    ("plaintickets rea\t", "plaintickets ready"),
    ("tk ls status:in_p\t", "status:in_progress"),
    ("tk ls @mi\t", "@mine"),
    ("tk ls --status=in_p\t", "--status=in_progress"),
    ("tk ls --columns id,titl\t", "--columns id,title"),
    ("tk ls 'priority<=1 status:in_p\t", "'priority<=1 status:in_progress'"),
    ("tk set 7f3k prio\t", "priority="),
    ("tk set 7f3k status=in_p\t", "status=in_progress"),
    ("tk reopen \t", "tk reopen old-2222"),
    ("tk ls -type:epi\t", "-type:epic"),
]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key_completes(tk: Tk, shell: str) -> None:
    fill(tk)
    with Shell(tk, shell) as opened:
        for keys, expected in TABS:
            shown = opened.after(keys, expected)
            assert expected in shown, f"{keys!r} in {shell}: {shown!r}"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_name_with_a_blank_is_one_word(tk: Tk, shell: str) -> None:
    fill(tk)
    with Shell(tk, shell) as opened:
        opened.after("tk assign 8888 Ad\t--no-commit\r", "Updated my-8888")
    assert "assignee: Ada Lovelace\n" in (tk.store / "my-8888.md").read_text()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_titles_stand_beside_ids(tk: Tk, shell: str) -> None:
    fill(tk)
    tk.write("my-7g4h", "Another one")
    with Shell(tk, shell) as opened:
        assert "A first title" in opened.after("tk show my-\t\t", "A first title")


def completed(tk: Tk, line: str, **env: str) -> list[str]:
    """What the program answers a bash that completes the last word of a line."""
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_TK_COMPLETE": "bash_complete", **env}
    done = tk(env=asked)
    assert (done.code, done.stderr) == (0, "")
    return [row.partition(",")[2] for row in done.lines if row]


def test_other_names_plugins_topics_and_settings_complete(tk: Tk) -> None:
    tk.store.mkdir()
    env = tk.plugin("tk-counts", "exit 1\n")
    assert completed(tk, "tk cre") == ["create"]
    assert completed(tk, "tk count", **env) == ["counts"]
    assert completed(tk, "tk help exi") == ["exit-codes"]
    assert completed(tk, "tk help unknown-st") == ["unknown-status"]
    offered = completed(tk, "tk help ")
    assert ("show" in offered, "query" in offered, "unknown-status" in offered) == (True, True, False)
    assert completed(tk, "tk help query") == ["query"]
    assert completed(tk, "tk config commit.m") == ["commit.mode"]
    assert completed(tk, "tk types b") == ["bug"]


def test_the_folder_named_before_the_command_counts(tk: Tk) -> None:
    tk.write("my-7f3k")
    outside = tk.folder.parent
    assert completed(tk, f"tk -C {tk.folder} show m") == ["my-7f3k"]
    assert completed(tk, f"tk -C {outside} show m") == []


@pytest.mark.parametrize("line", ["tk show ", "tk show x", "tk frobnicate x", "tk types b", "tk 'unclosed"])
def test_where_nothing_fits_completion_says_nothing(tk: Tk, line: str) -> None:
    assert completed(tk, line) == []


def test_settings_that_cannot_be_read_do_not_disturb_completion(tk: Tk) -> None:
    tk.write("my-7f3k")
    (tk.store / "config.yml").write_text("prefix: [\n")
    assert completed(tk, "tk show m") == []


@pytest.mark.parametrize("name", ["my-$(touch x)", "my-`touch x`", "my-a;b", "my-a b", "my-*", "my-'", "my-&"])
def test_an_id_that_a_shell_would_run_is_not_offered(tk: Tk, name: str) -> None:
    tk.write(name)
    tk.write("my-7f3k")
    assert completed(tk, "tk show my") == ["my-7f3k"]


def test_a_title_cannot_write_control_sequences_to_the_terminal(tk: Tk) -> None:
    tk.write("my-7f3k", "Bad \x1b]52;c;eA==\x07 title")
    asked = {"COMP_WORDS": "tk show my", "COMP_CWORD": "2", "_TK_COMPLETE": "zsh_complete"}
    shown = tk(env=asked).stdout
    assert "my-7f3k" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_completing_an_id_imports_nothing_heavy(tk: Tk) -> None:
    tk.write("my-7f3k")
    asked = {"COMP_WORDS": "tk show my", "COMP_CWORD": "2", "_TK_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "plaintickets"],
        cwd=tk.folder, env={**tk.environment, **asked}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "plain,my-7f3k\n"
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "click" in loaded
    assert not loaded & {"yaml", "frontmatter", "git", "whoosh", "sqlite3", "json", "subprocess", "rich"}


def test_an_unknown_shell_is_refused(tk: Tk) -> None:
    refused = tk("completion", "tcsh")
    assert (refused.code, refused.stdout) == (2, "")


def test_revisions_rules_and_actions_are_completed(repository: Repository) -> None:
    tk = repository.tk
    tk.write("my-7f3k")
    repository.commit_all()
    for name in ("release/1.0", "-x", "b;id"):
        repository.git("update-ref", f"refs/heads/{name}", "HEAD")
    repository.git("tag", "release-2")
    asked = ("tk check --base rel", "tk blockers --base rel", "tk ls --at rel", "tk diff rel")
    assert [completed(tk, line) for line in asked] == [["release/1.0", "release-2"]] * 4
    assert completed(tk, "tk diff my") == ["my-7f3k"]
    assert not {"-x", "b;id"} & set(completed(tk, "tk check --base ")), "a shell would take it for something else"
    assert completed(tk, "tk check --explain one-s") == ["one-sided-link"]
    assert completed(tk, "tk check 7f") == ["my-7f3k"]
    assert completed(tk, "tk hooks in") == ["install"]
