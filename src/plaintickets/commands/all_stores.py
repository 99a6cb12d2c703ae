"""Lists of the tickets of all stores of a work tree, each ticket with its store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.actions import listing
from plaintickets.actions.all_stores import StoreTicket, facts_of, fields, merged
from plaintickets.commands.list_options import asked_filter, asks_columns, list_form
from plaintickets.commands.listing import note_conflicts
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
    ranked: list[Any] = listing.by_priority(tickets) if one.is_ranked else tickets
    tickets = ordered(context, ranked, form, urgent_first=one.line is not lines.closed_line)
    shown = tickets[: form.limit] if form.limit else tickets
    show(context, shown, form, one.line, lambda: facts_for_json(context, answers))
    note_conflicts(context, shown)
    if context.is_terminal and not context.json:
        context.note(f"{len(shown):,} of {len(tickets):,} tickets in {len(stores.names)} stores")
    report(context, answers)
    unread = [f"{store.name}: {ticket}" for store, (_, missing) in answers.found for ticket in missing]
    listing.refuse_unreadable(unread)


def _read(project: Project, asked: Filter, one: _List) -> tuple[list[Ticket], list[str]]:
    """Return the tickets of a store, and the ids that the answer depends on and that cannot be read."""
    found = one.choose(project, asked)
    if not one.asks_dependencies or not project.reading.broken:
        return found, []
    waiting = listing.select(project, asked, closed_too=False)
    return found, listing.unreadable_dependencies(project, waiting)


def _more(context: CommandContext, options: dict[str, Any]) -> set[str]:
    """Return the columns that any store has, if columns are chosen."""
    refuse_tree(options, "ls")
    return fields(context.all_stores) if asks_columns(options) else set()


def refuse_tree(options: dict[str, Any], command: str) -> None:
    """Raise UsageError for a tree of parents, which stand in one store."""
    if options.get("is_tree"):
        raise UsageError("--tree shows one store", hint=f"name the store: `tk -C DIR {command} --tree`.")


def ordered(
    context: CommandContext, tickets: Sequence[StoreTicket], form: ListForm, *, urgent_first: bool = True
) -> list[StoreTicket]:
    """Return the tickets in the requested order; for a person the most urgent first."""
    found: list[Any] = list(tickets)
    if form.order:
        from plaintickets.actions.sorting import check_order, sort

        check_order(context.project, form.order, fields(context.all_stores))
        found = sort(context.project, found, form.order)
    elif form.form == "table" and urgent_first:
        from plaintickets.actions.arrange import urgent_first as by_urgency

        found = list(by_urgency(found))
    return found[::-1] if form.is_reversed else found


def show(
    context: CommandContext,
    tickets: Sequence[StoreTicket],
    form: ListForm,
    line: Callable[[StoreTicket], str],
    more: Callable[[], dict[str, object]],
    *,
    name: str = "tickets",
    values: Sequence[dict[str, object]] = (),
) -> None:
    """Print tickets in the form of the list, each with its store.

    In JSON, `name` is the name of the list, `more` makes what stands beside it, `values` stand in the tickets.
    """
    from plaintickets.commands.list_forms import columns_line, show_rows
    from plaintickets.render.list_columns import Row
    from plaintickets.render.list_forms import Part, Rows
    from plaintickets.render.styled import styled

    if form.columns and "store" not in form.columns:
        form = form._replace(columns=("store", *form.columns))
    added = values or [{}] * len(tickets)
    flat = [
        Row(ticket, more={"store": styled(ticket.store, "code")}, values=own)
        for ticket, own in zip(tickets, added, strict=True)
    ]
    rows = {id(row.ticket): row for row in flat}
    parts = [Part([rows[id(ticket)] for ticket in part], group) for group, part in _parts(context, tickets, form)]
    facts = facts_of(context.all_stores, form.columns)
    usual = lambda row: f"{safe.line(row.ticket.store)}\t{line(row.ticket)}"  # noqa: E731 - as `line` is
    said = more() if form.form == "json" else {}
    shown = Rows(parts, columns_line(form, usual, facts), flat, ("store",), name, said)
    show_rows(context, form, shown, known=facts)


def _parts(
    context: CommandContext, tickets: Sequence[StoreTicket], form: ListForm
) -> list[tuple[str | None, Sequence[StoreTicket]]]:
    if not form.group_by:
        return [(None, tickets)]
    from plaintickets.actions.arrange import groups

    found: list[Any] = groups(context.project, tickets, form.group_by)
    return [(group.name, group.tickets) for group in found]


def facts_for_json(context: CommandContext, answers: Answers[Any]) -> dict[str, object]:
    """Return what the JSON says of the stores: their names, the unreadable files and the stores that failed."""
    from plaintickets.render.stores import store_facts

    return store_facts(context.all_stores.names, problems_of(answers), answers.failed)


def problems_of(answers: Answers[Any]) -> list[str]:
    """Return the problems of the unreadable files of all stores."""
    return [
        f"{store.project.place.prefix}/{problem}"
        for store, _ in answers.found
        for problem in store.project.reading.problems
    ]


def report(context: CommandContext, answers: Answers[Any]) -> None:
    """Name unreadable files and the stores that do not know a name; raise the error of a store that failed."""
    from plaintickets.console import PROBLEMS_SHOWN

    problems = problems_of(answers)
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
