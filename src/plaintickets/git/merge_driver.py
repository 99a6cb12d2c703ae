"""Install, remove and check the merge driver in a clone's git configuration."""

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
# With directory renames on, git may take the comment folder of a removed ticket for a renamed one,
# and move new comments to another ticket.
_FOLDERS = ("merge.directoryRenames", "false")
# Git accepts any file that the driver leaves as the merged file. A missing, killed or broken program leaves
# our side unmarked, and theirs would be lost. So only a word printed at the very end counts as success;
# without it, the wrapper runs git's own file merge.
_WRAPPER = (
    'case "$({} merge-driver --tell %O %A %B %L %P)" in clean) exit 0;; conflict) exit 1;; esac; '
    f"rm -f %A{BESIDE}; git merge-file -L ours -L base -L theirs --marker-size=%L %A %O %B || exit 1"
)
# Without a shell of the system: plain words, and the exit code is the result.
_WORDS = "{} merge-driver %O %A %B %L %P"
_SHELL_WORDS = ("if", "case", "for", "while", "{", "(", "!", "exec", "eval", "test", "[", ":")
_PROGRAM = re.compile(r'case "\$\((.*?) merge-driver --tell ' if programs.HAS_SHELL else "(.*?) merge-driver %O ")


def command(program: Sequence[str]) -> str:
    """Return the driver command for git; `program` are the words that start this program."""
    return _wrapped(programs.joined(program).replace("%", "%%"))


def _wrapped(program: str) -> str:
    return (_WRAPPER if programs.HAS_SHELL else _WORDS).format(program)


def installed(git: GitProcess) -> str:
    """Return the driver command in git's configuration, or an empty string."""
    return git.run("config", "--null", "--get", f"{_SECTION}.driver").out.decode(errors="replace").strip("\0")


def install(git: GitProcess, program: Sequence[str]) -> bool:
    """Configure the program as git's merge driver in this clone; return False if it already was."""
    wanted = command(program)
    if installed(git) == wanted and keeps_folders(git):
        return False
    for key, value in ((f"{_SECTION}.name", NAME), (f"{_SECTION}.driver", wanted), _FOLDERS):
        done = git.write("config", "--local", key, value)
        if done.code != 0:
            raise GitRefusedError(f"git config failed: {done.err.strip() or done.code}")
    return True


def keeps_folders(git: GitProcess) -> bool:
    """Return whether git's detection of renamed folders is off."""
    return git.run("config", "--get", _FOLDERS[0]).out.strip() == _FOLDERS[1].encode()


def remove(git: GitProcess) -> bool:
    """Remove the driver from this clone's configuration; return False if it was not there."""
    if not git.run("config", "--local", "--get", f"{_SECTION}.driver").out:
        return False
    if keeps_folders(git):
        git.write("config", "--local", "--unset", _FOLDERS[0])
    done = git.write("config", "--local", "--remove-section", _SECTION)
    if done.code != 0:
        raise GitRefusedError(f"git config failed: {done.err.strip() or done.code}")
    return True


def in_force(git: GitProcess, path: str) -> bool:
    """Return whether the attributes select the driver for a file; `path` is git's path."""
    out = git.run("check-attr", "-z", "--stdin", "merge", stdin=path.encode(errors="surrogateescape") + b"\0").out
    return out.split(b"\0")[2:3] == [DRIVER.encode()]


def check(git: GitProcess, prefix: str) -> Iterator[Finding]:
    """Report a driver that the attributes select but the clone lacks, or whose program is missing."""
    from plaintickets.core.checks.finding import Finding

    driver = installed(git)
    if not driver:
        if in_force(git, f"{prefix}/tk-0000.md"):
            message = "git merges tickets as plain text in this clone, so changes of two fields may conflict"
            yield Finding("no-driver", message, "tk setup", level="advice")
        return
    match = _PROGRAM.match(driver)
    if match is None:
        if not _runs(git, driver):
            message = f"the program of the merge driver in git's configuration is missing: {driver}"
            yield Finding("missing-driver", message, "tk setup")
    elif not _runs(git, match[1].replace("%%", "%")):
        message = f"the merge driver's program is missing, so git merges tickets as text: {match[1]}"
        yield Finding("missing-driver", message, "tk setup")
    elif driver != _wrapped(match[1]) or not keeps_folders(git):
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
    """Merge files as git does without a driver, into `ours`; return 0 if clean, 1 with conflicts."""
    import subprocess

    labels = ("-L", "ours", "-L", "base", "-L", "theirs", f"--marker-size={marker_size}")
    done = subprocess.run(["git", "merge-file", *labels, "--", ours, base, theirs], check=False)
    return min(done.returncode, 1) if done.returncode >= 0 else 1
