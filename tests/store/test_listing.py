"""The files of a store as a folder lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.store import files

if TYPE_CHECKING:
    from pathlib import Path


def test_a_listing_without_stamps_has_the_same_files_and_problems(tmp_path: Path) -> None:
    for path in ("a-1.md", "archive/2024/a-2.md", "-x.md", "README.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("---\n---\n")
    (tmp_path / "a-3.md").symlink_to("a-1.md")
    (tmp_path / "a-4.md").mkdir()
    found, problems = files.listing(str(tmp_path))
    bare = files.listing(str(tmp_path), with_stamps=False)
    assert ([file[0] for file in found], problems) == ([file[0] for file in bare[0]], bare[1])
    assert len(problems) == 3
    assert {file[1:] for file in bare[0]} == {(0, 0, 0, 0)}
    assert (0, 0, 0, 0) not in {file[1:] for file in found}
