"""Run `tk` as far as possible as on Windows: what only POSIX has is gone, and what Windows refuses is refused.

`python without_posix.py …` is `tk …`. What the standard library needs of POSIX to start processes stays.
A file that is open can be neither renamed nor replaced nor removed, a folder cannot be opened, a file
opened without O_BINARY is refused, and a lock is that of a `msvcrt` made here.
"""

from __future__ import annotations

# What of the standard library is imported before the POSIX parts go; it would not load without them.
import concurrent.futures  # noqa: F401
import ctypes
import errno
import fcntl
import os
import random  # noqa: F401
import select  # noqa: F401
import shutil
import signal
import subprocess
import sys
import tempfile
import threading  # noqa: F401
import types
from typing import Any

GONE = {
    os: (
        *("O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "O_CLOEXEC", "O_NOCTTY", "O_SYNC", "O_DSYNC", "O_NOATIME"),
        *("O_PATH", "O_TMPFILE", "geteuid", "getuid", "getegid", "getgid", "getgroups", "setuid", "pread", "pwrite"),
        *("preadv", "pwritev", "fchmod", "fchown", "chown", "lchown", "fork", "forkpty", "openpty", "killpg"),
        *("setsid", "getpgid", "getsid", "setpgid", "tcgetpgrp", "memfd_create", "mkfifo", "mknod", "sendfile"),
        *("posix_fadvise", "posix_fallocate", "posix_spawn", "uname", "statvfs", "fstatvfs", "ttyname", "sync"),
        *("fdatasync", "lockf", "nice", "pipe2", "fchdir", "chroot", "getxattr", "setxattr", "wait", "wait3", "wait4"),
        *("get_blocking", "set_blocking", "WNOHANG_", "sched_getaffinity", "copy_file_range", "splice", "getloadavg"),
    ),
    signal: ("SIGHUP", "SIGPIPE", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGCONT"),
}
MISSING_MODULES = ("fcntl", "pwd", "grp", "termios", "tty", "pty", "resource", "syslog", "readline", "posix")
BINARY = 1 << 30
OURS = "plaintickets"
_FAR = 1 << 20
_kill, _open, _scandir, _listdir, _unlink, _replace, _link = (
    *(os.kill, os.open, os.scandir, os.listdir, os.unlink, os.replace, os.link),
)


def asked_by() -> str:
    """The module that called a function of `os`."""
    return str(sys._getframe(2).f_globals.get("__name__", ""))


def refuse_if_open(*paths: Any) -> None:
    """Raises PermissionError where this process has one of the files open."""
    there = {(state.st_dev, state.st_ino) for state in map(os.lstat, filter(os.path.lexists, paths))}
    for descriptor in _listdir("/proc/self/fd"):
        try:
            state = os.fstat(int(descriptor))
        except OSError:
            continue
        if (state.st_dev, state.st_ino) in there:
            raise PermissionError(errno.EACCES, "The file is used by another process", os.fspath(paths[-1]))


def open_as_windows(path: Any, flags: int, mode: int = 0o777, *, dir_fd: None = None) -> int:
    if os.path.isdir(path):
        raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
    if asked_by().startswith(OURS) and not flags & BINARY and path != os.devnull:
        raise AssertionError(f"{path} is opened as text")
    return _open(path, flags & ~BINARY, mode)


def scandir_as_windows(path: Any = ".") -> Any:
    if isinstance(path, int):
        raise TypeError("scandir: path should be string, bytes, os.PathLike or None, not int")
    return _scandir(path)


def listdir_as_windows(path: Any = ".") -> Any:
    if isinstance(path, int):
        raise TypeError("listdir: path should be string, bytes, os.PathLike or None, not int")
    return _listdir(path)


def kill_as_windows(pid: int, number: int) -> None:
    if asked_by() != "subprocess":
        raise AssertionError("os.kill ends the process on Windows, whatever the signal")
    _kill(pid, number)


def unlink_as_windows(path: Any, *, dir_fd: None = None) -> None:
    if asked_by() != "tempfile":  # which opens what is to go with O_TEMPORARY on Windows
        refuse_if_open(path)
    _unlink(path)


def replace_as_windows(source: Any, target: Any) -> None:
    refuse_if_open(source, target)
    _replace(source, target)


def rename_as_windows(source: Any, target: Any) -> None:
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "Cannot create a file that already exists", os.fspath(target))
    refuse_if_open(source)
    _replace(source, target)


def link_as_windows(path: Any, other: Any) -> None:
    _link(path, other)


def locking(descriptor: int, mode: int, size: int) -> None:
    """The one function of `msvcrt` that is used: a lock on a byte, here on the whole file."""
    assert (mode, size) == (2, 1), "LK_NBLCK of one byte"
    assert os.lseek(descriptor, 0, os.SEEK_CUR) > _FAR, "no byte of the file's own, or others cannot read it"
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(errno.EACCES, "Permission denied") from None


def kernel() -> types.SimpleNamespace:
    """What is asked of kernel32 about other processes."""

    def open_process(_rights: int, _inherits: int, pid: int) -> int:
        try:
            _kill(pid, 0)
        except ProcessLookupError:
            return 0
        return pid

    def exit_code(_handle: Any, code: Any) -> int:
        code._obj.value = 259
        return 1

    def times(handle: Any, started: Any, *_others: Any) -> int:
        with open(f"/proc/{handle.value}/stat", encoding="utf-8") as file:
            started._obj.value = int(file.read().rpartition(")")[2].split()[19])
        return 1

    return types.SimpleNamespace(
        OpenProcess=open_process, GetExitCodeProcess=exit_code, GetProcessTimes=times, CloseHandle=lambda _handle: 1
    )


def take_away() -> None:
    """Makes this process one of a Windows machine, as far as that goes."""
    for module, names in GONE.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in MISSING_MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    os.O_BINARY = BINARY  # type: ignore[attr-defined]
    replaced = {"open": open_as_windows, "scandir": scandir_as_windows, "listdir": listdir_as_windows}
    replaced |= {"kill": kill_as_windows, "unlink": unlink_as_windows, "remove": unlink_as_windows}
    replaced |= {"replace": replace_as_windows, "rename": rename_as_windows, "link": link_as_windows}
    for name, function in replaced.items():
        setattr(os, name, function)
    os.supports_dir_fd = os.supports_fd = os.supports_follow_symlinks = set()
    subprocess.Popen.kill = subprocess.Popen.terminate  # type: ignore[method-assign]
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    tempfile._O_TMPFILE_WORKS = False  # type: ignore[attr-defined]
    msvcrt: Any = types.ModuleType("msvcrt")
    msvcrt.locking = locking
    sys.modules["msvcrt"] = msvcrt
    ctypes.windll = types.SimpleNamespace(kernel32=kernel())  # type: ignore[attr-defined]


if __name__ == "__main__":
    take_away()
    from plaintickets.__main__ import main

    main()
