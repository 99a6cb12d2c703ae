"""S1 and S2: many processes at once, in one clone and its linked work trees, alone and beside a user who commits."""

from __future__ import annotations

import contextlib
import os
import pty
import random
import re
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

from prefork.start import quick
from soak.crowd import unparsable
from soak.ground import TICKET, Ground, Result, command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TICKETS = 10
_MARK = re.compile(r"\bm\d+x\d+m\b")
# What an undo, a change that an undo took the ground from, and an edit of what others changed meanwhile may be.
_REFUSED = 3


class Operation(NamedTuple):
    """One run of tk; its mark stands in the commit's subject and, if `in_text`, in a ticket."""

    args: list[str]
    mark: str
    in_text: bool = True
    may_be_refused: bool = False


class Ended(NamedTuple):
    """An operation, where it ran, and how it ended."""

    operation: Operation
    repo: Path
    result: Result


def plan(chance: random.Random, turn: int, count: int, *, undoes: bool) -> Iterator[Operation]:
    """Mixed operations; those that remove and rename have tickets of their own."""
    verbs = ["new", "close", "comment", "link", "set", "dep", "edit", "mv", "comment", "set"]
    verbs += ["undo", "rm"] if undoes else []
    for number in range(count):
        mark, verb = f"m{turn}x{number}m", verbs[number % len(verbs)]
        one, two = (f"aa-{place}" for place in chance.sample(range(1, _TICKETS + 1), 2))
        own = f"own-{turn}-{number}"
        args = {
            "new": ["new", f"Made {mark}", "--no-check-duplicates"],
            "close": ["close", one, "-m", f"closed {mark}"],
            "comment": ["comment", one, f"said {mark}"],
            "link": ["link", own, one],
            "set": ["set", one, f"tags+={mark}"],
            "dep": ["dep", own, two],
            "edit": ["edit", one],
            "mv": ["mv", own, f"moved-{mark}"],
            "undo": ["undo"],
            "rm": ["rm", own],
        }[verb]
        in_text = verb in ("new", "close", "comment", "set", "edit", "mv")
        yield Operation([*args, "--commit-message", f"op {mark}"], mark, in_text, undoes or verb == "edit")


def prepare(base: Path, rounds: int, count: int) -> tuple[Ground, list[Path]]:
    """A repository with the tickets that all work on and those of single operations, and two more work trees."""
    ground = Ground.make(base, tickets=_TICKETS)
    for turn in range(rounds):
        for number in range(count):
            name = f"own-{turn}-{number}"
            ground.ticket(name).write_text(TICKET.format(id=name, title="Own"))
    ground.git("add", "-A")
    ground.git("commit", "-qm", "tickets")
    for name in ("second", "third"):
        ground.git("worktree", "add", "-q", f"../{name}", "-b", name)
    return ground, [ground.repo, base / "second", base / "third"]


def run_all(ground: Ground, planned: list[tuple[Operation, Path]]) -> list[Ended]:
    """Runs all operations at once."""
    running = [(operation, repo, *_started(ground, operation, repo)) for operation, repo in planned]
    done = []
    for operation, repo, process, terminal in running:
        out, err = process.communicate()
        if terminal is not None:
            os.close(terminal)
        done.append(Ended(operation, repo, Result(process.returncode, out or "", err)))
    return done


def _started(ground: Ground, operation: Operation, repo: Path) -> tuple[subprocess.Popen[str], int | None]:
    """A process, and the terminal that it has if it opens an editor."""
    environment = ground.environment
    terminal = end = None
    if operation.args[0] == "edit":
        terminal, end = pty.openpty()
        environment = {**environment, "GIT_EDITOR": f"f() {{ echo '{operation.mark}' >> \"$1\"; }}; f", "PAGER": ""}
    process = subprocess.Popen(
        [*map(quick, command()), *operation.args],
        cwd=repo,
        env=environment,
        stdin=subprocess.DEVNULL if end is None else end,
        stdout=subprocess.PIPE if end is None else end,
        stderr=subprocess.PIPE,
        text=True,
    )
    if end is not None:
        os.close(end)
    return process, terminal


class User(threading.Thread):
    """Edits, stages and commits a file of their own in a loop, and leaves half of it unstaged."""

    def __init__(self, ground: Ground, pause: float) -> None:
        super().__init__()
        self.ground = ground
        self.pause = pause
        self.made: list[str] = []
        self.refused = 0
        self.ended = threading.Event()

    def run(self) -> None:
        work = self.ground.repo / "work.txt"
        number = 0
        while not self.ended.wait(self.pause):
            number += 1
            work.write_text(f"user {number} here\ntwo\n")
            staged = self._git("add", "work.txt")
            work.write_text(f"user {number} here\nunstaged\n")
            if staged and self._git("commit", "-qm", f"user {number}"):
                self.made.append(f"user {number} here")
            else:
                self.refused += 1

    def _git(self, *args: str) -> bool:
        done = subprocess.run(
            ["git", *args], cwd=self.ground.repo, env=self.ground.environment, capture_output=True, check=False
        )
        return done.returncode == 0


