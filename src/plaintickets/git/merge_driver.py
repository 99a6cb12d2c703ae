"""The merge driver in a clone's git configuration: the command that git runs, and whether it stands there."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.system import programs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.checks.finding import Finding
    from plaintickets.git.process import GitProcess

DRIVER = "plaintickets"
NAME = "tickets, field by field"
BESIDE = ".tk"
_SECTION = f"merge.{DRIVER}"
# Git would take a folder of comments whose ticket was removed for one that was renamed, and move what is
# written there meanwhile to another ticket.
_FOLDERS = ("merge.directoryRenames", "false")
# Git takes whatever the driver leaves behind for the merged file: a program that is missing, killed or broken
# leaves our side, without a mark, and theirs would be lost. So only a word that is printed at the very end
# counts as an answer, and without it git's own merge of files is run.
_WRAPPER = (
    'case "$({} merge-driver --tell %O %A %B %L %P)" in clean) exit 0;; conflict) exit 1;; esac; '
    f"rm -f %A{BESIDE}; git merge-file -L ours -L base -L theirs --marker-size=%L %A %O %B || exit 1"
)
# Where there may be no shell but the one that git brings along: words alone, and the exit code is the answer.
_WORDS = "{} merge-driver %O %A %B %L %P"
_SHELL_WORDS = ("if", "case", "for", "while", "{", "(", "!", "exec", "eval", "test", "[", ":")
_PROGRAM = re.compile(r'case "\$\((.*?) merge-driver --tell ' if programs.HAS_SHELL else "(.*?) merge-driver %O ")


def command(program: Sequence[str]) -> str:
    """Return the command that git is to run, with the words that start the program."""
    return _wrapped(programs.joined(program).replace("%", "%%"))


def _wrapped(program: str) -> str:
    return (_WRAPPER if programs.HAS_SHELL else _WORDS).format(program)


def installed(git: GitProcess) -> str:
    """The command that git is told to run, or nothing."""
    return git.run("config", "--null", "--get", f"{_SECTION}.driver").out.decode(errors="replace").strip("\0")


def install(git: GitProcess, program: Sequence[str]) -> bool:
    """Tells git, in this clone, to merge by the program; False where it was told so already."""
    wanted = command(program)
    if installed(git) == wanted and keeps_folders(git):
        return False
    for key, value in ((f"{_SECTION}.name", NAME), (f"{_SECTION}.driver", wanted), _FOLDERS):
        done = git.write("config", "--local", key, value)
        if done.code != 0:
            raise GitRefusedError(f"git config failed: {done.err.strip() or done.code}")
    return True


def keeps_folders(git: GitProcess) -> bool:
    """Whether git is told not to guess that a folder was renamed."""
    return git.run("config", "--get", _FOLDERS[0]).out.strip() == _FOLDERS[1].encode()


def remove(git: GitProcess) -> bool:
    """Takes the driver out of this clone's configuration; False where it was not there."""
    if not git.run("config", "--local", "--get", f"{_SECTION}.driver").out:
        return False
    if keeps_folders(git):
        git.write("config", "--local", "--unset", _FOLDERS[0])
    done = git.write("config", "--local", "--remove-section", _SECTION)
    if done.code != 0:
        raise GitRefusedError(f"git config failed: {done.err.strip() or done.code}")
    return True


def in_force(git: GitProcess, path: str) -> bool:
    """Whether the attributes have a file, named as git names it, merged by the driver."""
    told = git.run("check-attr", "-z", "--stdin", "merge", stdin=path.encode(errors="surrogateescape") + b"\0").out
    return told.split(b"\0")[2:3] == [DRIVER.encode()]


def check(git: GitProcess, prefix: str) -> Iterator[Finding]:
    """A driver that the store asks for and the clone lacks, or whose program is not there."""
    from plaintickets.core.checks.finding import Finding

    told = installed(git)
    if not told:
        if in_force(git, f"{prefix}/tk-0000.md"):
            message = "git merges tickets as plain text in this clone, so changes of two fields may conflict"
            yield Finding("no-driver", message, "tk setup", level="advice")
        return
    match = _PROGRAM.match(told)
    if match is None:
        if not _runs(git, told):
            message = f"the merge driver that git is told to run is missing: {told}"
            yield Finding("missing-driver", message, "tk setup")
    elif not _runs(git, match[1].replace("%%", "%")):
        message = f"the merge driver's program is missing, so git merges tickets as text: {match[1]}"
        yield Finding("missing-driver", message, "tk setup")
    elif told != _wrapped(match[1]) or not keeps_folders(git):
        yield Finding("old-driver", "the merge driver was set up by another version", "tk setup", level="advice")


def _runs(git: GitProcess, program: str) -> bool:
    import shlex
    import shutil

    try:
        words = shlex.split(program)
    except ValueError:
        return False
    if not words or words[0] in _SHELL_WORDS:
        return bool(words)
    if "/" not in words[0]:
        return shutil.which(words[0], path=git.search_path) is not None
    return os.access(os.path.join(git.top, words[0]), os.X_OK)


def merge_file(base: str, ours: str, theirs: str, marker_size: str) -> int:
    """Merges files as git does without a driver, into `ours`: 0 clean, 1 with conflicts."""
    import subprocess

    labels = ("-L", "ours", "-L", "base", "-L", "theirs", f"--marker-size={marker_size}")
    done = subprocess.run(["git", "merge-file", *labels, "--", ours, base, theirs], check=False)
    return min(done.returncode, 1) if done.returncode >= 0 else 1
