"""The storage of Whoosh's files: sealed files in the index's folder, or files in memory.

Whoosh pickles its table of contents and its postings. Here an unpickler reads them that accepts one class of this
package and plain containers, so that a planted index runs no code.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from whoosh.filedb.filestore import FileStorage, RamStorage, Storage
from whoosh.filedb.structfile import BufferFile, StructFile

from plaintickets.search.folder import FolderError, IndexFolder, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.search.folder import Stamp

DIGEST = 16
SEALS = "seals"
LARGE = 32_000_000  # a file up to this size in bytes is read at once
_BUILDING = "building"
_ADMITTED = {
    ("plaintickets.search.codec", "Segment"),
    ("collections", "defaultdict"),
    ("builtins", "int"),
    ("builtins", "set"),
    ("__builtin__", "set"),
    ("__builtin__", "int"),
}


class DamagedError(Exception):
    """An error for a part of the index that differs from what was written."""


class _Unpickler(pickle.Unpickler):
    """An unpickler of numbers, texts, containers and the description of a segment; it refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return an allowed class.

        Raises DamagedError for any other.
        """
        if (module, name) not in _ADMITTED:
            raise DamagedError(f"holds {module}.{name}")
        return super().find_class(module, name)


def pickled(value: tuple[float, ...]) -> bytes:
    """Return numbers in the form that Whoosh's reader of postings expects."""
    return pickle.dumps(value, 2)


class _File(StructFile):  # type: ignore[misc]
    """A file whose pickles contain only data."""

    def read_pickle(self) -> Any:
        """Return the next pickle."""
        return _Unpickler(self.file).load()


class _Buffer(BufferFile):  # type: ignore[misc]
    """A file in memory whose pickles contain only data."""

    def read_pickle(self) -> Any:
        """Return the next pickle."""
        return _Unpickler(self.file).load()

    def subset(self, position: int, length: int, name: str | None = None) -> _Buffer:
        """Return a part of the file."""
        return _Buffer(self.get(position, length), name=name or self._name)


class ChecksummedStorage(Storage):  # type: ignore[misc]
    """The files of an index: those of a folder, each with its seal, and those in memory.

    Without a folder, or after `detach`, new files are in memory, and deleted files are hidden.
    """

    def __init__(self, folder: IndexFolder | None) -> None:
        super().__init__()
        self.folder = folder
        self._writes = folder is not None
        self._held: dict[str, bytes] = {}
        self._hidden: set[str] = set()
        self._seals: dict[str, tuple[Stamp, str]] = {}
        self._opened: dict[str, BinaryIO] = {}
        self._unsealed: set[BinaryIO] = set()
        self._sizes: dict[str, tuple[int, int]] = {}  # time of change and size of open files
        self.reload()

    def reload(self) -> None:
        """Read the names of the folder's files again, after another process may have written it."""
        self._seals = {}
        self._hidden = set()
        if self.folder is not None:
            self._seals = _read_seals(self.folder)

    @property
    def writes(self) -> bool:
        """Return whether new files go to the folder."""
        return self._writes

    def detach(self) -> None:
        """From now on, write to memory only; what was not finished is given up."""
        self._writes = False
        for file in self._unsealed:
            with contextlib.suppress(OSError):  # a full disk refuses what is still in the buffer
                file.close()
        self._unsealed.clear()

    def hide(self, names: list[str]) -> None:
        """Hide these files; they are removed when the index is written next."""
        self.release()
        self._hidden.update(names)
        for name in names:
            self._held.pop(name, None)

    def token(self, name: str) -> str:
        """Return a mark that identifies the content of a file."""
        return "memory" if name in self._held else self._seal(name)[1]

    def check(self) -> None:
        """Check that no open file was written to since it was opened.

        Raises DamagedError.
        """
        for name, file in self._opened.items():
            stamp = stamp_of(file)  # without its ctime, which changes when another process removes the file
            if (stamp[0], stamp[2]) != self._sizes[name]:
                raise DamagedError(name)

    # the methods that Whoosh calls

    def list(self) -> list[str]:
        """Return the names of the files."""
        return [*(name for name in self._seals if name not in self._hidden), *self._held]

    def file_exists(self, name: str) -> bool:
        """Return whether a file exists."""
        return name in self._held or (name in self._seals and name not in self._hidden)

    def file_length(self, name: str) -> int:
        """Return the size of a file."""
        if name in self._held:
            return len(self._held[name])
        return self._seal(name)[0][2]

    def file_modified(self, name: str) -> float:
        """Return the time when a file was written."""
        return 0.0 if name in self._held else self._seal(name)[0][0] / 1e9

    def open_file(self, name: str, *_: Any, **__: Any) -> StructFile:
        """Return a file for reading.

        Raises DamagedError if it does not match its seal.
        """
        if name in self._held:
            return _Buffer(self._held[name], name=name)
        file = self._opened.get(name)
        if file is None:
            file = self._opened[name] = self._open(name)
            stamp = stamp_of(file)
            self._sizes[name] = (stamp[0], stamp[2])
        if self._seal(name)[0][2] <= LARGE:
            file.seek(0)
            return _Buffer(file.read(), name=name)
        return _File(os.fdopen(os.dup(file.fileno()), "rb"), name=name)

    def create_file(self, name: str, **_: Any) -> StructFile:
        """Return a new file for writing, which is sealed when it is closed."""
        if not self._writes or self.folder is None:

            def keep(content: bytes) -> None:
                self._held[name] = content
                self._hidden.discard(name)

            return _File(_Kept(keep), name=name)
        file = self.folder.create(name)
        self._unsealed.add(file)
        return _File(file, name=name, onclose=lambda _file: self._seal_written(name, file))

    def delete_file(self, name: str) -> None:
        """Remove a file."""
        if self._held.pop(name, None) is None:
            if self._writes and self.folder is not None:
                self._seals.pop(name, None)
                self.folder.remove(name)
            else:
                self._hidden.add(name)

    def rename_file(self, frm: str, to: str, safe: bool = False) -> None:
        """Rename a file; with the table of contents this puts a new state of the index in place."""
        del safe
        if frm in self._held:
            self._held[to] = self._held.pop(frm)
            self._hidden.discard(to)
            return
        if self.folder is None:
            raise FileNotFoundError(frm)
        self.folder.rename(frm, to)
        self._seals[to] = self._seals.pop(frm)
        self._hidden.discard(to)
        with self.folder.open(to) as file:
            self._seals[to] = (stamp_of(file), self._seals[to][1])
        self._write_seals()

    def lock(self, name: str) -> _NoLock:
        """Return a lock that excludes nobody: the folder's own lock is held while Whoosh writes."""
        del name
        return _NoLock()

    def temp_storage(self, name: str | None = None) -> Storage:
        """Return a storage for temporary files of sorting; it is removed with its folder."""
        del name
        if not self._writes or self.folder is None:
            return _Scratch()
        return FileStorage(self.folder.subfolder(f"{_BUILDING}-{os.urandom(4).hex()}")).create()

    def close(self) -> None:
        """Do nothing: Whoosh closes the storage with each reader, but the files stay open until `release`."""

    def release(self) -> None:
        """Close every file."""
        for file in self._opened.values():
            file.close()
        self._opened = {}

    # seals

    def _seal(self, name: str) -> tuple[Stamp, str]:
        if name in self._hidden or name not in self._seals:
            raise FileNotFoundError(name)
        return self._seals[name]

    def _open(self, name: str) -> BinaryIO:
        """Return a file of the folder that matches its seal."""
        stamp, digest = self._seal(name)
        if self.folder is None:
            raise FileNotFoundError(name)
        try:
            file = self.folder.open(name)
        except FileNotFoundError:
            raise
        except OSError as error:  # a folder, a pipe or a link, not the sealed file
            raise DamagedError(name) from error
        except FolderError as error:
            raise DamagedError(str(error)) from error
        if stamp_of(file) != stamp:
            if _digest_of(file) != digest:
                file.close()
                raise DamagedError(name)
            file.seek(0)
            self._seals[name] = (stamp_of(file), digest)
        return file

    def _seal_written(self, name: str, file: BinaryIO) -> None:
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        digest = _digest_of(file)
        self._seals[name] = (stamp_of(file), digest)
        self._hidden.discard(name)
        file.close()
        self._unsealed.discard(file)

    def _write_seals(self) -> None:
        if self.folder is not None:
            there = set(self.folder.names())
            content = json.dumps({name: seal for name, seal in self._seals.items() if name in there}).encode()
            self.folder.write(SEALS, lambda file: file.write(sealed(content)))


