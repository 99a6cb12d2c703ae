"""Create commits without a work tree, with one git process for all unsigned commits."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError
from plaintickets.git.fast_import import FastImport, quoted, refused
from plaintickets.system.files import remove

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.merge.identity import Version
    from plaintickets.git.diffs import ObjectReader
    from plaintickets.git.process import GitProcess

_AUTHOR = re.compile(rb"author (.*?) ?<(.*?)> (-?\d+ [+-]\d{4})")
_PLAIN_AUTHOR = re.compile(rb"author (?:[^<>\n\x00]+ )?<[^<>\n\x00]*> \d{1,12} [+-]\d{4}")


class Text(NamedTuple):
    """The message of a commit, its encoding if named, and its author line, empty for the committer."""

    message: bytes
    encoding: str = ""
    author: bytes = b""


class CommitWriter:
    """Creates commits from the files of another commit or tree with some files replaced."""

    def __init__(self, git: GitProcess, objects: ObjectReader, derived: str) -> None:
        self._git = git
        self._objects = objects
        self._index = os.path.join(derived, f"joining-{os.getpid()}.index")
        self._import: FastImport | None = None
        self._marks: dict[str, int] = {}
        self._length = 40
        self._committer: bytes | None = None
        self._signs: bool | None = None

    def commit(
        self, start: str, parents: Sequence[str], files: Mapping[str, Version | None], text: Text, tree: str = ""
    ) -> str:
        """Create a commit from the files of `tree`, or else of `start`, with `files` replaced; return its id.

        Its first parent is `start`. Other git processes can read the commit after `flush`.

        Raises GitRefusedError.
        """
        if self._signs is None:
            asked = self._git.run("config", "--type=bool", "--get", "commit.gpgSign").out
            self._signs = asked.strip() == b"true"
        if self._signs or (text.author and not _PLAIN_AUTHOR.fullmatch(text.author)) or b"\0" in text.message:
            return self._commit_apart(start, parents, files, text, tree)
        return self._commit_in_stream(start, parents, files, text, tree)

    def flush(self) -> None:
        """Write all commits to the repository.

        Raises GitRefusedError.
        """
        if self._import is None:
            return
        running, self._import = self._import, None
        self._marks.clear()
        running.end(self._length)

    def close(self) -> None:
        """Kill the git process that an error left open."""
        if self._import is not None:
            self._import.kill()
            self._import = None

    def _commit_in_stream(
        self, start: str, parents: Sequence[str], files: Mapping[str, Version | None], text: Text, tree: str
    ) -> str:
        if self._import is None:
            self._import = FastImport(self._git, "joining")
        self._length = len(start)
        running, mark = self._import, len(self._marks) + 1
        rows = [b"commit " + running.ref, b"mark :%d" % mark]
        rows += [text.author] * bool(text.author)
        rows += [b"committer " + self._identity()]
        rows += [b"encoding " + text.encoding.encode()] * bool(text.encoding)
        rows += [b"data %d\n%s" % (len(text.message), text.message)]
        rows += [b"from " + self._named(start), *(b"merge " + self._named(name) for name in parents[1:])]
        rows += [b'M 040000 %s ""' % tree.encode()] * bool(tree)
        for path in sorted(files, key=lambda path: files[path] is not None):
            rows += self._row(path, files[path])
        running.put(b"\n".join(rows), b"\n")
        name = running.created(mark)
        self._marks[name] = mark
        return name

    def _row(self, path: str, version: Version | None) -> list[bytes]:
        name = quoted(path)
        if version is None:
            return [b"D " + name]
        content = self._objects.made(version)
        if content is None:
            return [f"M {version.mode} {version.blob} ".encode() + name]
        return [f"M {version.mode} inline ".encode() + name, b"data %d\n%s" % (len(content), content)]

    def _named(self, commit: str) -> bytes:
        mark = self._marks.get(commit)
        return b":%d" % mark if mark else commit.encode()

    def _identity(self) -> bytes:
        if self._committer is None:
            self._committer = committer_of(self._git)
        return self._committer

    def _commit_apart(
        self, start: str, parents: Sequence[str], files: Mapping[str, Version | None], text: Text, tree: str
    ) -> str:
        """Create a commit with separate git processes, which can sign it.

        Raises GitRefusedError.
        """
        self.flush()
        git = self._git
        if text.author:
            match = _AUTHOR.match(text.author)
            if match is None:
                raise GitRefusedError("a commit without an author cannot be put onto another; nothing was changed")
            name, mail, date = (os.fsdecode(part) for part in match.groups())
            git = git.with_variables({"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": mail, "GIT_AUTHOR_DATE": f"@{date}"})
        whole = self.tree(tree or start, files)
        encoding = text.encoding or "UTF-8"
        arguments = ["-c", f"i18n.commitEncoding={encoding}", "commit-tree", whole, *["-S"] * bool(self._signs)]
        for parent in parents:
            arguments += ["-p", parent]
        outcome = git.write(*arguments, stdin=text.message)
        if outcome.code != 0:
            raise refused(outcome.err.encode())
        return outcome.out.decode().strip()

    def tree(self, start: str, files: Mapping[str, Version | None]) -> str:
        """Create the tree of a commit or tree with some files replaced; return its id."""
        git = self._git.with_variables({"GIT_INDEX_FILE": self._index})
        os.makedirs(os.path.dirname(self._index), mode=0o700, exist_ok=True)
        lines = []
        for path, version in files.items():
            if version is None:
                lines.append(f"0 {'0' * len(start)}\t{path}")
                continue
            content = self._objects.made(version)
            if content is not None:
                git.must_write("hash-object", "-w", "--stdin", stdin=content)
            lines.append(f"{version.mode} {version.blob} 0\t{path}")
        try:
            git.must_write("read-tree", start)
            text = "".join(line + "\0" for line in lines).encode(errors="surrogateescape")
            git.must_write("update-index", "-z", "--index-info", stdin=text)
            return git.must_write("write-tree").decode().strip()
        finally:
            for name in (self._index, self._index + ".lock"):
                if os.path.lexists(name):
                    remove(name)


def committer_of(git: GitProcess) -> bytes:
    """Return the user of this clone and now, as git writes a committer.

    Raises GitRefusedError if git does not know the user.
    """
    outcome = git.run("var", "GIT_COMMITTER_IDENT")
    if outcome.code != 0:
        raise refused(outcome.err.encode())
    return outcome.out.strip()
