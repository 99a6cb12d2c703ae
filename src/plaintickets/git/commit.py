"""Commit exactly the ticket files that were changed, with git's own commands."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError
from plaintickets.git import entries

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from plaintickets.git.process import GitProcess, Outcome

LOCK_WAIT_SECONDS = 5.0
# More paths than this are passed on standard input instead of the command line.
MANY_PATHS = 1000
_SYNC = {
    "none": ("-c", "core.fsync=none"),
    "batch": (),
    "all": ("-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync"),
}
_UNKNOWN_OPTION = 129


class Committed(NamedTuple):
    """The commit at HEAD, if it is our change: its first parent (empty if none) and the new blobs by path.

    `rode_along` are paths that had other uncommitted edits before. `added` maps the paths that a hook added to the
    commit to their earlier blobs.
    """

    commit: str
    parent: str
    blobs: dict[str, str]
    rode_along: list[str]
    added: dict[str, str]


class IgnoredByGitError(GitRefusedError):
    """Git ignores the files, so it cannot commit them."""


def add_new(git: GitProcess, paths: Sequence[str]) -> None:
    """Add new files to git's index without their content (`--intent-to-add`).

    Raises GitRefusedError, and IgnoredByGitError if an ignore rule covers them.
    """
    _add(git, ("--intent-to-add",), paths)


def stage(git: GitProcess, paths: Sequence[str]) -> None:
    """Stage files, including deleted ones.

    Raises GitRefusedError, and IgnoredByGitError if an ignore rule covers them.
    """
    _add(git, ("--all",), paths)


def _add(git: GitProcess, options: Sequence[str], paths: Sequence[str]) -> None:
    for portion in entries.portions(paths):
        outcome = _run_with_retries(git, "add", *options, "--sparse", "--", *portion)
        if outcome.code == _UNKNOWN_OPTION:  # before git 2.34
            outcome = _run_with_retries(git, "add", *options, "--", *portion)
        if "ignored by one of your" in outcome.err:
            raise IgnoredByGitError("ignored by git: written, not committed")
        if outcome.code != 0:
            raise refusal(outcome)


def forget_new(git: GitProcess, paths: Sequence[str]) -> bool:
    """Remove files that were never committed from the index; return whether that succeeded."""
    done = [
        _run_with_retries(git, "update-index", "--force-remove", "--", *portion).code == 0
        for portion in entries.portions(paths)
    ]
    return all(done)


def forget_announced(git: GitProcess, paths: Sequence[str]) -> bool:
    """Remove intent-to-add entries whose file is neither in HEAD nor in the work tree.

    Return whether that succeeded.
    """
    head = entries.in_tree(git, "HEAD", paths) or {}
    announced = [
        path
        for path, entry in entries.in_index(git, paths).items()
        if entry.blob == entries.blob_id(b"", len(entry.blob))
        and path not in head
        and not os.path.lexists(os.path.join(git.top, path))
    ]
    return forget_new(git, announced) if announced else True


def commit(
    git: GitProcess,
    paths: Sequence[str],
    message: str,
    *,
    verify: bool = True,
    sync: str = "batch",
) -> Outcome:
    """Commit these paths only; retry while another process holds git's locks.

    Git reads the message last. If this process dies before that, git commits nothing.
    """
    arguments = [*_SYNC[sync], "-c", "i18n.commitEncoding=UTF-8", "commit", "--quiet", "--only", "--cleanup=whitespace"]
    if not verify:
        arguments.append("--no-verify")
    text = message.encode(errors="replace")
    named = [f":(literal){path}" for path in paths]
    if len(paths) <= MANY_PATHS:
        return _run_with_retries(git, *arguments, "-F", "-", "--", *named, stdin=text, literal=False)
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        arguments += ["-F", file.name, "--pathspec-from-file=-", "--pathspec-file-nul"]
        listed = "\0".join(named).encode(errors="surrogateescape")
        return _run_with_retries(git, *arguments, stdin=listed, literal=False)


def _run_with_retries(
    git: GitProcess,
    *arguments: str,
    stdin: bytes | None = None,
    literal: bool = True,
) -> Outcome:
    """Run a writing git command; retry for up to LOCK_WAIT_SECONDS while git's locks are held."""
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    pause = 0.01
    while True:
        outcome = git.write(*arguments, stdin=stdin, literal=literal)
        if outcome.code <= 0 or git.stopped or not _is_locked(outcome.err) or time.monotonic() > deadline:
            return outcome
        # Random jitter keeps two waiting processes from retrying at the same moment.
        time.sleep(pause * (0.5 + os.urandom(1)[0] / 256))
        pause = min(pause * 1.6, 0.3)


