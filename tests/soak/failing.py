"""S5 and S6: the n-th call to the system fails; the disk is full, read-only, or limits the size of files."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from soak.forked import Forked
from soak.ground import Ground, command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# What each kind of call may fail with; a short write fails with nothing, and writes half.
ERRORS = MappingProxyType({
    "open": (errno.EACCES, errno.ENOSPC, errno.EIO, errno.EINTR),
    "read-open": (errno.EACCES, errno.EIO),
    "write": (errno.ENOSPC, errno.EIO, errno.EINTR),
    "short": (0,),
    "rename": (errno.EIO, errno.EACCES, errno.ENOSPC),
    "link": (errno.EACCES, errno.EIO, errno.ENOSPC),
    "unlink": (errno.EACCES, errno.EIO),
    "mkdir": (errno.EACCES, errno.ENOSPC),
    "fsync": (errno.EIO, errno.ENOSPC, errno.EINTR),
    "truncate": (errno.EIO,),
    "close": (errno.EIO, errno.ENOSPC),
})  # fmt: skip
_NEVER = 10**9
FREE = (0, 1, 2, 4, 8, 16)  # KiB of a file system
LIMITS = (0, 100, 200, 400, 1000)  # bytes of a file
_SOURCE = Path(__file__).with_name("fault.c")


def _edit_by_hand(ground: Ground) -> None:
    path = ground.ticket("aa-1")
    path.write_text(path.read_text().replace("priority: 2", "priority: 4"))


def _nothing(ground: Ground) -> None:
    del ground


class Change(NamedTuple):
    """A command, what is done before it, and whether it changes the files of the work tree."""

    args: tuple[str, ...]
    prepare: Callable[[Ground], None] = _nothing
    writes: bool = True


CHANGES = MappingProxyType({
    "set": Change(("set", "aa-1", "priority=0")),
    "new": Change(("new", "Fresh", "-q", "--no-check-duplicates")),
    "comment": Change(("comment", "aa-1", "said")),
    "rm": Change(("rm", "aa-3")),
    "mv": Change(("mv", "aa-2", "bb-2")),
    "link": Change(("link", "aa-1", "aa-2")),
    "undo": Change(("undo",)),
    "commit": Change(("commit",), _edit_by_hand, writes=False),
})  # fmt: skip


class Series(NamedTuple):
    """Every call of one kind, by programs of one name, on paths with a text in them, during one command."""

    change: str
    program: str
    path: str
    call: str
    error: int


def series(
    *, changes: Iterable[str] = CHANGES, calls: Iterable[str] = ERRORS, programs: tuple[str, ...] = ("python", "git")
) -> Iterator[Series]:
    """All that is run: of git, what writes for every command, and what reads for one."""
    for program in programs:
        path = "/repo/" if program == "python" else ".git"
        for change in changes:
            for call in calls:
                if program == "git" and call in ("read-open", "close") and change not in ("set", "new"):
                    continue
                for error in ERRORS[call]:
                    yield Series(change, program, path, call, error)


def build(folder: Path) -> Path | None:
    """The shim, or None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    made = folder / "fault.so"
    done = subprocess.run([compiler, "-shared", "-fPIC", "-o", made, _SOURCE, "-ldl"], capture_output=True, check=False)
    return made if done.returncode == 0 else None


def fail_each(
    shim: Path, chosen: Iterable[Series], *, seconds: float = float("inf"), workers: int = 2, every: int = 1
) -> tuple[int, list[str], int]:
    """Lets every call (or `every` so manieth) fail once: how many failed, every broken promise, and the series left."""
    deadline = time.monotonic() + seconds
    local = threading.local()
    homes: list[_Home] = []

    def run(one: Series) -> tuple[int, list[str], int]:
        if time.monotonic() > deadline:
            return 0, [], 1
        if not hasattr(local, "home"):
            local.home = _Home(shim)
            homes.append(local.home)
        home: _Home = local.home
        return home.run(one, every)

    with ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(run, chosen))
    for home in homes:
        home.close()
    return sum(row[0] for row in done), [fault for row in done for fault in row[1]], sum(row[2] for row in done)


