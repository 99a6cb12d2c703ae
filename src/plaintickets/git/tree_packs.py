"""Write a folder's many versions as git trees: each a small delta of an earlier one.

`git fast-import` sorts, prints and compares a whole folder for each commit. Here a version costs a hash of what stands
behind its change.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.git.pack_files import DELTA, TREE, PackFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from hashlib import _Hash as Hash

    from plaintickets.git.process import GitProcess

_FULL_CHUNK = 256
_HASHED_TOGETHER = 4
_STEPS = (1024, 32)
"""A version is a delta of the one so many before it, if its number is divisible; else of the one just before."""
_BLOCK = 64
_LONGEST_INSERT, _LONGEST_COPY = 127, 0xFFFFFF
_FILE, _FOLDER = b"100644", b"40000"


class _Chunk:
    """Some entries of a folder, one after the other."""

    __slots__ = ("names", "rows")

    def __init__(self, names: list[bytes], rows: list[bytes]) -> None:
        self.names = names
        self.rows = rows


class _Version(NamedTuple):
    """The content of a folder: its chunks, the bytes of each, and the sum of these bytes."""

    chunks: Sequence[_Chunk]
    data: Sequence[bytes]
    size: int


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
        self._firsts = [part[0] for part in parts[1:]]
        self._data = [b"".join(chunk.rows) for chunk in self._chunks]
        self._size = sum(map(len, self._data))
        # The hash of what stands before each fourth chunk, up to the first one that changed.
        self._hashed: list[Hash] = []

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
        self._put(name + b"/", b"%s %s\0%s" % (_FOLDER, name, packs.whole(inner)))

    def version(self) -> _Version:
        """Return what the folder holds now."""
        return _Version(self._chunks, self._data.copy(), self._size)

    def id(self, packs: TreePacks) -> bytes:
        """Return the id of what the folder holds now."""
        found = self._hashed.pop() if self._hashed else packs.new_hash(b"tree %d\0" % self._size)
        for at in range(len(self._hashed) * _HASHED_TOGETHER, len(self._data), _HASHED_TOGETHER):
            self._hashed.append(found.copy())
            for data in self._data[at : at + _HASHED_TOGETHER]:
                found.update(data)
        return found.digest()

    def _has(self, name: bytes) -> bool:
        return any(name in chunk.names for chunk in self._chunks)

    def _put(self, name: bytes, row: bytes) -> None:
        """Set an entry; the name of a folder ends with a slash, as git sorts it."""
        number = bisect_right(self._firsts, name)
        chunk = self._chunks[number]
        at = bisect_left(chunk.names, name)
        if at < len(chunk.names) and chunk.names[at] == name:
            self._size -= len(chunk.rows[at])
            chunk.rows[at] = row
            del self._hashed[number // _HASHED_TOGETHER + 1 :]
        else:
            chunk.names.insert(at, name)
            chunk.rows.insert(at, row)
            self._hashed.clear()
        self._size += len(row)
        if len(chunk.names) > 2 * _FULL_CHUNK:
            self._split(number)
        self._data[number] = b"".join(chunk.rows)

    def _split(self, number: int) -> None:
        """Make two chunks of one, in a new list, as versions hold the old one."""
        chunk = self._chunks[number]
        behind = _Chunk(chunk.names[_FULL_CHUNK:], chunk.rows[_FULL_CHUNK:])
        del chunk.names[_FULL_CHUNK:], chunk.rows[_FULL_CHUNK:]
        self._chunks = [*self._chunks[: number + 1], behind, *self._chunks[number + 1 :]]
        self._firsts.insert(number, behind.names[0])
        self._data.insert(number + 1, b"".join(behind.rows))


class TreePacks:
    """Packs of trees; git can read those of one pack when `flush` has returned for it."""

    def __init__(self, git: GitProcess, base: str) -> None:
        """Prepare packs for a repository with ids as long as that of `base`."""
        self._pack = PackFile(git, base)
        self.new_hash = self._pack.new_hash
        self._bases: dict[int, tuple[int, _Version]] = {}
        self._count = 0

    def whole(self, folder: Folder) -> bytes:
        """Add a folder as it is now; return the id of its tree."""
        name = folder.id(self)
        if name not in self._pack:
            self._pack.add(name, TREE, b"".join(folder.version().data))
        return name

    def next(self, folder: Folder) -> bytes:
        """Add the next version of the folder that changes; return the id of its tree."""
        name = folder.id(self)
        if name in self._pack:
            return name
        version = folder.version()
        step = next((step for step in _STEPS if self._count % step == 0), 1)
        base = self._bases.get(step)
        if base is None:
            offset = self._pack.add(name, TREE, b"".join(version.data))
        else:
            offset = self._pack.add(name, DELTA, _delta(base[1], version), base[0])
        self._bases.update((one, (offset, version)) for one in (*_STEPS, 1) if one <= step)
        self._count += 1
        return name

    def flush(self) -> None:
        """Write the pack and begin another one.

        Raises GitRefusedError.
        """
        self._pack.write()
        self._bases.clear()
        self._count = 0


def _entries(tree: bytes, length: int) -> dict[bytes, bytes]:
    """Return the entries of a tree object by their names, those of folders with a slash."""
    found, at = {}, 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        found[name + (b"/" if mode == _FOLDER else b"")] = tree[at : end + 1 + length]
        at = end + 1 + length
    return found


def _delta(old: _Version, new: _Version) -> bytes:
    """Return git's delta from one version to another: what to copy, and what to insert."""
    out = bytearray(_size(old.size) + _size(new.size))
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
    place = same_from = 0
    for before, data in _pairs(old, new):
        if data is not before:
            same = _same_start(before, data)
            tail = _same_start(before[same:][::-1], data[same:][::-1])
            yield same_from, place + same, b""
            yield from _between(place + same, before[same : len(before) - tail], data[same : len(data) - tail])
            same_from = place + len(before) - tail
        place += len(before)
    yield same_from, place, b""


def _pairs(old: _Version, new: _Version) -> Iterable[tuple[bytes, bytes]]:
    """Return the bytes of each chunk before, empty for one that is new, and now."""
    if old.chunks is new.chunks:
        return zip(old.data, new.data, strict=True)
    before = dict(zip(old.chunks, old.data, strict=True))
    return [(before.get(chunk, b""), data) for chunk, data in zip(new.chunks, new.data, strict=True)]


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
