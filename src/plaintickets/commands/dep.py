"""`tk dep`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.dep_tree import USAGE, show_tree
from plaintickets.commands.list_options import QueryCommand, form_options, refuse_form, unmarked
from plaintickets.commands.options import Known, finish, refuse_given, writes
from plaintickets.errors import UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("dep", cls=QueryCommand)
@click.argument("words", metavar="ID DEP-ID… | tree ID | cycle", nargs=-1, required=True, type=Known("dep words"))
@click.option("--full", is_flag=True, help="With tree: repeat tickets that occur several times.")
@form_options
@writes()
@click.pass_obj
def command(context: CommandContext, /, *, full: bool, **options: Any) -> None:
    """Make a ticket depend on others, show its dependencies, or find cycles.

    The form of the tree is chosen as for `tk ls`; --sort and --reverse order the tickets below the same ticket,
    --group-by lists its tickets in groups. `depth` is a column too.

    \b
    Examples:
      tk dep 7f3k a2c9          7f3k depends on a2c9
      tk dep tree 7f3k          everything 7f3k depends on
      tk dep tree --full 7f3k   the same, with repetitions
      tk dep tree 7f3k --columns id,title,due
      tk dep cycle              cycles among open tickets
    """
    words = unmarked(options["words"])
    if words[0] == "tree":
        show_tree(context, options, full=full)
        return
    refuse_form(options, "tree")
    refuse_given({"--full": full}, "tree")
    if words == ("cycle",):
        _cycle(context)
    elif words[0] == "cycle" or len(words) < 2:
        raise UsageError("name a ticket and the tickets it depends on", hint=USAGE)
    else:
        _add(context, words[0], words[1:])


def _add(context: CommandContext, ticket: str, deps: tuple[str, ...]) -> None:
    from plaintickets.actions.link import depend

    related = depend(context.project, ticket, deps, subject=context.subject)
    ticket_id, *others = related.ids
    for dep in related.moved:
        context.say(f"Added dependency: {ticket_id} -> {dep}")
    for _ in set(others).difference(related.moved):
        context.say("Dependency already exists")
    finish(context, related.outcome, id=ticket_id, deps=others)


def _cycle(context: CommandContext) -> None:
    graph = context.project.graph
    cycles = graph.cycles()
    if context.json:
        from plaintickets.render.jsonform import document

        context.out(document("cycles", cycles, problems=context.problems()))
    elif not cycles:
        context.out("No dependency cycles found")
    for number, ring in enumerate([] if context.json else cycles, 1):
        if number > 1:
            context.out()
        context.out(safe.line(f"Cycle {number}: {' -> '.join([*ring, ring[0]])}"))
        for name in ring:
            context.out(safe.line(f"  {name:<8} [{graph.tickets[name].status}] {graph.tickets[name].title}"))
    context.report(context.project.reading.problems)
