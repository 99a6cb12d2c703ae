"""Print likely duplicates, and groups of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.actions.duplicates import Candidate
    from plaintickets.commands.list_options import ListForm
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket

OWN_COLUMNS = ("score", "reasons", "repeated-by")
GROUP_COLUMNS = ("group",)


def show(context: CommandContext, likenesses: Sequence[Candidate], form: ListForm) -> None:
    """Print likely duplicates in the form of the list, the likeliest first unless another order is requested."""
    from plaintickets.commands.list_forms import show_form
    from plaintickets.commands.listing import Listed, arranged
    from plaintickets.render.likenesses import likeness_line, likeness_row

    known = {one.ticket.id: one for one in likenesses}
    rows = {row.ticket.id: row for row in arranged(context, list(map(likeness_row, likenesses)), form, OWN_COLUMNS)}
    tickets = [row.ticket for row in rows.values()]
    more = lambda: {"problems": context.problems()}  # noqa: E731 - only JSON asks for it
    listed = Listed(tickets, len(tickets), "no ticket is similar", more=more)
    line = lambda ticket: likeness_line(known[ticket.id], context.paint)  # noqa: E731 - as `more` is
    show_form(context, listed, line, form, rows, OWN_COLUMNS[:2])


def show_groups(context: CommandContext, groups: Sequence[Sequence[Ticket]], form: ListForm) -> None:
    """Print groups of tickets that are likely the same problem; an order is that within each group."""
    from plaintickets.commands.list_forms import columns_line, facts, show_rows
    from plaintickets.commands.listing import arranged
    from plaintickets.render.list_columns import Row
    from plaintickets.render.list_forms import Part, Rows
    from plaintickets.render.listing import closed_line

    arranged(context, [], form)  # refuses an unknown key also without groups
    parts = [
        Part(arranged(context, [Row(ticket, values={"group": number}) for ticket in group], form))
        for number, group in enumerate(groups, 1)
    ]
    line = columns_line(form, lambda row: closed_line(row.ticket), facts(context, form.columns))
    more = {"problems": context.problems()} if form.form == "json" else {}
    shown = Rows(parts or [Part([])], line, own=GROUP_COLUMNS, name="groups", more=more, is_nested=True)
    show_rows(context, form, shown, nothing="no tickets are similar enough to be the same problem")
