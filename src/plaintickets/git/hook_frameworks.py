"""The frameworks that run a repository's hooks, as far as they meddle with the work tree."""

from __future__ import annotations

import os

from plaintickets.system import files

# What betrays a framework that puts unstaged work aside while hooks run: files at the work tree's top.
STASHING = {
    "lefthook": ("lefthook.yml", "lefthook.yaml", ".lefthook.yml", "lefthook.toml", "lefthook.json"),
    "lint-staged": (".lintstagedrc", ".lintstagedrc.json", ".lintstagedrc.yaml", "lint-staged.config.js"),
    "pre-commit": (".pre-commit-config.yaml", ".pre-commit-config.yml"),
}
_LARGEST = 1 << 20


def stashing_frameworks(top: str) -> list[str]:
    """The frameworks set up in a work tree that put unstaged work aside during a commit, by name."""
    found = {name for name, signs in STASHING.items() if any(os.path.isfile(f"{top}/{sign}") for sign in signs)}
    if _mentions_lint_staged(f"{top}/package.json"):
        found.add("lint-staged")
    return sorted(found)


def _mentions_lint_staged(path: str) -> bool:
    try:
        return b'"lint-staged"' in files.read_head(path, _LARGEST)
    except OSError:
        return False
