"""The gate over all stores of a work tree: a blocker in any store blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions.all_stores import fields, merged
from plaintickets.actions.blockers import BlockersOptions, find, refuse_empty
from plaintickets.actions.ids_or_query import is_query
from plaintickets.commands.all_stores import facts_for_json, ordered, raise_first, refuse_tree, show
from plaintickets.commands.build_summary import append_summary
from plaintickets.commands.list_options import asks_columns, list_form
from plaintickets.errors import NoStoreError, TicketsError, UnreadableError, UsageError
from plaintickets.render import safe
from plaintickets.render.listing import blocker_line

if TYPE_CHECKING:
    from plaintickets.actions.all_stores import Answers, StoreTicket
    from plaintickets.actions.blockers import Blocking
    from plaintickets.commands.list_options import ListForm
    from plaintickets.console import CommandContext
    from plaintickets.project import Project


def run(
    context: CommandContext,
    options: dict[str, Any],
    summary: str | None,
    *,
    allow_no_store: bool,
    allow_unreadable: bool,
) -> int:
    """Print the blockers of all stores and return 1 if there are any, else 0.

    Raise TicketsError if a store cannot answer.
    """

    def question(project: Project) -> Blocking:
        project.create_no_caches()
        if not allow_no_store:
            refuse_empty(project)
        return find(project, asked)

    try:
        refuse_tree(options, "blockers")
        stores = context.all_stores
        form = list_form(context, options, fields(stores) if asks_columns(options, "words") else (), words="words")
        asked = BlockersOptions(**{name: options[name] for name in BlockersOptions._fields})
        _refuse_ids(asked)
        answers = stores.ask(question)
    except NoStoreError as error:
        if not allow_no_store:
            append_summary(context, summary, str(error))
            raise NoStoreError(str(error), hint="--allow-no-store passes anyway.") from None
        context.note(f"{error}; passed, as --allow-no-store says")
        return 0
    except TicketsError as error:
        append_summary(context, summary, str(error))
        raise
    for store, answer in answers.found:
        append_summary(context, summary, answer, store.name)
    for failure in answers.failed:
        append_summary(context, summary, str(failure.error), failure.store)
    tickets = ordered(context, merged((store, answer.tickets) for store, answer in answers.found), form)
    _show(context, answers, tickets, form)
    _refuse(context, answers, allow_unreadable=allow_unreadable)
    return 1 if tickets else 0


def _refuse_ids(asked: BlockersOptions) -> None:
    """Raise UsageError for ids."""
    if asked.roots or (asked.words and not is_query(asked.words)):
        raise UsageError("an id belongs to one store", hint="ask that store: `tk -C DIR blockers ID`.")


def _show(context: CommandContext, answers: Answers[Blocking], tickets: list[StoreTicket], form: ListForm) -> None:
    problems = [
        f"{store.project.place.prefix}/{problem}" for store, answer in answers.found for problem in answer.problems
    ]

    def more() -> dict[str, object]:
        queries = {store.name: answer.query for store, answer in answers.found}
        found = {"queries": queries, "unreadable": _unreadable(answers), **facts_for_json(context, answers)}
        return {**found, "problems": problems}

    show(context, tickets, form, lambda ticket: blocker_line(ticket, context.paint), more, name="blockers")
    for problem in problems:
        context.warn(safe.line(problem))
    for refusal in answers.refused:
        context.note(safe.line(f"note: {refusal.store}: {refusal.error}"))


def _unreadable(answers: Answers[Blocking]) -> list[str]:
    return [f"{store.name}: {name}" for store, answer in answers.found for name in answer.unreadable]


def _refuse(context: CommandContext, answers: Answers[Blocking], *, allow_unreadable: bool) -> None:
    """Raise the error of a store that could not answer, UnreadableError for tickets that cannot be read."""
    raise_first(context, answers.failed)
    unreadable = _unreadable(answers)
    if unreadable and not allow_unreadable:
        raise UnreadableError(
            f"cannot read {', '.join(unreadable[:10])}: missing or unreadable",
            hint="`tk -C DIR doctor` says what is wrong; --allow-unreadable ignores tickets that cannot be read.",
        )