def together(
    base: Path, seed: int, processes: int, rounds: int, *, user: bool = False, pause: float = 0
) -> dict[str, list[str] | int]:
    """S1, and S2 with a `user`, beside whom everything happens in the one work tree.

    The user rests a `pause` of so many seconds after each commit.
    """
    ground, repos = prepare(base, rounds, processes)
    chance = random.Random(seed)
    companion = User(ground, pause)
    done: list[Ended] = []
    if user:
        companion.start()
    try:
        for turn in range(rounds):
            planned = [
                (operation, ground.repo if user else repos[number // 2 % 3])
                for number, operation in enumerate(plan(chance, turn, processes, undoes=not user))
            ]
            done += run_all(ground, planned)
    finally:
        companion.ended.set()
        if user:
            companion.join()
    counted: dict[str, list[str] | int] = {"operations": len(done), "work trees": len(repos) if not user else 1}
    if user:
        counted |= _beside(ground, companion, done)
    else:
        counted |= {
            "not in the history exactly once": [fault for repo in repos for fault in _recorded(ground, repo, done)]
        }
    repos = [ground.repo] if user else repos
    return counted | {
        "lost": [fault for repo in repos for fault in lost(ground, repo, done)],
        "left by what was refused": [fault for repo in repos for fault in _left(repo, done)],
        "unparsable": [fault for repo in repos for fault in unparsable(ground, repo)],
        "refused without cause": [_said(end) for end in done if not _may(end)],
        "would be undone": [
            row for repo in repos for row in ground.git("diff", "--cached", "--name-only", "--", ".tickets", cwd=repo).split()
        ],
        "not committed": [
            row for repo in repos for row in ground.git("status", "--porcelain", "--", ".tickets", cwd=repo).splitlines()
        ],
        "locks left": ground.locks(),
    }  # fmt: skip


def _said(end: Ended) -> str:
    return f"{end.operation.args}: {end.result.code}: {end.result.text.strip()[:200]}"


def _may(end: Ended) -> bool:
    code = end.result.code
    return code == 0 or (code == _REFUSED and end.operation.may_be_refused and "Error:" in end.result.err)


def _beside(ground: Ground, companion: User, done: list[Ended]) -> dict[str, list[str] | int]:
    """What became of the user's work, and what their git took back before `tk doctor` looked after it."""
    taken_back = len(lost(ground, ground.repo, done))
    ground.tk("doctor", "--fix")
    history = ground.git("log", "-p", "-U0", "--format=", "--", "work.txt")
    mixed = [row for row in ground.git("log", "--format=%s", "--", "work.txt").splitlines() if row.startswith("op ")]
    return {
        "user commits": len(companion.made),
        "refused by git, as two commits at once are": companion.refused,
        "committed again": len(re.findall(r"^Tk-Command: restore", ground.git("log", "--format=%b"), re.MULTILINE)),
        "taken back until doctor": taken_back,
        "messages that git mixed up": len(mixed),
        "user's commits lost": [row for row in companion.made if f"+{row}\n" not in history],
        "foreign paths": foreign(ground),
    }


def foreign(ground: Ground) -> list[str]:
    """The commits of tk that hold other files than tickets.

    The reflog tells whose they are: two runs of `git commit` at once may take each other's message,
    because git keeps it in one file.
    """
    rows = ground.git("reflog", "show", "HEAD", "--format=%H %gs").splitlines()
    ours = [row.split(" ")[0] for row in rows if row.split(" ")[1] == "tk:"]
    found = []
    for commit in ours:
        paths = ground.git("diff-tree", "--no-commit-id", "--name-only", "-r", commit).splitlines()
        found += [f"{commit}: {path}" for path in paths if not path.startswith(".tickets/")]
    return found


def _recorded(ground: Ground, repo: Path, done: list[Ended]) -> list[str]:
    """The operations whose commit is not in the history exactly once if acknowledged, and never if not."""
    subjects = ground.git("log", "--format=%s", cwd=repo).splitlines()
    found = []
    for end in done:
        if end.repo == repo:
            times, wanted = subjects.count(f"op {end.operation.mark}"), int(end.result.code == 0)
            if times != wanted and not (times == 0 and _changes_nothing(end)):
                found.append(f"{times} times: {_said(end)}")
    return found


def _changes_nothing(end: Ended) -> bool:
    """Whether an operation had nothing to do, such as to close what is closed."""
    return end.operation.args[0] in ("link", "dep") and "already" in end.result.out


def lost(ground: Ground, repo: Path, done: list[Ended]) -> list[str]:
    """The acknowledged operations that HEAD does not hold, unless an undo took them back."""
    undone = set(re.findall(r"^Tk-Undoes: (\w+)", ground.git("log", "--format=%b", cwd=repo), re.MULTILINE))
    commits = dict(row.split(" ", 1)[::-1] for row in ground.git("log", "--format=%H %s", cwd=repo).splitlines())
    held = set(
        _MARK.findall(ground.git("grep", "-hE", "m[0-9]+x[0-9]+m", "HEAD", "--", ".tickets", cwd=repo, check=False))
    )
    held |= set(_MARK.findall(ground.git("ls-tree", "-r", "--name-only", "HEAD", cwd=repo)))
    return [
        end.operation.mark
        for end in done
        if end.repo == repo and end.result.code == 0 and end.operation.in_text
        and end.operation.mark not in held and commits.get(f"op {end.operation.mark}") not in undone
    ]  # fmt: skip


def _left(repo: Path, done: list[Ended]) -> list[str]:
    """The refused operations whose mark stands in a ticket all the same."""
    text = []
    for path in (repo / ".tickets").rglob("*"):
        with contextlib.suppress(OSError):
            text.append(path.name + path.read_text(errors="replace"))
    held = set(_MARK.findall("\n".join(text)))
    return [_said(end) for end in done if end.repo == repo and end.result.code != 0 and end.operation.mark in held]
