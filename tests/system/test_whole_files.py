"""Files are written whole or not at all, with the permissions that are asked for; what fails says so."""

from __future__ import annotations

import errno
import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from plaintickets.system import files
from plaintickets.system.whole_files import put_bytes, put_pieces, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Has the system refuse, in this process, to write a file beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("before", "asked", "after"), [(0o640, None, 0o640), (0o644, 0o600, 0o600), (None, 0o444, 0o444)]
)
def test_a_file_keeps_its_permissions_or_gets_those_that_are_asked_for(
    tmp_path: Path, before: int | None, asked: int | None, after: int
) -> None:
    target = tmp_path / "file"
    if before is not None:
        target.write_bytes(b"old")
        target.chmod(before)
    put_bytes(str(target), b"new", mode=asked)
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", after)


def test_what_fails_on_the_way_leaves_the_old_bytes_and_nothing_beside(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a part"
        raise OSError(28, "No space left on device")

    target = tmp_path / "file"
    target.write_bytes(b"old")
    with pytest.raises(OSError, match="No space"):
        put_pieces(str(target), pieces())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]


@pytest.mark.parametrize("size", [0, 4])
def test_a_write_that_the_system_refuses_is_that_error_and_leaves_the_old_bytes(tmp_path: Path, size: int) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    with files_of_at_most(size):
        with pytest.raises(OSError, match=r".") as refused:
            write_whole(str(tmp_path / "fresh"), (b"new bytes", b" and more"), None, sync=False)
        assert refused.value.errno == errno.EFBIG
        assert (tmp_path / "fresh").stat().st_size == size
        with pytest.raises(OSError, match=r".") as refused:
            put_bytes(str(target), b"new bytes", sync=False)
        assert refused.value.errno == errno.EFBIG
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "fresh"} == {"file": b"old"}


def test_a_file_that_cannot_be_replaced_is_an_error_and_leaves_nothing_beside(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        put_bytes(str(folder), b"new", mode=0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (lambda top: files.replace(top / "file", top / "folder"), IsADirectoryError),
        (lambda top: files.replace(top / "missing", top / "file"), FileNotFoundError),
        (lambda top: files.remove(top / "missing"), FileNotFoundError),
        (lambda top: files.link(top / "file", top / "folder"), FileExistsError),
        (lambda top: files.create(top / "file"), FileExistsError),
        (lambda top: files.open_to_change(top / "missing"), FileNotFoundError),
        (lambda top: files.open_to_read(top / "folder"), files.NotRegularError),
        (lambda top: files.make_private_folder(str(top / "file" / "below")), NotADirectoryError),
    ],
    ids=["over a folder", "of nothing", "remove", "link", "create", "change", "read", "make a folder"],
)
def test_what_the_system_refuses_is_its_error_and_changes_nothing(
    tmp_path: Path, action: Callable[[Path], object], error: type[OSError]
) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(error):
        action(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_bytes_that_cannot_be_written_in_their_place_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    descriptor = files.open_to_change(tmp_path / "file")
    with open(descriptor, "rb"), files_of_at_most(2), pytest.raises(OSError, match="too large"):
        files.write_at(descriptor, b"new bytes", 3)
    assert (tmp_path / "file").read_bytes() == b"old"
