"""The queries of automation rules, asked about tickets with the changes of an edit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from plaintickets.core.query import ConditionCount, FoldedText, QueryError, compile_query, parse
from plaintickets.core.servicedesk.duration import DAY
from plaintickets.core.servicedesk.waiting import waits
from plaintickets.errors import TicketsError, UnreadableError
from plaintickets.query_context import QueryContext, expanded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from plaintickets.actions.computed_fields import ComputedFields
    from plaintickets.actions.sla import Desk
    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

    Test = Callable[[Ticket], bool]


class RuleContext(QueryContext):
    """The context of a rule's query; what an edit changes is asked from the edit, everything else from the project."""

    def __init__(self, project: Project, edit: Edit | None = None, *, of_all: bool = False) -> None:
        """Prepare for queries; `of_all` if all tickets are asked about, not only those that an edit changes."""
        super().__init__(project)
        self._project = project
        self._edit = edit
        self._of_all = of_all
        self._clocks: dict[str, list[Clock]] = {}

    @cached_property
    def _fields(self) -> ComputedFields:
        from plaintickets.actions.computed_fields import ComputedFields

        return ComputedFields(self._project)

    def is_computed(self, field: str) -> bool:  # noqa: ARG002 - the protocol has it
        """Tell whether a field is computed; no rule means a key of that name in some ticket."""
        return True

    def clock_states(self, ticket: Ticket) -> frozenset[str]:
        """Return the states of a ticket's clocks."""
        from plaintickets.actions.computed_fields import states_of

        return states_of(self.clocks(ticket))

    def lengths(self, ticket: Ticket, field: str) -> Collection[tuple[int, int]]:
        """Return the seconds of a computed field; a ticket that has no history yet is of this moment."""
        if field == "left":
            workday = self._desk.workday_of if self._desk is not None else None
            return [(clock.left, workday(clock.policy)) for clock in self.clocks(ticket) if clock.is_live and workday]
        if field != "age" and self._edit is not None and ticket.id in self._edit.new_ids():
            return [(0, DAY)]
        return self._fields.lengths(ticket, field)

    def updated(self, ticket: Ticket) -> str:
        """Return when the ticket last changed; one that is new, or that the edit changes, changes at this moment."""
        edit = self._edit
        if edit is not None and (ticket.id in edit.new_ids() or edit.changes_file(ticket.path)):
            return self._project.stamp
        return self._fields.updated(ticket)

    def clocks(self, ticket: Ticket) -> Sequence[Clock]:
        """Return the clocks of a ticket with the comments and the status that the edit gives it."""
        if self._desk is None:
            return ()
        edit = self._edit
        is_changed = edit is not None and (edit.current(ticket) is not ticket or edit.changes_comments(ticket.path))
        if is_changed or ticket.id not in self._clocks:
            desk = self._desk
            is_new = self._edit is not None and ticket.id in self._edit.new_ids()
            is_listed = self._of_all and not is_changed and not is_new
            found = (desk.listed(ticket) if is_listed else desk.of(ticket, lambda: self._comments(ticket))).clocks
            if is_changed:
                return found
            self._clocks[ticket.id] = found
        return self._clocks[ticket.id]

    @cached_property
    def _desk(self) -> Desk | None:
        """Return the policies, None where there are none."""
        from plaintickets.actions.sla import Desk

        return Desk(self._project) if self._project.config.sla else None

    def is_ready(self, ticket: Ticket) -> bool:
        """Tell whether the ticket is open, all its dependencies are closed, and it waits for nobody and for no day."""
        if self._edit is None:
            return super().is_ready(ticket)
        if self.status_class(ticket.status) == "done" or self.is_blocked(ticket):
            return False
        return not waits(ticket, self.now, self._is_closed)

    def is_blocked(self, ticket: Ticket) -> bool:
        """Tell whether the ticket is open and depends on an open one."""
        if self._edit is None:
            return super().is_blocked(ticket)
        return self.status_class(ticket.status) != "done" and any(map(self._is_open, ticket.deps))

    def _is_closed(self, name: str) -> bool:
        return name in self._project.reading.tickets and not self._is_open(name)

    def _is_open(self, dep: str) -> bool:
        try:
            return self._edit is not None and self.status_class(self._edit.ticket(dep).status) != "done"
        except TicketsError:
            return True

    def document(self, ticket: Ticket) -> Document:
        """Return the document of a ticket with the changes of the edit."""
        return super().document(ticket) if self._edit is None else self._edit.document(ticket.id)

    def comments_apart(self, document: Document) -> list[Comment]:
        """Return a ticket's comments in separate files, with those of the edit."""
        return super().comments_apart(document) if self._edit is None else self._edit.comments_apart(document)

    def _comments(self, ticket: Ticket) -> list[Comment]:
        document = self.document(ticket)
        return sorted([*document.comments, *self.comments_apart(document)], key=lambda comment: comment.date)


class RuleTests:
    """The compiled queries of rules, each compiled when it is first asked."""

    def __init__(self, project: Project, edit: Edit | None = None, *, of_all: bool = False) -> None:
        self._project = project
        self.context = RuleContext(project, edit, of_all=of_all)
        self._tests: dict[str, Test] = {}
        self._count = ConditionCount("rules")
        self._folded: FoldedText | None = None

    def matches(self, rule: str, ticket: Ticket) -> bool:
        """Tell whether a ticket is one of a rule's query.

        Raise UnreadableError for a query that cannot be asked.
        """
        if rule not in self._tests:
            self._tests[rule] = self._compiled(rule)
        return self._tests[rule](ticket)

    def _compiled(self, rule: str) -> Test:
        config = self._project.config
        text = config.rules[rule]["if"]
        try:
            query = parse(expanded(text, config.queries), None)
            self._count.add(query, self.context)
            self._folded = self._folded or FoldedText(self.context)
            return compile_query(query, self.context, folded=self._folded)
        except QueryError as error:
            raise UnreadableError(
                f"{config.source(f'rules.{rule}')}: the rule {rule}: {error}", hint=error.hint
            ) from None
