"""Check whether a store can be created in a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.errors import SPARSE, GitRefusedError, NoStoreError, UnreadableError
from plaintickets.store import locations

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_NAMED = 5


def refuse_to_begin(folder: str, environ: Mapping[str, str]) -> None:
    """Refuse a folder in which no store can be created: no work tree, or one that hides an existing store.

    Raises UnreadableError.
    """
    where = locations.locate(os.path.join(folder, locations.STORE_NAME))
    if not where.git_dir:
        return
    from plaintickets.git.left_out import hidden_stores, is_sparse

    if not is_sparse(where.git_dir):
        return
    from plaintickets.git.process import GitProcess

    git = GitProcess(where.git_dir, where.top, environ)
    found = hidden_stores(git, os.path.relpath(os.path.realpath(folder), where.top), locations.STORE_NAME)
    if found:
        raise UnreadableError(
            f"{found[0]} is in the repository, and the sparse checkout leaves it out",
            hint=SPARSE.format(found[0]),
        )


def refuse_where_others_are(folder: str, environ: Mapping[str, str]) -> None:
    """Name the stores of the work tree if the folder has none.

    Raises NoStoreError.
    """
    where = locations.locate(os.path.join(folder, locations.STORE_NAME))
    if not where.git_dir:
        return
    from shlex import quote

    from plaintickets.git.process import GitProcess
    from plaintickets.store.work_tree_stores import name_of, store_prefixes

    try:
        found = [name_of(prefix) for prefix in store_prefixes(GitProcess(where.git_dir, where.top, environ))]
    except GitRefusedError:
        return
    if found:
        from plaintickets.core.shortened import shortened

        near = os.path.relpath(os.path.join(where.top, found[0]), os.path.realpath(folder))
        raise NoStoreError(
            hint=f"stores are in {shortened(found, _MOST_NAMED)}: "
            f"`tk -C {quote(near)} COMMAND`, or `tk --all-stores ls`."
        )
