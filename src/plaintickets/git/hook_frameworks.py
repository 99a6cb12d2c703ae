"""Find hook frameworks that set unstaged work aside during a commit."""

from __future__ import annotations

import os

from plaintickets.system import files

# Frameworks that set unstaged work aside while hooks run, and their files at the top of the work tree.
STASHING = {
    "lefthook": ("lefthook.yml", "lefthook.yaml", ".lefthook.yml", "lefthook.toml", "lefthook.json"),
    "lint-staged": (".lintstagedrc", ".lintstagedrc.json", ".lintstagedrc.yaml", "lint-staged.config.js"),
    "pre-commit": (".pre-commit-config.yaml", ".pre-commit-config.yml"),
}
_LARGEST = 1 << 20


def stashing_frameworks(top: str) -> list[str]:
    """Return the names of the frameworks of a work tree that set unstaged work aside during a commit."""
    found = {name for name, signs in STASHING.items() if any(os.path.isfile(f"{top}/{sign}") for sign in signs)}
    if _mentions_lint_staged(f"{top}/package.json"):
        found.add("lint-staged")
    return sorted(found)


def _mentions_lint_staged(path: str) -> bool:
    try:
        return b'"lint-staged"' in files.read_head(path, _LARGEST)
    except OSError:
        return False
