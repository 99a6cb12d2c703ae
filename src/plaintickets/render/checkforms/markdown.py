"""Markdown, for the summary of a CI step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.reported import by_level, verdict
from plaintickets.render import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.checks.reported import Checked, Reported

# GitHub accepts a summary of 1 MiB for each step; nobody reads a table of that length.
MOST_ROWS = 200
_LONGEST = 500


def render(found: Sequence[Reported], checked: Checked) -> str:
    """Return a heading with the number of findings, and a table of them, the most severe first."""
    heading = f"### Tickets: {verdict(found, checked)}"
    if not found:
        return heading
    rows = [f"| {one.level} | {_place(one, checked)} | {_what(one)} |" for one in by_level(found)[:MOST_ROWS]]
    more = [f"\n… and {len(found) - MOST_ROWS} more."] if len(found) > MOST_ROWS else []
    return "\n".join([heading, "", "| level | where | what |", "|---|---|---|", *rows, *more])


def _place(one: Reported, checked: Checked) -> str:
    path = _cut(one.path or checked.store)
    return markdown.code(f"{path}:{one.line}" if one.path and one.line else path)


def _what(one: Reported) -> str:
    remedy = f"<br>{markdown.line(_cut(one.remedy))}" if one.remedy else ""
    rule = markdown.code(one.code)
    link = f"[{rule}]({one.page})" if one.page.startswith("https://") else rule
    return f"{markdown.line(_cut(one.message))} {link}{remedy}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
