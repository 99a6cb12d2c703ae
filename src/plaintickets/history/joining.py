"""Joining commits without a work tree: a merge, or a series of commits put onto another, as objects alone."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from plaintickets.errors import GitRefusedError
from plaintickets.history import revisions
from plaintickets.system.files import remove

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.history.process import GitProcess

_UNKNOWN_OPTION = 129
_PLAIN = re.compile(r"[\w./-]*")
_AUTHOR = re.compile(rb"author (.*?) ?<(.*?)> (-?\d+ [+-]\d{4})")


class Settling(Protocol):
    """Who joins the files that are more than text, named by their store paths."""

    def concerns(self, path: str) -> bool:
        """Whether it joins this file."""

    def new_side(self, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> int | None:
        """The side, 1 or 2, that is something new where git took it for another that was renamed."""

    def settle(self, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
        """What the sides become, None where only a person can say; a side is None where it has no such file.

        No bytes: no such file any more.
        """


class Joined(NamedTuple):
    """A joined tree; `settled` are the paths that needed more than git, `open` those that nobody settled."""

    tree: str
    settled: list[str]
    open: list[str]


class Row(NamedTuple):
    """The modes and blobs of a path in the base, in ours and in theirs; empty for no file."""

    modes: list[str]
    blobs: list[str]


class Joiner:
    """Joins commits of one repository; tickets that both sides changed go through `settling`, the rest is git's."""

    def __init__(self, git: GitProcess, prefix: str, derived: str, settling: Settling) -> None:
        self._git = git
        self._prefix = "" if prefix == "." else prefix + "/"
        self._attributes = os.path.join(derived, f"joining-{os.getpid()}.attributes")
        self._index = os.path.join(derived, f"joining-{os.getpid()}.index")
        self.settling = settling
        self.settled: set[str] = set()

    def merge(self, ours: str, theirs: str, message: str) -> tuple[str, list[str]]:
        """The merge of two commits, and the paths that stay in conflict, in which case no commit is made."""
        bases = self._git.run("merge-base", "--all", ours, theirs).out.decode().split()
        joined = self._three_way(bases[0] if len(bases) == 1 else "", ours, theirs)
        self.settled.update(joined.settled)
        if joined.open:
            return "", joined.open
        return self._commit(self._git, joined.tree, [ours, theirs], message.encode()), []

    def replay(self, commits: Sequence[str], onto: str) -> tuple[str, list[str]]:
        """The last of the commits after all are put onto another, and the paths in conflict of the first that cannot.

        A commit that changes nothing any more is left out.
        """
        tip = onto
        for commit in commits:
            tip, conflicts = self._put(commit, tip)
            if conflicts:
                return "", conflicts
        return tip, []

    def _put(self, commit: str, onto: str) -> tuple[str, list[str]]:
        head, _, message = self._git.read("cat-file", "commit", commit).partition(b"\n\n")
        lines = head.split(b"\n")
        parent = next((line[7:].decode() for line in lines if line.startswith(b"parent ")), "")
        if parent == onto:
            return commit, []
        before = self._tree(parent) if parent else self._written("mktree", stdin=b"")
        after, there = self._tree(commit), self._tree(onto)
        # A merge of commits that have a made-up common parent is what a cherry-pick is.
        base = self._written("commit-tree", before, stdin=b"base")
        ours = self._written("commit-tree", there, "-p", base, stdin=b"ours")
        theirs = self._written("commit-tree", after, "-p", base, stdin=b"theirs")
        joined = self._three_way(base, ours, theirs)
        self.settled.update(joined.settled)
        if joined.open:
            return "", joined.open
        if joined.tree == there and before != after:
            return onto, []
        return self._commit(self._by_author(lines), joined.tree, [onto], message, _encoding(lines)), []

    def _by_author(self, lines: Sequence[bytes]) -> GitProcess:
        match = next((found for line in lines if (found := _AUTHOR.match(line))), None)
        if match is None:
            raise GitRefusedError("a commit without an author cannot be put onto another; nothing was changed")
        name, mail, date = (os.fsdecode(part) for part in match.groups())
        return self._git.with_variables(
            {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": mail, "GIT_AUTHOR_DATE": f"@{date}"}
        )

    def _commit(
        self, git: GitProcess, tree: str, parents: Sequence[str], message: bytes, encoding: str = "UTF-8"
    ) -> str:
        signs = self._git.run("config", "--type=bool", "--get", "commit.gpgSign").out.strip() == b"true"
        arguments = ["-c", f"i18n.commitEncoding={encoding}", "commit-tree", tree, *["-S"] * signs]
        for parent in parents:
            arguments += ["-p", parent]
        outcome = git.run(*arguments, stdin=message)
        if outcome.code != 0:
            raise GitRefusedError(
                f"git refused the commit:\n{outcome.err.strip()}\nnothing was changed",
                hint="see what git said above: an identity or a signing key may be missing.",
            )
        return outcome.out.decode().strip()

    def _tree(self, commit: str) -> str:
        return self._git.read("rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()

    def _written(self, *arguments: str, stdin: bytes | None = None) -> str:
        return self._git.read(*arguments, stdin=stdin).decode().strip()

    def _three_way(self, base: str, ours: str, theirs: str) -> Joined:
        """The join of two commits whose common ancestor is `base`, empty where there are several."""
        tree, rows = self._by_git(ours, theirs)
        unsettled = set(rows)
        if base:
            rows = {**self._on_both_sides(base, ours, theirs), **rows}
        tickets = {path: row for path, row in rows.items() if self._is_concerned(path)}
        held = revisions.blobs(self._git, list({blob for row in tickets.values() for blob in row.blobs if blob}))
        tickets, mispaired = self._paired_anew(tickets, held, base, (ours, theirs))
        results: dict[str, bytes] = {}
        for path, row in tickets.items():
            is_whole = all(mode in ("", "100644", "100755") for mode in row.modes)
            if is_whole and path not in mispaired:
                contents = [held.get(blob) for blob in row.blobs]
                result = self.settling.settle(path.removeprefix(self._prefix), *contents)
                if result is not None:
                    results[path] = result
        if results:
            tree = self._with_files(tree, {path: (tickets[path], result) for path, result in results.items()})
        return Joined(tree, sorted(results), sorted((unsettled | set(tickets)) - set(results)))

    def _paired_anew(
        self, tickets: dict[str, Row], held: Mapping[str, bytes], base: str, sides: tuple[str, str]
    ) -> tuple[dict[str, Row], set[str]]:
        """The files, a new one apart from that which git took for it; and those that stay so, as nobody can say which.

        What git took for renamed is removed on one side, as it would be without that.
        """
        rows, mispaired = dict(tickets), set[str]()
        for path, (modes, blobs) in tickets.items():
            new = self.settling.new_side(*(held.get(blob) for blob in blobs))
            if new is None:
                continue
            changed = 3 - new
            was = self._removed(base, sides[new - 1], blobs[0]) if base else []
            if len(was) != 1 or was[0] in tickets:
                mispaired.add(path)
                continue
            rows[path] = _only(modes, blobs, {new})
            rows[was[0]] = _only(modes, blobs, {0, changed})
        return rows, mispaired

    def _removed(self, base: str, side: str, blob: str) -> list[str]:
        """The files with this content that a side has no more."""
        return [path for path, (_, _, old, new) in self._changed(base, side).items() if old == blob and not new]

    def _is_concerned(self, path: str) -> bool:
        return path.startswith(self._prefix) and self.settling.concerns(path.removeprefix(self._prefix))

    def _by_git(self, ours: str, theirs: str) -> tuple[str, dict[str, Row]]:
        """The tree that git makes of two commits, and what it could not join."""
        # Tickets on both sides are joined here afterwards, so that git need not start a program for each; and
        # git is to say where it took a file for a renamed one, which it does of files that have a driver.
        options = ["-c", "merge.plaintickets.driver=exit 1", "-c", f"core.attributesFile={self._attributes}"]
        options += ["-c", "merge.directoryRenames=true"]
        os.makedirs(os.path.dirname(self._attributes), mode=0o700, exist_ok=True)
        with open(self._attributes, "w", encoding="utf-8", newline="\n") as file:
            if _PLAIN.fullmatch(self._prefix):
                rows_of = ("*.md merge=plaintickets", "archive/*/*.md merge=plaintickets", "README.md !merge")
                file.writelines(f"/{self._prefix}{row}\n" for row in rows_of)
        try:
            outcome = self._git.run(*options, "merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs)
        finally:
            remove(self._attributes)
        if outcome.code == _UNKNOWN_OPTION or "unknown option" in outcome.err:
            raise GitRefusedError(
                "git 2.38 or newer is needed for this; nothing was changed",
                hint="with an older one, `git pull --rebase` and `git push` in a clean work tree do the same.",
            )
        if outcome.code not in (0, 1):
            raise GitRefusedError(f"git could not join the two sides:\n{outcome.err.strip()}\nnothing was changed")
        tree, *fields = outcome.out.decode(errors="surrogateescape").split("\0")
        rows: dict[str, Row] = {}
        for field in fields:
            meta, tab, path = field.partition("\t")
            if not tab:
                break
            mode, blob, stage = meta.split(" ")
            row = rows.setdefault(path, Row([""] * 3, [""] * 3))
            row.modes[int(stage) - 1], row.blobs[int(stage) - 1] = mode, blob
        return tree, rows

    def _on_both_sides(self, base: str, ours: str, theirs: str) -> dict[str, Row]:
        """The files of the store that both sides changed, each in its own way."""
        left, right = self._changed(base, ours), self._changed(base, theirs)
        found = {}
        for path in left.keys() & right.keys():
            (mode, ours_mode, blob, ours_blob), (_, theirs_mode, _, theirs_blob) = left[path], right[path]
            if ours_blob and theirs_blob and ours_blob != theirs_blob:
                found[path] = Row([mode, ours_mode, theirs_mode], [blob, ours_blob, theirs_blob])
        return found

    def _changed(self, old: str, new: str) -> dict[str, tuple[str, str, str, str]]:
        """The modes and blobs, before and after, of each changed file of the store; empty for no file."""
        below = ["--", self._prefix.removesuffix("/")] if self._prefix else []
        out = self._git.read("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", old, new, *below)
        fields = out.decode(errors="surrogateescape").split("\0")
        found = {}
        for meta, path in zip(fields[:-1:2], fields[1::2], strict=False):
            mode, new_mode, blob, new_blob, _ = meta.removeprefix(":").split(" ")
            found[path] = (
                mode.strip("0") and mode,
                new_mode,
                blob.strip("0") and blob,
                new_blob.strip("0") and new_blob,
            )
        return found

    def _with_files(self, tree: str, files: dict[str, tuple[Row, bytes]]) -> str:
        """The tree with other contents at these paths."""
        git = self._git.with_variables({"GIT_INDEX_FILE": self._index})
        lines = []
        for path, (row, content) in files.items():
            if not content:
                lines.append(f"0 {'0' * len(tree)}\t{path}")
                continue
            blob = git.read("hash-object", "-w", "--stdin", stdin=content).decode().strip()
            lines.append(f"{row.modes[1] or row.modes[2]} {blob} 0\t{path}")
        try:
            git.read("read-tree", tree)
            text = "\0".join(lines).encode(errors="surrogateescape") + b"\0"
            git.read("update-index", "-z", "--index-info", stdin=text)
            return git.read("write-tree").decode().strip()
        finally:
            for name in (self._index, self._index + ".lock"):
                if os.path.lexists(name):
                    remove(name)


def _only(modes: list[str], blobs: list[str], stages: set[int]) -> Row:
    """The versions of these stages alone."""
    return Row(*([value if at in stages else "" for at, value in enumerate(row)] for row in (modes, blobs)))


def _encoding(lines: Sequence[bytes]) -> str:
    named = next((line[9:] for line in lines if line.startswith(b"encoding ")), b"UTF-8")
    return named.decode(errors="replace")
