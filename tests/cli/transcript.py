"""Console blocks of Markdown files, run with the real `tk` and real git, and compared with what they show.

A block is fenced and marked `console`. A line that begins with `$ ` is a command for bash, lines that
begin with `> ` go on with it, and what follows is its output, both streams as a terminal shows them.
A line that is only `…` stands for any lines, also for none; of a commit's name only the length counts,
and of a score such as 0.25 only that it is one.
Folder, variables and time go on through the blocks of one file: each command is a minute later than
the one before.

`python tests/cli/transcript.py FILE…` runs files and writes what came out into them.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEPT = ("TMPDIR", "SYSTEMROOT", "COVERAGE_PROCESS_START")
SEED = "482370"  # gives pt-7f3k, m4zs, 6sxs, wf3h, qyw6 …
SECONDS = 300
ROOT = Path(__file__).resolve().parents[2]
_COMMIT = re.compile(r"\b[0-9a-f]{7,40}\b")
_SCORE = re.compile(r"\b[01]\.\d\d\b")
_GIT_SETTINGS = """\
[user]
	name = Ada Lovelace
	email = ada@example.org
[init]
	defaultBranch = main
[advice]
	detachedHead = false
[maintenance]
	auto = false
[core]
	fsync = none
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A command and the output that its file shows; `start` and `end` bound the output's lines, from 0."""

    command: str
    shown: list[str]
    start: int
    end: int


def read_steps(text: str) -> list[Step]:
    """The commands of all console blocks of a Markdown text."""
    lines = text.splitlines()
    steps: list[Step] = []
    inside = False
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.strip() == "```console":
            inside = True
        elif line.startswith("```"):
            inside = False
        elif inside:
            assert line.startswith("$ "), f"line {at}: output without a command: {line}"
            command = [line[2:]]
            while lines[at].startswith("> ") or lines[at] == ">":
                command.append(lines[at][2:])
                at += 1
            start = at
            while not lines[at].startswith(("$ ", "```")):
                at += 1
            steps.append(Step("\n".join(command), lines[start:at], start, at))
    return steps


def run_steps(steps: list[Step], folder: Path, command: str = "", checkout: Path = ROOT) -> list[list[str]]:
    """The output of each command, run one after the other in one shell that starts in the folder.

    A `command` is the path of a program that is named as the one under test and does the same; `checkout`
    is what the commands know as the folder of this project.
    """
    script = []
    for number, step in enumerate(steps):
        now = (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        script.append(f"printf '\\0'; export TK_NOW={now} GIT_AUTHOR_DATE={now} GIT_COMMITTER_DATE={now}")
        script.append(f"eval {shlex.quote(step.command)}")
    ours, theirs = os.openpty()
    # As it is written, without a carriage return before each line's end.
    settings = termios.tcgetattr(theirs)
    settings[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    with subprocess.Popen(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=environment(folder.parent, command, checkout),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        output = _read_all(ours, process)
    os.close(ours)
    return [part.splitlines() for part in output.decode("utf-8", "replace").split("\0")[1:]]


def _read_all(terminal: int, process: subprocess.Popen[bytes]) -> bytes:
    output = b""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux reports the end of a terminal's output so.
            return output
        if not part:
            return output
        output += part
    process.kill()
    raise TimeoutError(output.decode("utf-8", "replace"))


def command_under_test() -> str:
    """The path of the command that TK_COMMAND names, else of that beside this Python, as in the other tests."""
    beside = str(Path(sys.executable).with_name("tk"))
    return shutil.which(os.environ.get("TK_COMMAND") or beside) or beside


def environment(home: Path, command: str = "", checkout: Path = ROOT) -> dict[str, str]:
    """Variables of a user with a git name, no other settings, and a terminal of 80 columns without colours."""
    git_settings = home / ".gitconfig"
    git_settings.write_text(_GIT_SETTINGS, encoding="utf-8")
    folders = map(os.path.dirname, filter(None, (command, command_under_test())))
    path = os.pathsep.join([*folders, os.environ.get("PATH", os.defpath)])
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "PATH": path,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "COLUMNS": "80",
        "PAGER": "cat",
        "GIT_CONFIG_GLOBAL": str(git_settings),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PAGER": "cat",
        "TK_SEED": SEED,
        "CHECKOUT": str(checkout),
    }


def is_as_shown(shown: list[str], output: list[str]) -> bool:
    """Whether an output is what a file shows, placeholders counted."""
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(_leveled(line)) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(_leveled(line) + "\n" for line in output)) is not None


def _leveled(line: str) -> str:
    return _SCORE.sub("0.00", _COMMIT.sub(lambda name: "0" * len(name[0]), line.rstrip()))


def rewritten(text: str, folder: Path) -> str:
    """The text with the outputs that came out in the place of those that do not hold."""
    lines = text.splitlines()
    steps = read_steps(text)
    for step, output in reversed(list(zip(steps, run_steps(steps, folder), strict=True))):
        if not is_as_shown(step.shown, output):
            lines[step.start : step.end] = [line.rstrip() for line in output]
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> None:
    """Brings files to what their commands print."""
    for name in names:
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home, "work")
            folder.mkdir()
            path = Path(name)
            path.write_text(rewritten(path.read_text(encoding="utf-8"), folder), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
