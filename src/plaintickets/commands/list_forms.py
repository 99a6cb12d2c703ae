"""Print a list of tickets in the forms that an option or a terminal asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.list_columns import Facts, Row, cell
from plaintickets.render.list_forms import Part, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from plaintickets.commands.list_options import ListForm
    from plaintickets.commands.listing import Listed
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket


def facts(context: CommandContext, columns: Sequence[str] = ()) -> Facts:
    """Return what the cells of a list need to know of the store, for some columns."""
    project = context.project
    kinds = {status.name: status.kind for status in project.config.statuses}
    known = Facts(project.moment, kinds, project.graph.open_blockers)
    if not columns:
        return known
    from plaintickets.actions.computed_columns import ComputedColumns

    return known._replace(computed=ComputedColumns(project, columns))


def table_facts(context: CommandContext, rows: Sequence[Row], columns: Sequence[str] = ()) -> Facts:
    """Return what the cells of a table need to know: its columns, or without any the nearest clock of each ticket.

    A store without policies has no clocks. Where they cannot be known, a note says why, and there is no column.
    """
    project = context.project
    if columns or not project.config.sla or all(project.config.is_done(row.ticket.status) for row in rows):
        return facts(context, columns)
    from plaintickets.errors import GitRefusedError, RefusedError, UnreadableError

    known = facts(context, ("clock",))
    try:
        for row in rows:
            cell("clock", row, known)
    except (GitRefusedError, RefusedError, UnreadableError) as error:
        context.note(safe.line(f"note: no clocks: {error}"))
        return facts(context)
    return known


def show_form(
    context: CommandContext,
    listed: Listed,
    line: Callable[[Ticket], str],
    form: ListForm,
    known: Mapping[str, Row],
    own: tuple[str, ...] = (),
) -> None:
    """Print tickets as a table, in groups or a tree, or for a program in other columns than the usual ones.

    `known` are rows by the ids of tickets, `own` columns that only this list has.
    """
    from plaintickets.actions.arrange import forest, groups

    each = [known.get(ticket.id) or Row(ticket) for ticket in listed.tickets]
    if form.is_tree:
        each = [
            row._replace(lead=branch.lead, values={**row.values, "depth": branch.level} if context.json else row.values)
            for branch in forest(listed.tickets)
            for row in [known.get(branch.ticket.id) or Row(branch.ticket)]
        ]
    parts = [Part(each)]
    if form.group_by:
        rows = {row.ticket.id: row for row in each}
        grouped = groups(context.project, listed.tickets, form.group_by)
        parts = [Part([rows[ticket.id] for ticket in group.tickets], group.name) for group in grouped]
        # in the order of the groups, each once
        each = list({row.ticket.id: row for part in parts for row in part.rows}.values())
    foot = count_line(context, listed) if form.form == "table" and each else ""
    more = listed.more() if form.form == "json" else {}
    shown = Rows(
        parts, _line(context, form, line), each, own, name=listed.name, more=more, kept=("depth",), said=listed.said
    )
    show_rows(context, form, shown, foot=foot, nothing=listed.nothing)


def _line(context: CommandContext, form: ListForm, line: Callable[[Ticket], str]) -> Callable[[Row], str]:
    """Return the function that makes the line of a row for scripts; a tree stands before the whole line."""
    whole = columns_line(form, lambda row: line(row.ticket), facts(context, form.columns))
    return lambda row: row.lead + whole(row._replace(lead=""))


def show_rows(
    context: CommandContext,
    form: ListForm,
    rows: Rows,
    *,
    known: Facts | None = None,
    foot: str = "",
    nothing: str = "",
) -> None:
    """Print rows in the form of the list; on a terminal say `nothing` if there are none."""
    from plaintickets.render import list_forms as render

    if known is None and form.form == "table":
        known = table_facts(context, [row for part in rows.parts for row in part.rows], form.columns)
    known = known or facts(context, form.columns)
    if form.form == "table":
        if any(part.rows for part in rows.parts):
            lines = render.table_lines(rows, form.columns, known, context.terminal, foot)
            context.page("\n".join(lines) + "\n")
        elif context.is_terminal and nothing:
            context.note(nothing)
    elif form.form == "json":
        show_json(context, form, render.json_text(rows, form.columns, known))
    elif form.form in ("csv", "md"):
        context.out(render.as_document(form.form, rows, form.columns, known))
    else:
        is_plain = form.form == "plain"
        text = "\n".join(render.plain_lines(rows)) if is_plain else render.json_lines(rows, form.columns, known)
        if text:
            context.out(text)


def show_json(context: CommandContext, form: ListForm, text: str) -> None:
    """Print JSON, or what the filter of jq makes of it."""
    if form.jq is None:
        context.out(text)
        return
    from plaintickets.commands.jq import through_jq

    context.raw(through_jq(["-r", form.jq], text, "install jq, or leave --jq out."))


def columns_line(form: ListForm, line: Callable[[Row], str], known: Facts) -> Callable[[Row], str]:
    """Return the function that makes the line of a row for scripts: the chosen columns, else what `line` makes."""
    if not form.columns:
        return line
    from plaintickets.render.list_forms import tab_separated

    return lambda row: tab_separated(row, form.columns, known)


def count_line(context: CommandContext, listed: Listed) -> str:
    """Return how many of the tickets are shown, as `12 of 57 open`, and how many of them are late."""
    from plaintickets.actions.listing import not_done
    from plaintickets.render.times import due_words

    project, count = context.project, len(listed.tickets)
    is_open = {ticket.id: not project.config.is_done(ticket.status) for ticket in listed.tickets}
    if all(is_open.values()):
        total = len(not_done(project))
        text = f"{total:,} open" if count == total else f"{count:,} of {total:,} open"
    elif not any(is_open.values()):
        text = f"{count:,} closed"
    else:
        text = f"{count:,} tickets, {sum(is_open.values()):,} open"
    if listed.matching > count:
        text = f"{text}; {listed.matching:,} match, --limit 0 shows all"
    late = sum(is_open[ticket.id] and due_words(ticket.text("due"), project.moment)[1] for ticket in listed.tickets)
    return f"{text}, {late:,} overdue" if late else text
