"""One commit of many tickets, an import or a migration, read through pipes as small as the system makes them."""

from __future__ import annotations

import contextlib
import fcntl
import signal
from typing import TYPE_CHECKING

import pytest
from repositories import Builder, Reader, ticket

from plaintickets.errors import GitRefusedError
from plaintickets.history import log_parser
from plaintickets.history.changes_by_file import file_changes, in_log_order, parts_by_file
from plaintickets.history.file_changes import standing
from plaintickets.history.load import read
from plaintickets.history.log_stream import read_blobs, read_log
from plaintickets.history.status_changes import moves

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from plaintickets.core.replay import Standing

STUCK_SECONDS = 120
SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", None)


class NarrowReader(Reader):
    """Git behind pipes of one page, where the system can set that."""

    def popen(self, args: list[str]) -> subprocess.Popen[bytes]:
        process = super().popen(args)
        for pipe in (process.stdin, process.stdout):
            # Refused where a quick git has written more than a page already.
            with contextlib.suppress(OSError):
                if pipe is not None and SET_PIPE_SIZE is not None:
                    fcntl.fcntl(pipe.fileno(), SET_PIPE_SIZE, 4096)
        return process


class BrokenLogReader(NarrowReader):
    """Git whose log ends in what is no log."""

    def popen(self, args: list[str]) -> subprocess.Popen[bytes]:
        if "log" in args:
            file = self.folder / "log"
            file.write_bytes(super().run(args) + b"rubbish\0" * 8)
            oid = self.run(["hash-object", "-w", "--no-filters", "--", str(file)]).decode().strip()
            return super().popen(["cat-file", "blob", oid])
        return super().popen(args)


@contextlib.contextmanager
def must_end() -> Iterator[None]:
    """Break off what would wait for ever."""

    def give_up(*_: object) -> None:
        raise AssertionError("stuck")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(STUCK_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def path_of(number: int) -> str:
    return f".tickets/pt-{number:05}.md"


def imported(folder: Path, tickets: int) -> Builder:
    """One commit that adds so many tickets, one that closes them all, and one that edits the first."""
    builder = Builder(folder)
    ids = [f"pt-{number:05}" for number in range(tickets)]
    made: dict[str, bytes | None] = {path_of(n): ticket(one, text=f"{n}\n") for n, one in enumerate(ids)}
    builder.commit(made, message=b"import")
    closed: dict[str, bytes | None] = {
        path_of(n): ticket(one, text=f"{n}\n", status="closed") for n, one in enumerate(ids)
    }
    builder.commit(closed, message=b"close")
    builder.commit({path_of(0): ticket(ids[0], title="Edited", status="closed")})
    builder.finish()
    return builder


SIZES = (10, 1_000, pytest.param(10_000, marks=pytest.mark.slow), pytest.param(50_000, marks=pytest.mark.soak))


@pytest.mark.parametrize("tickets", SIZES)
def test_the_history_of_a_large_commit_ends_and_is_whole(tmp_path: Path, tickets: int) -> None:
    builder = imported(tmp_path / "r", tickets)
    git = NarrowReader(builder.folder)
    with must_end():
        events = read(git, ".tickets").events
        one = read(git, ".tickets", ticket="pt-00000", paths=("pt-00000.md",)).events
        closed = moves(git, ".tickets", builder.oids[1], 1 << 20)
    assert sum(event.kind == "created" for event in events) == tickets
    assert sum(event.kind == "changed" and event.field == "status" for event in events) == tickets
    assert [event.as_json() for event in one] == [event.as_json() for event in events if event.ticket == "pt-00000"]
    assert len(closed) == tickets


def test_contents_asked_for_at_once_are_all_read(tmp_path: Path) -> None:
    builder = imported(tmp_path / "r", 3_000)
    git = NarrowReader(builder.folder)
    listed = git.run(["ls-tree", "-r", "--format=%(objectname)", builder.oids[1]]).decode().split()
    with must_end():
        found = read_blobs(git, listed, lambda _key, content: content, 1 << 20)
    assert len(found) == 3_000
    assert all(found.values())


def test_each_version_is_read_once_although_commits_jump_between_tickets(tmp_path: Path) -> None:
    builder = imported(tmp_path / "r", 1_500)
    git = NarrowReader(builder.folder)
    args = log_parser.log_args(["HEAD"], [".tickets"], every_commit=True)
    parts = parts_by_file(read_log(git, args, (".tickets/",)), lambda _: 0)
    parsed: list[str] = []

    def parse(key: str, content: bytes | None) -> Standing:
        parsed.append(key)
        return standing(key, content)

    with must_end():
        found = in_log_order(file_changes(git, lambda: parts, parse, 1 << 20))
    _, first, second, third = builder.oids
    assert [touch.commit for touch in found] == [third, *[second] * 1_500, *[first] * 1_500]
    assert len(parsed) == len(set(parsed)) == 3_001


def test_a_log_that_breaks_off_is_an_error_and_no_wait(tmp_path: Path) -> None:
    builder = imported(tmp_path / "r", 200)
    git = BrokenLogReader(builder.folder)
    args = log_parser.log_args(["HEAD"], [".tickets"], every_commit=True)
    with must_end(), pytest.raises(GitRefusedError):
        list(read_log(git, args, (".tickets/",)))


def test_a_reader_that_stops_early_leaves_no_process_behind(tmp_path: Path) -> None:
    builder = imported(tmp_path / "r", 2_000)
    started: list[subprocess.Popen[bytes]] = []

    class Recording(NarrowReader):
        def popen(self, args: list[str]) -> subprocess.Popen[bytes]:
            started.append(super().popen(args))
            return started[-1]

    git = Recording(builder.folder)
    args = log_parser.log_args(["HEAD"], [".tickets"], every_commit=True)
    with must_end():
        parts = parts_by_file(read_log(git, args, (".tickets/",)), lambda _: 0)
        unread = read_log(git, args, (".tickets/",))
        next(unread)
        unread.close()
        changes = file_changes(git, lambda: parts, standing, 1 << 20)
        next(changes)
        changes.close()
    assert len(started) == 3
    assert all(process.returncode is not None for process in started)
