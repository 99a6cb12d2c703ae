"""`tk similar`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import complete_ids, json_option
from plaintickets.errors import TicketNotFoundError, UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.duplicates import Candidate, Finder
    from plaintickets.console import CommandContext
    from plaintickets.core.similar import Entry

DEFAULT_LIMIT = 10


@click.command("similar")
@click.argument("words", metavar="ID|TEXT", nargs=-1, shell_complete=complete_ids)
@click.option("--all", "every", is_flag=True, help="Find groups of duplicates among all tickets.")
@click.option("--learn", is_flag=True, help="Print weights learned from the known duplicates, for config.yml.")
@click.option("--threshold", type=click.FloatRange(0, 1), default=None, help="The lowest score to show.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=DEFAULT_LIMIT, help="Show at most N tickets.")
@json_option
@click.pass_obj
def command(
    context: CommandContext, words: tuple[str, ...], threshold: float | None, limit: int, *, every: bool, learn: bool
) -> None:
    """Find likely duplicates of a ticket, or of a text, with a score from 0 to 1 and the reasons.

    With --all, find groups of tickets that are likely the same problem. Few and certain groups are
    preferred to many uncertain ones.

    With --learn, learn from the duplicates that the store knows (300 at least) how much each likeness
    counts. The line for `config.yml` goes to standard output, how much better it finds duplicates to
    standard error. Add the line where it does.

    \b
    Examples:
      tk similar 7f3k
      tk similar "parser drops the last line"
      tk similar --all --threshold 0.9
      tk similar --learn >> .tickets/config.yml
    """
    from plaintickets.actions.duplicates import Finder
    from plaintickets.core.similar import CLUSTER

    if every + learn + bool(words) != 1:
        raise UsageError("name a ticket or a text, or use --all or --learn")
    with Finder(context.project) as finder:
        finder.refresh()
        if learn:
            from plaintickets.commands.learn_duplicates import show_learned

            show_learned(context, finder)
        elif every:
            _show_clusters(context, finder, CLUSTER if threshold is None else threshold)
        else:
            show(context, finder.similar(_asked(context, words), limit, 0.01 if threshold is None else threshold))
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


def show(context: CommandContext, likenesses: list[Candidate]) -> None:
    """Print likely duplicates, the likeliest first."""
    if context.json:
        from plaintickets.render.jsonform import document

        context.out(document("tickets", map(json_object, likenesses), problems=context.problems()))
        return
    from plaintickets.core.similar import WARN

    for ticket, score, reasons, _ in likenesses:
        why = f" ({'; '.join(reasons)})" if reasons else ""
        number = context.paint(f"{score:.2f}", "match" if score >= WARN else "quiet")
        head = f"{number} {context.paint(f'{ticket.id:<8}', 'id')}"
        context.out(
            f"{head} {safe.line(f'[{ticket.status}] - {ticket.title}')}{context.paint(safe.line(why), 'quiet')}"
        )


def json_object(likeness: Candidate) -> dict[str, object]:
    """Return a likely duplicate as JSON."""
    from plaintickets.render.jsonform import ticket_object

    found = {**ticket_object(likeness.ticket), "score": round(likeness.score, 4), "reasons": list(likeness.reasons)}
    return {**found, "repeated-by": likeness.repeat.id} if likeness.repeat else found


def _show_clusters(context: CommandContext, finder: Finder, threshold: float) -> None:
    groups = finder.clusters(threshold)
    if context.json:
        from plaintickets.render.jsonform import document, ticket_object

        rows = [[ticket_object(ticket) for ticket in group] for group in groups]
        context.out(document("groups", rows, problems=context.problems()))
        return
    for number, group in enumerate(groups):
        if number:
            context.out()
        for ticket in group:
            context.out(safe.line(f"{ticket.id:<8} [{ticket.status}] - {ticket.title}"))
