"""The names of branches and tags, read from their files: without a process where git keeps them in files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.git.process import GitProcess

_KINDS = ("refs/heads/", "refs/remotes/", "refs/tags/")
_MOST_BYTES = 64 << 20


def ref_names(common_dir: str) -> list[str] | None:
    """Return the short names of all branches, branches of remotes, and tags; None if only git can read them."""
    if os.path.lexists(os.path.join(common_dir, "reftable")):
        return None
    refs = _packed(os.path.join(common_dir, "packed-refs"))
    for kind in _KINDS:
        refs |= _loose(common_dir, kind)
    return _short(refs)


def asked(git: GitProcess) -> list[str]:
    """Return the same from git.

    Raises GitRefusedError.
    """
    shown = git.read("for-each-ref", "--format=%(refname)", *_KINDS).decode(errors="replace")
    return _short(shown.splitlines())


def _short(refs: Iterable[str]) -> list[str]:
    return [ref.removeprefix(kind) for ref in sorted(refs) for kind in _KINDS if ref.startswith(kind)]


def _packed(path: str) -> set[str]:
    try:
        with open(path, "rb") as file:
            lines = file.read(_MOST_BYTES).decode(errors="replace").split("\n")
    except OSError:
        return set()
    return {line.partition(" ")[2] for line in lines if line[:1] not in ("#", "^", "")}


def _loose(common_dir: str, kind: str) -> set[str]:
    found: set[str] = set()
    for folder, _, names in os.walk(os.path.join(common_dir, kind)):
        prefix = os.path.relpath(folder, common_dir).replace(os.sep, "/")
        found.update(f"{prefix}/{name}" for name in names if not name.endswith(".lock"))
    return found
