"""Replace HEAD by the same commit with different contents of some files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.git.process import GitProcess

_SIGNED = (b"\ngpgsig ", b"\ngpgsig-sha256 ")


def is_signed(git: GitProcess, commit: str) -> bool:
    """Return whether a commit is signed; its replacement would lose the signature."""
    header = b"\n" + git.read("cat-file", "commit", commit).partition(b"\n\n")[0]
    return any(mark in header for mark in _SIGNED)


def with_contents(git: GitProcess, commit: str, contents: Mapping[str, bytes]) -> str:
    """Create a commit that differs from another only in the contents of existing files, and return its id.

    Parents, author, dates and message stay byte for byte. No branch is changed.

    Raises GitRefusedError.
    """
    raw = git.read("cat-file", "commit", commit)
    first, newline, rest = raw.partition(b"\n")
    tree = first.removeprefix(b"tree ").decode()
    for path, content in contents.items():
        blob = _written(git, "hash-object", "-w", f"--path={path}", "--stdin", stdin=content)
        tree = _with_blob(git, tree, path.encode(errors="surrogateescape").split(b"/"), blob)
    return _written(
        git, "hash-object", "-t", "commit", "-w", "--stdin", stdin=b"tree " + tree.encode() + newline + rest
    )


def adopt(git: GitProcess, new: str, old: str, note: str) -> None:
    """Set HEAD, or its branch, to the new commit if it is still at the old one.

    Raises GitRefusedError.
    """
    outcome = git.write("update-ref", "-m", note, "HEAD", new, old)
    if outcome.code != 0:
        raise GitRefusedError(f"HEAD could not be changed: {outcome.err.strip()}")


def _with_blob(git: GitProcess, tree: str, names: list[bytes], blob: str) -> str:
    """Return the tree with another blob at an existing path.

    Raises GitRefusedError if the path does not exist.
    """
    rows = git.read("ls-tree", "-z", tree).split(b"\0")[:-1]
    for number, row in enumerate(rows):
        meta, _, name = row.partition(b"\t")
        mode, kind, old_id = meta.split(b" ")
        if name == names[0]:
            inner = blob if len(names) == 1 else _with_blob(git, old_id.decode(), names[1:], blob)
            rows[number] = b"%s %s %s\t%s" % (mode, kind, inner.encode(), name)
            listed = b"".join(row + b"\0" for row in rows)
            # In a partial clone the other objects may be missing.
            return _written(git, "mktree", "-z", "--missing", stdin=listed)
    raise GitRefusedError(f"{names[0].decode(errors='replace')} is not in the commit")


def _written(git: GitProcess, *arguments: str, stdin: bytes) -> str:
    outcome = git.write(*arguments, stdin=stdin)
    if outcome.code != 0:
        raise GitRefusedError(f"git {arguments[0]} failed: {outcome.err.strip()}")
    return outcome.out.decode().strip()
