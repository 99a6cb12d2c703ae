"""`tk blockers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.build_summary import append_summary
from plaintickets.commands.list_options import QueryCommand, form_options, list_form
from plaintickets.commands.listing import ordered, show_listed
from plaintickets.commands.options import Known, base_option, known
from plaintickets.errors import NoStoreError, TicketsError
from plaintickets.render.listing import blocker_line

if TYPE_CHECKING:
    from plaintickets.actions.blockers import Blocking
    from plaintickets.commands.list_options import ListForm
    from plaintickets.commands.listing import Listed
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
@form_options
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
    never a pass, unless an --allow option says so. Only FILE is written. The form is chosen as for `tk ls`.

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
    if context.asks_all_stores:
        from plaintickets.commands.all_stores_blockers import run

        skips = {"allow_no_store": allow_no_store, "allow_unreadable": allow_unreadable}
        context.exit(run(context, asked, summary, **skips))
    try:
        found = _look(context, asked, allow_no_store=allow_no_store)
    except TicketsError as error:
        append_summary(context, summary, str(error))
        raise
    if found is None:
        context.exit(0)
    from plaintickets.actions.blockers import refuse_unread

    answer, listed, form = found
    append_summary(context, summary, answer)
    show_listed(context, listed, lambda ticket: blocker_line(ticket, context.paint), form)
    context.report(answer.problems)
    if not allow_unreadable:
        refuse_unread(answer)
    context.exit(1 if answer.tickets else 0)


def _look(
    context: CommandContext, asked: dict[str, Any], *, allow_no_store: bool
) -> tuple[Blocking, Listed, ListForm] | None:
    """Find the blockers, in their order and form; return None if there is no store and that is allowed."""
    from plaintickets.actions.blockers import BlockersOptions, find, refuse_empty

    try:
        context.project.create_no_caches()
    except NoStoreError as error:
        if not allow_no_store:
            raise NoStoreError(str(error), hint="--allow-no-store passes anyway.") from None
        context.note(f"{error}; passed, as --allow-no-store says")
        return None
    if not allow_no_store:
        refuse_empty(context.project)
    form = list_form(context, asked, words="words")
    answer = find(context.project, BlockersOptions(**{name: asked[name] for name in BlockersOptions._fields}))
    listed = ordered(context, answer.tickets, form, nothing="nothing blocks")
    problems = [str(problem) for problem in answer.problems]
    more = {"query": answer.query, "unreadable": answer.unreadable, "problems": problems}
    return answer, listed._replace(name="blockers", more=lambda: more), form
