"""The approvals of tickets, each checked against the commit that added it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.comments import without_notes
from plaintickets.core.event import CHANGED, CREATED
from plaintickets.core.servicedesk.approvals import (
    APPROVALS,
    FIELDS,
    REJECTIONS,
    Approval,
    Approvals,
    Maker,
    judged,
    parts_of,
)
from plaintickets.core.servicedesk.guards import sorted_out
from plaintickets.core.servicedesk.identities import Identity, is_person
from plaintickets.core.ticket import has_approvals, list_of
from plaintickets.errors import UnreadableError
from plaintickets.git.shallow import shallow_commits
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from plaintickets.core.config import Config
    from plaintickets.core.document import Document
    from plaintickets.core.event import Event
    from plaintickets.core.ticket import Ticket
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project

_MANY = 8
_SET_BY_WORKFLOW = {"status", "closed", "resolution"}


class Added(NamedTuple):
    """The events that added the entries now there, and that removed those that are gone."""

    added: dict[tuple[str, str], Event]
    removed: dict[tuple[str, str], Event]


class ApprovalReader:
    """The approvals of the tickets of a project; `config` has the people and the rules for approvals.

    What it has read of the history stays: use one for as long as nothing is committed. After a few tickets it reads
    the history of the whole store at once.
    """

    def __init__(self, project: Project, config: Config | None = None) -> None:
        self._project = project
        self._config = config or project.config
        self._events: dict[str, list[Event]] | None = None
        self._single: dict[str, list[Event]] = {}
        self._known: dict[str, Maker] = {}
        self._past: dict[str, Project] = {}

    def read_all(self, tickets: Sequence[Ticket]) -> None:
        """Prepare for so many tickets: read the history of the whole store where that is shorter."""
        tickets = [ticket for ticket in tickets if has_approvals(ticket.keys)]
        if len(tickets) > _MANY and self._project.git is not None:
            wanted = {ticket.id for ticket in tickets}
            self._makers(event for event in _history_of_entries(self._events_of_all(), wanted))

    def of(self, document: Document) -> Approvals:
        """Return the approvals and rejections of a ticket.

        Raise UnreadableError where the history that is needed is missing.
        """
        ticket = ticket_of(document)
        entries = [(field, entry) for field in FIELDS for entry in ticket.items(field)]
        if not entries and not self._project.place.git_dir:
            return Approvals([], None)
        if self._project.git is None:
            raise UnreadableError(
                f"the approvals of {ticket.id} cannot be checked: this is not a git repository",
                hint="an approval is valid by the commit that added it; `git init` makes a repository.",
            )
        events = self._events_of(ticket)
        found = _added(events)
        wanted = [found.added[entry] for entry in entries if entry in found.added]
        wanted += [event for key, event in found.removed.items() if key[0] == REJECTIONS]
        self._refuse_shallow(ticket, events, wanted)
        makers = self._makers(wanted)
        approvals = [self._judged(document, *entry, found.added.get(entry), makers) for entry in dict.fromkeys(entries)]
        approvals += self._removed_by_others(found, events, approvals, makers)
        created = next((event for event in events if event.kind == CREATED), None)
        creator = Identity(created.author, created.author_email) if created else None
        return Approvals(approvals, creator)

    def _events_of(self, ticket: Ticket) -> list[Event]:
        if self._events is not None or len(self._single) >= _MANY:
            events = self._events_of_all()
            if ticket.id in events:
                return events[ticket.id]
        if ticket.id not in self._single:
            self._single[ticket.id] = _history(self._project, ticket.id)
        return self._single[ticket.id]

    def _events_of_all(self) -> dict[str, list[Event]]:
        if self._events is None:
            self._events = {}
            for event in _history(self._project, None):
                self._events.setdefault(event.ticket, []).append(event)
        return self._events

    def _refuse_shallow(self, ticket: Ticket, events: Sequence[Event], wanted: Sequence[Event]) -> None:
        """Raise UnreadableError if a commit to be judged is one at which a shallow clone ends."""
        ends = self._ends
        needed = [event.commit for event in (*wanted, *(event for event in events[:1] if self._needs_creator(ticket)))]
        if not ends.isdisjoint(needed):
            raise UnreadableError(
                f"this clone is shallow: who approved {ticket.id} cannot be checked",
                hint="git fetch --unshallow",
            )

    @cached_property
    def _ends(self) -> frozenset[str]:
        """Return the commits at which a shallow clone ends."""
        project = self._project
        return shallow_commits(project.place.common_dir) if project.git is not None else frozenset()

    def _needs_creator(self, ticket: Ticket) -> bool:
        return not ticket.text("reporter") and self._bars_reporter

    @cached_property
    def _bars_reporter(self) -> bool:
        """Tell whether any guard bars the reporter, who is the creator where no key names one."""
        config = self._config
        stages = [stage for one in config.pipelines.values() for stage in one["statuses"].values()]
        guards = [*(status.guards for status in config.statuses), *(stage.get("guards", {}) for stage in stages)]
        return any("reporter" in guard.get("approvals", {}).get("not", ()) for guard in guards)

    def _makers(self, events: Iterable[Event]) -> dict[str, Maker]:
        commits = [commit for commit in dict.fromkeys(event.commit for event in events) if commit not in self._known]
        if self._project.git is not None and commits:
            self._known |= makers_of(self._project.git, commits, signed=self._config.approvals_signed)
        return self._known

    def _judged(
        self, document: Document, field: str, entry: str, event: Event | None, makers: dict[str, Maker]
    ) -> Approval:
        maker = makers.get(event.commit) if event else None
        changed = self._changed_since(document, event) if event and field != REJECTIONS else []
        return judged(entry, field, maker, changed, self._config)

    def _changed_since(self, document: Document, event: Event) -> list[str]:
        """Return what has changed since a commit and ends its approvals."""
        names = self._config.approvals_dismissed_by
        if not names:
            return []
        past = self._at(event.commit)
        path = past.path_of_exactly(event.was)
        before = past.document_at(path) if path else None
        if before is None or before.problems:
            return ["the whole ticket"]
        fields = [name for name in names if name not in ("text", "guarded")]
        fields += guarded_fields(self._config) if "guarded" in names else []
        changed = [name for name in dict.fromkeys(fields) if before.keys.get(name) != document.keys.get(name)]
        is_same = before.title == document.title and _text(before) == _text(document)
        return (["the text"] if "text" in names and not is_same else []) + changed

    def _at(self, commit: str) -> Project:
        """Return the project at a commit; people approve many tickets in one."""
        from plaintickets.past_project import at

        if commit not in self._past:
            self._past[commit] = at(self._project, commit)
        return self._past[commit]

    def _removed_by_others(
        self, found: Added, events: Sequence[Event], there: Sequence[Approval], makers: dict[str, Maker]
    ) -> list[Approval]:
        """Return the rejections that somebody else has removed: they stand until their person approves."""
        order = {id(event): place for place, event in enumerate(events)}
        entries = {(one.field, one.entry) for one in there}
        last = {
            one.person: order[id(found.added[one.field, one.entry])]
            for one in there
            if one.field == APPROVALS and one.is_valid
        }
        still = []
        for (field, entry), event in found.removed.items():
            parts, maker = parts_of(entry), makers.get(event.commit)
            if field != REJECTIONS or (field, entry) in entries or parts is None or maker is None:
                continue
            if not is_person(parts[0], maker.author, self._config):
                one = judged(entry, field, maker, [], self._config)
                if last.get(one.person, -1) < order[id(event)]:
                    still.append(one._replace(reason="", is_forged=False, commit=""))
        return still


def makers_of(git: GitProcess, commits: Iterable[str], *, signed: bool) -> dict[str, Maker]:
    """Return who made each commit, by commit; signatures are only checked with `signed`."""
    from plaintickets.git.commit_makers import makers

    return {
        commit: Maker(commit, Identity(*one.author), Identity(*one.committer), one.signature, one.signer)
        for commit, one in makers(git, [*dict.fromkeys(commits)], signed=signed).items()
    }


def guarded_fields(config: Config) -> list[str]:
    """Return the fields that guards and forms require, without those that a status change sets."""
    items = [item for status in config.statuses for item in status.guards.get("require", ())]
    items += [item for kind in config.types for required in kind.required_at.values() for item in required]
    for pipeline in config.pipelines.values():
        for stage in pipeline["statuses"].values():
            items += stage.get("guards", {}).get("require", ())
    fields, _, _ = sorted_out(dict.fromkeys(items), described_fields(config))
    return [name for name in fields if name not in _SET_BY_WORKFLOW]


def _text(document: Document) -> str:
    return without_notes(document.body).replace("\r\n", "\n").strip()


def _history(project: Project, ticket: str | None) -> list[Event]:
    from plaintickets.actions.log import history
    from plaintickets.errors import TicketNotFoundError

    try:
        return list(history(project, ticket).events)
    except TicketNotFoundError:
        return []


def _history_of_entries(events: Mapping[str, Sequence[Event]], tickets: AbstractSet[str]) -> Iterator[Event]:
    """Yield the events of these tickets that add or remove an entry."""
    for ticket in tickets:
        for event in events.get(ticket, ()):
            if any(before != after for before, after in (_lists(event, field) for field in FIELDS)):
                yield event


def _added(events: Iterable[Event]) -> Added:
    """Return which event added each entry.

    A merge takes entries from its sides, so that it counts only for one that no side has.
    """
    added: dict[tuple[str, str], Event] = {}
    removed: dict[tuple[str, str], Event] = {}
    for event in events:
        for field in FIELDS:
            before, after = _lists(event, field)
            for entry in after - before:
                if not (event.revision.is_merge and (field, entry) in added):
                    added[field, entry] = event
                    removed.pop((field, entry), None)
            for entry in before - after:
                if not event.revision.is_merge:
                    removed[field, entry] = event
                    added.pop((field, entry), None)
    return Added(added, removed)


def _lists(event: Event, field: str) -> tuple[set[str], set[str]]:
    """Return the entries of a field before and after an event."""
    before, after = event.before, event.after
    if event.kind != CHANGED:
        before = before.get(field) if isinstance(before, dict) else None
        after = after.get(field) if isinstance(after, dict) else None
    elif event.field != field:
        return set(), set()
    return set(list_of(before)), set(list_of(after))
