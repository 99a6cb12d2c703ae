"""Output shared by the commands that list tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from plaintickets.commands.list_options import ListForm
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket
    from plaintickets.render.list_columns import Row


class Listed(NamedTuple):
    """The tickets of a list, how many match without the limit, and what to say if there are none.

    In JSON, `name` is the name of the list, and `more` makes what stands beside it. A table of any width says what the
    columns `said` hold.
    """

    tickets: list[Ticket]
    matching: int
    nothing: str = "no ticket matches"
    name: str = "tickets"
    more: Callable[[], Mapping[str, object]] = dict
    said: tuple[str, ...] = ()


def shown_path(context: CommandContext, path: str) -> str:
    """Return the path of a ticket's file as the user would type it."""
    import os

    whole = os.path.join(context.project.place.store, path)
    try:
        return os.path.relpath(whole, context.around.folder)
    except ValueError:
        return whole


def ordered(
    context: CommandContext, tickets: list[Ticket], form: ListForm, *, urgent_first: bool = True, nothing: str = ""
) -> Listed:
    """Return the tickets in the requested order, at most so many as requested; for a person the most urgent first."""
    from plaintickets.actions.listing import limited

    if form.order:
        from plaintickets.actions.sorting import check_order, sort

        check_order(context.project, form.order)
        tickets = sort(context.project, tickets, form.order)
    elif form.form == "table" and urgent_first:
        from plaintickets.actions.arrange import urgent_first as by_urgency

        tickets = by_urgency(tickets)
    if form.is_reversed:
        tickets = tickets[::-1]
    more = lambda: {"problems": context.problems()}  # noqa: E731 - only JSON asks for it
    return Listed(limited(tickets, form.limit), len(tickets), nothing or Listed([], 0).nothing, more=more)


def arranged(context: CommandContext, rows: Sequence[Row], form: ListForm, own: Sequence[str] = ()) -> list[Row]:
    """Return rows in the requested order, else in their own; `own` are values of the rows that are sort keys too."""
    from plaintickets.actions.sorting import check_order, sort, value_key

    rows = list(rows)
    if form.order:
        check_order(context.project, form.order, own)
        values = {id(row.ticket): row for row in rows}
        keys = {name: lambda ticket, name=name: value_key(values[id(ticket)].values.get(name)) for name in own}
        rows = [values[id(ticket)] for ticket in sort(context.project, [row.ticket for row in rows], form.order, keys)]
    return rows[::-1] if form.is_reversed else rows


def show_tickets(
    context: CommandContext,
    listed: Listed,
    line: Callable[[Ticket], str],
    form: ListForm,
    rows: Mapping[str, Row] | None = None,
) -> None:
    """Print tickets in the form of the list; then name unreadable files and recorded conflicts.

    `line` makes the stable line of a ticket for scripts, `rows` what the command adds to a ticket's row.
    """
    show_listed(context, listed, line, form, rows)
    context.report(context.project.reading.problems)
    note_conflicts(context, listed.tickets)


def show_listed(
    context: CommandContext,
    listed: Listed,
    line: Callable[[Ticket], str],
    form: ListForm,
    rows: Mapping[str, Row] | None = None,
) -> None:
    """Print tickets in the form of the list."""
    if form.is_plain and form.is_one_part:
        if listed.tickets:
            context.out("\n".join(map(line, listed.tickets)))
    elif form.form == "json" and form.is_usual and form.jq is None:
        from plaintickets.render.jsonform import document, ticket_object

        context.out(document(listed.name, map(ticket_object, listed.tickets), **listed.more()))
    else:
        from plaintickets.commands.list_forms import show_form

        show_form(context, listed, line, form, rows or {})


def note_conflicts(context: CommandContext, tickets: Iterable[Ticket]) -> None:
    """Name on stderr the tickets that have recorded conflicts of a merge."""
    ids = [ticket.id for ticket in tickets if ticket.has_conflicts]
    if ids:
        from plaintickets.core.shortened import shortened

        named = shortened(ids, 5)
        context.note(safe.line(f"note: conflicts of a merge are recorded in {named}; `tk resolve ID` resolves them"))
