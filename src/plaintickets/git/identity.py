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
