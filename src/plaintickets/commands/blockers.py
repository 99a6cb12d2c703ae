"""`tk blockers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option
from plaintickets.core.ticket import id_of
from plaintickets.errors import UnreadableError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.frame import Frame


@click.command("blockers")
@ids_argument()
@json_option
@click.pass_obj
def command(frame: Frame, tickets: tuple[str, ...]) -> None:
    """Ask whether tickets still wait for open ones: print those, exit 1 if there are any, 0 if none.

    Exit code 3 or more means that nobody could look: an unknown ticket, or a dependency whose file
    is missing or cannot be read.

    \b
    Examples:
      tk blockers 7f3k && ./release.sh
    """
    tracker = frame.tracker
    asked = [tracker.find(part) for part in tickets]
    graph = tracker.graph
    blockers = list(dict.fromkeys(dep for ticket in asked for dep in graph.open_blockers(ticket)))
    unknown = [dep for dep in blockers if dep not in graph.tickets]
    if frame.json:
        from plaintickets.render.jsonform import document, ticket_object

        frame.out(document("blockers", [ticket_object(graph.tickets[dep]) for dep in blockers if dep in graph.tickets]))
    else:
        for dep in blockers:
            if dep in graph.tickets:
                frame.out(safe.line(f"{dep} [{graph.tickets[dep].status}] {graph.tickets[dep].title}"))
    if unknown:
        frame.report(problem for problem in tracker.reading.problems if id_of(problem.path) in unknown)
        raise UnreadableError(
            f"cannot look at {', '.join(unknown)}: missing or unreadable",
            hint="`tk doctor` says what is wrong; `tk undep` takes a dependency away.",
        )
    if blockers:
        frame.exit(1)
