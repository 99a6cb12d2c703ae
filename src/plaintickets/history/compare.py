"""Compare the files of a store between two revisions, or a revision and the index or work tree."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.paths import git_lead, key_of
from plaintickets.errors import GitRefusedError, RefusedError
from plaintickets.git import trees
from plaintickets.git.entries import Entry, blob_id, blob_id_of_file, in_index
from plaintickets.git.reader import Reader
from plaintickets.git.revisions import DEEPENING, commit_named, is_shallow
from plaintickets.git.trees import FILE, LINK
from plaintickets.history.log_stream import read_blobs
from plaintickets.system.files import open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.git.process import GitProcess

# No name of a revision begins with a colon.
WORK_TREE = ":work-tree"
INDEX = ":index"
ABSENT = "absent"
TOO_LARGE = "too-large"
UNREADABLE = "unreadable"
MAX_BYTES = 1 << 20
# From this number of rows on, check whether files really differ before reading their old contents.
_MANY = 1000
_RAW = (
    *("--raw", "-z", "--no-abbrev", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("-O/dev/null", "--no-relative", "--ignore-submodules=none"),
)
_NO_MODE = "000000"
_ON_DISK = Entry("", "")
_DEFAULT_BRANCHES = (
    *("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"),
    *("refs/heads/main", "refs/heads/master"),
)


class FilePair(NamedTuple):
    """A file of a ticket or of a comment that differs: its store path, with its bytes and kind on both sides.

    The kinds are those of `trees`, and ABSENT, TOO_LARGE, UNREADABLE; bytes are None for all but FILE.
    """

    path: str
    old: bytes | None
    new: bytes | None
    old_kind: str
    new_kind: str


class Difference(NamedTuple):
    """The differing ticket files, sorted by path, and the store paths of other differing files."""

    files: list[FilePair]
    others: list[str]


class _Row(NamedTuple):
    """A file that may differ; an absent side is None, and a side without a blob is read from the disk."""

    path: str
    old: Entry | None
    new: Entry | None


def between(git: GitProcess, prefix: str, base: str, head: str, max_bytes: int = MAX_BYTES) -> list[FilePair]:
    """Return the ticket files that differ between a revision and another, WORK_TREE or INDEX.

    A renamed file is returned as two.

    Raises GitRefusedError if git lacks an object.
    """
    return difference(git, prefix, base, head, max_bytes).files


def difference(git: GitProcess, prefix: str, base: str, head: str, max_bytes: int = MAX_BYTES) -> Difference:
    """Return what differs between a revision and another, WORK_TREE or INDEX, with three git processes.

    A store that was in another folder at one side is followed.

    Raises GitRefusedError.
    """
    rows = _rows(git, prefix, base, head)
    if rows and (all(row.old is None for row in rows) or all(row.new is None for row in rows)):
        rows = _rows_across_folders(git, prefix, base, head) or rows
    tickets = [row for row in rows if key_of(row.path)]
    files = sorted(_read(git, prefix, tickets, max_bytes), key=lambda change: change.path)
    others = (row for row in rows if not key_of(row.path) and not _is_only_touched(row, os.path.join(git.top, prefix)))
    return Difference(files, sorted(row.path for row in others))


def _rows(git: GitProcess, prefix: str, base: str, head: str) -> list[_Row]:
    sides = ["--end-of-options", base, "--", prefix]
    if head == INDEX:
        out = git.read("diff-index", *_RAW, "--cached", *sides)
    elif head == WORK_TREE:
        out = git.read("diff-index", *_RAW, *sides)
    else:
        out = git.read("diff-tree", "-r", *_RAW, "--end-of-options", base, head, "--", prefix)
    start = git_lead(prefix)
    found = {row.path: row for row in _parsed(out, start, in_work_tree=head == WORK_TREE)}
    if head == WORK_TREE:
        untracked = git.read("ls-files", "--others", "-z", "--", prefix).decode(errors="surrogateescape").split("\0")
        for path in (path[len(start) :] for path in untracked if path.startswith(start) and key_of(path[len(start) :])):
            # In the base and not in the index: removed from git, but still on the disk.
            found[path] = _Row(path, found[path].old if path in found else None, _ON_DISK)
    return list(found.values())


def _parsed(out: bytes, start: str, *, in_work_tree: bool) -> Iterator[_Row]:
    tokens = iter(out.decode(errors="surrogateescape").split("\0"))
    for token in tokens:
        path = next(tokens, "")
        if not token.startswith(":") or not path.startswith(start):
            continue
        old_mode, new_mode, old, new, status = token[1:].split(" ")
        after = Entry(new_mode, new) if new_mode != _NO_MODE else None
        # The work tree holds the whole content of unmerged files, too.
        if status.startswith("U") or (in_work_tree and after is not None and trees.kind_of(new_mode) == FILE):
            after = Entry(new_mode, "")
        yield _Row(path[len(start) :], Entry(old_mode, old) if old_mode != _NO_MODE else None, after)


def _is_only_touched(row: _Row, top: str) -> bool:
    """Tell whether a file of the work tree has the bytes of the old side: git knows only that it was written since."""
    if row.old is None or row.new is None or row.new.blob or row.new.mode != row.old.mode:
        return False
    try:
        descriptor = open_to_read(os.path.join(top, row.path))
    except OSError:
        return False
    with open(descriptor, "rb") as file:
        return blob_id_of_file(file, len(row.old.blob)) == row.old.blob


def _rows_across_folders(git: GitProcess, prefix: str, base: str, head: str) -> list[_Row] | None:
    """Return the rows if one side had the store in another folder, else None."""
    sides = [base] if head in (WORK_TREE, INDEX) else [base, head]
    if all(trees.has_folder(git, side, prefix) for side in sides):
        return None
    old, old_place = trees.store_entries(git, base, prefix)
    new, new_place = _newer_side(git, prefix, head)
    if None in (old_place, new_place) or old_place == new_place:
        return None
    paths = sorted(old.keys() | new.keys())
    return [_Row(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _newer_side(git: GitProcess, prefix: str, head: str) -> tuple[dict[str, Entry], str | None]:
    """Return the files of the store at the newer side, and its folder there."""
    if head != WORK_TREE:
        return recorded_entries(git, head, prefix)
    start = git_lead(prefix)
    out = git.read("ls-files", "--cached", "--others", "-z", "--", prefix)
    paths = out.decode(errors="surrogateescape").split("\0")
    there = (path for path in paths if path and os.path.lexists(os.path.join(git.top, path)))
    return {path.removeprefix(start): _ON_DISK for path in there}, prefix


def recorded_entries(git: GitProcess, state: str, prefix: str) -> tuple[dict[str, Entry], str | None]:
    """Return the files of the store at a revision or in the INDEX by store path, and its folder there."""
    if state != INDEX:
        return trees.store_entries(git, state, prefix)
    start = git_lead(prefix)
    return {path.removeprefix(start): entry for path, entry in in_index(git, [prefix]).items()}, prefix


def _read(git: GitProcess, prefix: str, rows: list[_Row], max_bytes: int) -> Iterator[FilePair]:
    """Yield the rows with their contents, without those that are equal on both sides."""
    on_disk: dict[str, tuple[bytes | None, str]] = {}
    for row in rows:
        if row.new is not None and not row.new.blob:
            on_disk[row.path] = _from_disk(os.path.join(git.top, prefix, row.path), max_bytes)
    if len(rows) >= _MANY:
        rows = [row for row in rows if not _is_same(row, on_disk.get(row.path))]
    sides = (side for row in rows for side in (row.old, row.new) if side is not None and side.blob)
    blobs = list({side.blob: None for side in sides if trees.kind_of(side.mode) == FILE})
    contents = read_blobs(Reader(git, ""), blobs, lambda _key, content: content, max_bytes)

    def seen(side: Entry | None) -> tuple[bytes | None, str]:
        if side is None:
            return None, ABSENT
        kind = trees.kind_of(side.mode)
        if kind != FILE:
            return None, kind
        content = contents[side.blob]
        if content is None:
            raise GitRefusedError(
                f"git does not have the file contents it names ({side.blob[:10]})",
                hint="the clone is partial or damaged: `git fsck` checks it, `git fetch --refetch` fetches them.",
            )
        return (content, FILE) if len(content) <= max_bytes else (None, TOO_LARGE)

    for row in rows:
        (old, old_kind), (new, new_kind) = seen(row.old), on_disk.get(row.path) or seen(row.new)
        if (old, old_kind) != (new, new_kind) or old_kind == TOO_LARGE:
            yield FilePair(row.path, old, new, old_kind, new_kind)


def _is_same(row: _Row, on_disk: tuple[bytes | None, str] | None) -> bool:
    if row.old is None or trees.kind_of(row.old.mode) != FILE:
        return row.old is None and on_disk == (None, ABSENT)
    if on_disk is None:
        return row.new is not None and (trees.kind_of(row.new.mode), row.new.blob) == (FILE, row.old.blob)
    content, kind = on_disk
    return kind == FILE and blob_id(content, len(row.old.blob)) == row.old.blob


def _from_disk(path: str, max_bytes: int) -> tuple[bytes | None, str]:
    """Return a file's bytes and kind, without following a link."""
    try:
        descriptor = open_to_read(path)
    except (FileNotFoundError, NotADirectoryError):
        return None, ABSENT
    except OSError as error:
        return None, LINK if error.errno == errno.ELOOP else UNREADABLE
    with open(descriptor, "rb") as file:
        content = file.read(max_bytes + 1)
    return (content, FILE) if len(content) <= max_bytes else (None, TOO_LARGE)


