"""Trees that are written as deltas are those that git itself writes, whatever the folder held and how it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plaintickets.errors import GitRefusedError
from plaintickets.git.commit_stream import CommitStream, Entry
from plaintickets.git.process import GitProcess

if TYPE_CHECKING:
    from builders import Repository

AUTHOR = "Ada <ada@old.example>"


@pytest.mark.parametrize("there", [0, 900])
def test_the_trees_are_those_of_git(repository: Repository, there: int) -> None:
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
