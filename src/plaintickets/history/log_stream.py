"""Read file contents from one `git cat-file --batch`, which the log feeds while its answers are read."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import OrderedDict
from typing import IO, TYPE_CHECKING, Generic, TypeVar

from plaintickets.errors import GitRefusedError
from plaintickets.history import log_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from subprocess import Popen

    from plaintickets.history.log_parser import GitReader, RawCommit

_CAT = ["--no-replace-objects", "cat-file", "--batch", "--buffer"]
_Item = TypeVar("_Item")
_Group = TypeVar("_Group")
# A version is requested as the new side of one commit and as the old side of the file's next change.
_KEPT = 1024


class Window(Generic[_Item]):
    """The most recently requested items.

    Two windows with the same requests in the same order hold the same keys.
    """

    def __init__(self) -> None:
        self._items: OrderedDict[str, _Item] = OrderedDict()

    def get(self, key: str, make: Callable[[str], _Item]) -> _Item:
        """Return the item; make it if it is not held."""
        if key in self._items:
            self._items.move_to_end(key)
            return self._items[key]
        item = self._items[key] = make(key)
        if len(self._items) > _KEPT:
            self._items.popitem(last=False)
        return item


def read_blob(stream: IO[bytes], limit: int) -> bytes | None:
    """Return the next answer of cat-file, at most `limit` + 1 bytes; None if git does not have the object."""
    head = stream.readline().split()
    if len(head) != 3:
        if not head:
            raise GitRefusedError("git stopped while it was read")
        return None
    size = int(head[2])
    content = stream.read(min(size, limit + 1))
    rest = size - len(content) + 1
    while rest > 0 and (chunk := stream.read(min(rest, 1 << 20))):
        rest -= len(chunk)
    return content


class Stream(Generic[_Item]):
    """The commits of a log, each with the versions it needs.

    A thread reads the log and requests contents; the caller's thread takes the answers. A commit is handed over
    before its contents are requested, so that the answers are read while requests are written. Otherwise both pipes
    of cat-file can be full, and each side waits for the other. The input of cat-file is always closed, because it
    keeps answers back until then.
    """

    def __init__(
        self,
        git: GitReader,
        args: list[str],
        prefixes: Sequence[str],
        needs: Callable[[RawCommit], list[str]],
        limit: int,
    ) -> None:
        """Prepare a stream."""
        self._git, self._args, self._prefixes, self._needs, self._limit = git, args, prefixes, needs, limit
        self._ready: queue.SimpleQueue[RawCommit | BaseException | None] = queue.SimpleQueue()

    def read(
        self, parse: Callable[[str, bytes | None], _Item]
    ) -> Generator[tuple[RawCommit, dict[str, _Item]], None, None]:
        """Yield each commit with the parsed versions that `needs` named.

        Raises GitRefusedError.
        """
        log = self._git.popen(self._args)
        cat = self._git.popen(_CAT)
        feeder = threading.Thread(target=self._feed, args=(log, cat), daemon=True)
        feeder.start()
        window: Window[_Item] = Window()
        answers = cat.stdout
        assert answers is not None  # noqa: S101 - a pipe was asked for

        def take(key: str) -> _Item:
            return parse(key, read_blob(answers, self._limit))

        try:
            while (commit := self._ready.get()) is not None:
                if isinstance(commit, BaseException):
                    raise commit
                yield commit, {key: window.get(key, take) for key in self._needs(commit)}
            if log.wait() != 0:
                self._git.run(self._args)
                raise GitRefusedError("git log failed")
        finally:
            for process in (log, cat):
                process.kill()
            feeder.join()
            for process in (log, cat):
                _close(process)

    def _feed(self, log: Popen[bytes], cat: Popen[bytes]) -> None:
        window: Window[bool] = Window()
        requests, output = cat.stdin, log.stdout
        assert requests is not None  # noqa: S101 - a pipe was asked for
        assert output is not None  # noqa: S101 - a pipe was asked for

        def ask(key: str) -> bool:
            requests.write(key.partition(" ")[0].encode() + b"\n")
            return True

        try:
            for commit in log_parser.commits(output, self._prefixes):
                self._ready.put(commit)
                for key in self._needs(commit):
                    window.get(key, ask)
            self._ready.put(None)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that reads
            self._ready.put(error)
        finally:
            with contextlib.suppress(OSError):
                requests.close()


def read_log(git: GitReader, args: list[str], prefixes: Sequence[str]) -> Iterator[RawCommit]:
    """Yield the commits of a log.

    Raises GitRefusedError.
    """
    log = git.popen(args)
    output = log.stdout
    assert output is not None  # noqa: S101 - a pipe was asked for
    try:
        yield from log_parser.commits(output, prefixes)
        if log.wait() != 0:
            git.run(args)
            raise GitRefusedError("git log failed")
    finally:
        log.kill()
        _close(log)


def read_blobs(
    git: GitReader, keys: list[str], parse: Callable[[str, bytes | None], _Item], limit: int
) -> dict[str, _Item]:
    """Return the parsed versions of these keys, read by a separate process."""
    found: dict[str, _Item] = {}
    for _, read in read_groups(git, lambda: keys, lambda key: [key], parse, limit) if keys else ():
        found.update(read)
    return found


def read_groups(
    git: GitReader,
    groups: Callable[[], Iterable[_Group]],
    needs: Callable[[_Group], Sequence[str]],
    parse: Callable[[str, bytes | None], _Item],
    limit: int,
) -> Generator[tuple[_Group, dict[str, _Item]], None, None]:
    """Yield each group with the parsed versions that it needs; one is read once if the groups that need it are near.

    `groups` gives the same groups to two threads.

    Raises GitRefusedError.
    """
    process = git.popen(_CAT)
    requests, answers = process.stdin, process.stdout
    assert requests is not None  # noqa: S101 - a pipe was asked for
    assert answers is not None  # noqa: S101 - a pipe was asked for

    def ask(key: str) -> bool:
        requests.write(key.partition(" ")[0].encode() + b"\n")
        return True

    def feed() -> None:
        asked: Window[bool] = Window()
        with contextlib.suppress(OSError):
            for group in groups():
                for key in needs(group):
                    asked.get(key, ask)
            requests.close()

    def take(key: str) -> _Item:
        return parse(key, read_blob(answers, limit))

    window: Window[_Item] = Window()
    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    try:
        for group in groups():
            yield group, {key: window.get(key, take) for key in needs(group)}
    finally:
        process.kill()
        feeder.join()
        _close(process)


def _close(process: Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            continue
    process.wait()
