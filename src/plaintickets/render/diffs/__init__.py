"""Formats of `tk diff`: what happened to tickets between two states."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.change_report import tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.change_report import ChangedTicket
    from plaintickets.core.settings_report import SettingChange

FORMATS = {
    "html": "page",
    "json": "objects",
    "markdown": "markdown",
    "text": "text",
}
"""The formats, and the module here that has `render(difference, options)` for each."""


class TicketDiff(NamedTuple):
    """Changes of tickets between two states: ids of commits, or `work tree` or `index` as the later one.

    `others` are the changed files of the store that are not tickets, `settings` the changes in its settings files.
    """

    base: str
    head: str
    tickets: Sequence[ChangedTicket]
    others: Sequence[str]
    settings: Sequence[SettingChange] = ()


class DiffOptions(NamedTuple):
    """Options of the output: colours (text, style), the address of the store's folder, and limits of Markdown.

    `most_characters` is the maximum length of Markdown; `marker` identifies our own comments.
    """

    paint: Callable[[str, str], str]
    link_base: str = ""
    marker: str = "diff"
    most_characters: int = 65_000


def summary(tickets: Sequence[ChangedTicket]) -> str:
    """Return the summary: `3 closed, 1 opened, 1 reprioritised`."""
    return ", ".join(f"{count} {name}" for name, count in tally(tickets).items()) or "no tickets changed"
