"""Running git in a test's folder."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from store_files import Tk


def git(tk: Tk, *arguments: str, cwd: Path | None = None, fails: bool = False) -> str:
    """Standard output of git, which must succeed unless the test says that it fails."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=cwd or tk.folder,
        env=tk.environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout.strip()


def head_files(tk: Tk) -> list[str]:
    """The paths that the last commit touched."""
    return git(tk, "show", "--name-only", "--format=", "HEAD").splitlines()
