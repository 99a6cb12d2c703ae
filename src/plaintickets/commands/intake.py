"""`tk intake`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, known, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

WAYS = {
    "mail": "mails become tickets and comments",
    "json": "the JSON of a form becomes a ticket",
    "held": "list the mails that wait for a decision",
    "release": "file held mails",
    "drop": "remove held mails",
}


@click.command("intake")
@click.argument("way", metavar="mail | json | held | release | drop", type=Known("intake way"))
@click.argument("sources", metavar="[SOURCE…]", nargs=-1, type=Known("intake source"))
@known("intake map", "--map", "map_name", metavar="NAME", default="", help="With json: the map of the settings.")
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would become of each message.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, way: str, sources: tuple[str, ...], map_name: str, *, dry_run: bool) -> None:
    """Make tickets and comments of mails, or of the JSON of a form; nothing is fetched from a network.

    `mail` reads single mails, mboxes, Maildirs and folders of `.eml` files; without SOURCE, or for `-`, standard
    input. A mail that answers one of a ticket becomes a comment, another one a ticket. Quoted text and the signature
    are left out; the whole mail is kept in `ID.d/mail`, its attachments in `ID.d/files`. The same mail twice is taken
    in once. What no person wrote, and whom the settings `intake:` do not allow, is held: `held` lists it, `release`
    files it, `drop` removes it. Commits are made for 100 messages each, so an interrupted run goes on.

    `json` creates a ticket of each JSON object by `maps` of the settings.

    Exit code 1: some messages could not be read, and the others are in.

    \b
    Examples:
      tk intake mail < message.eml
      tk intake mail ~/Maildir --dry-run
      tk intake held
      tk intake release 5f1c0a2b
      tk intake json --map contact-form request.json
    """
    from plaintickets.commands import intake_output
    from plaintickets.core.suggestions import did_you_mean

    if way not in WAYS:
        raise UsageError(f"unknown way '{way}'", hint=did_you_mean(way, WAYS) or f"Known: {', '.join(WAYS)}.")
    if bool(map_name) != (way == "json"):
        raise UsageError(
            "which map?" if way == "json" else "--map is for `tk intake json`",
            hint="--map NAME names one of `maps` in the settings `intake`.",
        )
    if dry_run and way in {"held", "release", "drop"}:
        raise UsageError(f"--dry-run is for `tk intake mail` and `json`, not for {way}")
    if not dry_run and way != "held":
        context.project.require_ready()
    if way == "mail":
        intake_output.take_mail(context, sources or ("-",), dry_run=dry_run)
    elif way == "json":
        intake_output.take_json(context, map_name, sources or ("-",), dry_run=dry_run)
    elif way == "held":
        intake_output.show_held(context)
    elif not sources:
        raise UsageError("which mails?", hint="`tk intake held` lists them.")
    elif way == "release":
        intake_output.release(context, sources)
    else:
        intake_output.drop(context, sources)
