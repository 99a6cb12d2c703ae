"""`tk similar`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, form_options, list_form, refuse_form
from plaintickets.commands.options import Known, refuse_given
from plaintickets.commands.similar_output import GROUP_COLUMNS, OWN_COLUMNS, show, show_groups
from plaintickets.errors import TicketNotFoundError, UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.similar import Entry

DEFAULT_LIMIT = 10


@click.command("similar", cls=QueryCommand)
@click.argument("words", metavar="ID|TEXT", nargs=-1, type=Known("ticket"))
@click.option("--all", "every", is_flag=True, help="Find groups of duplicates among all tickets.")
@click.option("--learn", is_flag=True, help="Print weights learned from the known duplicates, for config.yml.")
@click.option("--threshold", type=click.FloatRange(0, 1), default=None, help="The lowest score to show.")
@click.option("-n", "--limit", type=click.IntRange(min=1), help="Show at most N tickets.")
@form_options
@click.pass_obj
def command(context: CommandContext, /, *, threshold: float | None, every: bool, learn: bool, **options: Any) -> None:
    """Find likely duplicates of a ticket, or of a text, with a score from 0 to 1 and the reasons.

    With --all, find groups of tickets that are likely the same problem. Few and certain groups are
    preferred to many uncertain ones.

    With --learn, learn from the duplicates that the store knows (300 at least) how much each likeness
    counts. The line for `config.yml` goes to standard output, how much better it finds duplicates to
    standard error. Add the line where it does.

    The form of the list is chosen as for `tk ls`. Columns and sort keys are also `score`, `reasons` and
    `repeated-by`, with --all the column `group`. --all has groups of its own.

    \b
    Examples:
      tk similar 7f3k
      tk similar "parser drops the last line"
      tk similar --all --threshold 0.9
      tk similar 7f3k --columns score,id,title --sort -created
      tk similar --learn >> .tickets/config.yml
    """
    from plaintickets.actions.duplicates import Finder
    from plaintickets.core.similar import CLUSTER

    if learn:
        refuse_form(options, "a ticket, a text or --all")
        refuse_given({"--threshold": threshold is not None, "--limit": options["limit"]}, "a ticket, a text or --all")
        form = None
    else:
        refuse_given({"--limit": every and options["limit"]}, "a ticket or a text, not with --all")
        options["limit"] = options["limit"] or DEFAULT_LIMIT
        form = list_form(context, options, own=GROUP_COLUMNS if every else OWN_COLUMNS, words="words")
    words = options["words"]
    if every and form is not None and not form.is_one_part:
        raise UsageError("--all has groups of its own", hint="leave --group-by and --tree out.")
    if every + learn + bool(words) != 1:
        raise UsageError("name a ticket or a text, or use --all or --learn")
    with Finder(context.project) as finder:
        finder.refresh()
        if form is None:
            from plaintickets.commands.learn_duplicates import show_learned

            show_learned(context, finder)
        elif every:
            show_groups(context, finder.clusters(CLUSTER if threshold is None else threshold), form)
        else:
            lowest = 0.01 if threshold is None else threshold
            show(context, finder.similar(_asked(context, words), options["limit"], lowest), form)
    context.report(context.project.reading.problems)


def _asked(context: CommandContext, words: tuple[str, ...]) -> Entry:
    from plaintickets.actions.ticket_source import similar_entry
    from plaintickets.core.similar import Entry

    if len(words) == 1 and " " not in words[0]:
        try:
            return similar_entry(context.project.document(words[0], guess=True))
        except TicketNotFoundError:
            pass
    return Entry(id="", title=" ".join(words), created=context.project.now.timestamp())
