"""`tk blockers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.build_summary import append_summary
from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known, base_option, json_option, known
from plaintickets.errors import NoStoreError, TicketsError, UnreadableError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.blockers import BlockersOptions, Blocking
    from plaintickets.console import CommandContext


def _given(ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Return the value of an option; refuse an empty one, which an unset shell variable gives."""
    if value == "" or (isinstance(value, tuple) and "" in value):
        raise click.BadParameter("is empty", ctx, parameter)
    return value


@click.command("blockers", cls=QueryCommand)
@click.argument("words", metavar="[QUERY | ID…]", nargs=-1, type=Known("query or ids", is_dashed=True))
@known("ticket", "--for", "roots", metavar="ID", multiple=True, help="What ID depends on.")
@known("milestone", "--milestone", "milestones", metavar="NAME", multiple=True, callback=_given, help="Only of NAME.")
@known("component", "--component", "components", metavar="NAME", multiple=True, callback=_given, help="Only of NAME.")
@known("file", "--affects", "paths", metavar="PATH", multiple=True, callback=_given, help="Only what affects PATH.")
@click.option("--affects-changed", "changed", is_flag=True, help="Only what affects a path changed since the base.")
@base_option("Only blockers that are new since HEAD left REF.", callback=_given)
@known("file", "--summary", metavar="FILE", callback=_given, help="Append the answer to FILE as Markdown.")
@click.option("--allow-no-store", is_flag=True, help="Pass if there is no store, or no ticket in it.")
@click.option("--allow-shallow", is_flag=True, help="Count all blockers if a shallow clone lacks the base.")
@click.option("--allow-unknown", is_flag=True, help="Pass if no ticket has the name or path.")
@click.option("--allow-unreadable", is_flag=True, help="Ignore tickets that cannot be read.")
@json_option
@click.pass_obj
def command(
    context: CommandContext, /, *, summary: str | None, allow_no_store: bool, allow_unreadable: bool, **asked: Any
) -> None:
    """List the tickets that block a release: exit with 1 if there are any, with 0 if there are none.

    Blockers are the tickets that match the setting `blockers.query`, or QUERY instead of it. Closed
    tickets never match, unless the query asks for a status. With IDs, or --for, blockers are the open
    tickets that these depend on. A word without any sign of the query language is an ID.

    Exit code 3 or more means that the question could not be answered: no store, a ticket that cannot be
    read, an unknown ID, milestone or component, a wrong setting, a clone too shallow for REF. That is
    never a pass, unless an --allow option says so. Only FILE is written.

    \b
    Examples:
      tk blockers && ./release.sh
      tk blockers --milestone 2.0 --summary "$GITHUB_STEP_SUMMARY"
      tk blockers --affects src/parser --affects docs
      tk blockers --base origin/main
      tk blockers 'is:open type:incident severity:high'
      tk blockers 7f3k            what 7f3k itself depends on
      tk blockers --for 7f3k      and what that depends on, and so on
    """
    from plaintickets.actions.blockers import BlockersOptions

    if context.asks_all_stores:
        from plaintickets.commands.all_stores_blockers import run

        skips = {"allow_no_store": allow_no_store, "allow_unreadable": allow_unreadable}
        context.exit(run(context, BlockersOptions(**asked), summary, **skips))
    try:
        answer = _look(context, BlockersOptions(**asked), allow_no_store=allow_no_store)
    except TicketsError as error:
        append_summary(context, summary, str(error))
        raise
    if answer is None:
        context.exit(0)
    append_summary(context, summary, answer)
    _show(context, answer)
    if answer.unreadable and not allow_unreadable:
        raise UnreadableError(
            f"cannot read {', '.join(answer.unreadable[:10])}: missing or unreadable",
            hint="`tk doctor` says what is wrong, `tk undep` removes a dependency; "
            "--allow-unreadable ignores tickets that cannot be read.",
        )
    context.exit(1 if answer.tickets else 0)


def _look(context: CommandContext, asked: BlockersOptions, *, allow_no_store: bool) -> Blocking | None:
    """Find the blockers; return None if there is no store and that is allowed."""
    from plaintickets.actions.blockers import find, refuse_empty

    try:
        context.project.create_no_caches()
    except NoStoreError as error:
        if not allow_no_store:
            raise NoStoreError(str(error), hint="--allow-no-store passes anyway.") from None
        context.note(f"{error}; passed, as --allow-no-store says")
        return None
    if not allow_no_store:
        refuse_empty(context.project)
    return find(context.project, asked)


def _show(context: CommandContext, answer: Blocking) -> None:
    if context.json:
        from plaintickets.render.jsonform import document, ticket_object

        rows = map(ticket_object, answer.tickets)
        problems = [str(problem) for problem in answer.problems]
        context.out(document("blockers", rows, query=answer.query, unreadable=answer.unreadable, problems=problems))
    elif context.for_person and answer.tickets:
        from plaintickets.commands.list_forms import show_rows
        from plaintickets.render.list_columns import Row

        show_rows(context, [Row(ticket) for ticket in answer.tickets])
    for ticket in () if context.json or context.for_person else answer.tickets:
        context.out(f"{context.paint(safe.line(ticket.id), 'id')} {safe.line(f'[{ticket.status}] {ticket.title}')}")
    context.report(answer.problems)
