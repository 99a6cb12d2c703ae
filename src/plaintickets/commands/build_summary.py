"""The summary page of a build, to which a gate adds its answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.actions.blockers import Blocking
    from plaintickets.console import CommandContext


def append_summary(context: CommandContext, path: str | None, answer: Blocking | str, store: str = "") -> None:
    """Append an answer, or the reason why there is none, to the file at `path` as Markdown; None is no file."""
    if path is None:
        return
    from plaintickets.render import summary

    text = summary.failure(answer, store) if isinstance(answer, str) else summary.blockers(*answer[:3], store)
    with open(os.path.join(context.around.folder, path), "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
