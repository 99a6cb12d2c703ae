"""The end of the history of a shallow clone."""

from __future__ import annotations

import os


def shallow_commits(common_dir: str) -> frozenset[str]:
    """Return the commits at which a shallow clone ends, none in a whole one."""
    try:
        with open(os.path.join(common_dir, "shallow"), encoding="ascii", errors="replace") as file:
            return frozenset(file.read().split())
    except OSError:
        return frozenset()
