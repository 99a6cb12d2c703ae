"""The gate over all stores of a work tree: a blocker in any store blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions.all_stores import merged
from plaintickets.actions.blockers import find, is_query, refuse_empty
from plaintickets.commands.all_stores import facts_for_json, raise_first, show_table
from plaintickets.commands.build_summary import append_summary
from plaintickets.errors import NoStoreError, TicketsError, UnreadableError, UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.all_stores import Answers, StoreTicket
    from plaintickets.actions.blockers import BlockersOptions, Blocking
    from plaintickets.console import CommandContext
    from plaintickets.project import Project


def run(
    context: CommandContext,
    asked: BlockersOptions,
    summary: str | None,
    *,
    allow_no_store: bool,
    allow_unreadable: bool,
) -> int:
    """Print the blockers of all stores and return 1 if there are any, else 0.

    Raise TicketsError if a store cannot answer.
    """
    if asked.roots or (asked.words and not is_query(asked.words)):
        raise UsageError("an id belongs to one store", hint="ask that store: `tk -C DIR blockers ID`.")

    def question(project: Project) -> Blocking:
        project.create_no_caches()
        if not allow_no_store:
            refuse_empty(project)
        return find(project, asked)

    try:
        answers = context.all_stores.ask(question)
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
    tickets = merged((store, answer.tickets) for store, answer in answers.found)
    _show(context, answers, tickets)
    _refuse(context, answers, allow_unreadable=allow_unreadable)
    return 1 if tickets else 0


def _show(context: CommandContext, answers: Answers[Blocking], tickets: list[StoreTicket]) -> None:
    problems = [
        f"{store.project.place.prefix}/{problem}" for store, answer in answers.found for problem in answer.problems
    ]
    if context.json:
        from plaintickets.render.jsonform import document, ticket_object

        more: dict[str, Any] = facts_for_json(context, answers)
        more["problems"] = problems
        queries = {store.name: answer.query for store, answer in answers.found}
        unreadable = [f"{store.name}: {name}" for store, answer in answers.found for name in answer.unreadable]
        context.out(document("blockers", map(ticket_object, tickets), queries=queries, unreadable=unreadable, **more))
    elif context.for_person:
        show_table(context, [("", tickets)])
    else:
        for ticket in tickets:
            words = f"{context.paint(safe.line(ticket.id), 'id')} {safe.line(f'[{ticket.status}] {ticket.title}')}"
            context.out(f"{safe.line(ticket.store)}\t{words}")
    for problem in problems:
        context.warn(safe.line(problem))
    for refusal in answers.refused:
        context.note(safe.line(f"note: {refusal.store}: {refusal.error}"))


def _refuse(context: CommandContext, answers: Answers[Blocking], *, allow_unreadable: bool) -> None:
    """Raise the error of a store that could not answer, UnreadableError for tickets that cannot be read."""
    raise_first(context, answers.failed)
    unreadable = [f"{store.name}: {name}" for store, answer in answers.found for name in answer.unreadable]
    if unreadable and not allow_unreadable:
        raise UnreadableError(
            f"cannot read {', '.join(unreadable[:10])}: missing or unreadable",
            hint="`tk -C DIR doctor` says what is wrong; --allow-unreadable ignores tickets that cannot be read.",
        )
