"""Which files a store held at a revision, out of git's trees."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.git.entries import Entry, of_tree

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess

FILE = "file"
LINK = "link"
SUBMODULE = "submodule"
_KINDS = {"120000": LINK, "160000": SUBMODULE}


def kind_of(mode: str) -> str:
    """What an entry of a tree is, by its mode in octal."""
    return _KINDS.get(mode, FILE)


def store_entries(git: GitProcess, revision: str, prefix: str) -> tuple[dict[str, Entry], str | None]:
    """The files of the store at a revision by store path, and the folder it lay in, None where there was none.

    `prefix` is where the store lies today. Raises GitRefusedError where the revision cannot be read.
    """
    for place in (prefix, None):
        found = former_place(git, revision, prefix) if place is None else place
        if found is None:
            break
        outcome = git.run("ls-tree", "-r", "-z", "--full-tree", tree_name(revision, found))
        if outcome.code == 0:
            return of_tree(outcome.out), found
    return {}, None


def former_place(git: GitProcess, revision: str, prefix: str) -> str | None:
    """The one folder elsewhere in a revision that has the store's name, if there is none of it today.

    Raises GitRefusedError where the revision cannot be read.
    """
    name = prefix.rpartition("/")[2]
    out = git.read("ls-tree", "-r", "-d", "-z", "--full-tree", "--name-only", revision)
    folders = out.decode(errors="surrogateescape").split("\0")
    found = [folder for folder in folders if folder.rpartition("/")[2] == name and folder != prefix]
    # One that is still there is another store, and not this one's former place.
    return found[0] if len(found) == 1 and not os.path.isdir(os.path.join(git.top, found[0])) else None


def has_folder(git: GitProcess, revision: str, folder: str) -> bool:
    """Whether a revision has a folder."""
    return git.run("cat-file", "-e", tree_name(revision, folder)).code == 0


def tree_name(revision: str, folder: str) -> str:
    """Git's name for a folder of a revision; `.` is the top."""
    return revision if folder == "." else f"{revision}:{folder}"


def empty_tree(git: GitProcess) -> str:
    """The id of the tree that holds nothing."""
    return git.read("hash-object", "-t", "tree", "--stdin", stdin=b"").decode().strip()
