"""`tk prime`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

_SHOWN = 5


@click.command("prime")
@click.option("--limit", type=click.IntRange(min=1), default=_SHOWN, metavar="N", help="Show N tickets of a kind.")
@json_option
@click.pass_obj
def command(context: CommandContext, limit: int) -> None:
    """Print what a coding agent must know now: its ticket in work, what is ready, what is blocked, the conventions.

    The answer has less than 1,000 tokens, so that it can begin each session: long titles are cut, and of each
    kind five tickets are shown. `you` are the git identity, or the setting `me`.

    \b
    Examples:
      tk prime
      tk prime --json
      tk prime --limit 10
    """
    from plaintickets.actions.prime import prime
    from plaintickets.render import prime as forms

    found = prime(context.project)
    blockers = context.project.graph.open_blockers
    if context.json:
        from plaintickets.render.jsonform import dumps_line

        context.out(dumps_line(forms.json_object(found, limit, blockers, context.problems())))
    else:
        context.out(forms.text(found, limit, blockers))
    context.report(context.project.reading.problems)
