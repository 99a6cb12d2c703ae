"""Find every store of a work tree: committed, new, or left out by a sparse checkout."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.store.locations import STORE_NAME

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess

_PATHS = (f":(top,glob)**/{STORE_NAME}", f":(top,glob)**/{STORE_NAME}/**")


def store_prefixes(git: GitProcess) -> list[str]:
    """Return the stores of the work tree as git names their folders, sorted.

    A store that git ignores, or that is in another repository inside this one, does not count.
    Raises GitRefusedError.
    """
    from plaintickets.errors import GitRefusedError

    done = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *_PATHS, literal=False)
    if done.code:
        raise GitRefusedError(f"git ls-files failed: {done.err.strip() or done.code}")
    found = set()
    last = "\0"
    for path in done.out.decode(errors="surrogateescape").split("\0"):
        if path.startswith(last):  # of the store that the file before was in: a store may have 100,000
            continue
        parts = path.split("/")
        if STORE_NAME in parts:
            place = parts.index(STORE_NAME) + 1
            prefix = "/".join(parts[:place])
            if place < len(parts) or os.path.isdir(os.path.join(git.top, prefix)):  # a link to a folder counts
                found.add(prefix)
                last = f"{prefix}/"
    return sorted(found)


def name_of(prefix: str) -> str:
    """Return the name of a store: the folder that holds it, relative to the top of the work tree."""
    return os.path.dirname(prefix) or "." if os.path.basename(prefix) == STORE_NAME else prefix


def other_holders(git: GitProcess, own: str, part: str, *, guess: bool) -> list[tuple[str, str]]:
    """Return the tickets of other stores that a part of an id names, each as the store's prefix and the id."""
    from plaintickets.core import ids
    from plaintickets.store.names import ticket_paths

    found = []
    for prefix in store_prefixes(git):
        store = os.path.join(git.top, prefix)
        if prefix == own or os.path.islink(store):
            continue
        try:
            paths = ticket_paths(store)
        except OSError:
            continue
        names = ids.named(part, paths) or (ids.matching(part, paths) if guess else [])
        found += [(prefix, name) for name in names]
    exact = [one for one in found if one[1] == part]
    return exact or found
