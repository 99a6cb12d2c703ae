"""Trees that are written as deltas are those that git itself writes, whatever the folder held and how it changes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plaintickets.errors import GitRefusedError
from plaintickets.git.commit_stream import CommitStream, Entry
from plaintickets.git.folder_trees import TreesBeside, folder_trees
from plaintickets.git.process import GitProcess

if TYPE_CHECKING:
    from builders import Repository

AUTHOR = "Ada <ada@old.example>"


@pytest.mark.parametrize(("there", "processors"), [(0, 2), (900, 2), (900, 1)])
def test_the_trees_are_those_of_git(
    repository: Repository, there: int, processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    folder = repository.folder / ".tickets"
    for number in range(there):
        (folder / f"b{number:04}.md").write_text(f"{number}\n", "utf-8")
    (folder / "b0001.d").mkdir()
    (folder / "b0001.d" / "kept.md").write_text("kept\n", "utf-8")
    repository.commit_all()
    base = repository.git("rev-parse", "HEAD")
    git = GitProcess(str(repository.folder / ".git"), str(repository.folder), dict(repository.tk.environment))
    files: dict[str, bytes] = {}
    with CommitStream(git, base, ".tickets/") as stream:
        for number in range(1500):
            name = f"{'abc'[number % 3]}{number * 7919 % 1400:04}"
            path = f".tickets/{name}.d/{number}.md" if number % 5 == 0 else f".tickets/{name}.md"
            files[path] = f"{number}\n".encode()
            stream.add(Entry(AUTHOR, 1_000_000_000 + number, f"{number}\n", {path: files[path]}))
        files[".tickets/b0001.d/new.md"] = b"new\n"
        stream.add(Entry(AUTHOR, 1_000_009_000, "beside\n", {".tickets/b0001.d/new.md": b"new\n"}))
        tip = stream.finish(Entry("", 0, "last\n", {"top.txt": b"top\n", ".tickets/b0001.d/kept.md": None}))
    repository.git("reset", "-q", "--hard", base)
    for path, content in {**files, "top.txt": b"top\n"}.items():
        (repository.folder / path).parent.mkdir(exist_ok=True)
        (repository.folder / path).write_bytes(content)
    (folder / "b0001.d" / "kept.md").unlink()
    repository.git("add", "-A")
    assert repository.git("write-tree") == repository.git("rev-parse", f"{tip}^{{tree}}")
    assert repository.git("rev-list", "--count", f"{base}..{tip}") == "1502"
    said = repository.git("fsck", "--full", "--strict").splitlines()
    assert [line for line in said if not line.startswith("dangling")] == []
    packs = list((repository.folder / ".git/objects/pack").glob("*.pack"))
    assert len(packs) == 2
    for pack in packs:
        repository.git("index-pack", "-o", ".git/again.idx", str(pack))
        assert (repository.folder / ".git/again.idx").read_bytes() == pack.with_suffix(".idx").read_bytes()
        (repository.folder / ".git/again.idx").unlink()


def test_a_line_of_commits_that_fails_leaves_no_object(repository: Repository) -> None:
    def objects() -> list[str]:
        return sorted(str(path) for path in (repository.folder / ".git/objects").rglob("*"))

    base = repository.git("rev-parse", "HEAD")
    git = GitProcess(str(repository.folder / ".git"), str(repository.folder), dict(repository.tk.environment))
    before = objects()

    def fail() -> None:
        with CommitStream(git, base, ".tickets/") as stream:
            for number in range(4100):
                stream.add(Entry(AUTHOR, number, "a\n", {f".tickets/{number % 7}.md": b"%d\n" % number}))
            assert len(list((repository.folder / ".git/objects").rglob("tmp_objdir-*/pack/*.idx"))) == 1
            raise GitRefusedError("no-such")

    with pytest.raises(GitRefusedError, match="no-such"):
        fail()
    assert objects() == before


@pytest.mark.parametrize("commits", [10, 300_000], ids=["found at the end", "found while files are set"])
def test_an_end_of_the_process_that_makes_trees_is_told(repository: Repository, commits: int) -> None:
    base = repository.git("rev-parse", "HEAD")
    git = GitProcess(str(repository.folder / ".git"), str(repository.folder), dict(repository.tk.environment))
    trees = folder_trees(git, git, base, ".tickets")
    assert isinstance(trees, TreesBeside)

    def make() -> None:
        for number in range(commits):
            trees.put(f"{number % 9}.md", bytes(20))
            trees.end_commit()
        trees.flush()

    os.kill(trees._worker._pid, signal.SIGKILL)
    with pytest.raises(GitRefusedError, match="the process that makes git's trees was ended"):
        make()
    trees.close()


def test_trees_that_cannot_be_written_are_told_as_objects_that_cannot(repository: Repository) -> None:
    base = repository.git("rev-parse", "HEAD")
    git = GitProcess(str(repository.folder / ".git"), str(repository.folder), dict(repository.tk.environment))

    def fail() -> None:
        with CommitStream(git, base, ".tickets/") as stream:
            [incoming] = (repository.folder / ".git/objects").glob("tmp_objdir-*")
            # git's own pack is open first: otherwise git may be the one that finds the folder gone.
            for _ in range(3000):
                if list(incoming.glob("pack/tmp_pack_*")):
                    break
                time.sleep(0.01)
            shutil.rmtree(incoming / "pack")
            (incoming / "pack").write_text("in the way", "utf-8")
            for number in range(4096):
                stream.add(Entry(AUTHOR, number, "a\n", {f".tickets/{number % 7}.md": b"%d\n" % number}))

    with pytest.raises(GitRefusedError, match=r"git's objects cannot be written: .+; nothing was changed") as told:
        fail()
    assert told.value.hint == "free some space or fix the permissions, then run the command again."


def test_the_process_that_makes_trees_ends_with_its_caller(repository: Repository) -> None:
    script = (
        "import sys\nfrom plaintickets.git.folder_trees import folder_trees\n"
        "from plaintickets.git.process import GitProcess\n"
        "git = GitProcess('.git', '.', {})\ntrees = folder_trees(git, git, sys.argv[1], '.tickets')\n"
        "print(trees._worker._pid, flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, repository.git("rev-parse", "HEAD")]
    with subprocess.Popen(command, cwd=repository.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as caller:
        assert caller.stdout
        worker = int(caller.stdout.readline())
        assert Path(f"/proc/{worker}").exists()
        caller.kill()
    for _ in range(500):
        if not Path(f"/proc/{worker}").exists() or " Z " in Path(f"/proc/{worker}/stat").read_text("utf-8"):
            return
        time.sleep(0.02)
    pytest.fail("it is still there")
