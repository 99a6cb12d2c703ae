"""`tk split`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.options import Known, TextCommand, finish, json_option, known, refuse_given, writes

if TYPE_CHECKING:
    from plaintickets.actions.split import SplitTicket
    from plaintickets.console import CommandContext


@click.command("split", cls=TextCommand)
@click.argument("words", metavar="ID [PART…]", nargs=-1, required=True, type=Known("split words"))
@click.option("--items", is_flag=True, help="Split every unticked checklist item that is no ticket yet.")
@click.option("--one", is_flag=True, help="Make one ticket of all parts.")
@click.option("--move", "moves", is_flag=True, help="Take the parts out of the ticket; without it they stay.")
@click.option("--title", metavar="TEXT", default="", help="The title, if one ticket is made.")
@known("type", "-t", "--type", "kind", metavar="TYPE", help="The type of the new tickets.")
@known("person", "-a", "--assignee", metavar="NAME", help="Who works on them; `me` is you.")
@known("settings", "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Any other field; repeatable.")
@click.option(
    "--relation",
    type=click.Choice(["parent", "dep", "link"]),
    help="The ticket becomes their parent (the default), depends on them, or is linked to them.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Only show what would be created.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, /, *, words: tuple[str, ...], dry_run: bool, **options: Any) -> None:
    """Make tickets of comments or checklist items of a ticket, in one commit; without PART, list its parts.

    PART is the number of a comment, 1 the oldest, or `last`, the youngest public one; or words of a checklist item.
    A new ticket gets the priority, tags, component, queue and the other fields that say what a ticket is about. A
    comment also gives the type; its author is the reporter, if that is none of the people of the settings.

    The parts stay in the ticket, and an item names its new ticket; with --move they leave it. An internal comment on
    the ticket says what was split. Of an internal comment comes an internal ticket.

    \b
    Examples:
      tk split 7f3k
      tk split 7f3k 3 --title "Invoices show the wrong currency"
      tk split 7f3k 2 4 --one --move --relation link
      tk split 7f3k "write the docs" -a me
      tk split 7f3k --items --dry-run
    """
    from plaintickets.actions.split import Wanted, parts_table, split
    from plaintickets.commands.drafting import given_settings

    project = context.project
    if not words[1:] and not options["items"]:
        given = {"--one": options["one"], "--move": options["moves"], "--title": options["title"]}
        given |= {"--type": options["kind"], "--assignee": options["assignee"], "--set": options["settings"]}
        given |= {"--relation": options["relation"], "--dry-run": dry_run}
        refuse_given(given, "the parts of a ticket: tk split ID PART")
        from plaintickets.render.tables import rendered

        table = parts_table(project, words[0])
        context.page(rendered("json" if context.json else "text", table))
        return
    given_values = given_settings(options.pop("settings"))
    options["relation"] = options["relation"] or "parent"
    typed = {"type": options.pop("kind"), "assignee": options.pop("assignee")}
    values = {name: text for name, text in typed.items() if text is not None} | given_values
    done = split(
        project, words[0], Wanted(words[1:], values=values, **options), dry_run=dry_run, subject=context.subject
    )
    _report(context, done)


def _report(context: CommandContext, done: SplitTicket) -> None:
    """Print the new tickets, or those that would be."""
    from plaintickets.render import safe
    from plaintickets.render.jsonform import document

    for ticket, parts in done.made:
        names = "; ".join(part.name for part in parts)
        new = f"{ticket.id} {ticket.title}" if done.outcome else f"{ticket.type} {ticket.title}"
        context.say(safe.line(f"{'Split' if done.outcome else 'Would split'} {names}: {new}"))
    objects = [
        {"id": ticket.id if done.outcome else None, "title": ticket.title, "type": ticket.type}
        for ticket, _ in done.made
    ]
    if done.outcome:
        finish(context, done.outcome, id=done.ticket.id, tickets=objects)
    elif context.json:
        context.out(document("tickets", objects, commit=None, id=done.ticket.id))