class _Home:
    """A repository to copy, a tk that is loaded, and the folder where both are, in memory if there is some."""

    def __init__(self, shim: Path) -> None:
        memory = Path("/dev/shm")  # noqa: S108 - a fresh folder below it
        self._folder = tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)
        self._base = Path(self._folder.name)
        self._template = Ground.make(self._base / "template")
        shutil.rmtree(self._template.repo / ".git" / "hooks")
        self._template.tk("set", "aa-2", "priority=1")
        shutil.rmtree(self._template.repo / ".git" / "plaintickets", ignore_errors=True)
        self._forked = Forked({**self._template.environment, "LD_PRELOAD": str(shim)})
        self._shim = shim

    def close(self) -> None:
        self._forked.close()
        self._folder.cleanup()

    def run(self, one: Series, every: int) -> tuple[int, list[str], int]:
        """How many calls failed, what that broke, and 0."""
        calls, _ = self._once(one, _NEVER)
        found: list[str] = []
        failed = 0
        for number in range(1, calls + 1, every):
            _, faults = self._once(one, number)
            found += faults
            failed += 1
        return failed, found, 0

    def _once(self, one: Series, number: int) -> tuple[int, list[str]]:
        base = self._base / "ground"
        shutil.copytree(self._template.base, base, symlinks=True)
        ground = Ground(base, {**self._template.environment})
        try:
            return self._tried(ground, one, number)
        finally:
            shutil.rmtree(base)

    def _tried(self, ground: Ground, one: Series, number: int) -> tuple[int, list[str]]:
        change = CHANGES[one.change]
        change.prepare(ground)
        log, count = ground.base / "fault.log", ground.base / "fault.count"
        count.write_bytes(bytes(64))
        fault = {
            "LD_PRELOAD": str(self._shim), "FAULT_CALL": one.call, "FAULT_AT": str(number), "FAULT_NAME": one.program,
            "FAULT_ERRNO": str(one.error), "FAULT_PATH": one.path, "FAULT_LOG": str(log), "FAULT_COUNT": str(count),
        }  # fmt: skip
        before = Before.of(ground)
        result = self._forked.run(ground.repo, change.args, {**ground.environment, **fault})
        if number == _NEVER:
            return int.from_bytes(count.read_bytes()[:8], "little"), []
        where = log.read_text().strip() if log.exists() else "nothing"
        name = errno.errorcode.get(one.error, "half")
        what = f"{one.change}: {one.call} #{number} of {one.program} with {name} ({where})"
        found = before.broken(ground, result.code, result.text, writes=change.writes)
        if one.call == "unlink" and one.program == "git":
            return 1, [f"{what}: {fault}" for fault in found]  # a lock that git cannot remove stays
        again = self._forked.run(ground.repo, ("set", "aa-1", "estimate=5"), ground.environment)
        if again.code != 0:
            found.append(f"a retry fails: {again.err.strip()[:200]}")
        left = ground.git("status", "--porcelain", check=False).strip()
        if left and again.code == 0 and "saved, not committed" not in result.text + again.text:
            found.append(f"after the retry: {left}, said: {result.text.strip()[-200:]}")
        return 1, [f"{what}: {fault}" for fault in found]


def tickets(ground: Ground) -> dict[str, bytes]:
    """The ticket files."""
    return {path.name: path.read_bytes() for path in ground.store.iterdir() if path.is_file()}


class Before(NamedTuple):
    """A repository before a command: its tickets, what git says of them, and the branch."""

    tickets: dict[str, bytes]
    status: str
    head: str

    @classmethod
    def of(cls, ground: Ground) -> Before:
        """As it is now."""
        status = ground.git("--no-optional-locks", "status", "--porcelain", check=False)
        return cls(tickets(ground), status, (ground.repo / ".git" / "refs" / "heads" / "main").read_text())

    def broken(self, ground: Ground, code: int, said: str, *, writes: bool = True) -> list[str]:
        """What a command broke of what tk promises, whatever failed."""
        after = Before.of(ground)
        found = []
        if "Traceback" in said or code == 70 or code < 0:
            found.append(f"traceback or killed: {code} {said[-400:]}")
        if code == 0:
            if after.head == self.head or (writes and after.tickets == self.tickets):
                found.append("exit 0, but the change is missing")
            if after.status:
                found.append(f"exit 0, but not committed: {after.status.strip()}")
        elif "saved, not committed" not in said:
            if after.tickets != self.tickets:
                found.append(f"exit {code}, but the files changed: {said.strip()[-200:]}")
            if after.head != self.head:
                found.append(f"exit {code}, but HEAD moved: {said.strip()[-200:]}")
            if after.status != self.status:
                found.append(f"exit {code}, but git's index changed: {after.status.strip()} {said.strip()[-200:]}")
        return found


