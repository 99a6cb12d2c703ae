"""The status graph that a ticket goes through: that of its queue's or its type's pipeline, or that of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config import Status

if TYPE_CHECKING:
    from plaintickets.core.config import Config, Kind
    from plaintickets.core.ticket import Ticket


def pipeline_of(ticket: Ticket, config: Config) -> str:
    """Return the name of a ticket's pipeline, empty for none."""
    return pipeline_named(ticket.type, ticket.text("queue"), config) if config.pipelines else ""


def pipeline_named(kind: str, queue: str, config: Config) -> str:
    """Return the name of the pipeline of a type and a queue, empty for none; a queue goes before a type."""
    for key, value in (("queues", queue), ("types", kind)):
        for name, pipeline in config.pipelines.items():
            if value and value in pipeline.get(key, ()):
                return name
    return ""


def statuses_of(pipeline: str, config: Config) -> tuple[Status, ...]:
    """Return the statuses of a pipeline with its transitions and its own guards; for no pipeline, those of the store.

    Without transitions a status may change to every other of the pipeline.
    """
    if not pipeline:
        return config.statuses
    stages = config.pipelines[pipeline]["statuses"]
    found = []
    for name, stage in stages.items():
        known = config.status(name)
        if known is not None:
            after = (
                tuple(stage["transitions"]) if "transitions" in stage else tuple(one for one in stages if one != name)
            )
            found.append(Status(name, known.kind, after, known.description, stage.get("guards", {})))
    return tuple(found)


def first_status(kind: Kind, pipeline: str, config: Config) -> str:
    """Return the first status of a class in a pipeline, or else in the store; empty if there is none."""
    for status in (*statuses_of(pipeline, config), *config.statuses):
        if status.kind == kind:
            return status.name
    return ""
