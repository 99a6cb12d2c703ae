"""The pictures of reports and relations in pages: the only drawings that a page has."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

ELEMENTS = {"svg", "g", "title", "defs", "marker", "pattern", "path", "rect", "circle", "text"}
ATTRIBUTES = {
    *("xmlns", "role", "viewBox", "width", "height", "font-family", "font-size", "fill", "id", "patternUnits", "d"),
    *("stroke", "stroke-width", "stroke-dasharray", "opacity", "x", "y", "cx", "cy", "r", "text-anchor"),
    *("rx", "font-weight", "marker-end", "markerWidth", "markerHeight", "refX", "refY", "orient"),
}


def without_pictures(page: str) -> str:
    """Return a page without its pictures, after a look at their elements and attributes."""
    return re.sub(r"<svg.*?</svg>", lambda match: _nothing(match[0]), page, flags=re.DOTALL)


def _nothing(picture: str) -> str:
    for element in ET.fromstring(picture).iter():  # noqa: S314 - a part of our own page
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in ELEMENTS
        assert set(element.keys()) <= ATTRIBUTES
    return ""