class _NoLock:
    """A lock with the interface of Whoosh."""

    def acquire(self, **_: Any) -> bool:
        """Return True: the lock is held."""
        return True

    def release(self) -> None:
        """Do nothing."""


class _Kept(BytesIO):
    """A file in memory that hands over its content when it is closed."""

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        super().__init__()
        self._keep = keep

    def close(self) -> None:
        """Hand over the content."""
        if not self.closed:
            self._keep(self.getvalue())
        super().close()


class _Scratch(RamStorage):  # type: ignore[misc]
    """A storage of temporary files in memory; Whoosh closes only the plain file of each."""

    def create_file(self, name: str, **_: Any) -> StructFile:
        """Return a file for writing."""
        return StructFile(_Kept(lambda content: self.files.__setitem__(name, content)), name=name)

    def open_file(self, name: str, *_: Any, **__: Any) -> StructFile:
        """Return a file for reading."""
        return StructFile(BytesIO(self.files[name]), name=name)


def tidy(folder: IndexFolder, kept: set[str]) -> None:
    """Remove every file except those kept, with the leftovers of a killed process."""
    for name in folder.names():
        if name.startswith(_BUILDING):
            shutil.rmtree(os.path.join(folder.path, name), ignore_errors=True)
        elif name not in kept:
            folder.remove(name)


def _read_seals(folder: IndexFolder) -> dict[str, tuple[Stamp, str]]:
    try:
        with folder.open(SEALS) as file:
            rows = json.loads(unsealed(file.read()))
        seals = {str(name): ((*map(int, stamp),), str(digest)) for name, (stamp, digest) in rows.items()}
    except (OSError, FolderError, DamagedError, ValueError, TypeError, AttributeError):
        return {}
    return {
        name: (stamp, digest)
        for name, (stamp, digest) in seals.items()
        if len(stamp) == 4 and name and "/" not in name and not name.startswith(".")
    }


def unsealed(sealed: bytes) -> bytes:
    """Return the content that `sealed` sealed.

    Raises DamagedError.
    """
    content = sealed[DIGEST:]
    if blake2b(content, digest_size=DIGEST).digest() != sealed[:DIGEST]:
        raise DamagedError
    return content


def sealed(content: bytes) -> bytes:
    """Return the content with its digest before it."""
    return blake2b(content, digest_size=DIGEST).digest() + content


def _digest_of(file: BinaryIO) -> str:
    digest = blake2b(digest_size=DIGEST)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
