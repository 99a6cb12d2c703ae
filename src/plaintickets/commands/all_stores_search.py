"""Search all stores of a work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions.all_stores import StoreTicket, fields
from plaintickets.actions.search import RANKED_LIMIT, SearchOptions, search
from plaintickets.commands.all_stores import facts_for_json, report, show
from plaintickets.commands.list_options import asked_filter, asks_columns, list_form
from plaintickets.commands.search_output import OWN_COLUMNS
from plaintickets.errors import UsageError
from plaintickets.render.hits import hit_values
from plaintickets.render.listing import list_line

if TYPE_CHECKING:
    from plaintickets.actions.all_stores import Answers
    from plaintickets.actions.search import Answer, Hit
    from plaintickets.console import CommandContext

_EXCLUDED = ("history", "commits", "all_branches", "is_tree")


def show_search(context: CommandContext, options: dict[str, Any], *, files: bool, count: bool) -> int:
    """Print what all stores find, best first, and return how many tickets match.

    Raise UnreadableError if a store cannot be read.
    """
    if any(options[name] for name in _EXCLUDED):
        raise UsageError(
            "--history, --commits, --all-branches and --tree look at one store", hint="name it with `tk -C DIR`."
        )
    more = fields(context.all_stores) if asks_columns(options) else set()
    form = list_form(context, options, more, own=OWN_COLUMNS)
    wish = SearchOptions(form.order, 1 if count else form.limit, context.json, partial=False)
    asked = asked_filter(options)
    answers = context.all_stores.ask(lambda project: search(project, asked, wish, lambda _done, _total: None))
    total = sum(answer.total for _, answer in answers.found)
    hits = _best(answers, form.order, form.limit)
    tickets = [ticket for ticket, _ in hits]
    if form.is_reversed:
        tickets, hits = tickets[::-1], hits[::-1]
    if count and not context.json:
        context.out(str(total))
    elif files and not context.json:
        _show_files(context, tickets)
    else:
        values = [hit_values(hit) for _, hit in hits]
        show(
            context, tickets, form, list_line, lambda: {"total": total, **facts_for_json(context, answers)},
            values=values,
        )  # fmt: skip
    _suggest(context, answers, total)
    report(context, answers)
    return total


def _best(answers: Answers[Answer], order: str, limit: int | None) -> list[tuple[StoreTicket, Hit]]:
    """Return the best hits of all stores; each store's words have their own weights, so scores compare roughly."""
    rows = [(StoreTicket(hit.ticket, store), hit) for store, answer in answers.found for hit in answer.hits]
    if order and rows:
        from plaintickets.actions.sorting import sort

        ordered = sort(rows[0][0].project, [ticket for ticket, _ in rows], order)
        places = {id(ticket): place for place, ticket in enumerate(ordered)}
        rows.sort(key=lambda row: places[id(row[0])])
    else:
        rows.sort(key=lambda row: -row[1].score)
    if limit is None:
        limit = RANKED_LIMIT if any(hit.score for _, hit in rows) else 0
    return rows[:limit] if limit else rows


def _show_files(context: CommandContext, tickets: list[StoreTicket]) -> None:
    import os

    for ticket in tickets:
        path = os.path.join(ticket.project.place.store, ticket.path)
        context.out(os.path.relpath(path, context.around.folder))


def _suggest(context: CommandContext, answers: Answers[Answer], total: int) -> None:
    """Name on stderr the words that no store has, with similar ones."""
    if context.json or total:
        return
    near: dict[str, list[str]] = {}
    for _, answer in answers.found:
        for word, others in answer.suggestions.items():
            near.setdefault(word, []).extend(others)
    for word, others in near.items():
        if others and all(word in answer.suggestions for _, answer in answers.found):
            shown = " or ".join(f"'{other}'" for other in dict.fromkeys(others))
            context.note(f"no ticket contains '{word}'; did you mean {shown}?")
