"""The policies of a project at one revision of its settings, and which revision was in force when."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from plaintickets.core.query import QueryError
from plaintickets.core.servicedesk.assets import service_of
from plaintickets.core.servicedesk.calendar import ALWAYS
from plaintickets.core.servicedesk.policies import terms_of
from plaintickets.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from plaintickets.actions.settings_versions import Version
    from plaintickets.core.config import Config
    from plaintickets.core.query.nodes import Query
    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.core.servicedesk.clocks import Terms
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

    Test = Callable[[Ticket], bool]

_MOST_FOUND = 10_000


class Policies:
    """The policies of a project's settings with their queries and calendars."""

    def __init__(self, project: Project) -> None:
        """Compile the queries.

        Raise RefusedError for settings without a policy, UnreadableError for a query that cannot be read.
        """
        self._project = project
        self._calendars: dict[str, Calendar] = {}
        self._terms: dict[tuple[str, str], Terms] = {}
        if not project.config.sla:
            raise RefusedError("no policy is defined", hint="`sla` in the settings holds them; see `tk help config`.")
        self._of_services = any(entry.get("sla") for entry in project.config.services.values())
        self.is_lasting = True
        """Whether a ticket that stays as it is keeps its policy: no policy depends on the time or the user."""
        self._queries: dict[str, Query] = {}
        self._values: Callable[[Ticket], Hashable] | None = None
        self._found: dict[Hashable, str] = {}
        self._tests: dict[str, Test] = self._compiled()

    def policy_of(self, ticket: Ticket) -> str:
        """Return the name of the policy of a ticket's service, else of the first whose query it matches, or nothing."""
        services = self._project.config.services
        if self._of_services:
            named = str(services.get(service_of(ticket, services, self._project.assets.known), {}).get("sla", ""))
            if named in self._tests:
                return named
        values = self._values(ticket) if self._values is not None else None
        try:
            known = self._found.get(values)
        except TypeError:  # a list
            values = known = None
        if known is None:
            known = next((name for name, test in self._tests.items() if test(ticket)), "")
            if values is not None and len(self._found) < _MOST_FOUND:
                self._found[values] = known
        return known

    def terms(self, ticket: Ticket) -> Terms | None:
        """Return the terms for a ticket in its present state, None if no policy matches it."""
        name, number, known = self.policy_of(ticket), ticket.priority, self._project.config.priorities
        return (
            self.terms_of(name, known[number] if number is not None and number < len(known) else "") if name else None
        )

    def terms_of(self, name: str, priority: str = "") -> Terms:
        """Return the terms of a policy for a priority, by its name in the settings."""
        config = self._project.config
        if (name, priority) not in self._terms:
            self._terms[name, priority] = terms_of(config.sla[name], self.calendar(name), config.statuses, priority)
        return self._terms[name, priority]

    @property
    def conditions(self) -> str:
        """Return all that decides about policies besides the tickets, as one text: the settings, and assets' services.

        Assets are those of now: of the past, policies and tickets count, but not what an asset was a part of.
        """
        settings = decisive(self._project.config)
        if not self._of_services:
            return settings
        of_assets = sorted((one.id, one.text("service")) for one in self._project.assets.known.values())
        return f"{settings} {of_assets}"

    def refuse_unlisted(self) -> None:
        """Raise UnreadableError for a query with a value that is none of those that the settings list."""
        from plaintickets.actions.unknown_values import refuse_unlisted

        for name, query in self._queries.items():
            refuse_unlisted(self._project, query, f"{self._project.config.source(f'sla.{name}')}: the policy {name}")

    def has(self, policy: str) -> bool:
        """Tell whether a policy is one of these."""
        return policy in self._tests

    def calendars(self) -> list[Calendar]:
        """Return the calendars of the policies."""
        return [self.calendar(policy) for policy in self._tests]

    def calendar(self, policy: str) -> Calendar:
        """Return the calendar of a policy."""
        from plaintickets.actions.calendars import calendar_named

        name = self._project.config.sla[policy].get("calendar") or ALWAYS
        if name not in self._calendars:
            self._calendars[name] = calendar_named(self._project, name)
        return self._calendars[name]

    def _compiled(self) -> dict[str, Test]:
        """Return the tests of the policies' queries, which cannot ask for what policies compute."""
        from plaintickets.core.query import ConditionCount, FoldedText, compile_query, parse, values_asked_for
        from plaintickets.core.query.inquiry import changes_by_itself
        from plaintickets.query_context import QueryContext, expanded, held_fields

        project, tests = self._project, {}
        context, count = QueryContext(project), ConditionCount("policies")
        fields, folded = held_fields(project), FoldedText(context)
        for name, policy in project.config.sla.items():
            try:
                query = parse(expanded(policy.get("if", ""), project.config.queries), fields)
                count.add(query, context)
                tests[name] = compile_query(query, context, folded=folded)
            except QueryError as error:
                source = project.config.source(f"sla.{name}")
                raise UnreadableError(f"{source}: the policy {name}: {error}", hint=error.hint) from None
            self._queries[name] = query
            self.is_lasting &= not changes_by_itself(query, project.moment)
        self._values = values_asked_for(self._queries.values(), context)
        return tests


