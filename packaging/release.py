"""Make a release of the checkout: `python packaging/release.py X.Y.Z [--dry-run]`. Nothing is pushed."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import fill_templates

ROOT = Path(__file__).resolve().parents[1]
INIT = "src/plaintickets/__init__.py"
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
# The examples name the tag of the copy that a workflow checks out.
_EXAMPLES = ("examples/ci/github/*.yml", "docs/guide/ci.md")
_REF = re.compile(r"(ref: )v\d+\.\d+\.\d+\b")


class Release(NamedTuple):
    """A version that can be released, and its day as the changelog has it."""

    version: str
    day: str

    @property
    def tag(self) -> str:
        """The name of its tag."""
        return f"v{self.version}"


def git(root: Path, *arguments: str) -> str:
    """Return the output of a git command; raise SystemExit with what git said if it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.rstrip("\n")


def examined(root: Path, version: str) -> Release:
    """Return the release; raise SystemExit with every reason why there cannot be one."""
    if not _VERSION.fullmatch(version):
        raise SystemExit(f"'{version}' is no version: three numbers, as in 1.2.3")
    reasons = [*_of_tree(root), *_of_tags(root, version)]
    day = _day(root, version)
    if day is None:
        reasons.append(f"CHANGELOG.md has no section `## [{version}] - YYYY-MM-DD` with a line in it")
    if reasons or day is None:
        raise SystemExit("\n".join(f"no release {version}: {reason}" for reason in reasons))
    return Release(version, day)


def _of_tree(root: Path) -> list[str]:
    changed = git(root, "status", "--porcelain").splitlines()
    return [f"the tree is not clean: {', '.join(line[3:] for line in changed[:5])}"] if changed else []


def _of_tags(root: Path, version: str) -> list[str]:
    tags = git(root, "tag", "--list", "v*").splitlines()
    if f"v{version}" in tags:
        return [f"the tag v{version} exists"]
    released = [tag[1:] for tag in tags if _VERSION.fullmatch(tag[1:])]
    newest = max(released, key=_numbers, default="0.0.0")
    return [f"it is older than {newest}"] if _numbers(version) < _numbers(newest) else []


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _day(root: Path, version: str) -> str | None:
    """Return the day in the heading of the version's section; None without a section or with an empty one."""
    text = (root / "CHANGELOG.md").read_text("utf-8")
    found = re.search(
        rf"^## \[{re.escape(version)}\] - (\d{{4}}-\d\d-\d\d)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return found[1] if found and re.search(r"^- ", found[2], re.MULTILINE) else None


def with_version(text: str, release: Release) -> str:
    """Return `__init__.py` with the version and its day."""
    text = re.sub(r'^__version__ = ".*"$', f'__version__ = "{release.version}"', text, flags=re.MULTILINE)
    return re.sub(r'^__date__ = ".*"$', f'__date__ = "{release.day}"', text, flags=re.MULTILINE)


def set_version(root: Path, release: Release) -> None:
    """Write the version wherever it is, and the generated pages."""
    init = root / INIT
    init.write_text(with_version(init.read_text("utf-8"), release), "utf-8")
    for pattern in _EXAMPLES:
        for path in root.glob(pattern):
            path.write_text(_REF.sub(rf"\g<1>{release.tag}", path.read_text("utf-8")), "utf-8")
    subprocess.run([sys.executable, "tests/golden/generate.py"], cwd=root, check=True)


def make(root: Path, release: Release, home: str) -> None:
    """Set the version, build, commit and tag; if one of these fails, the tree is as it was."""
    try:
        set_version(root, release)
        dist = root / "dist"
        fill_templates.build(root, dist)
        print("\n".join(f"dist/{name}" for name in fill_templates.fill(root, dist, home)))
        if shutil.which("twine"):
            subprocess.run(["twine", "check", "--strict", *map(str, dist.glob("plaintickets-*"))], check=True)
        if git(root, "status", "--porcelain"):
            git(root, "commit", "--quiet", "--all", "-m", f"Release {release.version}")
    except BaseException:
        git(root, "checkout", "--quiet", "--", ".")
        raise
    git(root, "tag", "--annotate", release.tag, "-m", f"plaintickets {release.version}")


def main(arguments: list[str], root: Path = ROOT) -> None:
    """Make a release, or with `--dry-run` only print its steps."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("version")
    options.add_argument("--dry-run", action="store_true", help="print what would be done; change nothing")
    asked = options.parse_args(arguments)
    release = examined(root, asked.version)
    branch = git(root, "branch", "--show-current") or "HEAD"
    steps = (
        f"set the version {release.version} of {release.day} in {INIT}, the examples and the generated pages",
        "build the wheel and the source distribution into dist/ and fill packaging/templates",
        f"commit `Release {release.version}` on {branch} and tag it {release.tag}",
    )
    if asked.dry_run:
        print("\n".join(f"would {step}" for step in steps))
        return
    from plaintickets.addresses import HOME

    make(root, release, HOME)
    print(f"released {release.version}; publish it: git push origin {branch} {release.tag}")


if __name__ == "__main__":
    main(sys.argv[1:])
