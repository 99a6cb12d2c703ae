"""A dashboard as text, Markdown, one HTML page, and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.jsonform import FORMAT, dumps
from plaintickets.render.markdown import line
from plaintickets.render.tables import rendered
from plaintickets.render.tables.html_page import content, page
from plaintickets.render.xml_text import element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.dashboards import Part

FORMS = ("text", "md", "html", "json")


def text(parts: Sequence[Part], room: int = 0) -> str:
    """Return the parts below each other; an empty list is one line."""
    return "\n\n".join(_text(part, room) for part in parts)


def _text(part: Part, room: int) -> str:
    if part.table is None:
        return safe.line(part.text)
    if not part.table.rows:
        return safe.line(f"{part.table.title}: nothing")
    return rendered("text", part.table, room).rstrip("\n")


def markdown(parts: Sequence[Part]) -> str:
    """Return the parts for the summary of a CI step."""
    return "\n\n".join(line(part.text) if part.table is None else rendered("md", part.table) for part in parts)


def html(title: str, parts: Sequence[Part]) -> str:
    """Return one page without scripts or other files."""
    found = []
    for part in parts:
        if part.table is None:
            found.append(f"<p>{element(part.text)}</p>\n")
        else:
            found.append(f"<h2>{element(part.table.title)}</h2>\n{content(part.table)}")
    return page(title, "".join(found))


def json_text(title: str, parts: Sequence[Part]) -> str:
    """Return the parts as objects, a table as `tk report --json` has it."""
    found = [{"text": part.text} if part.table is None else json.loads(rendered("json", part.table)) for part in parts]
    return dumps({"format": FORMAT, "dashboard": title, "parts": found})
