"""S4: tk killed at a random moment, alone or with its git; what the next command finds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from soak.crowd import Operation, operations, unparsable
from soak.ground import Ground, command

if TYPE_CHECKING:
    from pathlib import Path


def kill_many(
    base: Path, seed: int, count: int, *, seconds: float = float("inf"), within: float = 0.22
) -> dict[str, list[str] | int]:
    """Kills `count` commands, each within so many seconds of its start, and looks after each."""
    ground = Ground.make(base, tickets=5)
    chance = random.Random(seed)
    found: dict[str, list[str]] = {
        "torn": [], "lost": [], "would be undone": [], "left over": [], "not told": [], "next failed": [],
    }  # fmt: skip
    start = time.monotonic()
    killed = finished = number = 0
    while number < count and time.monotonic() - start < seconds:
        number += 1
        operation = next(operations(chance, 1, 5, f"k{number}"))
        code = _killed(ground, operation, chance.random() * within, alone=chance.random() < 0.5)
        killed += code < 0
        finished += code == 0
        follower = ground.tk("set", "aa-5", f"estimate={number}")
        if follower.code != 0:
            found["next failed"].append(follower.err.strip()[:300])
        if code == 0 and operation.mark not in ground.git("grep", "-h", operation.mark, "HEAD", check=False):
            found["lost"].append(operation.mark)
        _look(ground, follower.err, found)
    found["torn"] += unparsable(ground)
    return {"killed": killed, "finished before": finished, **found}


def _killed(ground: Ground, operation: Operation, after: float, *, alone: bool) -> int:
    process = subprocess.Popen(
        [*command(), *operation.args],
        cwd=ground.repo,
        env=ground.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after)
    try:
        if alone:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return process.wait()


def _look(ground: Ground, said: str, found: dict[str, list[str]]) -> None:
    undone = ground.git("diff", "--cached", "--name-only", "--", ".tickets").split()
    found["would be undone"] += undone
    found["left over"] += ground.locks()
    changed = ground.git("status", "--porcelain", "--", ".tickets").split()
    if changed and "saved, not committed" not in said:
        found["not told"] += changed
    if undone or changed:
        ground.git("add", "-A", ".tickets")
        ground.git("commit", "-qm", "mended by the soak", "--", ".tickets", check=False)
