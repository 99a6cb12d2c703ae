"""The picture of the README: what `tk` prints, drawn as SVG that needs nothing from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guide_pictures
import picture
from prefork.start import quick

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.slow
def test_the_picture_shows_what_tk_prints() -> None:
    assert picture.PICTURE.read_text("utf-8") == picture.picture(), "`make picture` draws it again"


@pytest.mark.slow
def test_the_picture_of_a_report_in_the_guide_is_what_tk_draws(tmp_path: Path) -> None:
    found = guide_pictures.report(tmp_path / "almanac", guide_pictures.example(tmp_path, quick(guide_pictures.TK)))
    assert (guide_pictures.PICTURES / "flow.svg").read_text("utf-8") == found, "`make picture` draws it again"


def test_every_picture_of_the_guide_is_small_and_shown_by_a_page() -> None:
    guide = guide_pictures.PICTURES.parent
    pages = "".join(page.read_text("utf-8") for page in guide.glob("*.md"))
    names = {path.name for path in guide_pictures.PICTURES.iterdir()}
    assert names == {"flow.svg", *(f"{name}.png" for name in guide_pictures.PAGES)}
    for name in names:
        assert f"](pictures/{name})" in pages
        assert (guide_pictures.PICTURES / name).stat().st_size < 120_000


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    text = picture.PICTURE.read_text("utf-8")
    assert {element.tag.removeprefix(SVG) for element in ET.fromstring(text).iter()} == {  # noqa: S314
        *("svg", "title", "rect", "circle", "g", "text")
    }
    assert re.findall(r"href|url\(|@import|<script|on\w+=", text) == []
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]


@given(st.text(st.sampled_from("ab <&>\"'⊘漢\x1b[1;32m"), max_size=30))
def test_any_line_is_drawn_as_text(line: str) -> None:
    drawn = ET.fromstring(picture.drawn([line]))  # noqa: S314
    shown = "".join(element.text or "" for element in drawn.iter(f"{SVG}text")).replace("\N{NO-BREAK SPACE}", " ")
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line)
    if "\x1b" not in plain:
        assert shown.replace(" ", "") == plain.replace(" ", "")


def test_a_colour_and_a_column_are_kept() -> None:
    assert picture.runs("ab \x1b[1;32mc\x1b[0m") == [
        picture.Run(0, "ab ", ""),
        picture.Run(3, "c", ' fill="#8ddb8c" font-weight="bold"'),
    ]
