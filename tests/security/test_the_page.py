"""docs/security.md names tests that exist, and leaves none of this folder out."""

from __future__ import annotations

import re
from pathlib import Path

from architecture.sources import ROOT
from blackbox.promise import PROMISES
from blackbox.run import GROUPS

HERE = Path(__file__).parent


def names_of_tests(folder: Path) -> set[str]:
    files = [path for path in folder.glob("test_*.py") if path.name != Path(__file__).name]
    return {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)}


def test_the_page_names_every_test_of_this_folder_and_tests_that_exist() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    written = names_of_tests(HERE)
    assert written <= named
    faces = (names_of_tests(HERE.parent / face) for face in ("web", "tui", "agents", "exporters", "cli", "core"))
    assert named <= written.union(*faces)


def test_the_page_names_promises_that_are_tried() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = {word for row in re.findall(r"`tests/blackbox`: ([^|]+)", page) for word in re.findall(r"`(\w+)`", row)}
    assert GROUPS
    assert named
    assert named <= set(PROMISES)
