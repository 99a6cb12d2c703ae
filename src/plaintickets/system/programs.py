"""The user's programs: split a command line, find a program on PATH, run it, or replace this one by it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from plaintickets.system import WINDOWS, program_endings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Characters with a meaning for the shell in a command line.
HAS_SHELL = not WINDOWS
# The editor if neither git nor the environment names one.
EDITOR = "notepad" if WINDOWS else "vi"


def split(line: str) -> list[str]:
    """Return the words of a command line, in which Windows has backslashes between folders; raise ValueError."""
    import shlex

    if not WINDOWS:
        return shlex.split(line)
    words = shlex.split(line, posix=False)
    return [word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word for word in words]


def joined(words: Sequence[str]) -> str:
    """Return the command line that a shell, or git's own one, splits into these words."""
    if not WINDOWS:
        import shlex

        return shlex.join(words)
    plain = (word.replace("\\", "/") for word in words)
    return " ".join(f'"{word}"' if " " in word else word for word in plain)


def edit(editor: str, path: str, environ: Mapping[str, str]) -> int:
    """Run an editor on a file and return its exit code; raise OSError, and ValueError for an open quote."""
    if WINDOWS:
        from shutil import which

        first, *words = split(editor)
        command = [which(first, path=environ.get("PATH")) or first, *words, path]
    else:
        # As git does: the editor's command line may have options, so the shell splits it.
        command = ["sh", "-c", f'{editor} "$@"', editor, path]
    import subprocess

    return subprocess.run(command, check=False, env=dict(environ)).returncode


def said(words: Sequence[str]) -> str | None:
    """Return the output of a program without the last line end; None if it fails or does not exist."""
    import subprocess

    try:
        done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    except OSError:
        return None
    return done.stdout.decode(errors="surrogateescape").rstrip("\r\n") if done.returncode == 0 else None


def named(folder: str, name: str, environ: Mapping[str, str]) -> str | None:
    """Return the program of a name in a folder; Windows adds an extension."""
    paths = (os.path.join(folder, name + ending) for ending in program_endings(environ))
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def stems(entry: str, environ: Mapping[str, str]) -> list[str]:
    """Return the names that a file of a folder on PATH can be called by: its own, or that without its extension."""
    if not WINDOWS:
        return [entry]
    stem, extension = os.path.splitext(entry)
    return [stem] if extension.lower() in program_endings(environ) else []


def become(path: str, arguments: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Replace this program by another one."""
    if WINDOWS:
        # Its `exec` starts a second process and leaves the caller's shell to go on at once.
        import subprocess

        raise SystemExit(subprocess.run([path, *arguments], env=dict(environ), check=False).returncode)
    os.execve(path, [path, *arguments], dict(environ))  # noqa: S606 - that is what a plug-in is
