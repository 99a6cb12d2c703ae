"""Show the state of the store, for `tk status` and `tk` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


def show_overview(context: CommandContext) -> None:
    """Print the state of the store; to a pipe without cutting titles."""
    from plaintickets.actions.overview import overview

    shown = overview(context.project)
    if context.json:
        from plaintickets.render.jsonform import dumps
        from plaintickets.render.overview import overview_object

        context.out(dumps(overview_object(shown)))
        return
    from plaintickets.render.overview import Terminal, lines

    columns = context.terminal.columns if context.for_person else 0
    for line in lines(shown, context.project.now, Terminal(columns, context.paint)):
        context.out(line)
