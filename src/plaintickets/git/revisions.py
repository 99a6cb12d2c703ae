"""Read revisions: their names, changed paths, and file contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.process import GitProcess


DEEPENING = (
    "`git fetch --deepen=100 origin` brings 100 commits more, `git fetch --unshallow origin` all of them; "
    "`git fetch origin BRANCH` a branch that is missing."
)


class Revision(NamedTuple):
    """A commit: its id, its parents, its subject, and its body."""

    commit: str
    parents: list[str]
    subject: str
    body: str


def changed_paths(git: GitProcess, prefix: str) -> list[str]:
    """Return the files below a path of the work tree that differ from HEAD, including untracked ones."""
    arguments = ("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", prefix)
    rows = git.read(*arguments).decode(errors="surrogateescape").split("\0")
    return [row[3:] for row in rows if len(row) > 3]


def differing_paths(git: GitProcess, revision: str) -> list[str]:
    """Return the tracked paths that differ from a revision; a renamed file has both names."""
    options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-relative", "--ignore-submodules=none")
    out = git.read("diff", *options, "--end-of-options", revision, "--")
    return [path for path in out.decode(errors="surrogateescape").split("\0") if path]


def contents(git: GitProcess, revision: str, paths: Sequence[str]) -> dict[str, bytes]:
    """Return the contents of files at a revision by path; missing paths are left out."""
    found = blobs(git, [f"{revision}:{path}" for path in paths])
    return {path: found[f"{revision}:{path}"] for path in paths if f"{revision}:{path}" in found}


def blobs(git: GitProcess, names: Sequence[str]) -> dict[str, bytes]:
    """Return the contents of files named as `REVISION:PATH`; names that are not files are left out."""
    names = [name for name in names if "\n" not in name]
    asked = "\n".join(names).encode(errors="surrogateescape") + b"\n"
    answer = git.read("cat-file", "--batch", stdin=asked) if names else b""
    found: dict[str, bytes] = {}
    place = 0
    for name in names:
        end = answer.index(b"\n", place)
        fields = answer[place:end].rsplit(b" ", 2)
        place = end + 1
        if len(fields) == 3 and fields[2].isdigit():
            size = int(fields[2])
            if fields[1] == b"blob":
                found[name] = answer[place : place + size]
            place += size + 1
    return found


def resolve(git: GitProcess, name: str) -> Revision:
    """Return the commit that a name refers to.

    Raises RefusedError if there is none.
    """
    return read(git, [commit_named(git, name)])[0]


def commit_named(git: GitProcess, name: str) -> str:
    """Return the full id of the commit that a name refers to.

    Raises RefusedError if there is none.
    """
    outcome = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    if outcome.code == 0:
        return outcome.out.decode().strip()
    hint = "`tk log ID` and `git log` name the commits, `git branch --all` the branches."
    if is_shallow(git):
        hint = f"this clone is shallow, and may lack it: {DEEPENING}"
    raise RefusedError(f"unknown revision '{name}'", hint=hint)


def commit_range(git: GitProcess, text: str) -> tuple[str, str]:
    """Return the full ids of the two commits of `BASE..HEAD`; without the second it is HEAD.

    Raises UsageError for text that is no range, RefusedError for an unknown commit.
    """
    base, dots, head = text.partition("..")
    if not base or not dots or head.startswith("."):
        raise UsageError(f"'{text}' is no range of commits", hint="write BASE..HEAD, e.g. origin/main~5..HEAD")
    return commit_named(git, base), commit_named(git, head or "HEAD")


def paths_by_commit(git: GitProcess, start: str, end: str, folders: Sequence[str]) -> dict[str, list[str]]:
    """Return the paths below folders that each commit of a range changes; a merge only what no parent has.

    Raises GitRefusedError.
    """
    options = ("-z", "--format=%x02%H", "--name-only", "--no-renames", "--diff-merges=combined", "--no-ext-diff")
    out = git.read("log", *options, "--end-of-options", f"{start}..{end}", "--", *folders)
    found: dict[str, list[str]] = {}
    for row in out.decode(errors="surrogateescape").split("\x02")[1:]:
        commit, *paths = row.replace("\n", "\0", 1).split("\0")
        found[commit] = [path for path in paths if path]
    return found


def touched_paths(git: GitProcess, old: str, new: str, folder: str) -> set[str] | None:
    """Return the paths below a folder that commits after an old one touched; a merge all that it has from one side.

    None if the old commit is not one of the history of the new one.
    """
    if git.run("merge-base", "--is-ancestor", old, new).code:
        return None
    options = ("-z", "--format=", "--name-only", "--no-renames", "--diff-merges=separate", "--no-ext-diff")
    found = git.run("log", *options, "--end-of-options", f"{old}..{new}", "--", folder)
    return None if found.code else set(filter(None, found.out.decode(errors="surrogateescape").split("\0")))


def changes_below(git: GitProcess, folder: str) -> dict[str, list[tuple[str, list[str]]]]:
    """Return, by path, the commits of HEAD's history that changed a file below a folder, each with its parents.

    The newest commit is the first; a merge counts for what no parent has. Empty before the first commit.
    """
    options = ("-z", "--format=%x02%H %P", "--name-only", "--no-renames", "--diff-merges=combined", "--no-ext-diff")
    outcome = git.run("log", *options, "--topo-order", "HEAD", "--", folder)
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for row in outcome.out.decode(errors="surrogateescape").split("\x02")[1:] if outcome.code == 0 else ():
        head, *paths = row.replace("\n", "\0", 1).split("\0")
        commit, *parents = head.split()
        for path in filter(None, paths):
            found.setdefault(path, []).append((commit, parents))
    return found


def is_shallow(git: GitProcess) -> bool:
    """Return whether this clone is shallow."""
    return git.run("rev-parse", "--is-shallow-repository").out.strip() == b"true"


def read(git: GitProcess, commits: Sequence[str]) -> list[Revision]:
    """Return the commits with these names."""
    out = git.read("log", "--no-walk=unsorted", "-z", "--format=%H%x01%P%x01%s%x01%b", *commits, "--")
    return _revisions(out)


def by_command(git: GitProcess, trailer: str, prefix: str, limit: int) -> list[Revision]:
    """Return the newest commits of HEAD's first-parent line with a trailer that change a folder, at most `limit`.

    Raises GitRefusedError if there is no commit yet.
    """
    options = ("--first-parent", "-z", f"--max-count={limit}", f"--grep=^{trailer}: ", "--format=%H%x01%P%x01%s%x01%b")
    outcome = git.run("log", *options, "HEAD", "--", prefix)
    if outcome.code != 0:
        raise GitRefusedError("there is no commit yet")
    return _revisions(outcome.out)


def between(git: GitProcess, base: str, tip: str, prefix: str) -> list[Revision]:
    """Return the first-parent commits from `base` to `tip` that change a folder, newest first."""
    span = f"{commit_named(git, base)}..{commit_named(git, tip)}"
    out = git.read("log", "--first-parent", "-z", "--format=%H%x01%P%x01%s%x01%b", span, "--", prefix)
    return _revisions(out)


def _revisions(out: bytes) -> list[Revision]:
    rows = [row for row in out.decode(errors="replace").split("\0") if row.strip("\n")]
    fields = [row.strip("\n").split("\x01", 3) for row in rows]
    return [Revision(commit, parents.split(), subject, body) for commit, parents, subject, body in fields]


def touched(git: GitProcess, commit: str, prefix: str, base: str = "") -> list[str]:
    """Return the paths below a folder that differ between a commit and another one, by default its first parent."""
    options = ("-r", "--root", "--no-commit-id", "--name-only", "--no-renames", "-z", "--first-parent")
    out = git.read("diff-tree", *options, *([base] if base else []), commit, "--", prefix)
    return [path for path in out.decode(errors="surrogateescape").split("\0") if path]


def later(git: GitProcess, commit: str, path: str) -> list[Revision]:
    """Return the commits after this one, up to HEAD, that changed a path, newest first."""
    out = git.read("log", "-z", "--format=%H%x01%P%x01%s%x01%b", f"{commit}..HEAD", "--", path)
    return _revisions(out)