_DECISIVE = (
    *("sla", "calendars", "statuses", "priorities", "queries", "people", "people_details", "queues", "services"),
    "fields",
)


class PastPolicies:
    """The policies that were in force before those of today, each read when it is first asked for.

    The first version of the settings that has policies also counts for all time before it. A version without
    policies, or with settings that cannot be read, changes nothing. Versions that say the same are one.
    """

    def __init__(self, project: Project, revision: str, today: Policies) -> None:
        self._project = project
        self._revision = revision
        self._today = today
        self._read: dict[str, Policies | None] = {}
        self._known: dict[str, Policies] = {decisive(project.config): today}

    @cached_property
    def _versions(self) -> list[Version]:
        from plaintickets.actions.settings_versions import settings_versions

        return settings_versions(self._project, self._revision)

    @cached_property
    def _starts(self) -> list[int]:
        return [version.start for version in self._versions]

    def at(self, moment: int) -> Policies:
        """Return the policies in force at a moment, in seconds since 1970."""
        number = bisect_right(self._starts, moment)
        earlier = (self._policies(one.commit) for one in reversed(self._versions[:number]))
        later = (self._policies(one.commit) for one in self._versions[number:])
        return next((found for found in (*earlier, *later) if found is not None), self._today)

    def since(self, moment: int) -> list[Policies]:
        """Return the different policies in force at a moment or later, those of today the last."""
        later = [self.at(version.start) for version in self._versions if version.start > moment]
        found = {id(one): one for one in [self.at(moment), *later] if one is not self._today}
        return [*found.values(), self._today]

    def with_policy(self, name: str) -> Policies:
        """Return the policies among which a policy was last.

        Raise LookupError for a policy that never was in force.
        """
        for version in reversed(self._versions):
            found = self._policies(version.commit)
            if found is not None and found.has(name):
                return found
        raise LookupError(name)

    def _policies(self, commit: str) -> Policies | None:
        """Return the policies of a commit; None if it has none that can be used."""
        from plaintickets.past_project import at

        if commit not in self._read:
            past = at(self._project, commit)
            is_sound = not past.tolerate_config() and bool(past.config.sla)
            try:
                self._read[commit] = self._shared(past) if is_sound else None
            except UnreadableError:
                self._read[commit] = None
        return self._read[commit]

    def _shared(self, past: Project) -> Policies:
        key = decisive(past.config)
        if key not in self._known:
            self._known[key] = Policies(past)
        return self._known[key]


def decisive(config: Config) -> str:
    """Return the settings on which policies depend, as one text to compare."""
    return repr([getattr(config, name) for name in _DECISIVE])
