"""Derived state in parts: what is damaged anywhere is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.store import derived_parts

if TYPE_CHECKING:
    from pathlib import Path


def test_parts_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = str(tmp_path / "x.parts")
    for parts in ([], [b""], [b"one\n", b"", b"12 3\n"]):
        derived_parts.write(path, parts)
        assert [bytes(part) for part in derived_parts.read(path) or []] == parts


def test_a_damaged_byte_anywhere_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "x.parts"
    derived_parts.write(str(path), [b"one", b"second"])
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert derived_parts.read(str(path)) is None, place
    for place in range(len(content)):
        path.write_bytes(content[:place])
        assert derived_parts.read(str(path)) is None, place
