"""Find tickets whose status is not in their pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell
from plaintickets.core.pipelines import pipeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each ticket whose status its pipeline does not have."""
    config = examined.config
    if not config.pipelines:
        return
    for ticket in examined.tickets:
        pipeline = pipeline_of(ticket, config)
        stages = config.pipelines[pipeline]["statuses"] if pipeline else {}
        if pipeline and ticket.status not in stages and config.status(ticket.status) is not None:
            message = f"the pipeline {pipeline} has no status {ticket.status}: {' '.join(stages)}"
            remedy = shell("tk", "status", ticket.id) + " STATUS"
            yield examined.at(ticket, "status", "status-not-in-pipeline", message, remedy)
