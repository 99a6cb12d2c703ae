"""Real git repositories, built quickly, and the plainest reader of them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}


class Reader:
    """Runs git on one repository; counts the processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git_dir = folder / ".git" if (folder / ".git").exists() else folder
        self.spawned: list[str] = []

    @property
    def common_dir(self) -> str:
        return str(self.git_dir)

    def _command(self, args: list[str]) -> list[str]:
        self.spawned.append(next(arg for arg in args if not arg.startswith("-") and "=" not in arg))
        return ["git", f"--git-dir={self.git_dir}", f"--work-tree={self.folder}", *args]

    def run(self, args: list[str], stdin: bytes | None = None) -> bytes:
        done = subprocess.run(
            self._command(args), input=stdin, capture_output=True, env=ENVIRONMENT, cwd=self.folder, check=False
        )
        if done.returncode:
            raise GitRefusedError(done.stderr.decode(errors="replace").strip())
        return done.stdout

    def progress(self, commits: int) -> None:
        """Nobody looks on."""

    def popen(self, args: list[str]) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        command = self._command(args)
        return subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=self.folder
        )


def git(folder: Path, *args: str, stdin: bytes | None = None) -> str:
    """What a git command prints."""
    done = subprocess.run(["git", *args], input=stdin, capture_output=True, env=ENVIRONMENT, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(errors="replace").strip()


class Builder:
    """Writes a history through `git fast-import`. A commit is named by the number that `commit` returns."""

    def __init__(self, folder: Path, object_format: str = "sha1") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--initial-branch=main", f"--object-format={object_format}")
        self.folder = folder
        self._stream: list[bytes] = []
        self._count = 0
        self.trees: dict[int, dict[str, tuple[str, bytes]]] = {0: {}}
        self.oids: list[str] = []

    def commit(
        self,
        files: dict[str, bytes | None],
        *,
        parents: tuple[int, ...] | None = None,
        when: int | None = None,
        author: bytes = b"Ann <ann@example.org>",
        message: bytes = b"change",
        branch: str = "main",
        modes: dict[str, str] | None = None,
        header: bytes = b"",
    ) -> int:
        """A commit that changes these files (None: removed) of its first parent, the last commit by default."""
        if parents is None:
            parents = (self._count,) if self._count else ()
        self._count += 1
        when = 1_700_000_000 + self._count * 60 if when is None else when
        tree = dict(self.trees[parents[0]]) if parents else {}
        for path, content in files.items():
            if content is None:
                tree.pop(path, None)
            else:
                tree[path] = ((modes or {}).get(path, "100644"), content)
        self.trees[self._count] = tree
        out = self._stream
        out.append(b"commit refs/heads/%s\nmark :%d\n" % (branch.encode(), self._count))
        out.append(b"author %s %d +0000\ncommitter Ann <ann@example.org> %d +0000\n" % (author, when, when) + header)
        out.append(b"data %d\n%s\n" % (len(message), message))
        if parents:
            out.append(b"from :%d\n" % parents[0] + b"".join(b"merge :%d\n" % other for other in parents[1:]))
        else:
            out.append(b"deleteall\n")
        for path in sorted(files):
            name = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
            entry = tree.get(path)
            if entry is None:
                out.append(f"D {name}\n".encode())
            elif entry[0] == "160000":
                out.append(f"M 160000 {entry[1].decode()} {name}\n".encode())
            else:
                out.append(f"M {entry[0]} inline {name}\n".encode() + b"data %d\n%s\n" % (len(entry[1]), entry[1]))
        return self._count

    def merge(self, ours: int, *theirs: int, files: dict[str, bytes | None] | None = None, **more: int) -> int:
        """A merge whose tree is that of its first parent with these changes."""
        return self.commit(files or {}, parents=(ours, *theirs), **more)  # type: ignore[arg-type]

    def finish(self, head: int | None = None) -> Reader:
        """Writes what was told, and points HEAD's branch at a commit."""
        marks = self.folder / ".git" / "marks"
        args = ["fast-import", "--quiet", "--force", f"--export-marks={marks}"]
        if marks.exists():
            args.append(f"--import-marks={marks}")
        git(self.folder, *args, stdin=b"".join(self._stream))
        self._stream.clear()
        oids = {int(mark[1:]): oid for mark, oid in (line.split() for line in marks.read_text().splitlines())}
        self.oids = [oids.get(number, "") for number in range(self._count + 1)]
        git(self.folder, "update-ref", "refs/heads/main", self.oids[head or self._count])
        return Reader(self.folder)


def ticket(ticket_id: str, *, title: str = "A ticket", text: str = "", **keys: str) -> bytes:
    """The bytes of a ticket file."""
    keys = {"status": "open", "created": "2026-01-05T09:00:00Z", **keys}
    front = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in keys.items())
    return f"---\nid: {ticket_id}\n{front}---\n# {title}\n{text}".encode()
