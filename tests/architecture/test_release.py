"""`make release` and the filled templates: what they refuse, and that nothing in them is out of date."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING

import pytest

import fill_templates
import release
from architecture.sources import ROOT
from plaintickets import __date__, __version__

if TYPE_CHECKING:
    from pathlib import Path

CHANGELOG = """\
# Changelog

## [Unreleased]

- Something.

## [0.2.0] - 2026-12-01

### Added

- More.

## [0.3.0] - 2026-12-02

## [0.1.0] - 2026-11-01

- All.
"""
INIT = '"""A tracker."""\n\n__version__ = "0.1.0"\n__date__ = "2026-11-01"\n'


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name, value in {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "checkout"
    (root / "src" / "plaintickets").mkdir(parents=True)
    (root / "src" / "plaintickets" / "__init__.py").write_text(INIT)
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    release.git(root.parent, "init", "--quiet", "--initial-branch=main", str(root))
    release.git(root, "config", "user.name", "Ada")
    release.git(root, "config", "user.email", "ada@example.org")
    release.git(root, "add", "--all")
    release.git(root, "commit", "--quiet", "-m", "all")
    release.git(root, "tag", "v0.1.0")
    return root


def state(root: Path) -> tuple[str, str, str]:
    return release.git(root, "rev-parse", "HEAD"), release.git(root, "tag"), release.git(root, "status", "--porcelain")


def test_a_dry_run_says_the_steps_and_changes_nothing(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(checkout)
    release.main(["0.2.0", "--dry-run"], checkout)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3
    assert all(line.startswith("would ") for line in said)
    assert "0.2.0 of 2026-12-01" in said[0]
    assert said[2].endswith("on main and tag it v0.2.0")
    assert state(checkout) == before


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("0.1.0", "the tag v0.1.0 exists"),
        ("0.0.9", "it is older than 0.1.0"),
        ("0.3.0", "CHANGELOG.md has no section"),
        ("0.4.0", "CHANGELOG.md has no section"),
        ("0x2x0", "is no version"),
        ("v0.2.0", "is no version"),
        ("0.2", "is no version"),
        ("0.02.0", "is no version"),
    ],
)
def test_a_version_that_cannot_be_released_is_refused(checkout: Path, version: str, reason: str) -> None:
    before = state(checkout)
    with pytest.raises(SystemExit, match=re.escape(reason)):
        release.main([version], checkout)
    assert state(checkout) == before


@pytest.mark.parametrize("name", ["CHANGELOG.md", "new.txt"])
def test_a_dirty_tree_is_refused(checkout: Path, name: str) -> None:
    with (checkout / name).open("a") as file:
        file.write("more\n")
    with pytest.raises(SystemExit, match=f"the tree is not clean: {name}"):
        release.main(["0.2.0", "--dry-run"], checkout)


def test_the_version_and_its_day_are_set_and_nothing_else() -> None:
    text = (ROOT / release.INIT).read_text("utf-8")
    changed = release.with_version(text, release.Release("7.8.9", "2031-02-03"))
    assert '\n__version__ = "7.8.9"\n__date__ = "2031-02-03"\n' in changed
    assert changed.replace("7.8.9", __version__).replace("2031-02-03", __date__) == text


def test_the_examples_name_the_tag_of_this_version() -> None:
    texts = [path.read_text("utf-8") for pattern in release._EXAMPLES for path in ROOT.glob(pattern)]
    refs = [ref for text in texts for ref in re.findall(r"ref: (v\d\S*)", text)]
    assert len(refs) == 6
    assert set(refs) == {f"v{__version__}"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """The filled templates of two distributions, whose content does not matter here."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / f"plaintickets-{__version__}.tar.gz").write_bytes(b"source")
    (folder / f"plaintickets-{__version__}-py3-none-any.whl").write_bytes(b"wheel")
    fill_templates.fill(ROOT, folder, "")
    return folder


def test_every_template_is_filled_and_names_this_version(dist: Path) -> None:
    for template in fill_templates.TEMPLATES.iterdir():
        text = (dist / template.name).read_text("utf-8")
        assert __version__ in text
        assert __version__ not in template.read_text("utf-8")
        assert re.findall(r"@[A-Z_]+@|https?://", text) == []
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    inside = (dist / "package.nix").read_text("utf-8").partition("dependencies = with python3Packages; [\n")[2]
    assert len(inside.partition("];")[0].split()) == len(dependencies)


def test_a_known_home_is_in_the_formula_and_an_unknown_placeholder_is_an_error(dist: Path) -> None:
    fill_templates.fill(ROOT, dist, "https://example.org/tickets")
    formula = (dist / "plaintickets.rb").read_text("utf-8")
    assert '  homepage "https://example.org/tickets"\n  url "https://example.org/tickets/releases/' in formula
    with pytest.raises(KeyError):
        fill_templates.filled("@NOBODY@", {})


def test_the_install_script_refuses_a_file_that_was_not_released(dist: Path, tmp_path: Path) -> None:
    wheel = dist / f"plaintickets-{__version__}-py3-none-any.whl"
    wheel.write_bytes(b"another wheel")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PREFIX": str(tmp_path / "prefix")}
    done = subprocess.run([dist / "install.sh"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not the file that was released" in done.stderr
    assert not (tmp_path / "prefix").exists()


def test_the_image_holds_what_the_build_needs() -> None:
    kept = (ROOT / "packaging" / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert {"!LICENSE", "!README.md", "!docs/man", "!pyproject.toml", "!requirements.lock", "!src"} <= set(kept)
    text = (ROOT / "packaging" / "Dockerfile").read_text("utf-8")
    assert "--require-hashes -r /source/requirements.lock" in text
