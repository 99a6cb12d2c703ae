"""The frameworks that run a repository's hooks, as far as they meddle with the work tree."""

from __future__ import annotations

import os

# What betrays a framework that puts unstaged work aside while hooks run: files at the work tree's top.
STASHING = {
    "lefthook": ("lefthook.yml", "lefthook.yaml", ".lefthook.yml", "lefthook.toml", "lefthook.json"),
    "lint-staged": (".lintstagedrc", ".lintstagedrc.json", ".lintstagedrc.yaml", "lint-staged.config.js"),
    "pre-commit": (".pre-commit-config.yaml", ".pre-commit-config.yml"),
}
_LARGEST = 1 << 20


def stashing_frameworks(top: str) -> list[str]:
    """The frameworks set up in a work tree that put unstaged work aside during a commit, by name."""
    found = {name for name, files in STASHING.items() if any(os.path.isfile(f"{top}/{file}") for file in files)}
    if _mentions_lint_staged(f"{top}/package.json"):
        found.add("lint-staged")
    return sorted(found)


def _mentions_lint_staged(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b'"lint-staged"' in file.read(_LARGEST)
    except OSError:
        return False
