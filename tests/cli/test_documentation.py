"""Links between the pages lead somewhere, and every command is told of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plaintickets.command_table import COMMANDS
from plaintickets.core.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
_CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in _anchors(file), f"{page.name}: {target}#{anchor}"


def test_the_guide_tells_of_every_command() -> None:
    guide = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.parent.name == "guide")
    told = set(re.findall(r"\btk ([a-z-]+)", guide))
    assert set(COMMANDS) - told == set()


def test_the_guide_names_only_settings_that_exist() -> None:
    guide = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.parent.name == "guide")
    named = set(re.findall(r"`((?:commit|format|merge)\.[a-z_-]+)[`:]", guide))
    assert len(named) > 4
    assert named <= set(SETTINGS)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
