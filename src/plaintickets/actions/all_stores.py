"""Ask every store of a work tree the same question."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from plaintickets.core.ticket import Ticket
from plaintickets.errors import GitRefusedError, LeftOutStoreError, NoStoreError, TicketsError, UnreadableError
from plaintickets.project import Project
from plaintickets.render.list_columns import Facts
from plaintickets.store import locations
from plaintickets.store.work_tree_stores import name_of, store_prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from plaintickets.project import Surroundings

T = TypeVar("T")


class Failure(NamedTuple):
    """A store that could not answer, and why."""

    store: str
    error: TicketsError


class Answers(NamedTuple, Generic[T]):
    """The answers by store, the stores that refuse the question, and those that could not be read."""

    found: list[tuple[Store, T]]
    refused: list[Failure]
    failed: list[Failure]


class Store(NamedTuple):
    """A store of the work tree: its folder from the top, and its project."""

    name: str
    project: Project


class StoreTicket(Ticket):
    """A ticket that names its store, with the project that it belongs to."""

    __slots__ = ("project",)

    def __init__(self, ticket: Ticket, store: Store) -> None:
        keys = {name: value for name, value in ticket.keys.items() if name != "store"}
        super().__init__(ticket.id, ticket.path, {"store": store.name, **keys}, ticket.title)
        self.project = store.project

    @property
    def store(self) -> str:
        """Return the name of its store."""
        return self.text("store")


class StoreFacts(Facts):
    """What the cells of a list need to know of tickets of several stores."""

    __slots__ = ()

    def kind(self, ticket: Ticket) -> str:
        """Return the class of the ticket's status in its own store."""
        if not isinstance(ticket, StoreTicket):
            return super().kind(ticket)
        statuses = ticket.project.config.statuses
        return next((status.kind for status in statuses if status.name == ticket.status), "open")


class AllStores:
    """The stores of the work tree of a folder, and those of them that cannot be opened."""

    def __init__(self, around: Surroundings, overrides: Mapping[str, str]) -> None:
        self.revision: str | None = None
        self.notify = around.notify
        self.stores: list[Store] = []
        self.failed: list[Failure] = []
        for name, folder in _folders(around):
            try:
                self.stores.append(Store(name, _opened(name, folder, around, overrides)))
            except TicketsError as error:
                self.failed.append(Failure(name, error))
        if not self.stores:
            raise self.failed[0].error

    @property
    def names(self) -> list[str]:
        """Return the names of all stores, also of those that cannot be opened."""
        return sorted([store.name for store in self.stores] + [failure.store for failure in self.failed])

    def ask(self, question: Callable[[Project], T]) -> Answers[T]:
        """Return what each store answers.

        A store may refuse a name that it does not know. Raise its error if no store knows it.
        """
        answers: Answers[T] = Answers([], [], list(self.failed))
        for store in self.stores:
            try:
                state = store if self.revision is None else store._replace(project=_at(store.project, self.revision))
                answers.found.append((state, question(state.project)))
            except TicketsError as error:
                is_refused = error.exit_code < UnreadableError.exit_code
                (answers.refused if is_refused else answers.failed).append(Failure(store.name, error))
            except OSError as error:
                unreadable = UnreadableError(f"{error.filename or store.name}: {error.strerror or error}")
                answers.failed.append(Failure(store.name, unreadable))
        if answers.refused and not answers.found:
            raise answers.refused[0].error
        return answers


def _at(project: Project, revision: str) -> Project:
    from plaintickets.past_project import at

    return at(project, revision)


def _folders(around: Surroundings) -> list[tuple[str, str]]:
    """Return the stores of the work tree, each as its name and its folder.

    Raise GitRefusedError outside a repository, NoStoreError if there is no store.
    """
    named = around.environ.get("TICKETS_DIR")
    try:
        own = locations.find_store(around.folder, named)
    except NoStoreError:
        if named:
            raise
        own = ""
    place = locations.locate(own or os.path.join(around.folder, locations.STORE_NAME))
    if not place.git_dir:
        raise GitRefusedError("not a git repository, so there is one store at most", hint="leave --all-stores out.")
    from plaintickets.git.process import GitProcess

    prefixes = set(store_prefixes(GitProcess(place.git_dir, place.top, around.environ)))
    if own:
        prefixes.add(place.prefix)
    if not prefixes:
        raise NoStoreError("no .tickets directory found in the work tree")
    return [(name_of(prefix), os.path.join(place.top, prefix)) for prefix in sorted(prefixes, key=name_of)]


def _opened(name: str, folder: str, around: Surroundings, overrides: Mapping[str, str]) -> Project:
    """Return the project of a store.

    Raise TicketsError if it cannot be opened.
    """
    if not os.path.lexists(folder):
        raise LeftOutStoreError(f"{name}/{locations.STORE_NAME}".removeprefix("./"))
    said = around.notify
    own = around._replace(notify=lambda text: said(f"{name}: {text}"))
    return Project(locations.locate(folder), own, overrides)


def sibling(project: Project, prefix: str) -> Project:
    """Return the project of another store of the same work tree."""
    return Project(locations.locate(os.path.join(project.place.top, prefix)), project.around, project.overrides)


def merged(answers: Iterable[tuple[Store, Sequence[Ticket]]]) -> list[StoreTicket]:
    """Return the tickets of all stores, each with its store."""
    return [StoreTicket(ticket, store) for store, tickets in answers for ticket in tickets]


def facts_of(stores: AllStores, columns: Sequence[str] = ()) -> StoreFacts:
    """Return what the cells of a list need to know of the tickets, for some chosen columns."""
    project = stores.stores[0].project
    computed = None
    if columns:
        from plaintickets.actions.computed_columns import ComputedColumns

        computed = ComputedColumns(project, columns)
    return StoreFacts(project.now, {}, _blockers, computed)


def _blockers(ticket: Ticket) -> Sequence[str]:
    return ticket.project.graph.open_blockers(ticket) if isinstance(ticket, StoreTicket) else ()


def fields(stores: AllStores) -> set[str]:
    """Return every field that a query of one of the stores may name, and `store`."""
    from plaintickets.query_context import known_fields

    return {"store"}.union(*(names for _, names in stores.ask(known_fields).found))
