"""`tk workflow`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, known, one_form
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.config import Config


@click.command("workflow")
@click.argument("name", metavar="[TYPE]", default="", type=Known("type"))
@known("queue", "--queue", metavar="QUEUE", default="", help="The pipeline of a queue.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot"]),
    help="A list, or a graph for Mermaid or Graphviz.",
)
@json_option
@click.pass_obj
def command(context: CommandContext, name: str, queue: str, form: str | None) -> None:
    """Draw the statuses and the transitions between them, of TYPE or of the store.

    TYPE is a type, or the name of a pipeline. Guards stand at the status that they guard.

    \b
    Examples:
      tk workflow
      tk workflow incident --format mermaid
      tk workflow --queue support --format dot | dot -Tsvg > support.svg
    """
    from plaintickets.render import safe
    from plaintickets.render.workflow import FORMS, graph_object, graph_of

    config = context.project.config
    graph = graph_of(_pipeline(config, name, queue), config, name if config.ticket_type(name) else "")
    form = one_form(context, form)
    if form == "json":
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, **graph_object(graph)}))
    else:
        context.out(safe.block("\n".join(FORMS[form](graph))))


def _pipeline(config: Config, name: str, queue: str) -> str:
    """Return the pipeline of a type, a queue or a name, empty for none.

    Raise RefusedError for a name that nobody knows.
    """
    from plaintickets.core.pipelines import pipeline_named
    from plaintickets.core.suggestions import did_you_mean

    known = [*(kind.name for kind in config.types), *config.pipelines]
    if name and name not in known:
        raise RefusedError(
            f"there is no type or pipeline '{name}'", hint=did_you_mean(name, known) or f"known: {' '.join(known)}"
        )
    queues = {*config.queues, *(one for pipeline in config.pipelines.values() for one in pipeline.get("queues", ()))}
    if queue and queue not in queues:
        names = sorted(queues)
        hint = did_you_mean(queue, names) or (f"known: {' '.join(names)}" if names else "`queues` names them.")
        raise RefusedError(f"there is no queue '{queue}'", hint=hint)
    if name in config.pipelines and config.ticket_type(name) is None:
        return name
    return pipeline_named(name, queue, config)
