"""The recipes of CONTRIBUTING.md, followed in a copy of the project: each works, and touches the files named."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from architecture.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STRUCTURE = ("test_tables.py", "test_layers.py", "test_opening.py")
PACKAGE = "src/plaintickets"


class Recipe(NamedTuple):
    """A section, the file that its first block is, the rows (file, what the row follows, the row), and what to run."""

    section: str
    file: str
    rows: tuple[tuple[str, str, str], ...]
    run: tuple[str, ...]
    shown: str


def blocks(section: str) -> list[str]:
    """The blocks of code of a section, without their indentation."""
    text = TEXT.partition(f"## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^   ```(?:python|text)\n(.*?)^   ```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in found]


def row(section: str, beginning: str) -> str:
    """A row that a section names in its text."""
    text = TEXT.partition(f"## {section}\n")[2].partition("\n## ")[0]
    return next(str(found) for found in re.findall(r"`([^`\n]+)`", text) if found.startswith(beginning))


def line(section: str, beginning: str) -> str:
    """The same as an indented line."""
    return f"    {row(section, beginning)}\n"


RECIPES = [
    Recipe(
        "A new command",
        "commands/path.py",
        (("command_table.py", '"similar", "query"', ', "path"'),),
        ("path", "pt-1"),
        "pt-1.md",
    ),
    Recipe(
        "A new check",
        "core/checks/components.py",
        (
            ("core/checks/__init__.py", '"closings": "closings",\n', line("A new check", '"components"')),
            ("core/checks/ticketrules.py", '_VALUES = _rules(\n    "values",\n', blocks("A new check")[1]),
        ),
        ("check", "--json"),
        "",
    ),
    Recipe(
        "A new report",
        "reports/types.py",
        (("reports/__init__.py", "REPORTS = {\n", line("A new report", '"types"')),),
        ("report", "types"),
        "bug",
    ),
    Recipe(
        "A new importer",
        "importers/todo.py",
        (("importers/__init__.py", "IMPORTERS = {\n", line("A new importer", '"todo"')),),
        ("import", "todo", "todo.txt"),
        "1 imported",
    ),
    Recipe(
        "A new setting",
        "",
        (
            ("core/config.py", 'commit_sync: str = "batch"\n', line("A new setting", "commit_sign_off")),
            ("core/settings/commit.py", "SETTINGS = (\n", blocks("A new setting")[0]),
        ),
        ("config", "commit.sign_off"),
        "false",
    ),
]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, without what is made from it, in which all recipes are followed.

    What is compiled goes along, as it stays true of the files that no recipe changes.
    """
    copy = tmp_path_factory.mktemp("recipes") / "project"
    left_out = shutil.ignore_patterns(".git", ".venv", ".demo", ".mypy_cache", ".ruff_cache", ".hypothesis")
    shutil.copytree(ROOT, copy, ignore=left_out)
    package = copy / PACKAGE
    for recipe in RECIPES:
        if recipe.file:
            (package / recipe.file).write_text(blocks(recipe.section)[0], encoding="utf-8")
        for name, anchor, text in recipe.rows:
            whole = (package / name).read_text(encoding="utf-8")
            assert whole.count(anchor) == 1, (name, anchor)
            (package / name).write_text(whole.replace(anchor, anchor + text), encoding="utf-8")
    return copy


def ran(copy: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "HOME": str(folder), "TK_ME": "Ada"}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.section)
def test_a_recipe_works(followed: Path, tmp_path: Path, recipe: Recipe) -> None:
    store = tmp_path / "project"
    (store / ".tickets").mkdir(parents=True)
    (store / ".tickets" / "pt-1.md").write_text("---\nid: pt-1\nstatus: open\ntype: bug\n---\n# One\n", "utf-8")
    (store / "todo.txt").write_text("Water the plants\n", encoding="utf-8")
    done = ran(followed, store, sys.executable, "-m", "plaintickets", *recipe.run)
    assert (done.returncode, recipe.shown in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.slow
def test_the_recipes_touch_the_files_that_they_name(followed: Path) -> None:
    """The structure of the project is sound once they are followed; each is followed in files of its own."""
    package = followed / PACKAGE
    names = [name for recipe in RECIPES for name in (recipe.file, *(row[0] for row in recipe.rows)) if name]
    assert len(names) == len(set(names))
    files = [str(package / name) for name in names]
    linted = ran(followed, followed, sys.executable, "-m", "ruff", "check", "--no-cache", *files)
    assert linted.returncode == 0, linted.stdout
    tests = [str(followed / "tests" / "architecture" / name) for name in STRUCTURE]
    structure = ran(followed, followed, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert structure.returncode == 0, structure.stdout[-3000:]
