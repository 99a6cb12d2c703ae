"""The files that an import reads: files, folders, zip and gz archives, standard input; a stranger wrote them."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from plaintickets.core.imported import RecordError
from plaintickets.importers.attachment_contents import AttachmentContents
from plaintickets.system.files import open_to_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from typing_extensions import Buffer

LONGEST_LINE = 16 * 1024 * 1024
MOST_UNPACKED = 16 * 1024**3
# Real exports pack 5 to 30 times; a bomb packs 1000 times.
MOST_RATIO = 200
UNCHECKED_RATIO = 64 * 1024 * 1024
MOST_FILES = 1_000_000
# What macOS writes beside each file on other file systems, and into a folder of an archive: no part of an export.
_MAC_FOLDER, _MAC_FILE = "__MACOSX", "._"
_OTHER_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")


class SourceFile(NamedTuple):
    """A file of a source: its name for messages, and how it is opened."""

    name: str
    open: Callable[[], IO[bytes]]


class Sources:
    """What the user named: paths of files, folders and archives, and `-` for standard input.

    `markup` is that of the texts, empty if the user did not name one. `columns` has the names that the importer knows
    of some columns, by those in the tables. `contents` has those of attachments that were
    read so far.
    """

    def __init__(
        self,
        paths: Sequence[str],
        stdin: IO[bytes] | None = None,
        markup: str = "",
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self._paths = paths
        self._stdin = stdin
        self.markup = markup
        self.columns = columns or {}
        self.contents = AttachmentContents()

    def files(self, *endings: str) -> Iterator[SourceFile]:
        """Yield the files in order of their names; in folders and archives only those with one of the endings.

        An ending with a slash is the name of a folder: all files in it are meant.
        Raise RecordError for what cannot be read, and for an archive that is damaged or unpacks to too much.
        """
        for path in self._paths:
            if path == "-":
                yield SourceFile("standard input", self._standard_input)
            elif os.path.isdir(path) or path.lower().endswith(".zip"):
                found = 0
                for file in _in_folder(path, endings) if os.path.isdir(path) else _in_zip(path, endings):
                    found += 1
                    yield file
                if not found:
                    names = " or ".join(one for one in endings if not one.endswith("/"))
                    raise RecordError(os.path.basename(path), f"holds no file that ends in {names}")
            elif path.lower().endswith(_OTHER_ARCHIVES):
                name = os.path.basename(path)
                raise RecordError(name, "is an archive that is not read; unpack it, and name the folder or its file")
            else:
                yield SourceFile(os.path.basename(path), _opener(path))

    def _standard_input(self) -> IO[bytes]:
        if self._stdin is None:
            raise RecordError("standard input", "is read only once")
        stdin, self._stdin = self._stdin, None
        return stdin


def _opener(path: str) -> Callable[[], IO[bytes]]:
    return lambda: _opened(path)


def _opened(path: str) -> IO[bytes]:
    name = os.path.basename(path)
    try:
        file = os.fdopen(open_to_read(path, follow=True), "rb")
    except OSError as error:
        raise RecordError(name, f"cannot be read: {error.strerror or 'not a regular file'}") from None
    if not path.lower().endswith(".gz"):
        return file
    size = os.fstat(file.fileno()).st_size
    return io.BufferedReader(_Unpacked(cast("IO[bytes]", gzip.GzipFile(fileobj=file)), name, size))


def _in_folder(folder: str, endings: tuple[str, ...]) -> Iterator[SourceFile]:
    """Yield the files below a folder; links to folders and files are not followed."""
    wanted = (*endings, *(f"{ending}.gz" for ending in endings))
    for above, below, names in os.walk(folder):
        below[:] = sorted(one for one in below if not _is_of_mac(one))
        for name in sorted(one for one in names if not _is_of_mac(one)):
            path = os.path.join(above, name)
            is_meant = name.lower().endswith(wanted) or f"{os.path.basename(above)}/" in endings
            if is_meant and not os.path.islink(path):
                yield SourceFile(os.path.relpath(path, folder).replace(os.sep, "/"), _opener(path))


def _in_zip(path: str, endings: tuple[str, ...]) -> Iterator[SourceFile]:
    name = os.path.basename(path)
    with _opened(path) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise RecordError(name, f"is not a zip archive: {error}") from None
        members = sorted(archive.infolist(), key=lambda member: member.filename)
        if len(members) > MOST_FILES:
            raise RecordError(name, f"holds more than {MOST_FILES} files")
        for member in members:
            refuse_escape(name, member.filename)
            folder = f"{os.path.basename(os.path.dirname(member.filename))}/"
            is_meant = member.filename.lower().endswith(endings) or folder in endings
            if is_meant and not member.is_dir() and not _is_of_mac(member.filename):
                yield SourceFile(f"{name}/{member.filename}", _member_opener(archive, member, name))


def _is_of_mac(path: str) -> bool:
    """Return whether macOS wrote a file or a folder, by its path with slashes."""
    names = path.split("/")
    return _MAC_FOLDER in names or names[-1].startswith(_MAC_FILE)


def _member_opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        where = f"{name}/{member.filename}"
        try:
            file = archive.open(member)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise RecordError(where, f"cannot be unpacked: {error}") from None
        return io.BufferedReader(_Unpacked(file, where, member.compress_size))

    return opened


def refuse_escape(where: str, path: str) -> None:
    """Raise RecordError for a path in an archive that leaves its folder."""
    parts = path.replace("\\", "/").split("/")
    if parts[0] == "" or ".." in parts or ":" in parts[0] or "\0" in path:
        raise RecordError(where, f"holds a path that leaves its folder: {path[:60]!r}")


class _Unpacked(io.RawIOBase):
    """An unpacked stream that refuses to become much larger than what was packed."""

    def __init__(self, file: IO[bytes], where: str, packed: int) -> None:
        self._file = file
        self._where = where
        self._most = min(MOST_UNPACKED, max(UNCHECKED_RATIO, packed * MOST_RATIO))
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        place = memoryview(buffer)
        try:
            piece = self._file.read(len(place))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            raise RecordError(self._where, f"is damaged: {error}") from None
        self._seen += len(piece)
        if self._seen > self._most:
            raise RecordError(self._where, "unpacks to far more than it is; unpack it by hand if you trust it")
        place[: len(piece)] = piece
        return len(piece)


def lines(file: IO[bytes], name: str = "") -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, from 1; raise RecordError for a line that is not text."""
    lead = f"{name}: " if name else ""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        where = f"{lead}line {number}"
        if len(line) > LONGEST_LINE:
            raise RecordError(where, f"is longer than {LONGEST_LINE} bytes")
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise RecordError(where, "is not UTF-8; `iconv -f NAME -t UTF-8` converts it") from None
