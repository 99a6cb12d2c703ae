"""Checks for git settings and states that block commits of tickets or change their bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding, shell
from plaintickets.git.head import UNDER_WAY
from plaintickets.git.hook_frameworks import stashing_frameworks
from plaintickets.git.merge_driver import DRIVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.git.process import GitProcess

_LOCKS = ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock", "objects/maintenance.lock")
_ATTRIBUTES = ("working-tree-encoding", "ident", "filter", "eol", "merge")
_OFF = ("unspecified", "unset")


def check_locks(folders: Sequence[str], now: float) -> Iterator[Finding]:
    """Report git's lock files with their age; `now` is in seconds since the epoch."""
    for folder in dict.fromkeys(folders):
        paths = [os.path.join(folder, name) for name in _LOCKS]
        for above, _, names in os.walk(os.path.join(folder, "refs")):
            paths += [os.path.join(above, name) for name in names if name.endswith(".lock")]
        for path in paths:
            if os.path.lexists(path):
                minutes = max(int((now - os.lstat(path).st_mtime) // 60), 0)
                message = f"git is running, or a git command crashed and left its lock {minutes} min ago"
                yield Finding("git-lock", message, "if no git command is running, remove the lock", path)


def check_under_way(git_dir: str) -> Iterator[Finding]:
    """Report an unfinished merge, rebase or similar operation."""
    for name, (what, next_command) in UNDER_WAY.items():
        if os.path.lexists(os.path.join(git_dir, name)):
            yield Finding(
                "under-way", f"{what} is under way: tickets cannot be committed", next_command, level="advice"
            )


def check_ignored(git: GitProcess, prefix: str) -> Iterator[Finding]:
    """Report an ignore rule that covers tickets."""
    path = f"{prefix}/tk-0000.md".encode(errors="surrogateescape")
    outcome = git.run("check-ignore", "-v", "-z", "--stdin", stdin=path)
    if outcome.code == 0:
        source, line, pattern, *_ = outcome.out.decode(errors="replace").split("\0")
        message = f"git ignores the store by the rule '{pattern}', so tickets are not committed"
        remedy = "remove the rule, or set `commit.mode: off`"
        yield Finding("ignored-store", message, remedy, source, int(line) if line.isdigit() else 0)


def check_flags(git: GitProcess, prefix: str) -> Iterator[Finding]:
    """Report tickets that the index marks as skipped or unchanged, and unmerged tickets."""
    hidden: dict[str, list[str]] = {}
    for entry in _rows(git.run("ls-files", "-v", "-z", "--", prefix).out):
        flag, _, path = entry.partition(" ")
        if flag in "Ss" and os.path.lexists(os.path.join(git.top, path)):
            hidden.setdefault("skip-worktree", []).append(path)
        elif flag.islower():
            hidden.setdefault("assume-unchanged", []).append(path)
    for name, paths in hidden.items():
        message = f"{_count(paths)} marked {name}: git does not see it change"
        yield Finding(name, message, shell("git", "update-index", f"--no-{name}", "--", paths[0]), paths[0])
    unmerged = _rows(git.run("ls-files", "-u", "-z", "--", prefix).out)
    for path in dict.fromkeys(row.partition("\t")[2] for row in unmerged):
        yield Finding("unmerged", "is not merged", "resolve the conflict, then run git add on it", path)


def check_attributes(git: GitProcess, paths: Sequence[str], *, staged: bool = False) -> Iterator[Finding]:
    """Report attributes that rewrite tickets or merge them wrongly; with `staged`, those of the index."""
    source = ["--cached"] if staged else []
    listed = "\0".join(paths).encode(errors="surrogateescape")
    outcome = git.run("check-attr", "-z", "--stdin", *source, *_ATTRIBUTES, stdin=listed)
    fields = _rows(outcome.out)
    # Few different pairs in five rows a file, nearly always harmless ones: so the pairs are judged, not the rows.
    harmful = {pair for pair in set(zip(fields[1::3], fields[2::3], strict=False)) if _is_harmful(*pair)}
    found: dict[tuple[str, str], list[str]] = {}
    for path, *pair in zip(fields[::3], fields[1::3], fields[2::3], strict=False) if harmful else ():
        if tuple(pair) in harmful:
            found.setdefault((pair[0], pair[1]), []).append(path)
    for (name, value), tickets in found.items():
        shown = name if value == "set" else f"-{name}" if value == "unset" else f"{name}={value}"
        what = "is merged wrongly" if name == "merge" else "is rewritten by git on the way in and out"
        message = f"the attribute {shown} applies: {_count(tickets)} that {what}"
        remedy = f"end .tickets/.gitattributes with `*.md !{name}`"
        yield Finding("attribute", message, remedy, tickets[0])


def _is_harmful(name: str, value: str) -> bool:
    if name == "merge":
        return value not in ("unspecified", "set", "text", DRIVER)
    if name == "eol":
        return value == "crlf"
    if name == "working-tree-encoding":
        return value not in _OFF and value.upper() not in ("UTF-8", "UTF8")
    return value not in _OFF


def changes_attributes(git: GitProcess, base: str, *, staged: bool) -> bool:
    """Return whether a `.gitattributes` file differs from a revision."""
    sides = ["--cached"] if staged else []
    patterns = (":(top,glob)**/.gitattributes",)
    differing = git.run(
        "diff-index", "--name-only", "-z", *sides, "--end-of-options", base, "--", *patterns, literal=False
    )
    untracked = git.run("ls-files", "--others", "-z", "--", *patterns, literal=False) if not staged else differing
    return bool(differing.out or untracked.out)


def check_line_ends(git: GitProcess, prefix: str) -> Iterator[Finding]:
    """Report tickets stored with CRLF that git would normalise; one change would then rewrite every line."""
    paths = []
    for row in _rows(git.run("ls-files", "--eol", "-z", "--", prefix).out):
        meta, _, path = row.partition("\t")
        index, _, attributes = [*meta.split(None, 2), "", "", ""][:3]
        words = attributes.removeprefix("attr/").split()
        normalised = "text" in words or any(word.startswith("eol=") for word in words)
        if index in ("i/crlf", "i/mixed") and normalised and "text=auto" not in words and "-text" not in words:
            paths.append(path)
    if paths:
        message = f"{_count(paths)} held with CRLF, which the attribute text rewrites line by line at its next change"
        remedy = "commit them once as they are to be: git add --renormalize .tickets"
        yield Finding("line-ends", message, remedy, paths[0])


def check_identity(git: GitProcess) -> Iterator[Finding]:
    """Report a missing user name or mail address, without which git cannot commit."""
    if git.run("var", "GIT_COMMITTER_IDENT").code != 0:
        remedy = "git config user.name NAME; git config user.email MAIL"
        yield Finding("no-identity", "git does not know who you are, so it commits nothing", remedy)


def check_uncommitted(git: GitProcess, prefix: str) -> Iterator[Finding]:
    """Report ticket files with uncommitted changes."""
    rows = _rows(git.run("status", "--porcelain", "-z", "-uall", "--no-renames", "--", prefix).out)
    if rows:
        message = f"{len(rows)} of the store's files hold changes that are not committed, this one for instance"
        yield Finding("uncommitted", message, "tk commit", rows[0][3:], level="advice")


def check_hooks(top: str) -> Iterator[Finding]:
    """Report hook frameworks that set unstaged work aside at each commit of a ticket."""
    for name in stashing_frameworks(top):
        message = f"{name} may put unstaged work aside while hooks run, at each commit of a ticket"
        remedy = "`commit.verify: false` in .tickets/config.yml commits tickets without hooks"
        yield Finding("stashing-hooks", message, remedy, level="advice")


def _rows(out: bytes) -> list[str]:
    return [row for row in out.decode(errors="surrogateescape").split("\0") if row]


def _count(paths: Sequence[str]) -> str:
    return "one ticket" if len(paths) == 1 else f"{len(paths)} tickets, the first of them here,"
