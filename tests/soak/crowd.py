"""S1, S2, S3: many at once, in one clone, beside a user who commits, and in clones that meet in one remote."""

from __future__ import annotations

import json
import random
import re
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

from soak.ground import Ground, Result, command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Operation(NamedTuple):
    """One run of tk, and what stands in the store of whoever has it, if it was acknowledged."""

    args: list[str]
    ticket: str
    mark: str


def operations(chance: random.Random, count: int, tickets: int, name: str) -> Iterator[Operation]:
    """Mixed operations, each with a mark of its own."""
    for number in range(count):
        mark = f"{name}x{number}x"
        ticket = f"aa-{chance.randint(1, tickets)}"
        yield chance.choice(
            [
                Operation(["new", f"Made {mark}", "-q"], "", mark),
                Operation(["comment", ticket, f"said {mark}"], ticket, mark),
                Operation(["set", ticket, f"tags+={mark}"], ticket, mark),
                Operation(["close", ticket, "-m", f"closed {mark}"], ticket, mark),
                Operation(["set", ticket, f"milestone={mark}", f"tags+={mark}"], ticket, mark),
            ]
        )


def together(ground: Ground, planned: list[Operation]) -> list[tuple[Operation, Result]]:
    """Runs all operations at once."""
    running = [
        subprocess.Popen(
            [*command(), *operation.args],
            cwd=ground.repo,
            env=ground.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for operation in planned
    ]
    done = []
    for operation, process in zip(planned, running, strict=True):
        out, err = process.communicate()
        done.append((operation, Result(process.returncode, out, err)))
    return done


def lost(ground: Ground, done: list[tuple[Operation, Result]], repo: Path | None = None) -> list[str]:
    """The marks of acknowledged operations that HEAD does not hold."""
    held = ground.git("grep", "-hE", "x[0-9]+x", "HEAD", "--", ".tickets", cwd=repo, check=False)
    marks = set(re.findall(r"\w+x\d+x", held))
    return [operation.mark for operation, result in done if result.code == 0 and operation.mark not in marks]


def unparsable(ground: Ground, repo: Path | None = None) -> list[str]:
    """What tk cannot read, and what git finds wrong."""
    listed = ground.tk("ls", "--all", "--json", cwd=repo)
    problems = list(json.loads(listed.out)["problems"]) if listed.code == 0 else [listed.text]
    wrong = ground.git("fsck", "--no-dangling", "--connectivity-only", cwd=repo, check=False)
    return problems + [wrong] * bool(wrong.strip())


class User(threading.Thread):
    """Edits, stages and commits a file of their own in a loop, and leaves half of it unstaged."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground = ground
        self.commits = 0
        self.ended = threading.Event()

    def run(self) -> None:
        work = self.ground.repo / "work.txt"
        while not self.ended.is_set():
            work.write_text(f"{self.commits}\ntwo\n")
            self.ground.git("add", "work.txt", check=False)
            work.write_text(f"{self.commits}\nunstaged\n")
            self.ground.git("commit", "-qm", f"user {self.commits}", check=False)
            self.commits += 1


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
        found += [commit for path in paths if not path.startswith(".tickets/")]
    return found


def undone(ground: Ground, done: list[tuple[Operation, Result]]) -> list[str]:
    """What a commit of the user's took out of HEAD, and is in no file either.

    Git reads its index before it locks it, so a user's `git commit` may undo what was committed in
    between; the files keep the change, and `tk commit` commits it again.
    """
    if lost(ground, done):
        ground.tk("commit")
    return lost(ground, done)


def crowd(base: Path, seed: int, processes: int, rounds: int, *, user: bool) -> dict[str, list[str] | int]:
    """S1 and S2."""
    ground = Ground.make(base, tickets=10)
    chance = random.Random(seed)
    companion = User(ground)
    if user:
        companion.start()
    done: list[tuple[Operation, Result]] = []
    try:
        for turn in range(rounds):
            done += together(ground, list(operations(chance, processes, 10, f"r{turn}")))
    finally:
        companion.ended.set()
        if user:
            companion.join()
    reversed_in_index = ground.git("diff", "--cached", "--name-only", "--", ".tickets").split()
    missing = len(lost(ground, done))
    return {
        "operations": len(done),
        "user commits": companion.commits,
        "undone by the user's git until `tk commit`": missing if user else 0,
        "lost": undone(ground, done) if user else lost(ground, done),
        "unparsable": unparsable(ground),
        "refused": [result.err.strip()[:200] for _, result in done if result.code != 0],
        "foreign paths": foreign(ground),
        "would be undone": reversed_in_index,
        "left over": ground.locks(),
    }


def clones(base: Path, seed: int, count: int, rounds: int) -> dict[str, list[str] | int]:
    """S3: each clone changes tickets of its own and makes new ones, then pulls with rebase and pushes."""
    ground = Ground.make(base, tickets=count * 2)
    chance = random.Random(seed)
    ground.git("clone", "-q", "--bare", "repo", "remote.git", cwd=base)
    homes = []
    for number in range(count):
        ground.git("clone", "-q", "remote.git", f"clone{number}", cwd=base)
        homes.append(base / f"clone{number}")
    done: list[tuple[Operation, Result]] = []
    for turn in range(rounds):
        number = chance.randrange(count)
        for operation in operations(chance, 1, 1, f"c{number}t{turn}"):
            own = f"aa-{number * 2 + chance.randint(1, 2)}"
            args = [own if word == operation.ticket else word for word in operation.args]
            done.append((operation, ground.tk(*args, cwd=homes[number])))
        if chance.random() < 0.5 or turn == rounds - 1:
            _meet(ground, homes[number])
    for home in homes * 2:
        _meet(ground, home)
    heads = {ground.git("rev-parse", "HEAD", cwd=home).strip() for home in homes}
    marked = ground.git("grep", "-lE", "^(<{7}|>{7}) ", "HEAD", cwd=homes[0], check=False)
    return {
        "operations": len(done),
        "lost": lost(ground, done, homes[0]),
        "diverged": [] if len(heads) == 1 else sorted(heads),
        "markers committed": marked.split(),
        "unparsable": unparsable(ground, homes[0]),
        "refused": [result.err.strip()[:200] for _, result in done if result.code != 0],
    }


def _meet(ground: Ground, home: Path) -> None:
    for _ in range(5):
        ground.git("pull", "-q", "--rebase", cwd=home, check=False)
        pushed = subprocess.run(
            ["git", "push", "-q"], cwd=home, env=ground.environment, capture_output=True, check=False
        )
        if pushed.returncode == 0:
            return
