"""`tk unlink`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, id_argument, json_option, writes
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.frame import Frame


@click.command("unlink")
@id_argument()
@id_argument("other")
@json_option
@writes()
@click.pass_obj
def command(frame: Frame, ticket: str, other: str) -> None:
    """Take the link between two tickets away, on both sides.

    \b
    Examples:
      tk unlink 7f3k a2c9
    """
    from plaintickets.actions.link import unlink

    related = unlink(frame.tracker, ticket, other, subject=frame.subject)
    one, two = related.ids
    if related.changed == 0:
        frame.say("Link not found")
        raise RefusedError(f"{one} and {two} are not linked")
    frame.say(f"Removed link: {one} <-> {two}")
    finish(frame, related.outcome, ids=related.ids)
