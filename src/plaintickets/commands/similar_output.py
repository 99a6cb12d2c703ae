"""Print likely duplicates, and groups of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.duplicates import Candidate, Finder
    from plaintickets.console import CommandContext


def show(context: CommandContext, likenesses: list[Candidate]) -> None:
    """Print likely duplicates, the likeliest first."""
    if context.json:
        from plaintickets.render.jsonform import document

        context.out(document("tickets", map(json_object, likenesses), problems=context.problems()))
        return
    from plaintickets.core.similar import WARN

    if context.for_person:
        _show_table(context, likenesses)
        return
    for ticket, score, reasons, _ in likenesses:
        why = f" ({'; '.join(reasons)})" if reasons else ""
        number = context.paint(f"{score:.2f}", "match" if score >= WARN else "quiet")
        head = f"{number} {context.paint(f'{ticket.id:<8}', 'id')}"
        context.out(
            f"{head} {safe.line(f'[{ticket.status}] - {ticket.title}')}{context.paint(safe.line(why), 'quiet')}"
        )


def _show_table(context: CommandContext, likenesses: list[Candidate]) -> None:
    from plaintickets.commands.list_forms import show_rows
    from plaintickets.core.similar import WARN
    from plaintickets.render.list_columns import Row
    from plaintickets.render.styled import styled

    rows = []
    for ticket, score, reasons, _ in likenesses:
        number = ((f"{score:.2f}", "match" if score >= WARN else "quiet"),)
        below = (styled("; ".join(reasons), "quiet"),) if reasons else ()
        rows.append(Row(ticket, more={"score": number}, below=below))
    if rows:
        show_rows(context, rows)
    elif context.is_terminal:
        context.note("no ticket is similar")


def json_object(likeness: Candidate) -> dict[str, object]:
    """Return a likely duplicate as JSON."""
    from plaintickets.render.jsonform import ticket_object

    found = {**ticket_object(likeness.ticket), "score": round(likeness.score, 4), "reasons": list(likeness.reasons)}
    return {**found, "repeated-by": likeness.repeat.id} if likeness.repeat else found


def show_groups(context: CommandContext, finder: Finder, threshold: float) -> None:
    """Print groups of tickets that are likely the same problem."""
    groups = finder.clusters(threshold)
    if context.json:
        from plaintickets.render.jsonform import document, ticket_object

        rows = [[ticket_object(ticket) for ticket in group] for group in groups]
        context.out(document("groups", rows, problems=context.problems()))
        return
    if context.for_person:
        from plaintickets.commands.list_forms import show_rows
        from plaintickets.render.list_columns import Row

        if groups:
            show_rows(context, *[[Row(ticket) for ticket in group] for group in groups])
        elif context.is_terminal:
            context.note("no tickets are similar enough to be the same problem")
        return
    for number, group in enumerate(groups):
        if number:
            context.out()
        for ticket in group:
            context.out(safe.line(f"{ticket.id:<8} [{ticket.status}] - {ticket.title}"))
