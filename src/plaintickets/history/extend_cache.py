"""Add commits to the cache of the history whose changes are known, because the program made them.

Comparing the trees of each commit is most of what reading a long history takes: a millisecond for a folder of 29,000.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from contextlib import closing, suppress
from itertools import islice
from typing import TYPE_CHECKING

from plaintickets.core.paths import key_of
from plaintickets.git.shallow import shallow_commits
from plaintickets.history.cache import NAME, Request, read
from plaintickets.history.cache_tables import Rows
from plaintickets.history.changes_by_file import Part, file_changes
from plaintickets.history.commit_graph import CommitGraph
from plaintickets.history.log_parser import Entry, version_of
from plaintickets.history.timeline import Reading, read_commits, scan_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plaintickets.git.made_changes import MadeChanges
    from plaintickets.history.log_parser import GitReader

_TOGETHER = 10_000
_LONGEST_BEFORE = 20_000
"""The most commits before those that are known, which are read if they are not in the cache."""


def extend(git: GitReader, prefix: str, base: str, tip: str, made: MadeChanges, folder: str, max_bytes: int) -> None:
    """Bring the cache in a folder up to `tip`: the last of a line of commits onto `base`, behind those in `made`.

    Do nothing if no cache is possible, or if the history before is long and not in it.

    Raises GitRefusedError.
    """
    oids = git.run(["rev-list", "--reverse", "--topo-order", f"{base}..{tip}"]).decode().split()
    before = int(git.run(["rev-list", "--count", f"--max-count={_LONGEST_BEFORE + 1}", base]))
    if shallow_commits(git.common_dir) or len(oids) != len(made) + 1 or oids[-1] != tip:
        return
    is_long = before > _LONGEST_BEFORE
    if read(git, prefix, base, None, folder, frozenset(), max_bytes, warm_only=is_long) is None:
        return
    with suppress(sqlite3.Error):
        _extend(git, prefix, (base, *oids), made, folder, max_bytes)


def _extend(git: GitReader, prefix: str, oids: Sequence[str], made: MadeChanges, folder: str, max_bytes: int) -> None:
    """Add the commits of a line to a cache that covers the first; all but the last are in `made`."""
    base = oids[0]
    conditions = Request(git, prefix, base, frozenset(), max_bytes).conditions
    with closing(sqlite3.connect(os.path.join(folder, NAME), timeout=0.2, isolation_level=None)) as connection:
        rows = Rows(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            if rows.tip(conditions) == base and not rows.former() and _add(git, prefix, oids, made, rows, max_bytes):
                connection.execute("COMMIT")
        finally:
            git.progress(0)
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _add(git: GitReader, prefix: str, oids: Sequence[str], made: MadeChanges, rows: Rows, max_bytes: int) -> bool:
    """Add the commits of a line to rows that cover the first; return whether they now cover the last."""
    at, *line = oids
    versions = _versions(git, prefix, at)
    entries = _entries(made, prefix, dict(versions))
    ranks = array("q")
    for start in range(0, len(made), _TOGETHER):
        part = line[start : min(start + _TOGETHER, len(made))]
        known = dict(zip(part, islice(entries, len(part)), strict=True))
        reading = read_commits(git, (prefix,), [f"{at}..{part[-1]}"], rows, known)
        if reading.prefixes != (prefix,):
            return False
        rows.add_commits(reading.book.graph(), reading.revisions().values())
        ranks.extend(map(reading.book.rank, part))
        at = part[-1]

    reading = Reading(CommitGraph(rows))
    changes = file_changes(git, lambda: _parts(made, prefix, versions, line, ranks), reading.parse, max_bytes)
    rows.add_changes(touch for _, touches in changes for touch in touches)
    last = scan_range(git, (prefix,), [f"{at}..{line[-1]}"], rows, max_bytes)
    if reading.lacks or last.lacks or last.prefixes != (prefix,):
        return False
    rows.store(last, line[-1])
    return True


def _parts(
    made: MadeChanges, prefix: str, versions: Mapping[str, str], line: Sequence[str], ranks: Sequence[int]
) -> Iterator[Part]:
    """Yield the changes of each file, oldest first, given the commits with their ranks and the versions before."""
    for path, changes in made.by_file():
        key = key_of(path[len(prefix) :]) if path.endswith(".md") else None
        old = versions.get(path, "")
        if key is None:
            continue
        for number, blob in changes:
            if blob != old:
                yield Part(number, line[number], ranks[number], (Entry(key, path[len(prefix) :], old, blob),))
            old = blob


def _versions(git: GitReader, prefix: str, revision: str) -> dict[str, str]:
    """Return the versions of the files of a store at a revision, by git's path."""
    output = git.run(["ls-tree", "-r", "-z", "--full-tree", revision, "--", prefix.rstrip("/") or "."])
    found: dict[str, str] = {}
    for row in output.split(b"\0")[:-1]:
        about, _, name = row.partition(b"\t")
        mode, _, blob = about.split(b" ")
        found[name.decode("utf-8", "surrogateescape")] = version_of(mode, blob)
    return found


def _entries(made: Iterable[list[tuple[str, str]]], prefix: str, versions: dict[str, str]) -> Iterator[list[Entry]]:
    """Yield what the log of each commit would list."""
    for files in made:
        entries: list[Entry] = []
        for path, blob in sorted(files, key=lambda file: file[0].encode("utf-8", "surrogateescape")):
            key = key_of(path[len(prefix) :]) if path.endswith(".md") else None
            old, versions[path] = versions.get(path, ""), blob
            if key is not None and old != blob:
                entries.append(Entry(key, path[len(prefix) :], old, blob))
        yield entries
