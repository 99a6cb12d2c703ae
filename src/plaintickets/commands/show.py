"""`tk show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option
from plaintickets.core.ticket import id_of
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.frame import Frame


@click.command("show")
@ids_argument()
@json_option
@click.pass_obj
def command(frame: Frame, tickets: tuple[str, ...]) -> None:
    """Show tickets: the file's text, then what blocks it, what it blocks, its children and links.

    On a terminal the text goes through a pager: TICKET_PAGER, `pager` of the configuration, or PAGER.

    \b
    Examples:
      tk show 7f3k
      tk show 7f3k a2c9 --json
    """
    from plaintickets.render.ticket import json_object, shown

    tracker = frame.tracker
    documents = [tracker.document(part) for part in tickets]
    graph = tracker.graph
    if frame.json:
        from plaintickets.render.jsonform import document as json_document

        frame.out(
            json_document(
                "tickets", [json_object(document, graph, tracker.comments(document)) for document in documents]
            )
        )
        return
    texts = []
    for document in documents:
        apart, problems = tracker.comments_apart(document)
        frame.report(problems)
        texts.append(shown(document, graph, apart, for_terminal=frame.is_terminal))
    frame.page("\n".join(texts))
    broken = [
        problem for problem in tracker.reading.problems if problem.path in {document.path for document in documents}
    ]
    frame.report(broken)
    for document in documents:
        if document.keys.get("conflicts"):
            name = id_of(document.path)
            frame.note(safe.line(f"note: {name} records conflicts of a merge; `tk resolve {name}` settles them"))
