"""The user's pager, chosen and run as git does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.system import WINDOWS
from plaintickets.system.programs import split

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_PAGER = ("", "cat")
# What git gives a pager that has no options of its own.
_OPTIONS = {"LESS": "FRX", "LV": "-c"}
_NOT_FOUND = (126, 127)


def chosen(configured: str | None, environ: Mapping[str, str]) -> str:
    """Return the command line of the pager, empty for none.

    The first counts that is set: the setting, GIT_PAGER, PAGER, `less`. A dumb terminal has no `less`.
    """
    for command in (configured, environ.get("GIT_PAGER"), environ.get("PAGER")):
        if command is not None:
            return "" if command.strip() in _NO_PAGER else command
    if environ.get("TERM", "dumb") == "dumb":
        return ""
    from shutil import which

    return "less" if which("less", path=environ.get("PATH")) else ""


def show(text: str, command: str, environ: Mapping[str, str]) -> bool:
    """Show a text in the pager and wait for its end; return False if it could not be run.

    Ctrl-C is for the pager, so this process ignores it meanwhile.
    """
    import signal
    import subprocess

    words = split(command) if WINDOWS else ["sh", "-c", command]
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        done = subprocess.run(
            words,
            input=text.encode(errors="replace"),
            env={**_OPTIONS, **environ},
            check=False,
        )
    except (OSError, ValueError):
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return done.returncode not in _NOT_FOUND