def base_commit(git: GitProcess, asked: str | None) -> str:
    """Return the merge base of HEAD and a revision, or else of HEAD and its target branch.

    The target is the upstream, if its name differs from the branch, or the default branch. Without a target it is
    HEAD, and before the first commit the empty tree.

    Raises RefusedError for an unknown or unrelated revision.

    Raises GitRefusedError if a shallow clone ends too early.
    """
    if asked is not None:
        return merge_base(git, asked, "HEAD")
    target = target_branch(git)
    found = git.run("merge-base", "--end-of-options", target or "HEAD", "HEAD")
    if found.code == 0:
        return found.out.decode().split("\n")[0]
    if not _exists(git, "HEAD"):
        return trees.empty_tree(git)
    return merge_base(git, target, "HEAD")


def target_branch(git: GitProcess) -> str:
    """Return the full name of the branch that the current one will be merged into, or an empty string."""
    fields = "--format=%(HEAD)%00%(refname)%00%(upstream)%00%(symref)"
    out = git.read("for-each-ref", fields, "refs/heads", *_DEFAULT_BRANCHES).decode(errors="surrogateescape")
    rows = {row.split("\0")[1]: row.split("\0") for row in out.splitlines()}
    default = next((rows[name][3] or name for name in _DEFAULT_BRANCHES if name in rows), "")
    head, upstream = next((row[1:3] for row in rows.values() if row[0] == "*"), ("", ""))
    # A branch's own upstream copy shows what is not pushed yet, not what the branch changes.
    is_own_copy = upstream.split("/", 3)[-1] == head.removeprefix("refs/heads/") and default not in (upstream, head)
    if upstream and not is_own_copy and (upstream == default or _exists(git, upstream)):
        return upstream
    return default


def _exists(git: GitProcess, name: str) -> bool:
    return git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}").code == 0


def merge_base(git: GitProcess, one: str, other: str) -> str:
    """Return the newest common commit of two histories.

    Raises RefusedError, and GitRefusedError in a shallow clone.
    """
    outcome = git.run("merge-base", "--end-of-options", one, other)
    if outcome.code == 0:
        return outcome.out.decode().split("\n")[0]
    for name in (one, other):
        commit_named(git, name)
    one = one.removeprefix("refs/remotes/").removeprefix("refs/heads/")
    if is_shallow(git):
        raise GitRefusedError(
            f"this clone is shallow, and its history ends before the commit where {one} and {other} parted",
            hint=DEEPENING,
        )
    raise RefusedError(
        f"{one} and {other} are unrelated histories: they have no commit in common",
        hint=f"`tk diff {one}..{other}` compares the two states anyway.",
    )
