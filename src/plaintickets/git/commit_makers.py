"""Who made commits: author, committer and signature, without the mapping of a `.mailmap`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.process import GitProcess

_PEOPLE = "%H%x00%an%x00%ae%x00%cn%x00%ce"


class CommitMaker(NamedTuple):
    """The author and the committer of a commit, the result of checking its signature (`%G?`), and the signer."""

    commit: str
    author: tuple[str, str]
    committer: tuple[str, str]
    signature: str = "N"
    signer: str = ""


def makers(git: GitProcess, commits: Sequence[str], *, signed: bool) -> dict[str, CommitMaker]:
    """Return who made each commit; signatures are only checked with `signed`, as that starts another program."""
    if not commits:
        return {}
    form = _PEOPLE + ("%x00%G?%x00%GS" if signed else "%x00N%x00")
    options = ("--no-walk=unsorted", "--no-mailmap", "--no-notes", "-z", "--encoding=UTF-8", f"--format=tformat:{form}")
    asked = "".join(f"{commit}\n" for commit in commits).encode()
    out = git.read("--no-replace-objects", "log", *options, "--stdin", stdin=asked)
    words = out.decode(errors="replace").split("\0")
    found = {}
    for place in range(0, len(words) - 6, 7):
        commit, name, mail, committer, committer_mail, signature, signer = words[place : place + 7]
        found[commit] = CommitMaker(commit, (name, mail), (committer, committer_mail), signature, signer)
    return found
