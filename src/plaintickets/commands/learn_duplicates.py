"""Print what `tk similar --learn` has learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.actions.duplicates import Finder
    from plaintickets.console import CommandContext


def show_learned(context: CommandContext, finder: Finder) -> None:
    """Print the line for the settings, and on standard error how much better it finds duplicates."""
    from plaintickets.actions.learn_duplicates import DEPTHS, learn
    from plaintickets.commands.search import progress_bar

    found = learn(context.project, finder, progress_bar(context, "steps", "learning"))
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, **found._asdict()}))
        return
    context.out(f"duplicates.weights: {{{', '.join(f'{name}: {value:g}' for name, value in found.weights.items())}}}")
    context.warn(f"{found.duplicates} duplicates are known. Of the newest, found before and with such weights:")
    for depth, before, after in zip(DEPTHS, found.before, found.after, strict=True):
        context.warn(f"  among the first {depth:<3} {before:.3f}  {after:.3f}")
