"""Check whether other processes run, and whether a number still means the same process."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any

from plaintickets.system import WINDOWS

# Signals that ask a program to end. Windows has Ctrl-Break instead of SIGHUP.
ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
_PROC = "/proc"
_QUERY = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
_STILL_ACTIVE = 259


def is_alive(pid: int) -> bool:
    """Tell whether a process of this number runs; one that has ended and was not waited for does not."""
    if WINDOWS:
        return _asked_of_windows(pid)[0]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    fields = _stat_fields(pid)
    return not fields or fields[0] != "Z"


def start_of(pid: int) -> str:
    """Return a mark that distinguishes a process from a later one of the same number; empty if unknown."""
    if WINDOWS:
        return _asked_of_windows(pid)[1]
    fields = _stat_fields(pid)
    return fields[19] if len(fields) > 19 else ""


def git_runs_in(folders: tuple[str, ...]) -> bool:
    """Return whether a git process runs in one of the folders; True if that is unknown."""
    if WINDOWS or not os.path.isdir(f"{_PROC}/self"):
        return True
    for pid in os.listdir(_PROC):
        if pid.isdigit() and is_alive(int(pid)):
            try:
                with open(f"{_PROC}/{pid}/comm", encoding="utf-8", errors="replace") as file:
                    is_git = file.read().startswith("git")
                if is_git and _is_in(pid, folders):
                    return True
            except FileNotFoundError:
                continue  # it has already ended
            except OSError:
                return True
    return False


def _is_in(pid: str, folders: tuple[str, ...]) -> bool:
    current = os.readlink(f"{_PROC}/{pid}/cwd") + "/"
    with open(f"{_PROC}/{pid}/cmdline", "rb") as file:
        named = os.fsdecode(file.read())
    return any(current.startswith(folder + "/") or folder in named for folder in folders)


def _stat_fields(pid: int) -> list[str]:
    """Return the fields of a process on Linux, from its state on; an empty list elsewhere."""
    with contextlib.suppress(OSError), open(f"{_PROC}/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()
    return []


def _asked_of_windows(pid: int) -> tuple[bool, str]:
    """Return whether a process runs, and when it was started. `os.kill` would end it there."""
    import ctypes

    kernel: Any = vars(ctypes)["windll"].kernel32
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(_QUERY, 0, pid)
    if not handle:
        return False, ""
    handle = ctypes.c_void_p(handle)
    try:
        code = ctypes.c_ulong()
        times = [ctypes.c_ulonglong() for _ in range(4)]
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        timed = kernel.GetProcessTimes(handle, *[ctypes.byref(time) for time in times])
        return not known or code.value == _STILL_ACTIVE, str(times[0].value) if timed else ""
    finally:
        kernel.CloseHandle(handle)