def promises(ground: Ground, before: dict[str, bytes], code: int, said: str) -> list[str]:
    """What a run broke of what tk promises, whatever failed."""
    after = tickets(ground)
    found = []
    if "Traceback" in said or code == 70:
        found.append(f"traceback: {said[-400:]}")
    if code == 0:
        if after == before:
            found.append("exit 0, but the change is missing")
        dirty = ground.git("status", "--porcelain", "--", ".tickets", check=False)
        if dirty:
            found.append(f"exit 0, but not committed: {dirty.strip()}")
    elif after != before and "saved, not committed" not in said:
        found.append(f"exit {code}, but the files changed: {said.strip()[-200:]}")
    return found


def fill(base: Path, sizes: tuple[int, ...] = FREE) -> tuple[int, list[str]] | None:
    """S6: a real small file system with so many KiB free; None where none can be mounted."""
    base.mkdir(parents=True)
    found = []
    for free in sizes:
        place = base / f"free{free}"
        place.mkdir()
        options = ["-o", "size=4m,nr_inodes=4096", "tmpfs", str(place)]
        if subprocess.run(["mount", "-t", "tmpfs", *options], capture_output=True, check=False).returncode != 0:
            return None
        try:
            ground = Ground.make(place / "ground")
            ballast = place / "ballast"
            found += [f"{free} KiB free: {fault}" for fault in _filled(ground, ballast, free)]
            if free == sizes[-1]:
                found += [f"read-only: {fault}" for fault in _read_only(ground, place)]
        finally:
            subprocess.run(["umount", str(place)], check=False)
    return len(sizes), found


def _filled(ground: Ground, ballast: Path, free: int) -> list[str]:
    ground.tk("set", "aa-3", "priority=1")
    try:
        with ballast.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
    except OSError:
        pass
    size = ballast.stat().st_size
    with ballast.open("r+b") as file:
        file.truncate(size - free * 1024)
    found = []
    for args in (("set", "aa-1", "priority=0"), ("comment", "aa-1", "x" * 9000), ("new", "Fresh", "-q")):
        before = tickets(ground)
        result = ground.tk(*args)
        found += [f"{args[0]}: {fault}" for fault in promises(ground, before, result.code, result.text)]
    ballast.unlink()
    for args in (("set", "aa-2", "priority=0"), ("comment", "aa-1", "after"), ("new", "Later", "-q")):
        before = tickets(ground)
        result = ground.tk(*args)
        if result.code != 0:
            found.append(f"a retry fails: {args[0]}: {result.err.strip()[:200]}")
        found += [f"retry: {args[0]}: {fault}" for fault in promises(ground, before, result.code, result.text)]
    return found


def _read_only(ground: Ground, place: Path) -> list[str]:
    """The whole file system read-only, and then not any more."""
    found = []
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    for args in (("set", "aa-1", "priority=1"), ("new", "Fresh", "-q"), ("undo",), ("rm", "aa-2")):
        before = tickets(ground)
        result = ground.tk(*args)
        found += [f"{args[0]}: {fault}" for fault in promises(ground, before, result.code, result.text)]
        found += [f"{args[0]}: exit 0"] if result.code == 0 else []
    for args in (("ls", "--all"), ("show", "aa-1"), ("log", "aa-1"), ("search", "Ticket")):
        result = ground.tk(*args)
        found += [f"{args[0]}: {result.code} {result.err[-200:]}"] if result.code != 0 else []
    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
    again = ground.tk("set", "aa-1", "priority=3")
    return found + ([f"a retry fails: {again.err[-200:]}"] if again.code != 0 else [])


def limited(base: Path, sizes: tuple[int, ...] = LIMITS) -> tuple[int, list[str]]:
    """S6: no file may grow larger than so many bytes."""
    ground = Ground.make(base)
    found = []
    for size in sizes:
        for args in (("set", "aa-1", f"estimate={size}"), ("comment", "aa-1", "y" * 600)):
            before = tickets(ground)
            done = subprocess.run(
                [*command(), *args],
                cwd=ground.repo,
                env=ground.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)),
            )
            said = done.stdout + done.stderr
            found += [f"{size} bytes: {args[0]}: {fault}" for fault in promises(ground, before, done.returncode, said)]
    if ground.tk("set", "aa-2", "priority=0").code != 0:
        found.append("a retry fails")
    return len(sizes) * 2, found
