"""Columns of a list that are computed: the nearest clock, the time left, states of clocks, the last change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.computed_fields import ComputedFields
from plaintickets.core.query_names import CLOCK_STATES, CLOCK_TIMES, OF_HISTORY, OF_POLICIES
from plaintickets.core.servicedesk.duration import written
from plaintickets.query_context import held_fields
from plaintickets.render.styled import styled
from plaintickets.reports.sla_clocks import clock_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.actions.sorting import SortKey
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.render.styled import Styled


CLOCK = "clock"
COLUMNS = (*OF_POLICIES, *OF_HISTORY)


def columns_of(project: Project) -> set[str]:
    """Return the names of the computed columns that a project has: those of clocks need a policy."""
    return {name for name in COLUMNS if project.config.sla or name not in OF_POLICIES} - held_fields(project)


class ComputedColumns:
    """The computed columns among `names`, of tickets of one store or of several."""

    def __init__(self, project: Project, names: Iterable[str]) -> None:
        self._project = project
        self._fields: dict[int, ComputedFields] = {}
        wanted = set(names) & set(COLUMNS)
        self.names = frozenset(wanted - held_fields(project)) if wanted else frozenset()

    def text(self, column: str, ticket: Ticket) -> str:
        """Return a column of a ticket as text, lengths as a query writes them."""
        fields = self._of(ticket)
        if column == "updated":
            return fields.updated(ticket)
        if column == "in-status":
            return next((written(*one) for one in fields.lengths(ticket, column)), "")
        if not self._has_policies(ticket):
            return ""
        if column == "sla":
            return ", ".join(self._states(ticket))
        if column in CLOCK_TIMES:
            longest = fields.longest(ticket, CLOCK_TIMES[column])
            return written(_cut(longest.elapsed), fields.workday(longest)) if longest else ""
        clock = fields.nearest(ticket)
        if clock is None:
            return ""
        return self._words(clock, ticket) if column == CLOCK else written(_cut(clock.left), fields.workday(clock))

    def value(self, column: str, ticket: Ticket) -> object:
        """Return a column of a ticket for JSON: a clock as an object, lengths in seconds."""
        fields = self._of(ticket)
        if column == "in-status":
            return next((seconds for seconds, _ in fields.lengths(ticket, column)), None)
        if column not in OF_POLICIES:
            return self.text(column, ticket) or None
        if not self._has_policies(ticket):
            return None
        if column == "sla":
            return self._states(ticket)
        if column in CLOCK_TIMES:
            longest = fields.longest(ticket, CLOCK_TIMES[column])
            return longest.elapsed if longest else None
        clock = fields.nearest(ticket)
        return None if clock is None else clock.left if column == "left" else clock_object(clock)

    def styled(self, column: str, ticket: Ticket) -> Styled:
        """Return a column of a ticket for a terminal: late is urgent, a warning stands out."""
        text = self.text(column, ticket)
        if not text or column not in (CLOCK, "left"):
            return styled(text, "quiet")
        clock = self._of(ticket).nearest(ticket)
        is_late = clock is not None and clock.left < 0
        return styled(text, "urgent" if is_late else "waiting" if clock is not None and clock.is_warning else "quiet")

    def key(self, column: str) -> SortKey:
        """Return the function that gives the value to sort by: of a clock its deadline, None without one."""

        def key(ticket: Ticket) -> tuple[str, float] | None:
            fields = self._of(ticket)
            if column == "updated":
                text = fields.updated(ticket)
                return (text, 0) if text else None
            if column in ("in-status", *CLOCK_TIMES):
                seconds = self.value(column, ticket)
                return ("", float(seconds)) if isinstance(seconds, int | float) else None
            clock = fields.nearest(ticket) if self._has_policies(ticket) else None
            if clock is None:
                return None
            return "", float("inf") if clock.due is None else float(clock.due)

        return key

    def _states(self, ticket: Ticket) -> list[str]:
        return sorted(self._of(ticket).clock_states(ticket), key=CLOCK_STATES.index)

    def _words(self, clock: Clock, ticket: Ticket) -> str:
        length = written(abs(_cut(clock.left)), self._of(ticket).workday(clock), " ")
        words = f"{length} late" if clock.left < 0 else f"{length} left"
        return f"{words}, paused" if clock.state == "paused" else words

    def _has_policies(self, ticket: Ticket) -> bool:
        return bool(self._project_of(ticket).config.sla)

    def _of(self, ticket: Ticket) -> ComputedFields:
        project = self._project_of(ticket)
        if id(project) not in self._fields:
            self._fields[id(project)] = ComputedFields(project)
        return self._fields[id(project)]

    def _project_of(self, ticket: Ticket) -> Project:
        project: Project = getattr(ticket, "project", self._project)
        return project


def _cut(seconds: int) -> int:
    """Return seconds cut to minutes, towards zero."""
    return int(seconds / 60) * 60
