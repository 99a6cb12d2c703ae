"""`tk replies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("replies")
@json_option
@click.pass_obj
def command(context: CommandContext) -> None:
    """List the replies, the texts for the same answer in `replies/NAME.md` of the store.

    One that cannot be used is listed with the reason.

    \b
    Examples:
      tk replies
      tk replies --json
    """
    from plaintickets.actions.replies import reply_named, reply_names
    from plaintickets.core.table import Column, Table
    from plaintickets.errors import TicketsError
    from plaintickets.render.jsonform import document
    from plaintickets.render.tables import rendered

    rows = []
    for name in reply_names(context.project):
        try:
            reply = reply_named(context.project, name)
        except TicketsError as error:
            rows.append((name, "", "", f"cannot be used: {error}"))
            continue
        about = reply.title or next((line.strip() for line in reply.text.split("\n") if line.strip()), "")
        rows.append((name, reply.status, ", ".join(reply.tags), about))
    keys = ("name", "status", "tags", "about")
    if context.json:
        context.out(document("replies", [dict(zip(keys, row, strict=True)) for row in rows]))
    elif rows:
        context.page(rendered("text", Table("Replies", [Column(key, key) for key in keys], rows)))
    else:
        context.note("no replies: a text in replies/NAME.md of the store is one")
