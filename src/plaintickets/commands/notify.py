"""`tk notify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, one_form
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.notify import Range
    from plaintickets.actions.send_notices import Delivery
    from plaintickets.console import CommandContext


@click.command("notify")
@click.argument("range_", metavar="[BASE..HEAD]", required=False, default="", type=Known("range"))
@click.option("--since-last", is_flag=True, help="The commits since everything was sent from this clone.")
@click.option("--format", "form", type=click.Choice(["text", "md", "json"]), help="How to print it.")
@click.option("--send", is_flag=True, help="Send it as mails.")
@click.option("--again", is_flag=True, help="With --send: also what a stopped run may have sent.")
@click.option("--now", "at_once", is_flag=True, help="With --send: also outside the hours of sending.")
@json_option
@click.pass_obj
def command(context: CommandContext, /, range_: str, form: str | None, *, send: bool, **flags: bool) -> None:
    """Show who is to know what of the changes of a range of commits, or send it as mails.

    The settings `notify` say which roles are told of which event: reporter, assignee, watchers, team, mentioned. People
    who are not in `people` are told what the public may see: no internal comment, no internal ticket, no mail address.
    Nobody is told of what they did themselves.

    The server for `--send` is `smtp` in your own settings, or the environment's: TK_SMTP_HOST, TK_SMTP_PORT,
    TK_SMTP_USER, TK_SMTP_PASSWORD, TK_SMTP_FROM, TK_SMTP_SECURITY (starttls, which is usual, tls or none), TK_SMTP_CA.
    `apprise` in your own settings, or TK_APPRISE, names channels that take the notices of a person in place of mail.
    With `calendar` in the settings `notify`, mails are sent in its hours only. Each notice is sent once; the record is
    the file `plaintickets-sent/sent.tsv` in the clone's `.git`. An answer comes back by `tk intake mail`.
    With TK_PORTAL_URL each mail to a requester links to their page of `tk serve --portal`. A job in another clone than
    the portal's needs its key in TK_PORTAL_KEY.

    \b
    Examples:
      tk notify HEAD~1..HEAD
      tk notify origin/main@{1}..origin/main --format md
      tk notify --since-last --send
    """
    from plaintickets.actions import notify
    from plaintickets.render import notices

    for name, option in {"again": "--again", "at_once": "--now"}.items():
        if flags[name] and not send:
            raise UsageError(f"{option} is for --send", hint="leave it out, or add --send.")
    form = one_form(context, form)
    asked = notify.asked_range(context.project, range_, since_last=flags["since_last"])
    if send:
        _send(context, asked, range_, again=flags["again"], at_once=flags["at_once"])
        return
    found = [*notify.told(context.project, asked)]
    write = {"text": notices.as_text, "md": notices.as_markdown, "json": notices.as_json}
    context.out(write[form](found))


def _send(context: CommandContext, asked: Range, range_: str, *, again: bool, at_once: bool) -> None:
    from plaintickets.actions import send_notices
    from plaintickets.render.notices import delivery_json

    delivery = send_notices.send(context.project, asked, again=again, at_once=at_once)
    if context.json:
        context.out(delivery_json(delivery._asdict()))
    for address, tickets in delivery.sent:
        context.say(f"sent to {address}: {tickets}")
    if delivery.until:
        _say_quiet(context, delivery, range_)
    elif not delivery.sent:
        context.say("Nothing was sent.")
    send_notices.refuse_unsent(delivery)


def _say_quiet(context: CommandContext, delivery: Delivery, range_: str) -> None:
    count = len(delivery.waiting)
    context.say(f"Nothing was sent: the hours of sending begin at {delivery.until}. Until then wait:")
    for address, tickets in delivery.waiting:
        context.say(f"  {address}: {tickets}")
    what = "this mail" if count == 1 else f"these {count} mails"
    named = f"`tk notify {range_} --send`, later and in this clone," if range_ else "`tk notify --since-last --send`"
    loss = "; a job that names only its own push loses them without --now" if range_ else ""
    context.project.around.notify(f"note: {named} sends {what}{loss}")
