"""Read which files a store held at a revision from git's trees."""

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
    """Return the kind of a tree entry by its mode in octal."""
    return _KINDS.get(mode, FILE)


def store_entries(git: GitProcess, revision: str, prefix: str) -> tuple[dict[str, Entry], str | None]:
    """Return the files of the store at a revision by store path, and its folder there, None if there was none.

    `prefix` is the folder of the store today.

    Raises GitRefusedError if the revision cannot be read.
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
    """Return the one folder in a revision that has the store's name but is elsewhere; None if not exactly one.

    Raises GitRefusedError if the revision cannot be read.
    """
    name = prefix.rpartition("/")[2]
    out = git.read("ls-tree", "-r", "-d", "-z", "--full-tree", "--name-only", revision)
    folders = out.decode(errors="surrogateescape").split("\0")
    found = [folder for folder in folders if folder.rpartition("/")[2] == name and folder != prefix]
    # A folder that still exists is another store, not the former place of this one.
    return found[0] if len(found) == 1 and not os.path.isdir(os.path.join(git.top, found[0])) else None


def has_folder(git: GitProcess, revision: str, folder: str) -> bool:
    """Return whether a revision has a folder."""
    return git.run("cat-file", "-e", tree_name(revision, folder)).code == 0


def tree_name(revision: str, folder: str) -> str:
    """Return git's name for a folder of a revision; `.` is the top."""
    return revision if folder == "." else f"{revision}:{folder}"


def empty_tree(git: GitProcess) -> str:
    """Return the id of the empty tree."""
    return git.read("hash-object", "-t", "tree", "--stdin", stdin=b"").decode().strip()
