"""`tk agent-guide`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("agent-guide")
@click.option("--write", "writes", is_flag=True, help="Add or update them in AGENTS.md beside the store.")
@json_option
@click.pass_obj
def command(context: CommandContext, *, writes: bool) -> None:
    """Print what a coding agent must know about tk, as lines for an AGENTS.md.

    --write keeps the lines in a marked block of AGENTS.md; no line outside the block changes. The file is not
    committed. A symbolic link is not written.

    \b
    Examples:
      tk agent-guide
      tk agent-guide --write
    """
    from plaintickets.core.agent_guide import GUIDE

    if not writes:
        if context.json:
            _print_json(context, text=GUIDE)
        else:
            context.out(GUIDE.removesuffix("\n"))
        return
    write_guide(context)


def write_guide(context: CommandContext) -> None:
    """Write the block and say what was done."""
    from plaintickets.actions.agent_guide import write

    path, changed = write(context.around)
    shown = os.path.relpath(path, context.around.folder)
    context.say(f"Wrote the lines into {shown}; commit it yourself" if changed else f"{shown} is up to date")
    if context.json:
        _print_json(context, path=path, changed=changed)


def offer_guide(context: CommandContext) -> None:
    """Ask a person at a terminal whether to write the lines."""
    if not sys.stdin.isatty():
        return
    try:
        if click.confirm("Tell coding agents about tk in AGENTS.md?", default=False):
            write_guide(context)
    except click.Abort:
        context.say("")


def _print_json(context: CommandContext, **shown: object) -> None:
    from plaintickets.render.jsonform import FORMAT, dumps

    context.out(dumps({"format": FORMAT, **shown}))
