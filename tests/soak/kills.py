"""S4: tk killed or asked to end at a random moment, alone or with its git; what the next command finds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from soak.crowd import Operation, operations, unparsable
from soak.failing import Before
from soak.ground import TICKET, Ground, command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WORKERS = 2
_NAMES = ("torn", "lost", "would be undone", "locks left", "not told", "next failed", "broken")


def _changes(chance: random.Random, name: str) -> Iterator[Operation]:
    """What is interrupted: also what touches several files, or makes and removes folders."""
    ticket = f"aa-{chance.randint(1, 4)}"
    own = f"own-{name}"
    yield from operations(chance, 6, 4, name)
    yield Operation(["mv", own, f"moved{name}x0x"], "", f"moved{name}x0x")
    yield Operation(["link", ticket, "aa-5"], ticket, "")
    yield Operation(["rm", own], own, "")
    yield Operation(["close", own, "-m", f"closed {name}x1x"], own, f"{name}x1x")
    yield Operation(["undo"], "", "")
    yield Operation(["comment", own, f"said {name}x2x"], own, f"{name}x2x")


def kill_many(
    base: Path, seed: int, count: int, *, seconds: float = float("inf"), within: float = 0.0
) -> dict[str, list[str] | int]:
    """Kills `count` commands, each `within` so many seconds of its start, else of what one takes; looks after each."""
    return _in_two(base, seed, count, "killed", within, seconds)


def stop_many(
    base: Path, seed: int, count: int, *, seconds: float = float("inf"), within: float = 0.0
) -> dict[str, list[str] | int]:
    """Asks `count` commands to end by a signal, as Ctrl-C, `kill` and a closed terminal do."""
    return _in_two(base, seed, count, "signalled", within, seconds)


def _in_two(base: Path, seed: int, count: int, what: str, within: float, seconds: float) -> dict[str, list[str] | int]:
    """Two repositories at a time, so that both cores are at work."""
    share = -(-count // _WORKERS)
    with ThreadPoolExecutor(_WORKERS) as pool:
        runs = [
            pool.submit(_many, base / str(number), seed * 1000 + number, share, what, within, seconds)
            for number in range(_WORKERS)
        ]
    whole: dict[str, list[str] | int] = {}
    for run in runs:
        for name, value in run.result().items():
            whole[name] = whole[name] + value if name in whole else value  # type: ignore[operator]
    return whole


def _many(base: Path, seed: int, count: int, what: str, within: float, seconds: float) -> dict[str, list[str] | int]:
    ground = Ground.make(base, tickets=5)
    chance = random.Random(seed)
    found: dict[str, list[str]] = {name: [] for name in _NAMES}
    start = time.monotonic()
    stopped = finished = settled = number = 0
    usual = 0.25
    while stopped < count and number < 3 * count and time.monotonic() - start < seconds:
        number += 1
        name = f"k{number}"
        _own_ticket(ground, name, closed=chance.random() < 0.5)
        operation = chance.choice(list(_changes(chance, name)))
        before = Before.of(ground)
        # Little happens before Python and its libraries are loaded.
        after, alone = (0.15 + 0.85 * chance.random()) * (within or usual), chance.random() < 0.5
        if what == "killed":
            code, said = _interrupted(ground, operation, after, signal.SIGKILL, alone=alone)
        else:
            code, said = _interrupted(ground, operation, after, chance.choice(SIGNALS), alone=True)
            # One that ended by itself and said no has undone what it did.
            done = Before.of(ground)
            if code > 0 and done != before and "saved, not committed" not in said:
                found["broken"].append(f"{operation.args} {code}: {said.strip()[-200:]} {done.status}")
        stopped += code not in (0, 3)
        finished += code == 0
        moment = time.monotonic()
        follower = ground.tk("set", "aa-5", f"estimate={number}")
        # What a whole command takes just now; one with more work than this has takes a little longer.
        usual = 1.2 * (time.monotonic() - moment)
        settled += "earlier command" in follower.err
        if follower.code != 0:
            found["next failed"].append(follower.err.strip()[:300])
        _look(ground, operation, code, follower.err, found)
    found["torn"] += unparsable(ground)
    return {what: stopped, "finished before": finished, "settled by the next command": settled, **found}


def _own_ticket(ground: Ground, name: str, *, closed: bool) -> None:
    """A ticket of the operation's own, so that it can be removed and renamed; committed by git alone."""
    path = ground.ticket(f"own-{name}")
    path.write_text(TICKET.format(id=f"own-{name}", title="Own"))
    ground.git("add", str(path))
    ground.git("commit", "-qm", "own" + " closed" * closed, "--", str(path))


def _interrupted(
    ground: Ground, operation: Operation, after: float, number: signal.Signals, *, alone: bool
) -> tuple[int, str]:
    with (ground.base / "said").open("w+") as said:
        process = subprocess.Popen(
            [*command(), *operation.args],
            cwd=ground.repo,
            env=ground.environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            # A soak run in the background ignores SIGINT, and hands that on.
            preexec_fn=_hear_signals,  # noqa: PLW1509 - nothing else is done between fork and exec
        )
        time.sleep(after)
        try:
            if alone:
                process.send_signal(number)
            else:
                os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        code = process.wait()
        said.seek(0)
        return code, said.read()


def _hear_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def _look(ground: Ground, operation: Operation, code: int, said: str, found: dict[str, list[str]]) -> None:
    if code == 0 and operation.mark:
        held = ground.git("grep", "-h", operation.mark, "HEAD", check=False)
        names = ground.git("ls-tree", "-r", "--name-only", "HEAD")
        if operation.mark not in held + names:
            found["lost"].append(operation.mark)
    undone = ground.git("diff", "--cached", "--name-only", "--", ".tickets").split()
    found["would be undone"] += undone
    found["locks left"] += ground.locks()
    changed = ground.git("status", "--porcelain", "--", ".tickets").split()
    if changed and "saved, not committed" not in said:
        found["not told"] += changed
    if undone or changed:
        ground.git("add", "-A", ".tickets")
        ground.git("commit", "-qm", "mended by the soak", "--", ".tickets", check=False)
