"""Parse the commits that `git log --raw -z` prints, independent of the user's settings."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from plaintickets.core.paths import Key, key_of
from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from subprocess import Popen

# Anything but a regular file is an unreadable version: its mode is used as its content.
UNREADABLE = "~"
_RAW = (
    *("--raw", "-z", "--no-abbrev", "--no-renames", "--root", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("-O/dev/null", "--no-relative", "--ignore-submodules=none"),
)
_LOG = (
    *("--no-replace-objects", "-c", "log.follow=false", "log", "-z"),
    *("--diff-merges=separate", "--topo-order", "--full-history", "--no-mailmap", "--no-notes", "--no-decorate"),
    *(
        "--encoding=UTF-8",
        "--format=tformat:commit%m%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s%x00%(trailers:only,unfold)",
    ),
)
_TREE = ("--no-replace-objects", "diff-tree", "--stdin", "-r", "-m", *_RAW)


class GitReader(Protocol):
    """What reading history needs from a repository."""

    @property
    def common_dir(self) -> str:
        """Return the git folder that all work trees share."""

    def run(self, args: list[str], stdin: bytes | None = None) -> bytes:
        """Return the output of a git command.

        Raises GitRefusedError.
        """

    def popen(self, args: list[str]) -> Popen[bytes]:
        """Start a git command with pipes for input and output; its errors are discarded."""

    def progress(self, commits: int) -> None:
        """Report how many commits have been read, and 0 at the end."""


class Entry(NamedTuple):
    """A file of a diff; an empty blob means no file."""

    key: Key
    path: str
    old: str
    new: str


class RawCommit:
    """A commit and its differences from each of its parents that is not the same."""

    __slots__ = ("committed", "date", "email", "is_left", "name", "oid", "parents", "sections", "subject", "trailers")

    def __init__(self, fields: list[bytes]) -> None:
        head, parents, name, email, date, committed, subject, trailers = fields
        self.is_left = head[6:7] == b"<"
        self.oid = head[7:].decode()
        self.parents = parents.decode().split()
        self.name, self.email, self.subject, self.trailers = name, email, subject, trailers
        self.date, self.committed = _seconds(date), _seconds(committed)
        self.sections: list[list[Entry]] = []


def log_args(revisions: list[str], pathspecs: list[str], *, every_commit: bool, diffs: bool = True) -> list[str]:
    """Return the arguments of the log of all reachable commits, children before parents; if asked for, with diffs."""
    sparse = ["--sparse"] if every_commit else []
    sides = ["--left-right"] if any("..." in revision for revision in revisions) else []
    # Even with --no-patch, git compares the trees if it is asked for --raw.
    form = _RAW if diffs else ("--no-patch",)
    return [*_LOG, *form, *sparse, *sides, "--end-of-options", *revisions, "--", *pathspecs]


def commits(stream: IO[bytes], prefixes: Sequence[str]) -> Iterator[RawCommit]:
    """Yield the commits of a log; `prefixes` are the present and former paths of the store, with a final `/`."""
    tokens = _tokens(stream)
    starts = _starts(prefixes)
    token = next(tokens, None)
    last: RawCommit | None = None
    while token is not None:
        if not token.startswith(b"commit"):
            raise GitRefusedError("the output of git log could not be parsed")
        commit = RawCommit([token, *(next(tokens, b"") for _ in range(7))])
        entries, token = _entries(tokens, starts)
        if last is not None and last.oid == commit.oid:
            commit = last
        elif last is not None:
            yield last
        if entries:
            commit.sections.append(entries)
        last = commit
    if last is not None:
        yield last


def whole_diffs(git: GitReader, oids: list[str], prefixes: Sequence[str]) -> dict[str, list[Entry]]:
    """Return, by commit, the entries of the whole store at these commits."""
    output = git.run([*_TREE, "--", *pathspecs(prefixes)], "".join(f"{oid}\n" for oid in oids).encode())
    starts = _starts(prefixes)
    tokens = iter(output.split(b"\0")[:-1])
    found: dict[str, list[Entry]] = {}
    token = next(tokens, None)
    while token is not None:
        oid = token.decode()
        entries, token = _entries(tokens, starts)
        found.setdefault(oid, []).extend(entries)
    return found


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(1 << 16):
        parts = (rest + chunk).split(b"\0")
        rest = parts.pop()
        yield from parts


def pathspecs(prefixes: Sequence[str]) -> list[str]:
    """Return the folders as pathspecs for git commands."""
    return [prefix.rstrip("/") or "." for prefix in prefixes]


def _starts(prefixes: Sequence[str]) -> list[bytes]:
    """Return the folders as the log prints them; a folder inside another comes before it."""
    return sorted((prefix.encode("utf-8", "surrogateescape") for prefix in prefixes), key=len, reverse=True)


def _entries(tokens: Iterator[bytes], starts: list[bytes]) -> tuple[list[Entry], bytes | None]:
    """Return the entries up to the first token that is none, and that token."""
    entries, token = _listed(tokens, starts)
    return (entries if len(starts) == 1 else _joined(entries)), token


def _joined(entries: list[Entry]) -> list[Entry]:
    """Return the entries; a file that left one folder for another under the same name is one entry."""
    found: dict[str, Entry] = {}
    for entry in entries:
        other = found.get(entry.path)
        found[entry.path] = entry._replace(old=other.old or entry.old, new=other.new or entry.new) if other else entry
    return [entry for entry in found.values() if entry.old != entry.new]


def _listed(tokens: Iterator[bytes], starts: list[bytes]) -> tuple[list[Entry], bytes | None]:
    entries: list[Entry] = []
    for token in tokens:
        if token[:2] != b"\n:" and token[:1] != b":":
            return entries, token
        raw = next(tokens, b"")
        start = next((start for start in starts if raw.startswith(start)), None)
        if raw[-3:] != b".md" or start is None:
            continue
        path = raw[len(start) :].decode("utf-8", "surrogateescape")
        key = key_of(path)
        if key is None:
            continue
        old_mode, new_mode, old, new, _status = token.lstrip(b"\n:").split(b" ")
        entry = Entry(key, path, version_of(old_mode, old), version_of(new_mode, new))
        if entry.old != entry.new:
            entries.append(entry)
    return entries, None


def version_of(mode: bytes, blob: bytes) -> str:
    """Return the version of a file, as entries have it."""
    if mode == b"000000":
        return ""
    return blob.decode() if mode.startswith(b"100") else f"{UNREADABLE}{mode.decode()}"


def _seconds(text: bytes) -> int:
    try:
        return min(max(int(text), 0), 1 << 40)
    except ValueError:
        return 0
