"""What happened to tickets, in the forms that people and programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.change_report import tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.change_report import ChangedTicket

FORMATS = {
    "html": "page",
    "json": "objects",
    "markdown": "markdown",
    "text": "text",
}
"""The formats, and the module here that has `render(tale, look)` for each."""


class Tale(NamedTuple):
    """What happened between two states: commits' ids, or `work tree` or `index` as the later one.

    `others` are the files of the store that changed and are no tickets.
    """

    base: str
    head: str
    tickets: Sequence[ChangedTicket]
    others: Sequence[str]


class Look(NamedTuple):
    """How it is to be shown: colours (text, style), the address of the store's folder, and limits of Markdown.

    `most_characters` is how long Markdown may get, `marker` what tells a comment of ours from others.
    """

    paint: Callable[[str, str], str]
    link_base: str = ""
    marker: str = "diff"
    most_characters: int = 65_000


def summary(tickets: Sequence[ChangedTicket]) -> str:
    """The line that says it all: `3 closed, 1 opened, 1 reprioritised`."""
    return ", ".join(f"{count} {name}" for name, count in tally(tickets).items()) or "no tickets changed"
