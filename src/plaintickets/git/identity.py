"""Who the user is, as git knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.git.process import GitProcess


def identity(git: GitProcess | None, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the name and mail of the user, from the environment first; raises GitRefusedError."""
    name, mail = environ.get("GIT_AUTHOR_NAME", ""), environ.get("GIT_AUTHOR_EMAIL", "")
    if name and mail:
        return name, mail
    if git is None:
        return name or environ.get("USER", ""), mail
    rows = git.run("config", "--null", "--get-regexp", r"^user\.(name|email)$").out.decode(errors="replace").split("\0")
    known = dict(row.partition("\n")[::2] for row in rows if row)
    return name or known.get("user.name", ""), mail or known.get("user.email", "")


def committer(git: GitProcess, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the name and mail that git will commit with: those of the environment, else those of the settings."""
    name, mail = environ.get("GIT_COMMITTER_NAME", ""), environ.get("GIT_COMMITTER_EMAIL", "")
    if name and mail:
        return name, mail
    keys = r"^(user|committer)\.(name|email)$"
    rows = git.run("config", "--null", "--get-regexp", keys).out.decode(errors="replace").split("\0")
    known = dict(row.partition("\n")[::2] for row in rows if row)
    return (
        name or known.get("committer.name") or known.get("user.name", ""),
        mail or known.get("committer.email") or known.get("user.email", ""),
    )
