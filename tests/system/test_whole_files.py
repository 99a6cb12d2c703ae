"""Files are written whole or not at all, with the permissions that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plaintickets.system.whole_files import put_bytes, put_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
