"""The picture of the README: what `tk` prints, drawn as SVG that needs nothing from elsewhere."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import picture

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.slow
def test_the_picture_shows_what_tk_prints() -> None:
    assert picture.PICTURE.read_text("utf-8") == picture.picture(), "`make picture` draws it again"


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
