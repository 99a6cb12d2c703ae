"""Commit a change again when the user's own git commit, made from an old index, has undone it."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING

from plaintickets.core.message import message
from plaintickets.core.paths import git_lead
from plaintickets.core.shortened import shortened
from plaintickets.core.ticket import Ticket
from plaintickets.errors import TicketsError
from plaintickets.git import commit, entries, head, index_file
from plaintickets.store import files
from plaintickets.write import atomic_files, recent_commits
from plaintickets.write.commit_step import Committing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.process import GitProcess
    from plaintickets.history.undone_changes import Reversal
    from plaintickets.store.locations import Place
    from plaintickets.write.commit_step import CommitSettings
    from plaintickets.write.recent_commits import Recent

_COMMITS_LOOKED_AT = 100


def restore_recent(place: Place, git: GitProcess, settings: CommitSettings) -> list[str]:
    """Check the changes that were committed last and restore undone ones; return notices for the user."""
    seen = recent_commits.remembered(place.derived)
    if not seen:
        return []
    notices: list[str] = []
    wanted = {path: blob for one in seen for path, blob in one.blobs.items() if _is_in_store(place, path)}
    at = head.commit(place.git_dir, place.common_dir)
    if not (_is_unbroken(seen, at) and index_file.surely_holds(place.git_dir, wanted)):
        from plaintickets.history.undone_changes import reversals

        latest = max(one.made for one in seen) + recent_commits.WATCH_SECONDS
        found = [row for row in reversals(git, list(wanted), _COMMITS_LOOKED_AT) if row.time <= latest]
        notices = restore(git, settings, found)
        at = git.run("rev-parse", "--verify", "HEAD").out.decode().strip()
        seen = recent_commits.join(place.derived, recent_commits.remembered(place.derived), at)
    recent_commits.forget_old(place.derived, seen)
    return notices


def _is_in_store(place: Place, path: str) -> bool:
    prefix = git_lead(place.prefix)
    return path.startswith(prefix) and files.is_ticket_path(files.ticket_path(path.removeprefix(prefix)))


def _is_unbroken(seen: Sequence[Recent], at: str | None) -> bool:
    """Whether HEAD is the last of these commits, and each was made on the one before."""
    return seen[-1].commit == at and all(after.parent == before.commit for before, after in pairwise(seen))


def restore(git: GitProcess, settings: CommitSettings, found: Sequence[Reversal]) -> list[str]:
    """Update the index to HEAD, and HEAD to the files; return notices for the user."""
    notices = []
    staged = [row for row in found if not row.commit]
    if staged:
        commit.reset_index_entries(git, [row.path for row in staged], {row.path: (row.blob,) for row in staged})
        names = _named(staged)
        notices.append(f"an older state of {names} was in git's index and was removed; stage it again if it is yours")
    lost = [row for row in found if row.commit]
    if not lost:
        return notices
    by = lost[0].commit[:10]
    text = message(
        "restore",
        _tickets_of(lost),
        settings.template,
        standard=f"tk: commit {_named(lost)} again",
        details=[f"commit {by} took it back: its index had been read before the change was committed"],
    )
    there = entries.in_tree(git, "HEAD", [row.path for row in lost]) or {}
    contents = {
        row.path: (b"" if row.path in there else None, atomic_files.content_of(os.path.join(git.top, row.path)))
        for row in lost
    }
    committing = Committing(git, settings._replace(mode="auto"), contents)
    try:
        committing.run(text)
    except TicketsError as error:
        committing.undo()
        return [
            *notices,
            f"git took a change of {_named(lost)} back in {by}; `tk commit` commits it again ({error})",
        ]
    return [*notices, f"git undid a change of {_named(lost)} in {by}; it was committed again"]


def _tickets_of(found: Sequence[Reversal]) -> list[Ticket]:
    """Return the tickets, without their contents, whose files these are."""
    paths = {files.ticket_path(row.path): row for row in found}
    return [Ticket(files.id_of(path), path, {}, "") for path in paths]


def _named(found: Sequence[Reversal]) -> str:
    names = [os.path.basename(row.path).removesuffix(".md") for row in found]
    return shortened(names, 3)
