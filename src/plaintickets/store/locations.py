"""Find the store, the work tree and git's folders without running git."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.paths import git_lead
from plaintickets.errors import NoStoreError, UnreadableError
from plaintickets.store.git_folder import git_dirs, linked_work_trees, work_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

STORE_NAME = ".tickets"
DERIVED_NAME = "plaintickets"
_MOST_SHOWN = 5


class Place(NamedTuple):
    """The folders of one opened store, absolute; those of git are empty strings outside a repository."""

    store: str
    top: str
    git_dir: str
    common_dir: str

    @property
    def derived(self) -> str:
        """Return the folder of derived state of this work tree, or an empty string."""
        return os.path.join(self.git_dir, DERIVED_NAME) if self.git_dir else ""

    @property
    def cache(self) -> str:
        """Return the folder of this store's caches and indexes in this work tree, or an empty string.

        Each store has its own; otherwise they would be rebuilt at each change of store.
        """
        if not self.derived or self.prefix == STORE_NAME:
            return self.derived
        from zlib import crc32

        return os.path.join(self.derived, "stores", f"{crc32(os.fsencode(self.prefix)):08x}")

    @property
    def shared(self) -> str:
        """Return the folder of the lock and journal, which all work trees of the clone share, or an empty string."""
        return os.path.join(self.common_dir, DERIVED_NAME) if self.common_dir else ""

    @property
    def prefix(self) -> str:
        """Return the store's path relative to the work tree's top, with `/`, as git names it."""
        return os.path.relpath(self.store, self.top).replace(os.sep, "/") if self.top else ""

    def git_path(self, path: str) -> str:
        """Return a store path relative to the work tree's top, as git names it."""
        return git_lead(self.prefix) + path

    def store_path(self, path: str) -> str:
        """Return the store path of a path as git names it; unchanged if it is outside the store."""
        return path.removeprefix(git_lead(self.prefix))


def user_config(environ: Mapping[str, str]) -> str | None:
    """Return the path of the user's own configuration."""
    home = environ.get("XDG_CONFIG_HOME") or os.path.join(
        environ.get("HOME") or environ.get("USERPROFILE", ""), ".config"
    )
    return os.path.join(home, DERIVED_NAME, "config.yml") if os.path.isabs(home) else None


def find_store(folder: str, named: str | None) -> str:
    """Return the folder of the store: `named` (TICKETS_DIR), or else the nearest parent's inside the work tree.

    Raises NoStoreError.
    """
    if named:
        path = os.path.join(folder, named)
        if not os.path.isdir(path):
            raise NoStoreError(f"tickets directory '{named}' does not exist")
        return os.path.abspath(path)
    current = folder
    while True:
        candidate = os.path.join(current, STORE_NAME)
        if os.path.isdir(candidate):
            return candidate
        above = os.path.dirname(current)
        if os.path.lexists(os.path.join(current, ".git")) or above == current:
            raise NoStoreError
        current = above


def locate(store: str) -> Place:
    """Return the place of a store, whose folder may not exist yet; refuse a link or a repository."""
    store = os.path.abspath(store)
    if os.path.islink(store):
        raise UnreadableError(f"{store} is a symbolic link", hint="a store is a real folder; set TICKETS_DIR to it.")
    if _is_repository(store):
        raise UnreadableError(
            f"{store} looks like a git repository", hint="it is not opened: remove everything but tickets."
        )
    # As git does: use the real place of a folder, not the name by which it was reached.
    store = os.path.realpath(store)
    # A store named by TICKETS_DIR may be the work tree itself; a `.tickets` never is.
    current = os.path.dirname(store) if os.path.basename(store) == STORE_NAME else store
    while True:
        marker = os.path.join(current, ".git")
        if os.path.lexists(marker):
            found = git_dirs(marker)
            if found:
                return _in_work_tree(Place(store, current, *found))
        elif _is_repository(current):
            raise _bare(current, current)
        above = os.path.dirname(current)
        if above == current:
            return Place(store, "", "", "")
        current = above


def _is_repository(folder: str) -> bool:
    """Return whether a folder looks like a git folder itself."""
    return all(os.path.lexists(os.path.join(folder, name)) for name in ("HEAD", "objects", "refs"))


def _in_work_tree(place: Place) -> Place:
    """Return the place, unless git's work tree is another folder or none."""
    top = work_tree(place.top, place.git_dir, place.common_dir)
    if not top:
        raise _bare(place.top, place.common_dir)
    top = os.path.realpath(top)
    if top == os.path.realpath(place.top):
        return place
    if os.path.commonpath([top, place.store]) == top:
        return place._replace(top=top)
    raise UnreadableError(
        f"the work tree of {place.git_dir} is {top}, and {place.store} is not in it",
        hint=f"run the command in {top}.",
    )


def _bare(folder: str, git_dir: str) -> UnreadableError:
    from plaintickets.core.shortened import shortened

    trees = linked_work_trees(git_dir)
    return UnreadableError(
        f"{folder} is a bare repository, which has no work tree for tickets",
        hint=f"run the command in one of its work trees: {shortened(trees, _MOST_SHOWN)}"
        if trees
        else "clone it, or add a work tree (git worktree add), and run the command there.",
    )
