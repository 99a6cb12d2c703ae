"""The newest commit with other contents of some files, in its place; nothing else of it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.git.process import GitProcess

_SIGNED = (b"\ngpgsig ", b"\ngpgsig-sha256 ")


def is_signed(git: GitProcess, commit: str) -> bool:
    """Whether a commit is signed, so that another in its place would not be."""
    header = b"\n" + git.read("cat-file", "commit", commit).partition(b"\n\n")[0]
    return any(mark in header for mark in _SIGNED)


def with_contents(git: GitProcess, commit: str, contents: Mapping[str, bytes]) -> str:
    """A commit that differs from another in the contents of existing files alone; nothing leads to it yet.

    Parents, author, dates and message stay byte for byte. Raises GitRefusedError.
    """
    raw = git.read("cat-file", "commit", commit)
    first, newline, rest = raw.partition(b"\n")
    tree = first.removeprefix(b"tree ").decode()
    for path, content in contents.items():
        blob = _made(git, "hash-object", "-w", f"--path={path}", "--stdin", stdin=content)
        tree = _with_blob(git, tree, path.encode(errors="surrogateescape").split(b"/"), blob)
    return _made(git, "hash-object", "-t", "commit", "-w", "--stdin", stdin=b"tree " + tree.encode() + newline + rest)


def adopt(git: GitProcess, new: str, old: str, note: str) -> None:
    """Makes HEAD, or the branch that it is on, the new commit if it still is the old; raises GitRefusedError."""
    outcome = git.write("update-ref", "-m", note, "HEAD", new, old)
    if outcome.code != 0:
        raise GitRefusedError(f"HEAD could not be changed: {outcome.err.strip()}")


def _with_blob(git: GitProcess, tree: str, names: list[bytes], blob: str) -> str:
    """The tree with another blob at a path that it has."""
    rows = git.read("ls-tree", "-z", tree).split(b"\0")[:-1]
    for place, row in enumerate(rows):
        meta, _, name = row.partition(b"\t")
        mode, kind, known = meta.split(b" ")
        if name == names[0]:
            inner = blob if len(names) == 1 else _with_blob(git, known.decode(), names[1:], blob)
            rows[place] = b"%s %s %s\t%s" % (mode, kind, inner.encode(), name)
            listed = b"".join(row + b"\0" for row in rows)
            # In a partial clone the other objects need not be there.
            return _made(git, "mktree", "-z", "--missing", stdin=listed)
    raise GitRefusedError(f"{names[0].decode(errors='replace')} is not in the commit")


def _made(git: GitProcess, *arguments: str, stdin: bytes) -> str:
    outcome = git.write(*arguments, stdin=stdin)
    if outcome.code != 0:
        raise GitRefusedError(f"git {arguments[0]} failed: {outcome.err.strip()}")
    return outcome.out.decode().strip()
