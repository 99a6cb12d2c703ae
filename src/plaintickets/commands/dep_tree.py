"""The tree of what a ticket depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.commands.list_options import list_form
from plaintickets.errors import UnreadableError, UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.commands.list_options import ListForm
    from plaintickets.console import CommandContext
    from plaintickets.core.links import Branch
    from plaintickets.render.list_columns import Row

USAGE = "Usage: tk dep ID DEP-ID…, tk dep tree ID, tk dep cycle"
_OWN = ("depth",)


def show_tree(context: CommandContext, options: dict[str, Any], *, full: bool) -> None:
    """Print the tree in the form of a list.

    Raise UnreadableError if a ticket of the tree cannot be read.
    """
    from plaintickets.core.links import tree

    form = list_form(context, options, own=_OWN, words="words")
    words = options["words"]
    if form.is_tree:
        raise UsageError("--tree shows children below parents, not dependencies", hint="leave it out.")
    if len(words) != 2:
        raise UsageError("name a ticket and the tickets it depends on", hint=USAGE)
    root = context.project.find(words[1], guess=True)
    graph = context.project.graph
    lines = tree(graph, root.id, full=full, order=_order(context, form))
    if form.is_plain and form.is_one_part:
        tickets = graph.tickets
        text = (
            line.lead + safe.line(f"{line.ticket} [{tickets[line.ticket].status}] {tickets[line.ticket].title}")
            for line in lines
        )
        context.out("\n".join(text))
    else:
        _show(context, form, lines, root.id)
    _report(context, lines)


def _order(context: CommandContext, form: ListForm) -> Any:
    """Return the function that orders the tickets below the same ticket; None for the usual order."""
    if not form.order and not form.is_reversed:
        return None
    from plaintickets.commands.listing import ordered

    tickets = context.project.graph.tickets
    ordered(context, [], form)  # refuses an unknown key also in a tree of one ticket
    return lambda names: [
        ticket.id for ticket in ordered(context, [tickets[name] for name in names], form, urgent_first=False).tickets
    ]


def _show(context: CommandContext, form: ListForm, lines: Sequence[Branch], root: str) -> None:
    from plaintickets.commands.list_forms import columns_line, facts, show_form, show_rows
    from plaintickets.commands.listing import Listed
    from plaintickets.render.list_columns import Row
    from plaintickets.render.list_forms import Part, Rows
    from plaintickets.render.listing import list_line

    tickets = context.project.graph.tickets
    rows: list[Row] = [Row(tickets[name], lead=lead, values={"depth": depth}) for lead, name, depth in lines]
    more = {"root": root, "problems": context.problems()} if form.form == "json" else {}
    if form.group_by:
        flat = {row.ticket.id: row._replace(lead="") for row in rows}
        found = [row.ticket for row in flat.values()]
        show_form(context, Listed(found, len(found), more=lambda: more), list_line, form, flat, _OWN)
        return
    line = columns_line(form, lambda row: row.lead + row.ticket.id, facts(context, form.columns))
    show_rows(context, form, Rows([Part(rows)], line, own=_OWN, more=more))


def _report(context: CommandContext, lines: Sequence[Branch]) -> None:
    """Name what is not in the tree.

    Raise UnreadableError for tickets that cannot be read.
    """
    graph = context.project.graph
    deps = {dep for line in lines for dep in graph.tickets[line.ticket].deps}
    broken = sorted(deps.intersection(graph.broken))
    context.report(context.project.reading.problems)
    for dep in sorted(deps.difference(graph.tickets, broken)):
        context.note(f"{dep} is missing, so it is not in the tree")
    if broken:
        raise UnreadableError(f"the tree is not complete: {', '.join(broken)} cannot be read")
