"""Check the versions of the libraries and programs that plaintickets uses."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from plaintickets import __version__
from plaintickets.core.checks.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.git.process import GitProcess

# Distributions that all import as `whoosh`; the first is the one that is tested with.
WHOOSH = ("Whoosh", "Whoosh-Reloaded", "whoosh-ng", "whoosh3")
TESTED_WHOOSH = "2.7.4"
OLDEST_GIT = (2, 36)
_LIBRARIES = ("click", "PyYAML", "python-frontmatter", "GitPython")


def versions(git: GitProcess | None) -> dict[str, str]:
    """Return the version of each by name; empty if it is missing."""
    found = {"plaintickets": __version__, "python": ".".join(map(str, sys.version_info[:3]))}
    if git is not None:
        match = re.search(r"\d+(\.\d+)+", git.run("version").out.decode(errors="replace"))
        found["git"] = match[0] if match else ""
    found |= {name: _version(name) for name in _LIBRARIES}
    return found | {name: version for name in WHOOSH if (version := _version(name))}


def _version(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def check(found: dict[str, str]) -> Iterator[Finding]:
    """Yield a finding for each library or program that is too old, missing, or a different program."""
    git = found.get("git", "")
    if git and tuple(map(int, git.split(".")[:2])) < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        yield Finding("old-git", f"git {git} is older than {wanted}", f"install git {wanted} or newer")
    for name in _LIBRARIES:
        if not found[name]:
            yield Finding("missing-library", f"{name} is not installed", f"pip install {name}")
    present = [name for name in WHOOSH if found.get(name)]
    if present != ["Whoosh"] or found["Whoosh"] != TESTED_WHOOSH:
        shown = " and ".join(f"{name} {found[name]}" for name in present) or "nothing"
        message = f"search is tested with Whoosh {TESTED_WHOOSH}; installed is {shown}"
        others = " ".join(name for name in present if name != "Whoosh")
        remedy = f"pip install --force-reinstall Whoosh=={TESTED_WHOOSH}"
        remedy = f"pip uninstall {others}; {remedy}" if others else remedy
        yield Finding("untested-whoosh", message, remedy)
