"""Options and output shared by the commands that list tickets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.options import complete_ids, complete_refs, json_option
from plaintickets.errors import UnreadableError
from plaintickets.render import safe
from plaintickets.render.listing import Row

_NEGATED = re.compile(r"-[A-Za-z_][\w.-]*(?::|(?<=\w\w)[<>=!])")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.actions.listing import Filter
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket


class QueryCommand(click.Command):
    """Command whose arguments are a query: `-type:epic` is a part of it, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; a blank before a negated term keeps it from being read as options."""
        return super().parse_args(ctx, [f" {word}" if _NEGATED.match(word) else word for word in args])


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add QUERY and the filters that every listing takes."""
    for option in (
        json_option,
        click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Show at most N tickets, 0 for all."),
        click.option("--sort", "order", metavar="KEYS", help="Order, e.g. priority,-created."),
        click.option("--parent", metavar="ID", default="", shell_complete=complete_ids, help="Only children of ID."),
        click.option("-p", "-P", "--priority", metavar="P", default="", help="Only these priorities: 0-4, names."),
        click.option("-t", "--type", "kind", metavar="TYPE", default="", help="Only these types."),
        click.option("-T", "--tag", metavar="TAG", default="", help="Only tickets with this tag."),
        click.option("-a", "--assignee", metavar="NAME", default="", help="Only those of NAME; `me` is you."),
        click.argument("query", nargs=-1, metavar="[QUERY]"),
    ):
        function = option(function)
    return function


def at_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--at`, for listings of an earlier commit."""

    def look_back(ctx: click.Context, _parameter: click.Parameter, revision: str | None) -> None:
        if revision is None or ctx.resilient_parsing:
            return
        from plaintickets.past_project import at

        context: CommandContext = ctx.find_root().obj
        past = at(context.project, revision)
        context.project = past
        if not past.existed:
            context.note(f"there was no store at {revision}")

    return click.option(
        "--at",
        metavar="REV",
        expose_value=False,
        callback=look_back,
        shell_complete=complete_refs,
        help="The state at a commit, a tag or a branch.",
    )(function)


def shown_path(context: CommandContext, path: str) -> str:
    """Return the path of a ticket's file as the user would type it."""
    import os

    whole = os.path.join(context.project.place.store, path)
    try:
        return os.path.relpath(whole, context.around.folder)
    except ValueError:
        return whole


def show_tickets(
    context: CommandContext,
    tickets: Sequence[Ticket],
    line: Callable[[Ticket], str],
    note: Callable[[Ticket], str],
) -> None:
    """Print tickets as JSON, as lines for scripts, or as a table on a terminal; then name unreadable files."""
    if context.json:
        from plaintickets.render.jsonform import document, ticket_object

        context.out(document("tickets", map(ticket_object, tickets), problems=context.problems()))
    elif context.is_terminal:
        from plaintickets.render.listing import table

        kinds = {status.name: status.kind for status in context.project.config.statuses}
        rows = [Row(ticket, kinds.get(ticket.status, "open"), _marked(note(ticket), ticket)) for ticket in tickets]
        for row in table(rows, context.terminal):
            context.out(row)
    elif tickets:
        context.out("\n".join(map(line, tickets)))
    context.report(context.project.reading.problems)
    note_conflicts(context, tickets)


def note_conflicts(context: CommandContext, tickets: Iterable[Ticket]) -> None:
    """Name on stderr the tickets that have recorded conflicts of a merge."""
    ids = [ticket.id for ticket in tickets if ticket.has_conflicts]
    if ids:
        shown = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
        context.note(safe.line(f"note: conflicts of a merge are recorded in {shown}; `tk resolve ID` resolves them"))


def _marked(note: str, ticket: Ticket) -> str:
    return f"conflict {note}".rstrip() if ticket.has_conflicts else note


def refuse_unreadable(dependencies: Sequence[str]) -> None:
    """Raise UnreadableError if the answer depends on files that cannot be read."""
    if dependencies:
        raise UnreadableError(
            f"the answer depends on tickets that cannot be read: {', '.join(dependencies)}",
            hint="fix the files named above; until then tickets that depend on them count as blocked.",
        )


def ordered(context: CommandContext, tickets: list[Ticket], order: str | None, limit: int | None) -> list[Ticket]:
    """Return the tickets in the requested order, at most `limit`."""
    from plaintickets.actions.listing import check_order, limited, sort

    check_order(context.project, order or "")
    return limited(sort(tickets, order) if order else tickets, limit)


def asked_filter(options: dict[str, Any]) -> Filter:
    """Return the filter of the options that `filter_options` adds."""
    from plaintickets.actions.listing import Filter

    return Filter(
        query=" ".join(options["query"]),
        status=options.get("status") or "",
        assignee=options["assignee"],
        tag=options["tag"],
        type=options["kind"],
        priority=options["priority"],
        parent=options["parent"],
    )
