"""Find the folders in which a store was before it was moved, from the commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from plaintickets.history.log_parser import GitReader, RawCommit

# A store that was moved more often has its history from this many moves ago.
MOST = 20
_DIFF = (
    *("--no-replace-objects", "diff-tree", "--stdin", "-r", "-t", "-m", "-z", "--raw", "--no-abbrev", "--no-renames"),
    *("--diff-filter=D", "--no-relative", "-O/dev/null"),
)
_FOLDER = b":040000 000000 "


class Beginnings:
    """The commits at which a store may begin: they only add, and there may be no ticket before them.

    Commits are entered parents first. `stood` means that known commits that were not entered may have held a ticket.
    """

    def __init__(self, *, stood: bool) -> None:
        self.found: list[RawCommit] = []
        self._stood = stood
        self._holds: dict[str, bool] = {}

    def enter(self, commits: Iterable[RawCommit]) -> None:
        """Add commits."""
        for commit in commits:
            holds = any(self._holds.get(parent, self._stood) for parent in commit.parents)
            changes = [entry for section in commit.sections for entry in section if not entry.key.comment]
            if changes and not holds and commit.parents and not any(entry.old for entry in changes):
                self.found.append(commit)
            if changes:
                # If a commit only removes files, the store may be empty after it.
                holds = any(entry.new for entry in changes)
            self._holds[commit.oid] = holds


def with_former(git: GitReader, prefixes: tuple[str, ...], beginnings: Sequence[RawCommit]) -> tuple[str, ...]:
    """Return the folders of a store with those from which these commits moved it.

    Such a folder has the store's name, and is the only one that the commit removed.

    Raises GitRefusedError.
    """
    name = prefixes[0].rstrip("/").rpartition("/")[2]
    if not name or len(prefixes) > MOST:
        return prefixes
    stood = held(git, {parent for commit in beginnings for parent in commit.parents}, prefixes)
    new = [commit for commit in beginnings if not stood.intersection(commit.parents)]
    found = dict.fromkeys(prefixes)
    for folders in _removed_folders(git, new, name.encode("utf-8", "surrogateescape")):
        unknown = [folder for folder in folders if folder not in prefixes]
        if len(unknown) == 1:
            found[unknown[0]] = None
    return tuple(found)


def left_at(git: GitReader, revision: str, prefixes: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders without new ones that still exist at a revision, because each is another store."""
    return tuple(prefix for prefix in prefixes if prefix in known or not held(git, [revision], [prefix]))


def held(git: GitReader, revisions: Iterable[str], prefixes: Iterable[str]) -> set[str]:
    """Return those of the revisions that hold one of the folders."""
    asked = [(revision, prefix) for revision in revisions for prefix in prefixes if "\n" not in prefix]
    if not asked:
        return set()
    names = "".join(f"{revision}:{prefix.rstrip('/')}\n" for revision, prefix in asked)
    stdin = names.encode("utf-8", "surrogateescape")
    kinds = git.run(["--no-replace-objects", "cat-file", "--batch-check=%(objecttype)"], stdin).split(b"\n")
    return {revision for (revision, _), kind in zip(asked, kinds, strict=False) if kind == b"tree"}


def _removed_folders(git: GitReader, commits: Sequence[RawCommit], name: bytes) -> Iterator[list[str]]:
    """Yield the folders of this name that each commit removed, with their `/`, separately for each parent."""
    if not commits:
        return
    tokens = iter(git.run(list(_DIFF), "".join(f"{commit.oid}\n" for commit in commits).encode()).split(b"\0"))
    found: list[str] = []
    for token in tokens:
        if not token.startswith(b":"):
            yield found
            found = []
            continue
        path = next(tokens, b"")
        if token.startswith(_FOLDER) and path.rpartition(b"/")[2] == name:
            found.append(path.decode("utf-8", "surrogateescape") + "/")
    yield found
