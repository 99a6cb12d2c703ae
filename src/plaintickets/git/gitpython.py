"""GitPython's runner of git commands, without the rest of GitPython."""

from __future__ import annotations

import sys
from _thread import allocate_lock
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING

from plaintickets.errors import MissingLibraryError

if TYPE_CHECKING:
    from git.cmd import Git

_PACKAGES = ("git", "gitdb")
_one_at_a_time = allocate_lock()


@cache
def runner() -> tuple[type[Git], type[Exception]]:
    """Return GitPython's runner, and the exception that it raises when git is missing.

    Raises MissingLibraryError.
    """
    with _one_at_a_time:
        try:
            return _runner_alone()
        except (ImportError, AttributeError):
            pass  # a GitPython whose runner needs the rest of it, or none
        try:
            return _runner()
        except ImportError as error:
            raise MissingLibraryError("runs git commands that write", error) from None


def _runner_alone() -> tuple[type[Git], type[Exception]]:
    """Import the runner in a third of the time.

    `import git.cmd` runs the package's own code first, which imports all of GitPython and starts git twice. So the
    packages are entered without their code while the runner is imported, and taken out afterwards: an `import git`
    anywhere else gives all of GitPython, as ever.
    """
    bare = [name for name in _PACKAGES if name not in sys.modules and _enter(name)]
    try:
        return _runner()
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in bare]:
            del sys.modules[name]


def _runner() -> tuple[type[Git], type[Exception]]:
    from git.cmd import Git
    from git.exc import GitCommandNotFound

    return Git, GitCommandNotFound


def _enter(package: str) -> bool:
    """Enter a package without running its code; return whether it can be found."""
    spec = find_spec(package)
    if spec is not None:
        sys.modules[package] = module_from_spec(spec)
    return spec is not None
