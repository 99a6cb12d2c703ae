"""GitPython's runner of git commands, without the rest of GitPython."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING

from plaintickets.errors import MissingLibraryError

if TYPE_CHECKING:
    from git.cmd import Git

_PACKAGES = ("git", "gitdb")


@cache
def runner() -> tuple[type[Git], type[Exception]]:
    """Return GitPython's runner, and the exception that it raises when git is missing.

    `import git.cmd` would run the package's own code first, which imports all of GitPython and starts git twice: two
    thirds of the time. So the packages are entered without their code while the runner is imported, and taken out
    afterwards: an `import git` anywhere else gives all of GitPython, as ever.

    Raises MissingLibraryError.
    """
    bare = [name for name in _PACKAGES if name not in sys.modules and _enter(name)]
    try:
        from git.cmd import Git
        from git.exc import GitCommandNotFound
    except ImportError as error:
        raise MissingLibraryError("runs git commands that write", error) from None
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in bare]:
            del sys.modules[name]
    return Git, GitCommandNotFound


def _enter(package: str) -> bool:
    """Enter a package without running its code; return whether it can be found."""
    spec = find_spec(package)
    if spec is not None:
        sys.modules[package] = module_from_spec(spec)
    return spec is not None
