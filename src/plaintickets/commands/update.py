"""`tk update`: `set` in the words of the bash tool."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.set import Setting
    from plaintickets.console import CommandContext

_WORD = re.compile(r"--([A-Za-z_][\w.-]*)=(.*)\Z", re.DOTALL)


@click.command("update", context_settings={"ignore_unknown_options": True})
@click.argument("words", metavar="ID --KEY=VALUE…", nargs=-1, required=True, type=Known("update words", is_dashed=True))
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, words: tuple[str, ...]) -> None:
    """Set fields of a ticket; unknown fields are accepted.

    A list is written as JSON. `tk set` does the same for several tickets, adds to lists, and refuses
    unknown fields.

    \b
    Examples:
      tk update 7f3k --priority=1 --assignee=ada
      tk update 7f3k '--tags=["parser","unicode"]'
    """
    from plaintickets.actions.set import set_fields
    from plaintickets.commands.set import note_left_open

    if len(words) < 2:
        raise UsageError("name a ticket and a field", hint="Usage: tk update ID --KEY=VALUE…")
    settings = [_setting(word) for word in words[1:]]
    done = set_fields(context.project, "update", [words[0]], settings, subject=context.subject)
    ticket_id = done.tickets[0].id
    context.say(
        f"Updated {len(settings)} field(s) on {ticket_id}" if done.changes else f"{ticket_id}: nothing to change"
    )
    note_left_open(context, done)
    finish(context, done.outcome, id=done.tickets[0].id, fields=[setting.key for setting in settings])


def _setting(word: str) -> Setting:
    from plaintickets.actions.set import Setting

    match = _WORD.match(word)
    if match is None:
        raise UsageError(f"unknown argument '{word}'", hint="Usage: tk update ID --KEY=VALUE…")
    key, text = match[1], match[2]
    if not text.startswith("["):
        return Setting(key, "=", text, any_key=True)
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(f"invalid JSON for {key}", hint='for example: --tags=\'["parser","unicode"]\'') from None
    if not all(isinstance(item, str) for item in items):
        raise UsageError(f"invalid JSON for {key}", hint="a list of words is expected.")
    return Setting(key, "=", ",".join(items), tuple(items), any_key=True)
