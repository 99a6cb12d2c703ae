"""Write a folder's many versions as git trees: each a small delta of an earlier one, checked by `git index-pack`.

`git fast-import` sorts, prints and compares a whole folder for each commit. Here a version costs one hash of it.
"""

from __future__ import annotations

import hashlib
import zlib
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from plaintickets.git.fast_import import refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

    from plaintickets.git.process import GitProcess

_TREE, _DELTA = 2, 6
_FULL_CHUNK = 256
_STEPS = (1024, 32)
"""A version is a delta of the one so many before it, if its number is divisible; else of the one just before."""
_BLOCK = 64
_LONGEST_INSERT, _LONGEST_COPY = 127, 0xFFFFFF
_FILE, _FOLDER = b"100644", b"40000"
_SHA1 = 40


class _Chunk:
    """Some entries of a folder, one after the other, and their bytes."""

    __slots__ = ("data", "names", "rows")

    def __init__(self, names: list[bytes], rows: list[bytes]) -> None:
        self.names = names
        self.rows = rows
        self.data = b"".join(rows)


_Version = list[tuple[_Chunk, bytes]]


class Folder:
    """A folder of git that changes, held so that a change costs little."""

    def __init__(self, git: GitProcess, revision: str, path: str) -> None:
        """Read the folder of a revision; one that is not there is empty."""
        self._git = git
        self._revision = revision
        self._path = path
        self._folders: dict[bytes, Folder] = {}
        outcome = git.run("cat-file", "tree", f"{revision}:{path}") if revision else None
        found = _entries(outcome.out, len(revision) // 2) if outcome and outcome.code == 0 else {}
        names = sorted(found)
        parts = [names[at : at + _FULL_CHUNK] for at in range(0, len(names), _FULL_CHUNK)] or [[]]
        self._chunks = [_Chunk(part, [found[name] for name in part]) for part in parts]

    def put_file(self, path: str, blob: bytes, packs: TreePacks) -> None:
        """Set a file of the folder, or of a folder in it, which is written at once."""
        first, _, rest = path.partition("/")
        name = first.encode(errors="surrogateescape")
        if not rest:
            self._put(name, b"%s %s\0%s" % (_FILE, name, blob))
            return
        if name not in self._folders:
            revision = self._revision if self._has(name + b"/") else ""
            self._folders[name] = Folder(self._git, revision, f"{self._path}/{first}".lstrip("/"))
        inner = self._folders[name]
        inner.put_file(rest, blob, packs)
        self._put(name + b"/", b"%s %s\0%s" % (_FOLDER, name, packs.whole(inner.version())))

    def version(self) -> _Version:
        """Return what the folder holds now."""
        return [(chunk, chunk.data) for chunk in self._chunks]

    def _has(self, name: bytes) -> bool:
        return any(name in chunk.names for chunk in self._chunks)

    def _put(self, name: bytes, row: bytes) -> None:
        """Set an entry; the name of a folder ends with a slash, as git sorts it."""
        firsts = [chunk.names[0] for chunk in self._chunks[1:]]
        number = bisect_right(firsts, name)
        chunk = self._chunks[number]
        at = bisect_left(chunk.names, name)
        if at < len(chunk.names) and chunk.names[at] == name:
            chunk.rows[at] = row
        else:
            chunk.names.insert(at, name)
            chunk.rows.insert(at, row)
        if len(chunk.names) > 2 * _FULL_CHUNK:
            self._chunks.insert(number + 1, _Chunk(chunk.names[_FULL_CHUNK:], chunk.rows[_FULL_CHUNK:]))
            del chunk.names[_FULL_CHUNK:], chunk.rows[_FULL_CHUNK:]
        chunk.data = b"".join(chunk.rows)


class TreePacks:
    """Packs of trees; git can read those of one pack when `wait` has returned for it."""

    def __init__(self, git: GitProcess, base: str) -> None:
        """Prepare packs for a repository with ids as long as that of `base`."""
        self._git = git
        self._hash = hashlib.sha1 if len(base) == _SHA1 else hashlib.sha256
        self._rows: list[bytes] = []
        self._length = 12
        self._bases: dict[int, tuple[int, _Version]] = {}
        self._count = 0
        self._process: Popen[bytes] | None = None

    def whole(self, version: _Version) -> bytes:
        """Add a tree as it is; return its id."""
        data = b"".join(part for _, part in version)
        self._add(_TREE, len(data), b"", data)
        return self._id(version)

    def next(self, version: _Version) -> bytes:
        """Add the next version of the folder that changes; return its id."""
        step = next((step for step in _STEPS if self._count % step == 0), 1)
        base = self._bases.get(step)
        offset = self._length
        if base is None:
            self.whole(version)
        else:
            delta = _delta(base[1], version)
            self._add(_DELTA, len(delta), _distance(offset - base[0]), delta)
        self._bases.update((one, (offset, version)) for one in (*_STEPS, 1) if one <= step)
        self._count += 1
        return self._id(version)

    def flush(self) -> None:
        """Give the pack to git, which reads and checks it beside this process, and begin another one.

        Raises GitRefusedError.
        """
        self.wait()
        if not self._rows:
            return
        content = b"".join([b"PACK\0\0\0\2%s" % len(self._rows).to_bytes(4, "big"), *self._rows])
        self._rows, self._length, self._count = [], 12, 0
        self._bases.clear()
        self._process = process = self._git.start_writing(("index-pack", "--stdin"))
        if process.stdin is None:
            raise ValueError(process)
        try:
            process.stdin.write(content + self._hash(content, usedforsecurity=False).digest())
            process.stdin.close()
        except BrokenPipeError:
            self.wait()
        process.stdin = None

    def wait(self) -> None:
        """Wait until git has read the pack that it got last.

        Raises GitRefusedError.
        """
        process, self._process = self._process, None
        if process is not None:
            _, err = process.communicate()
            if process.returncode != 0:
                raise refused(err)

    def close(self) -> None:
        """Kill the git process that an error left open."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _id(self, version: _Version) -> bytes:
        found = self._hash(b"tree %d\0" % sum(len(data) for _, data in version), usedforsecurity=False)
        for _, data in version:
            found.update(data)
        return found.digest()

    def _add(self, kind: int, size: int, base: bytes, data: bytes) -> None:
        lead = bytearray([kind << 4 | size & 15])
        rest = size >> 4
        while rest:
            lead[-1] |= 0x80
            lead.append(rest & 0x7F)
            rest >>= 7
        row = bytes(lead) + base + zlib.compress(data)
        self._rows.append(row)
        self._length += len(row)


def _entries(tree: bytes, length: int) -> dict[bytes, bytes]:
    """Return the entries of a tree object by their names, those of folders with a slash."""
    found, at = {}, 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        found[name + (b"/" if mode == _FOLDER else b"")] = tree[at : end + 1 + length]
        at = end + 1 + length
    return found


def _distance(number: int) -> bytes:
    """Return how far back a delta's base is, as packs have it."""
    found = [number & 0x7F]
    while number := number >> 7:
        number -= 1
        found.append(0x80 | number & 0x7F)
    return bytes(reversed(found))


def _delta(old: _Version, new: _Version) -> bytes:
    """Return git's delta from one version to another: what to copy, and what to insert."""
    out = bytearray(_size(sum(len(data) for _, data in old)) + _size(sum(len(data) for _, data in new)))
    start = end = 0
    for first, last, inserted in _steps(old, new):
        if first != end:
            _copy(out, start, end)
            start = first
        end = last
        if inserted:
            _copy(out, start, end)
            _insert(out, inserted)
            start = end
    _copy(out, start, end)
    return bytes(out)


def _steps(old: _Version, new: _Version) -> Iterator[tuple[int, int, bytes]]:
    """Yield from where to where the old version is copied, and what is inserted behind that."""
    places: dict[_Chunk, tuple[int, bytes]] = {}
    at = 0
    for chunk, data in old:
        places[chunk] = at, data
        at += len(data)
    for chunk, data in new:
        place, before = places.get(chunk, (0, b""))
        if data is before:
            yield place, place + len(data), b""
            continue
        same = _same_start(before, data)
        tail = _same_start(before[same:][::-1], data[same:][::-1])
        yield place, place + same, b""
        yield from _between(place + same, before[same : len(before) - tail], data[same : len(data) - tail])
        yield place + len(before) - tail, place + len(before), b""


def _between(place: int, before: bytes, data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the steps for bytes that begin and end differently: of as many bytes, only blocks that differ are new."""
    if len(before) != len(data):
        yield place, place, data
        return
    for at in range(0, len(data), _BLOCK):
        block = data[at : at + _BLOCK]
        is_same = before[at : at + _BLOCK] == block
        yield place + at, place + at + (len(block) if is_same else 0), b"" if is_same else block


def _same_start(one: bytes, other: bytes) -> int:
    """Return how many bytes two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _size(number: int) -> bytes:
    found = bytearray([number & 0x7F])
    while number := number >> 7:
        found[-1] |= 0x80
        found.append(number & 0x7F)
    return bytes(found)


def _copy(out: bytearray, start: int, end: int) -> None:
    while start < end:
        size = min(end - start, _LONGEST_COPY)
        sign, rest = 0x80, bytearray()
        for place, byte in enumerate(start.to_bytes(4, "little") + size.to_bytes(3, "little")):
            if byte:
                sign |= 1 << place
                rest.append(byte)
        out.append(sign)
        out += rest
        start += size


def _insert(out: bytearray, data: bytes) -> None:
    for at in range(0, len(data), _LONGEST_INSERT):
        piece = data[at : at + _LONGEST_INSERT]
        out.append(len(piece))
        out += piece
