"""Read a log of git, and file contents from one `git cat-file --batch`."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from typing import IO, TYPE_CHECKING, Generic, TypeVar

from plaintickets.errors import GitRefusedError
from plaintickets.history import log_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
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


def read_log(git: GitReader, args: list[str], prefixes: Sequence[str]) -> Generator[RawCommit, None, None]:
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

    `groups` gives the same groups to two threads: one requests contents while the caller's reads the answers. Otherwise
    both pipes of cat-file could be full, and each side would wait for the other. The input of cat-file is always
    closed, because it keeps answers back until then.

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
