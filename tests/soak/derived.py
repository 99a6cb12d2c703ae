"""S11: derived state deleted, damaged, replaced, raced and half written; no reading command answers otherwise."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from prefork.start import quick
from soak.forked import Forked
from soak.ground import Ground, Result, command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

READING = (
    ("ls", "--all"), ("ls", "is:ready priority<=1"), ("ready",), ("show", "aa-7"), ("closed", "--limit", "0"),
    ("log", "aa-7", "--json"), ("log", "--json"), ("search", "valve"), ("search", "pump*", "--json"),
    ("search", "--history", "gauge", "--limit", "3"), ("similar", "aa-7", "--json"), ("blockers", "aa-7"),
)  # fmt: skip
_WORDS = ("valve", "pump", "gauge", "hose", "seal", "motor", "relay")
_TICKETS = 330  # enough for the cache to be used


def prepare(base: Path) -> Ground:
    """A store that is large enough to be cached, with a history."""
    ground = Ground.make(base, tickets=0)
    chance = random.Random(0)
    for number in range(_TICKETS):
        one, two = chance.sample(_WORDS, 2)
        ground.ticket(f"aa-{number}").write_text(
            f"---\nid: aa-{number}\nstatus: {'closed' if number % 3 else 'open'}\n"
            f"deps: [{f'aa-{number + 1}' if number % 5 == 0 else ''}]\nlinks: []\n"
            f"created: 2026-01-02T03:{number % 60:02}:05Z\ntype: task\npriority: {number % 5}\n---\n"
            f"# The {one} of {two} number {number}\n\nLeaks at the {two} since the {one} was changed.\n"
        )
    ground.git("add", "-A")
    ground.git("commit", "-qm", "tickets")
    for number in range(6):
        assert ground.tk("comment", "aa-7", f"The {_WORDS[number]} again").code == 0
    return ground


def disturb(
    base: Path, seed: int, *, positions: int = 12, kills: int = 60, races: int = 4, every: int = 1
) -> dict[str, list[str] | int]:
    """Everything in turn, or each so many-th; how many disturbances there were, and what went wrong after each."""
    with _disturbance(base, seed, READING) as disturbance:
        return disturbance.all(positions, kills, races, every)


def replace_each_and_race(
    base: Path, acts: Sequence[str], reading: Sequence[tuple[str, ...]]
) -> tuple[dict[str, list[str] | int], list[str]]:
    """Some disturbances of every file, by name, and some reading commands after each; then a race.

    Returned is what went wrong in the race apart from the rest: many read at once while somebody deletes what they make.
    """
    with _disturbance(base, 0, reading) as disturbance:
        replaced = disturbance.each({name: _FILES[name] for name in acts})
        disturbance.found = []
        return replaced, disturbance.race(1)


@contextmanager
def _disturbance(base: Path, seed: int, reading: Sequence[tuple[str, ...]]) -> Iterator[_Disturbance]:
    ground = prepare(base)
    loaded = Forked(ground.environment)
    try:
        yield _Disturbance(ground, loaded, random.Random(seed), reading)
    finally:
        loaded.close()


class _Disturbance:
    def __init__(
        self, ground: Ground, loaded: Forked, chance: random.Random, reading: Sequence[tuple[str, ...]]
    ) -> None:
        self._reading = reading
        self._ground = ground
        self._loaded = loaded
        self._chance = chance
        self._folder = ground.repo / ".git" / "plaintickets"
        self._kept = ground.base / "kept"
        self._expected = {}
        for args in reading:
            self._remove()
            self._expected[args] = self._run(args)
        self._warm()
        shutil.copytree(self._folder, self._kept, symlinks=True)
        self.found: list[str] = []
        self.made = 0

    @property
    def _names(self) -> list[str]:
        return [str(path.relative_to(self._kept)) for path in sorted(self._kept.rglob("*")) if path.is_file()]

    def each(self, acts: Mapping[str, Callable[[Path], object]]) -> dict[str, list[str] | int]:
        """Some disturbances of every file; of one of the index, only a search knows."""
        for name in self._names:
            of_search = [args for args in self._reading if args[0] == "search"]
            for what, act in acts.items():
                self._try(f"{name} {what}", partial(act, self._folder / name), of_search if "search/" in name else ())
        return {"disturbances": self.made, "other answers": self.found}

    def race(self, rounds: int) -> list[str]:
        """Readers and writers at once, while somebody deletes everything; what went wrong so far."""
        for _ in range(rounds):
            self._try("raced", self._race, keeps=False)
        return self.found

    def all(self, positions: int, kills: int, races: int, every: int) -> dict[str, list[str] | int]:
        """All disturbances of every file, of the folder, and by processes."""
        names = self._names
        acts = [(name, what, act) for name in names for what, act in self._of_a_file(positions)]
        for name, what, act in acts[::every]:
            self._try(f"{name} {what}", partial(act, self._folder / name))
            self._change(f"{name} {what}")
        for what, act in list(_FOLDERS.items())[::every]:
            self._try(f"the folder {what}", partial(act, self._folder))
            for name in sorted({str(path.relative_to(self._kept)) for path in self._kept.rglob("*") if path.is_dir()}):
                self._try(f"{name} {what}", partial(act, self._folder / name))
            self._change(f"the folder {what}")
        for _ in range(kills):
            self._try("killed while writing", self._kill, keeps=False)
        self.race(races)
        return {"files of derived state": len(names), "disturbances": self.made, "other answers": self.found}

    def _run(self, args: tuple[str, ...]) -> Result:
        return self._loaded.run(self._ground.repo, args, self._ground.environment)

    def _warm(self) -> None:
        for _ in range(2):
            for args in self._reading:
                self._run(args)

    def _remove(self) -> None:
        if self._folder.is_symlink() or self._folder.is_file():
            self._folder.unlink()
        elif self._folder.exists():
            subprocess.run(["chmod", "-R", "u+rwx", str(self._folder)], check=False)
            shutil.rmtree(self._folder)

    def _try(
        self, what: str, act: Callable[[], object], reading: Sequence[tuple[str, ...]] = (), *, keeps: bool = True
    ) -> None:
        self._remove()
        if keeps:
            shutil.copytree(self._kept, self._folder, symlinks=True)
        act()
        self.made += 1
        for args in reading or self._reading:
            result = self._run(args)
            expected = self._expected[args]
            if (result.code, result.out) != (expected.code, expected.out) or "Traceback" in result.err:
                told = f"{result.code} {result.err.strip()[-300:]} {result.out[:100]!r}"
                self.found.append(f"{what}: {' '.join(args)}: {told}")

    def _change(self, what: str) -> None:
        """A command that writes, with derived state as it is."""
        changed = self._ground.tk("set", "aa-9", f"estimate={self.made}")
        if changed.code != 0:
            self.found.append(f"{what}: set: {changed.code} {changed.err.strip()[-300:]}")
        self._ground.git("reset", "-q", "--hard", "HEAD~1" if changed.code == 0 else "HEAD")

    def _of_a_file(self, positions: int) -> Iterator[tuple[str, Callable[[Path], object]]]:
        yield from _FILES.items()
        for _ in range(positions):
            share, mask = self._chance.random(), self._chance.randrange(1, 256)
            yield f"with a byte changed at {share:.3f}", partial(_flip, share=share, mask=mask)
        for _ in range(positions // 3):
            share, noise = self._chance.random(), self._chance.randbytes(200)
            yield f"with 200 bytes overwritten at {share:.3f}", partial(_overwrite, share=share, noise=noise)
        for _ in range(positions // 3):
            share = self._chance.random()
            yield f"cut off at {share:.3f}", partial(_cut, share=share)
        yield "with random bytes", lambda path: path.write_bytes(self._chance.randbytes(path.stat().st_size))

    def _kill(self) -> None:
        process = self._start(self._chance.choice([("ls",), ("search", "valve"), ("log", "-n", "5"), ("index",)]))
        time.sleep(0.05 + self._chance.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def _start(self, args: tuple[str, ...]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*command(), *args],
            cwd=self._ground.repo,
            env=self._ground.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _race(self) -> None:
        """Readers and writers of derived state at once, while somebody deletes it."""
        ended = threading.Event()

        def delete() -> None:
            while not ended.wait(0.05):
                shutil.rmtree(self._folder, ignore_errors=True)

        remover = threading.Thread(target=delete)
        remover.start()
        try:
            running = [
                (args, subprocess.Popen(
                    [*map(quick, command()), *args], cwd=self._ground.repo, env=self._ground.environment,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                ))
                for args in (*self._reading,) * (24 // len(self._reading))
            ]  # fmt: skip
            for args, process in running:
                out, err = process.communicate()
                expected = self._expected[args]
                if (process.returncode, out) != (expected.code, expected.out) or "Traceback" in err:
                    self.found.append(f"in the race: {' '.join(args)}: {process.returncode} {err.strip()[-300:]}")
        finally:
            ended.set()
            remover.join()


def _flip(path: Path, share: float, mask: int) -> None:
    content = bytearray(path.read_bytes())
    if content:
        content[int(share * len(content))] ^= mask
    path.write_bytes(bytes(content))


def _overwrite(path: Path, share: float, noise: bytes) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int(share * size))
        file.write(noise[: size - file.tell()])


def _cut(path: Path, share: float) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def _replaced(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def act(path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        make(path)

    return act


def _given_away(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)


_FILES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "empty": lambda path: os.truncate(path, 0),
    "longer": lambda path: path.write_bytes(path.read_bytes() * 2),
    "not to be read": lambda path: path.chmod(0),
    "read-only": lambda path: path.chmod(0o400),
    "of another owner": _given_away,
    "written by anybody": lambda path: path.chmod(0o666),
    "a folder": _replaced(lambda path: path.mkdir()),
    "a full folder": _replaced(lambda path: (path / "in").mkdir(parents=True)),
    "a link to a file": _replaced(lambda path: path.symlink_to("/etc/hostname")),
    "a link to nothing": _replaced(lambda path: path.symlink_to("nowhere")),
    "a link to itself": _replaced(lambda path: path.symlink_to(path)),
    "a pipe": _replaced(os.mkfifo),
}
_FOLDERS: dict[str, Callable[[Path], object]] = {
    "deleted": shutil.rmtree,
    "read-only": lambda path: path.chmod(0o500),
    "not to be entered": lambda path: path.chmod(0),
    "of another owner": _given_away,
    "written by anybody": lambda path: path.chmod(0o777),
    "empty": _replaced(lambda path: path.mkdir()),
}
