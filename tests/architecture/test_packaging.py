"""What is built and installed: the locks, the wheel, the source distribution, and a fresh environment with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from architecture.sources import PACKAGE, ROOT
from plaintickets import __version__

if TYPE_CHECKING:
    from pathlib import Path

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["optional-dependencies"]["dev"]]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text("utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [("requirements.lock", RUNTIME), ("requirements-dev.lock", [*RUNTIME, *DEVELOPMENT])],
)
def test_a_lock_pins_a_version_that_the_project_allows(lock: str, requirements: list[Requirement]) -> None:
    pinned = pins(lock)
    wrong = [
        str(wanted)
        for wanted in requirements
        if not wanted.specifier.contains(pinned.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]
    assert wrong == [], f"{lock} is out of date: `make lock`"


def test_every_dependency_has_a_lower_bound_or_a_pin() -> None:
    loose = [str(wanted) for wanted in (*RUNTIME, *DEVELOPMENT) if not re.search(r">=|==", str(wanted.specifier))]
    assert loose == []


def test_the_locks_agree_and_hold_the_hash_of_every_file() -> None:
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: development.get(name) for name in runtime} == runtime
    for lock in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)[1:]
        assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built from a copy of what git tracks."""
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    build = "import setuptools.build_meta as m, sys; to = sys.argv[1]; m.build_wheel(to); m.build_sdist(to)"
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    every = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    pages = {
        f"plaintickets-{__version__}.data/data/share/man/man1/{path.name}" for path in (ROOT / "docs/man").glob("*")
    }
    assert pages <= every
    inside = every - pages
    package = {
        f"plaintickets/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == package
    assert "plaintickets/py.typed" in inside
    assert any(name.startswith("plaintickets/topics/") and name.endswith(".md") for name in inside)


def test_the_source_distribution_can_be_tested(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml"} <= inside
    assert {"tests/conftest.py", "tests/data/shapes/expected.json", "docs/format.md"} <= inside
    assert {"action.yml", ".pre-commit-hooks.yaml", "examples/ci/tickets/check.sh"} <= inside


@pytest.mark.slow
def test_the_wheel_works_in_a_fresh_environment(built: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    (wheel,) = built.glob("*.whl")
    home = tmp_path / "fresh"
    venv.create(home, with_pip=False, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "--isolated", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--no-compile", str(wheel)], check=True, env=environment)
    # Its dependencies, from here: this test asks no index.
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (home / "lib" / name / "site-packages" / "here.pth").write_text(sysconfig.get_path("purelib"))

    def tk(*arguments: str) -> str:
        command = [str(home / "bin" / "tk"), *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout.rstrip("\n")

    assert tk("--version") == f"tk {__version__}"
    ticket = tk("new", "A first ticket")
    assert os.path.isfile(tmp_path / ".tickets" / f"{ticket}.md")
    assert tk("ls") == f"{ticket:<8} [open] - A first ticket"
    assert "query" in tk("help", "query")
    where = [str(home / "bin" / "python"), "-c", "import plaintickets; print(plaintickets.__file__)"]
    assert subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.startswith(str(home))
