"""S5 and S6: the n-th call to the system fails; the disk is full, read-only, or limits the size of files."""

from __future__ import annotations

import errno
import resource
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from soak.ground import Ground, command

CALLS = ("open", "write", "rename", "link", "fsync", "unlink", "mkdir")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EINTR)
_SOURCE = Path(__file__).with_name("fault.c")


class Scene(NamedTuple):
    """A process name and a part of the paths whose calls fail."""

    program: str
    path: str


SCENES = (Scene("python", "/repo/.tickets"), Scene("python", "/repo/.git/"), Scene("git", ".git"))


def build(folder: Path) -> Path | None:
    """The shim, or None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    made = folder / "fault.so"
    done = subprocess.run([compiler, "-shared", "-fPIC", "-o", made, _SOURCE, "-ldl"], capture_output=True, check=False)
    return made if done.returncode == 0 else None


def fail_each(
    base: Path,
    shim: Path,
    *,
    calls: tuple[str, ...] = CALLS,
    errors: tuple[int, ...] = ERRORS,
    scenes: tuple[Scene, ...] = SCENES,
    seconds: float = float("inf"),
) -> tuple[int, list[str]]:
    """Lets every call fail once, in turn; how many failed, and every broken promise."""
    start = time.monotonic()
    failed, found = 0, list[str]()
    for scene in scenes:
        for call in calls:
            for error in errors:
                # What git cannot remove while it fails stays: that is not ours to promise.
                for number in range(1, 1 if (scene.program, call) == ("git", "unlink") else 200):
                    if time.monotonic() - start > seconds:
                        return failed, found
                    ground = Ground.make(base / f"{failed}-{number}-{call}-{error}-{scene.program}")
                    happened, broken = _one(ground, shim, scene, call, error, number)
                    shutil.rmtree(ground.base)
                    failed += happened
                    found += broken
                    if not happened:
                        break
    return failed, found


def _one(ground: Ground, shim: Path, scene: Scene, call: str, error: int, number: int) -> tuple[bool, list[str]]:
    log = ground.base / "fault.log"
    environment = {
        "LD_PRELOAD": str(shim), "FAULT_CALL": call, "FAULT_AT": str(number), "FAULT_ERRNO": str(error),
        "FAULT_NAME": scene.program, "FAULT_PATH": scene.path, "FAULT_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    found: list[str] = []
    commands: tuple[tuple[str, ...], ...] = (("set", "aa-1", "priority=0"), ("new", "Fresh", "-q"))
    for args in commands:
        log.unlink(missing_ok=True)
        before = tickets(ground)
        result = ground.tk(*args, env=environment)
        if not log.exists():
            if args[0] == "new":
                return False, found
            continue
        what = (
            f"{args[0]}: {call} #{number} of {scene.program} with {errno.errorcode[error]} ({log.read_text().strip()})"
        )
        found += [f"{what}: {fault}" for fault in promises(ground, before, result.code, result.text)]
    again = ground.tk("set", "aa-2", "priority=0")
    if again.code != 0:
        found.append(f"{call} #{number} of {scene.program}: a retry fails: {again.err.strip()[:200]}")
    return True, found


def tickets(ground: Ground) -> dict[str, bytes]:
    """The ticket files."""
    return {path.name: path.read_bytes() for path in ground.store.iterdir() if path.is_file()}


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


def fill(base: Path, sizes: tuple[int, ...] = (0, 1, 2, 4, 8, 16)) -> tuple[int, list[str]] | None:
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


def limited(base: Path, sizes: tuple[int, ...] = (0, 100, 200, 400, 1000)) -> tuple[int, list[str]]:
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
