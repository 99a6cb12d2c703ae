"""Committing exactly the ticket files that were changed, with git's own porcelain."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.history.process import GitProcess, Outcome

LOCK_WAIT_SECONDS = 5.0
_SYNC = {
    "none": ("-c", "core.fsync=none"),
    "batch": (),
    "all": ("-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync"),
}


class Committed(NamedTuple):
    """A commit that holds the change; `rode_along` names paths that held other uncommitted edits before."""

    commit: str
    rode_along: list[str]


class IgnoredByGitError(GitRefusedError):
    """The store is ignored by git, so there is nothing to commit to."""


def add_new(git: GitProcess, paths: Sequence[str]) -> None:
    """Makes new files known to git without putting their content into the index.

    Raises GitRefusedError, and IgnoredByGitError where an ignore rule covers them.
    """
    outcome = _patiently(git, "add", "--intent-to-add", "--sparse", "--", *paths)
    if outcome.code != 0:
        raise _add_refusal(outcome)


def _add_refusal(outcome: Outcome) -> GitRefusedError:
    if "ignored by one of your" in outcome.err:
        return IgnoredByGitError("the store is ignored by git: written, not committed")
    return refusal(outcome)


def untracked(git: GitProcess, paths: Sequence[str]) -> list[str]:
    """Those of the paths that git does not know."""
    known = git.read("ls-files", "-z", "--", *paths).decode(errors="surrogateescape").split("\0")
    return [path for path in paths if path not in known]


def stage(git: GitProcess, paths: Sequence[str]) -> None:
    """Stages files, deletions too; raises GitRefusedError."""
    outcome = _patiently(git, "add", "--all", "--sparse", "--", *paths)
    if outcome.code != 0:
        raise _add_refusal(outcome)


def forget_new(git: GitProcess, paths: Sequence[str]) -> None:
    """Takes files that were never committed out of the index again."""
    _patiently(git, "update-index", "--force-remove", "--", *paths)


def commit(git: GitProcess, paths: Sequence[str], message: str, *, verify: bool = True, sync: str = "batch") -> Outcome:
    """Commits these paths and no others, retrying while another process holds git's locks."""
    options = ["--quiet", "--only", "--allow-empty-message", "--cleanup=whitespace", "-F", "-"]
    if not verify:
        options.append("--no-verify")
    return _patiently(git, *_SYNC[sync], "commit", *options, "--", *paths, stdin=message.encode())


def _patiently(git: GitProcess, *arguments: str, stdin: bytes | None = None) -> Outcome:
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    pause = 0.01
    while True:
        outcome = git.run(*arguments, stdin=stdin, reading=False)
        if outcome.code == 0 or not _is_locked(outcome.err) or time.monotonic() > deadline:
            return outcome
        # Jitter, so that two that wait do not meet again: a byte of the kernel's randomness is enough.
        time.sleep(pause * (0.5 + os.urandom(1)[0] / 256))
        pause = min(pause * 1.6, 0.3)


def _is_locked(err: str) -> bool:
    return ".lock': File exists" in err or "cannot lock ref" in err or "unable to lock" in err.lower()


def inspect(git: GitProcess, old_and_new: Mapping[str, tuple[bytes | None, bytes | None]]) -> Committed | None:
    """What HEAD's commit did to these paths, or None where HEAD is not the commit of exactly this change."""
    arguments = ("--no-walk=sorted", "--root", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=%H%x00", "HEAD")
    outcome = git.run("log", *arguments, "--", *old_and_new)
    fields = outcome.out.decode(errors="surrogateescape").split("\0") if outcome.code == 0 else []
    if not fields or not fields[0]:
        return None
    seen, rode_along = set(), []
    rest = [field for field in fields[1:] if field.strip("\n")]
    for meta, path in zip(rest[::2], rest[1::2], strict=False):
        _, _, before, after, _ = meta.strip("\n").split(" ")
        if path not in old_and_new:
            return None
        old, new = old_and_new[path]
        if after != blob_id(new, len(after)):
            return None
        if before != blob_id(old, len(before)):
            rode_along.append(path)
        seen.add(path)
    return Committed(fields[0], rode_along) if seen == set(old_and_new) else None


def blob_id(content: bytes | None, length: int) -> str:
    """The name git gives a blob; zeros for none. `length` is that of the repository's object names."""
    if content is None:
        return "0" * length
    algorithm = hashlib.sha1 if length == 40 else hashlib.sha256
    return algorithm(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def is_in_head(git: GitProcess, paths: Sequence[str]) -> bool:
    """Whether HEAD holds the work tree's content of all these paths."""
    git.run("update-index", "-q", "--refresh", reading=False)
    return git.run("diff-index", "--quiet", "HEAD", "--", *paths).code == 0


def mend_index(git: GitProcess, paths: Sequence[str]) -> None:
    """Brings the index entries of these paths to HEAD's, so that the next commit does not take the change back."""
    if git.run("diff-index", "--cached", "--quiet", "HEAD", "--", *paths).code == 0:
        return
    listed = git.run("ls-tree", "-z", "--full-tree", "HEAD", "--", *paths)
    entries = dict[str, str]()
    for row in listed.out.decode(errors="surrogateescape").split("\0"):
        meta, _, path = row.partition("\t")
        if path:
            mode, _, name = meta.split(" ")
            entries[path] = f"{mode} {name} 0\t{path}"
    removed = "0" * 40
    rows = [entries.get(path, f"0 {removed}\t{path}") for path in paths]
    _patiently(
        git, "update-index", "-z", "--index-info", stdin="\0".join(rows).encode(errors="surrogateescape") + b"\0"
    )


def refusal(outcome: Outcome) -> GitRefusedError:
    """The error that tells what git or a hook said, why that happens and what to do next."""
    said = outcome.err.strip() or outcome.out.decode(errors="replace").strip()
    shown = "\n".join(said.splitlines()[-20:])
    low = said.lower()
    hint = "see what git said above; `--no-commit` writes without committing."
    if "tell me who you are" in low or "empty ident" in low or "auto-detect" in low:
        hint = "tell git who you are: git config user.name NAME; git config user.email MAIL"
    elif ".lock': file exists" in low:
        hint = "another git process is at work, or one has died and left its lock; `tk doctor` tells which."
    elif "gpg" in low or "sign" in low:
        hint = "the commit could not be signed; mend the signing key or agent and try again."
    elif "unmerged" in low:
        hint = "resolve the conflicts that git names first."
    return GitRefusedError(f"git refused the commit:\n{shown}" if shown else "git refused the commit", hint=hint)
