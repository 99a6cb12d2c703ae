"""Print a list of tickets in the forms that an option or a terminal asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.list_columns import Facts, Row, cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from plaintickets.actions.arrange import Branch, Group
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


def table_facts(context: CommandContext, rows: Iterable[Row], columns: Sequence[str] = ()) -> Facts:
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
    context: CommandContext, listed: Listed, line: Callable[[Ticket], str], form: ListForm, rows: Mapping[str, Row]
) -> None:
    """Print tickets as a table, in groups or a tree, or for a program in other columns than the usual ones."""
    from plaintickets.actions.arrange import Group, forest, groups

    branches = forest(listed.tickets) if form.is_tree else []
    if form.is_tree:
        listed = listed._replace(tickets=[branch.ticket for branch in branches])
    parts = [Group("", listed.tickets)]
    if form.group_by:
        parts = groups(context.project, listed.tickets, form.group_by)
    if form.form == "table":
        _show_table(context, listed, form, parts, {branch.ticket.id: branch for branch in branches}, rows)
    elif form.form == "plain":
        _show_lines(context, line, form, parts, branches)
    elif form.form in ("csv", "md"):
        _show_document(context, form, parts)
    else:
        _show_json(context, form, parts, branches)


def _show_table(
    context: CommandContext,
    listed: Listed,
    form: ListForm,
    parts: Sequence[Group],
    branches: Mapping[str, Branch],
    known: Mapping[str, Row],
) -> None:
    from plaintickets.render.list_table import ListTable

    if not listed.tickets:
        if context.is_terminal:
            context.note(listed.nothing)
        return
    rows = {}
    for ticket in listed.tickets:
        row = known.get(ticket.id) or Row(ticket)
        rows[ticket.id] = row._replace(lead=branches[ticket.id].lead) if ticket.id in branches else row
    known_facts = table_facts(context, rows.values(), form.columns)
    table = ListTable(list(rows.values()), known_facts, context.terminal, form.columns)
    lines = [table.headings()]
    for number, part in enumerate(parts):
        if form.group_by:
            lines += [""] if number else []
            lines.append(context.paint(safe.line(f"{part.name} ({len(part.tickets):,})"), "bold"))
        lines += table.lines([rows[ticket.id] for ticket in part.tickets])
    lines.append(context.paint(count_line(context, listed, rows), "quiet"))
    context.page("\n".join(lines) + "\n")


def show_rows(context: CommandContext, *parts: list[Row]) -> None:
    """Print rows as a table on a terminal, a blank line between the parts."""
    from plaintickets.render.list_table import ListTable

    every = [row for part in parts for row in part]
    table = ListTable(every, table_facts(context, every), context.terminal)
    lines = [table.headings()]
    for number, part in enumerate(parts):
        lines += ["", *table.lines(part)] if number else table.lines(part)
    context.page("\n".join(lines) + "\n")


def count_line(context: CommandContext, listed: Listed, shown: Mapping[str, object]) -> str:
    """Return how many of the tickets are shown, as `12 of 57 open`, and how many of them are late."""
    from plaintickets.actions.listing import not_done
    from plaintickets.render.times import due_words

    project = context.project
    is_open = {ticket.id: not project.config.is_done(ticket.status) for ticket in listed.tickets}
    if all(is_open.values()):
        total = len(not_done(project))
        text = f"{total:,} open" if len(shown) == total else f"{len(shown):,} of {total:,} open"
    elif not any(is_open.values()):
        text = f"{len(shown):,} closed"
    else:
        text = f"{len(shown):,} tickets, {sum(is_open.values()):,} open"
    if listed.matching > len(shown):
        text = f"{text}; {listed.matching:,} match, --limit 0 shows all"
    late = sum(is_open[ticket.id] and due_words(ticket.text("due"), project.moment)[1] for ticket in listed.tickets)
    return f"{text}, {late:,} overdue" if late else text


def _show_lines(
    context: CommandContext,
    line: Callable[[Ticket], str],
    form: ListForm,
    parts: Sequence[Group],
    branches: Sequence[Branch],
) -> None:
    """Print the lines for scripts, in groups or a tree, or the chosen columns with tabs between them."""
    leads = {branch.ticket.id: branch.lead for branch in branches}

    def lines() -> Iterator[str]:
        for part in parts:
            if form.group_by:
                yield safe.line(f"{part.name}:")
            for ticket in part.tickets:
                yield leads.get(ticket.id, "") + shown(ticket)

    shown = line
    if form.columns:
        from plaintickets.render.list_forms import tab_separated

        known = facts(context, form.columns)
        shown = lambda ticket: tab_separated(ticket, form.columns, known)  # noqa: E731 - as `line` is
    text = "\n".join(lines())
    if text:
        context.out(text)


def _show_document(context: CommandContext, form: ListForm, parts: Sequence[Group]) -> None:
    from plaintickets.render.list_forms import as_table

    known = facts(context, form.columns)
    if form.form == "csv":
        tickets = {ticket.id: ticket for part in parts for ticket in part.tickets}
        context.out(as_table("csv", list(tickets.values()), form.columns, known, ""))
        return
    texts = [as_table("md", part.tickets, form.columns, known, part.name or "Tickets") for part in parts]
    context.out("\n\n".join(texts))


def _show_json(context: CommandContext, form: ListForm, parts: Sequence[Group], branches: Sequence[Branch]) -> None:
    from plaintickets.render.jsonform import document, ticket_object
    from plaintickets.render.list_forms import chosen_object, json_lines

    known = facts(context, form.columns)
    tickets = {ticket.id: ticket for part in parts for ticket in part.tickets}
    levels = {branch.ticket.id: branch.level for branch in branches}
    objects: list[dict[str, object]] = []
    for ticket in tickets.values():
        found = chosen_object(ticket, form.columns, known) if form.columns else ticket_object(ticket)
        objects.append({**found, "depth": levels[ticket.id]} if ticket.id in levels else found)
    if form.form == "jsonl":
        if objects:
            context.out(json_lines(objects))
        return
    text = document("tickets", objects, problems=context.problems())
    if form.jq is None:
        context.out(text)
        return
    from plaintickets.commands.jq import through_jq

    context.raw(through_jq(["-r", form.jq], text, "install jq, or leave --jq out."))
