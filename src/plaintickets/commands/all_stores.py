"""Lists of the tickets of all stores of a work tree, each ticket with its store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.actions import listing
from plaintickets.actions.all_stores import StoreTicket, facts_of, fields, merged
from plaintickets.commands.list_options import asked_filter, list_form
from plaintickets.commands.listing import by_creation, note_conflicts, refuse_unreadable
from plaintickets.errors import UsageError
from plaintickets.render import listing as lines
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.actions.all_stores import Answers, Failure
    from plaintickets.actions.listing import Filter
    from plaintickets.commands.list_options import ListForm
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


class _List(NamedTuple):
    """A list: its tickets in one store, the line of a ticket, and whether a person sees urgent ones first."""

    choose: Callable[[Project, Filter], list[Ticket]]
    line: Callable[[StoreTicket], str]
    is_ranked: bool = False
    asks_dependencies: bool = False


def _blocked_line(ticket: StoreTicket) -> str:
    return lines.blocked_line(ticket, ticket.project.graph.open_blockers(ticket))


_LISTS = {
    "ls": _List(lambda project, asked: listing.select(project, asked, closed_too=False), lines.list_line),
    "ls --all": _List(listing.select, lines.list_line),
    "ready": _List(listing.ready, lines.ready_line, is_ranked=True, asks_dependencies=True),
    "blocked": _List(listing.blocked, _blocked_line, is_ranked=True, asks_dependencies=True),
    "closed": _List(lambda project, asked: listing.closed(project, asked, 0), lines.closed_line),
}


def show_list(context: CommandContext, name: str, options: dict[str, Any]) -> None:
    """Print a list of the tickets of all stores.

    Raise UnreadableError if a store, or a ticket that the answer depends on, cannot be read.
    """
    stores, one = context.all_stores, _LISTS[name]
    form = list_form(context, options, _more(context, options))
    asked = asked_filter(options)
    answers = stores.ask(lambda project: _read(project, asked, one))
    tickets = merged((store, found) for store, (found, _) in answers.found)
    if name == "closed":
        form = form._replace(limit=listing.CLOSED_LIMIT if form.limit is None else form.limit)
        tickets.sort(key=lambda ticket: listing.closed_key(ticket.project, ticket), reverse=True)
    tickets = _ordered(context, tickets, form, one)
    shown = tickets[: form.limit] if form.limit else tickets
    show(context, shown, form, one.line, answers)
    note_conflicts(context, shown)
    if context.is_terminal and not context.json:
        context.note(f"{len(shown):,} of {len(tickets):,} tickets in {len(stores.names)} stores")
    report(context, answers)
    unread = [f"{store.name}: {ticket}" for store, (_, missing) in answers.found for ticket in missing]
    refuse_unreadable(unread)


def _read(project: Project, asked: Filter, one: _List) -> tuple[list[Ticket], list[str]]:
    """Return the tickets of a store, and the ids that the answer depends on and that cannot be read."""
    found = one.choose(project, asked)
    if not one.asks_dependencies or not project.reading.broken:
        return found, []
    waiting = listing.select(project, asked, closed_too=False)
    return found, listing.unreadable_dependencies(project, waiting)


def _more(context: CommandContext, options: dict[str, Any]) -> set[str]:
    """Return the columns that any store has, if columns are chosen."""
    if options.get("is_tree"):
        raise UsageError("--tree shows one store", hint="name the store: `tk -C DIR ls --tree`.")
    return fields(context.all_stores) if options["columns"] or options["group_by"] or options["order"] else set()


def _ordered(context: CommandContext, tickets: list[StoreTicket], form: ListForm, one: _List) -> list[StoreTicket]:
    found: list[Any] = listing.by_priority(tickets) if one.is_ranked else list(tickets)
    if form.order:
        order = by_creation(form.order)
        listing.check_order(context.project, order, fields(context.all_stores))
        found = listing.sort(found, order, context.project)
    elif form.form == "table" and one.line is not lines.closed_line:
        from plaintickets.actions.arrange import urgent_first

        found = list(urgent_first(found))
    return found[::-1] if form.is_reversed else found


def show(
    context: CommandContext,
    tickets: Sequence[StoreTicket],
    form: ListForm,
    line: Callable[[StoreTicket], str],
    answers: Answers[Any],
    **more: object,
) -> None:
    """Print tickets in the form of the list, each with its store; `more` is added to the JSON."""
    columns = form.columns if not form.columns or "store" in form.columns else ("store", *form.columns)
    facts = facts_of(context.all_stores, columns)
    parts = _parts(context, tickets, form)
    if form.form == "table":
        show_table(context, parts, columns)
    elif form.form in ("csv", "md"):
        from plaintickets.render.list_forms import DEFAULT, as_table

        chosen = columns or ("store", *DEFAULT)
        parts = parts if form.form == "md" else [("", tickets)]
        context.out("\n\n".join(as_table(form.form, part, chosen, facts, name or "Tickets") for name, part in parts))
    elif form.form in ("json", "jsonl"):
        _show_json(context, tickets, form, columns, answers, more)
    else:
        from plaintickets.render.list_forms import tab_separated

        rows = []
        for name, part in parts:
            rows += [safe.line(f"{name}:")] if form.group_by else []
            for ticket in part:
                shown = (
                    tab_separated(ticket, columns, facts) if columns else f"{safe.line(ticket.store)}\t{line(ticket)}"
                )
                rows.append(shown)
        if rows:
            context.out("\n".join(rows))


def _parts(
    context: CommandContext, tickets: Sequence[StoreTicket], form: ListForm
) -> list[tuple[str, Sequence[StoreTicket]]]:
    if not form.group_by:
        return [("", tickets)]
    from plaintickets.actions.arrange import groups

    found: list[Any] = groups(context.project, tickets, form.group_by)
    return [(group.name, group.tickets) for group in found]


def show_table(
    context: CommandContext, parts: Sequence[tuple[str, Sequence[StoreTicket]]], columns: Sequence[str] = ()
) -> None:
    """Print groups of tickets as a table, each ticket with its store."""
    from plaintickets.render.list_columns import Row
    from plaintickets.render.list_table import ListTable
    from plaintickets.render.styled import styled

    rows = [[Row(ticket, more={"store": styled(ticket.store, "code")}) for ticket in part] for _, part in parts]
    if not any(rows):
        return
    every = [row for part in rows for row in part]
    table = ListTable(every, facts_of(context.all_stores, columns), context.terminal, columns)
    text = [table.headings()]
    for (name, part), shown in zip(parts, rows, strict=True):
        text += [context.paint(safe.line(f"{name} ({len(part):,})"), "bold")] if name else []
        text += table.lines(shown)
    context.page("\n".join(text) + "\n")


def _show_json(
    context: CommandContext,
    tickets: Sequence[StoreTicket],
    form: ListForm,
    columns: Sequence[str],
    answers: Answers[Any],
    more: dict[str, object],
) -> None:
    from plaintickets.render.jsonform import document, ticket_object
    from plaintickets.render.list_forms import chosen_object, json_lines

    facts = facts_of(context.all_stores, columns)
    objects = [chosen_object(one, columns, facts) if columns else ticket_object(one) for one in tickets]
    extra = more.pop("objects", None)
    objects = (
        [{**one, **added} for one, added in zip(objects, extra, strict=True)] if isinstance(extra, list) else objects
    )
    if form.form == "jsonl":
        if objects:
            context.out(json_lines(objects))
        return
    text = document("tickets", objects, **more, **facts_for_json(context, answers))
    if form.jq is None:
        context.out(text)
        return
    from plaintickets.commands.jq import through_jq

    context.raw(through_jq(["-r", form.jq], text, "install jq, or leave --jq out."))


def facts_for_json(context: CommandContext, answers: Answers[Any]) -> dict[str, object]:
    """Return what the JSON says of the stores: their names, the unreadable files and the stores that failed."""
    failed = [
        {"store": one.store, "message": str(one.error), "hint": one.error.hint, "exit_code": one.error.exit_code}
        for one in answers.failed
    ]
    return {"stores": context.all_stores.names, "problems": _problems(answers), "errors": failed}


def _problems(answers: Answers[Any]) -> list[str]:
    return [
        f"{store.project.place.prefix}/{problem}"
        for store, _ in answers.found
        for problem in store.project.reading.problems
    ]


def report(context: CommandContext, answers: Answers[Any]) -> None:
    """Name unreadable files and the stores that do not know a name; raise the error of a store that failed."""
    from plaintickets.console import PROBLEMS_SHOWN

    problems = _problems(answers)
    for problem in problems[:PROBLEMS_SHOWN]:
        context.warn(safe.line(problem))
    if len(problems) > PROBLEMS_SHOWN:
        context.warn(f"… and {len(problems) - PROBLEMS_SHOWN} more; `tk -C DIR doctor` lists them all")
    for refusal in answers.refused:
        context.note(safe.line(f"note: {refusal.store}: {refusal.error}"))
    raise_first(context, answers.failed)


def raise_first(context: CommandContext, failed: Sequence[Failure]) -> None:
    """Name the stores that failed; raise the error of the first one."""
    for failure in failed[1:]:
        context.warn(safe.line(f"{failure.store}: {failure.error}"))
    for failure in failed[:1]:
        error = failure.error
        error.args = (f"{failure.store}: {error}",)
        raise error
