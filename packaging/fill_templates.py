"""Build the wheel and the source distribution, and fill the templates with their version, hashes and dependencies."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).resolve().parent / "templates"
# setuptools changes sys.argv.
_BUILD = "import setuptools.build_meta as m, sys; to = sys.argv[1]; m.build_wheel(to); m.build_sdist(to)"
_PLACEHOLDER = re.compile(r"@([A-Z][A-Z0-9_]*)@")


def build(root: Path, dist: Path) -> None:
    """Build both distributions into a folder that is empty before."""
    shutil.rmtree(root / "build", ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, folder], cwd=root, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"the build failed:\n{done.stdout}{done.stderr}")
        shutil.rmtree(dist, ignore_errors=True)
        dist.mkdir()
        for made in Path(folder).glob("plaintickets-*"):
            shutil.copy(made, dist)


def values(root: Path, dist: Path, home: str) -> dict[str, str]:
    """Return what the placeholders of the templates mean; `home` is the project's address or ""."""
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    (wheel,) = dist.glob("*.whl")
    (sdist,) = dist.glob("*.tar.gz")
    version = sdist.name.removesuffix(".tar.gz").rpartition("-")[2]
    names = [re.split(r"[\s<>=!~;\[]", text, maxsplit=1)[0].lower() for text in project["dependencies"]]
    return {
        "VERSION": version,
        "DESCRIPTION": project["description"],
        "LICENSE": project["license"],
        "WHEEL": wheel.name,
        "WHEEL_SHA256": _sha256(wheel),
        "SDIST": sdist.name,
        "SDIST_SHA256": _sha256(sdist),
        "SDIST_ADDRESS": f"{home}/releases/download/v{version}/{sdist.name}" if home else sdist.resolve().as_uri(),
        "NIX_DEPENDENCIES": "\n".join(sorted(names)),
        "HOMEPAGE_OF_FORMULA": f'homepage "{home}"' if home else "",
        "HOMEPAGE_OF_NIX": f'homepage = "{home}";' if home else "",
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def filled(template: str, meanings: dict[str, str]) -> str:
    """Return a template with its values: of several lines each at its indent, of none without the line.

    Raise KeyError for a placeholder that nobody knows.
    """
    lines = []
    for line in template.splitlines():
        alone = re.fullmatch(rf"(\s*){_PLACEHOLDER.pattern}", line)
        if alone:
            lines += [alone[1] + value for value in meanings[alone[2]].splitlines()]
        else:
            lines.append(_PLACEHOLDER.sub(lambda match: meanings[match[1]], line))
    return "\n".join(lines) + "\n"


def fill(root: Path, dist: Path, home: str) -> list[str]:
    """Write the filled templates beside the distributions; return their names."""
    meanings = values(root, dist, home)
    for template in sorted(TEMPLATES.iterdir()):
        target = dist / template.name
        target.write_text(filled(template.read_text("utf-8"), meanings), "utf-8")
        target.chmod(0o755 if template.suffix == ".sh" else 0o644)
    shutil.copy(root / "requirements.lock", dist)
    return sorted(path.name for path in dist.iterdir())


def main() -> None:
    """Build and fill `dist/`."""
    from plaintickets.addresses import HOME

    build(ROOT, ROOT / "dist")
    for name in fill(ROOT, ROOT / "dist", HOME):
        print(f"dist/{name}")


if __name__ == "__main__":
    main()
