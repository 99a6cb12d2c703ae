"""Mixed operations and what is left of them; S3: clones that meet in one remote."""

from __future__ import annotations

import json
import random
import re
import subprocess
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
