"""The tickets of a store that the public may see, and what no text for the public may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.visibility import Audience, is_internal_keys
from plaintickets.git import head

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from plaintickets.core.event import Event
    from plaintickets.project import Project


def events_by_ticket(project: Project, revision: str = "") -> dict[str, list[Event]]:
    """Return the events of every ticket that there ever was up to a commit, oldest first; none without a repository.

    Without a commit it is that of the project.
    """
    from plaintickets.actions.log import history

    found: dict[str, list[Event]] = {}
    if project.git is not None:
        for event in history(project, revision=revision or project.revision).events:
            found.setdefault(event.ticket, []).append(event)
    return found


def public_tickets(project: Project, events: Mapping[str, Sequence[Event]]) -> tuple[set[str], Audience]:
    """Return the ids of the public tickets, and the audience that hides the others, also those of the history."""
    return _judged(project, lambda public: _hidden_names(events, public))


class LatestAudience:
    """The audience of a server's pages; what only the history hides is found again when it or the tickets changed."""

    def __init__(self) -> None:
        self._known: tuple[str, set[str], tuple[set[str], set[str]]] | None = None

    def of(self, project: Project) -> Audience:
        """Return what no page for the public may name now."""
        place = project.place
        commit = head.commit(place.git_dir, place.common_dir) if project.git is not None else None
        if not commit:
            return public_tickets(project, events_by_ticket(project))[1]

        def hidden(public: set[str]) -> tuple[set[str], set[str]]:
            known = self._known
            if known is None or known[:2] != (commit, public):
                known = (commit, public, _hidden_names(events_by_ticket(project, commit), public))
                self._known = known
            return known[2]

        return _judged(project, hidden)[1]


def _judged(project: Project, hidden: Callable[[set[str]], tuple[set[str], set[str]]]) -> tuple[set[str], Audience]:
    every, broken = project.reading.tickets, project.reading.broken
    internal = [ticket for ticket in every.values() if is_internal_keys(ticket.keys, project.config.queues)]
    public = set(every) - {ticket.id for ticket in internal} - broken
    ids, titles = hidden(public)
    ids = ids | {ticket.id for ticket in internal} | broken
    return public, Audience(ids, titles | {ticket.title for ticket in internal})


def _hidden_names(events: Mapping[str, Sequence[Event]], public: set[str]) -> tuple[set[str], set[str]]:
    """Return the ids and titles that tickets had which the public does not see, by the history."""
    ids: set[str] = set()
    titles: set[str] = set()
    for ticket_id, of_ticket in events.items():
        if ticket_id in public:
            continue
        ids.add(ticket_id)
        for event in of_ticket:
            ids.add(event.was)
            titles.update(_titles(event))
    return ids, titles


def _titles(event: Event) -> set[str]:
    values = [event.before, event.after]
    if event.field == "title":
        return {value for value in values if isinstance(value, str)}
    titles = [value.get("title") for value in values if isinstance(value, dict)]
    return {title for title in titles if isinstance(title, str)}