def _is_locked(err: str) -> bool:
    return ".lock': File exists" in err or "cannot lock ref" in err or "unable to lock" in err.lower()


def inspect(git: GitProcess, old_and_new: Mapping[str, tuple[bytes | None, bytes | None]]) -> Committed | None:
    """Return what HEAD's commit changed, or None if that commit is not this change."""
    outcome = git.run("diff-tree", "--root", "-r", "-z", "--no-renames", "--no-abbrev", "--format=%H %P", "HEAD")
    fields = outcome.out.decode(errors="surrogateescape").split("\0") if outcome.code == 0 else []
    blobs, rode_along, added = dict[str, str](), [], dict[str, str]()
    for meta, path in zip(fields[1:-1:2], fields[2:-1:2], strict=False):
        _, _, before, after, _ = meta.split(" ")
        if path not in old_and_new:
            added[path] = before
            continue
        old, new = old_and_new[path]
        if not _is_stored(git, path, new, after):
            return None
        if not _is_stored(git, path, old, before):
            rode_along.append(path)
        blobs[path] = after if after.strip("0") else ""
    if not blobs or blobs.keys() != old_and_new.keys():
        return None
    commit, _, parents = fields[0].partition(" ")
    return Committed(commit, parents.split(" ")[0], blobs, rode_along, added)


def holds(git: GitProcess, contents: Mapping[str, bytes | None]) -> bool:
    """Return whether HEAD holds exactly these contents by path; None means that there is no file."""
    there = entries.in_tree(git, "HEAD", list(contents))
    if there is None:
        return False
    for path, content in contents.items():
        entry = there.get(path)
        if content is None or entry is None:
            if content is not None or entry is not None:
                return False
        elif not _is_stored(git, path, content, entry.blob):
            return False
    return True


def _is_stored(git: GitProcess, path: str, content: bytes | None, blob: str) -> bool:
    if blob == entries.blob_id(content, len(blob)):
        return True
    return content is not None and blob == _as_stored(git, path, content)


def _as_stored(git: GitProcess, path: str, content: bytes) -> str:
    """Return the blob id of this content after git's line-end conversion and filters."""
    return git.run("hash-object", f"--path={path}", "--stdin", stdin=content).out.decode().strip()


def reset_index_entries(
    git: GitProcess, paths: Sequence[str], base: Mapping[str, Collection[str]] | None = None
) -> None:
    """Set the index entries of these paths to HEAD's, so that the next commit does not undo the change.

    With `base` (blobs by path, empty for no entry), change only entries that still hold one of these blobs.
    """
    head = entries.in_tree(git, "HEAD", paths)
    index = entries.in_index(git, paths)
    if head is None:
        return
    zeros = "0" * max((len(entry.blob) for entry in (*head.values(), *index.values())), default=40)
    rows = []
    for path in paths:
        there, here = head.get(path), index.get(path)
        if there == here or (base is not None and not _is_base(here, base.get(path, ("",)))):
            continue
        rows.append(f"{there.mode} {there.blob} 0\t{path}" if there else f"0 {zeros}\t{path}")
    if rows:
        text = "\0".join(rows).encode(errors="surrogateescape") + b"\0"
        _run_with_retries(git, "update-index", "-z", "--index-info", stdin=text)


def _is_base(here: entries.Entry | None, blobs: Collection[str]) -> bool:
    """Return whether an index entry still has one of these blobs.

    An intent-to-add entry counts as no entry.
    """
    if here is not None and here.blob in blobs:
        return True
    is_none = here is None or here.blob == entries.blob_id(b"", len(here.blob))
    return is_none and any(not blob.strip("0") for blob in blobs)


def refusal(outcome: Outcome) -> GitRefusedError:
    """Return the error with the output of git or a hook, and a hint for the known causes."""
    said = outcome.err.strip() or outcome.out.decode(errors="replace").strip()
    shown = "\n".join(said.splitlines()[-20:])
    low = said.lower()
    hint = "see what git said above; `--no-commit` writes without committing."
    if "tell me who you are" in low or "empty ident" in low or "auto-detect" in low:
        hint = "tell git who you are: git config user.name NAME; git config user.email MAIL"
    elif ".lock': file exists" in low:
        hint = "another git process is running, or one crashed and left its lock; `tk doctor` shows which."
    elif "gpg" in low or "sign" in low:
        hint = "the commit could not be signed; fix the signing key or agent and try again."
    elif "unmerged" in low:
        hint = "resolve the conflicts that git names first."
    elif "nothing to commit" in low or "no changes added" in low:
        hint = "git does not see the change: `git ls-files -v` marks files that git is set to ignore changes of."
    return GitRefusedError(f"git refused the commit:\n{shown}" if shown else "git refused the commit", hint=hint)
