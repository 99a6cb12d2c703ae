"""`tk dep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import UnreadableError, UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("dep")
@click.argument("words", metavar="ID DEP-ID… | tree ID | cycle", nargs=-1, required=True, type=Known("dep words"))
@click.option("--full", is_flag=True, help="With tree: repeat tickets that occur several times.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, words: tuple[str, ...], *, full: bool) -> None:
    """Make a ticket depend on others, show its dependencies, or find cycles.

    \b
    Examples:
      tk dep 7f3k a2c9          7f3k depends on a2c9
      tk dep tree 7f3k          everything 7f3k depends on
      tk dep tree --full 7f3k   the same, with repetitions
      tk dep cycle              cycles among open tickets
    """
    if words[0] == "tree" and len(words) == 2:
        _tree(context, words[1], full=full)
    elif words == ("cycle",):
        _cycle(context)
    elif words[0] in ("tree", "cycle") or len(words) < 2:
        raise UsageError(
            "name a ticket and the tickets it depends on", hint="Usage: tk dep ID DEP-ID…, tk dep tree ID, tk dep cycle"
        )
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


def _tree(context: CommandContext, part: str, *, full: bool) -> None:
    from plaintickets.core.links import tree

    root = context.project.find(part, guess=True)
    graph = context.project.graph
    lines = tree(graph, root.id, full=full)
    if context.json:
        from plaintickets.render.jsonform import document, ticket_object

        rows = [{**ticket_object(graph.tickets[name]), "depth": depth} for _, name, depth in lines]
        context.out(document("tickets", rows, root=root.id, problems=context.problems()))
    elif context.for_person:
        from plaintickets.commands.list_forms import show_rows
        from plaintickets.render.list_columns import Row

        show_rows(context, [Row(graph.tickets[name], lead=lead) for lead, name, _ in lines])
    for lead, name, _ in [] if context.json or context.for_person else lines:
        ticket = graph.tickets[name]
        context.out(lead + safe.line(f"{name} [{ticket.status}] {ticket.title}"))
    broken = sorted({dep for line in lines for dep in graph.tickets[line.ticket].deps if dep in graph.broken})
    context.report(context.project.reading.problems)
    missing = {dep for line in lines for dep in graph.tickets[line.ticket].deps if dep not in graph.tickets}
    for dep in sorted(missing.difference(broken)):
        context.note(f"{dep} is missing, so it is not in the tree")
    if broken:
        raise UnreadableError(f"the tree is not complete: {', '.join(broken)} cannot be read")


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
