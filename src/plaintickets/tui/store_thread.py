"""The thread of the store: it alone reads and writes, so that keys are answered while git works."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from plaintickets.errors import StoppedError, TicketsError
from plaintickets.project import Project
from plaintickets.store.state_stamp import state_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from plaintickets.project import Surroundings

T = TypeVar("T")
_LONGEST_SECONDS = 60.0
"""After this time a project is opened again, so that ages and clocks go on."""


class BugError(TicketsError):
    """An error that is our bug, shown without an end of the program."""

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"this is a bug in tk: {type(error).__name__}", hint="what you typed is kept; Ctrl+Q ends with a report."
        )


class Answer(NamedTuple, Generic[T]):
    """What a function of the store returned, and what it noted."""

    value: T
    notes: tuple[str, ...]


class StoreThread:
    """One project after another on one thread: a new one for each change, and whenever the store changed."""

    def __init__(self, around: Surroundings, overrides: Mapping[str, str], *, has_rules: bool = True) -> None:
        self._around = around._replace(notify=self._note, progress=lambda _: None)
        self._overrides = overrides
        self._has_rules = has_rules
        self._pool = ThreadPoolExecutor(1, "store")
        self._place = Project.open(self._around, overrides).place
        self._project: Project | None = None
        self._opened = 0.0
        self._stamp: Hashable = None
        self._notes: list[str] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closing = False
        self.bug: Exception | None = None

    async def read(self, ask: Callable[[Project], T]) -> Answer[T]:
        """Return what a function reads; raise what it raises."""
        return await self._run(lambda: ask(self._current()))

    async def change(self, act: Callable[[Project], T]) -> Answer[T]:
        """Return what a function that changes tickets returns; it gets a project that was just opened."""

        def changed() -> T:
            self._project = None
            try:
                return act(self._current())
            finally:
                self._project = None

        return await self._run(changed)

    async def stamp(self, paths: tuple[str, ...] = ()) -> Hashable:
        """Return a value that differs once somebody changes the store, or one of these files of it."""
        return (await self._run(lambda: state_stamp(self._place, paths))).value

    def forget(self) -> None:
        """Read the store again for the next question."""
        self._project = None

    def tell(self, show: Callable[[], None]) -> None:
        """Let the screen show how far the present question is; end it if the program ends."""
        if self._is_closing or self._loop is None or self._loop.is_closed():
            raise StoppedError("stopped")
        self._loop.call_soon_threadsafe(show)

    def close(self) -> None:
        """Wait until the last change is written."""
        self._is_closing = True
        self._pool.shutdown()

    async def _run(self, work: Callable[[], T]) -> Answer[T]:
        def done() -> Answer[T]:
            self._notes = []
            try:
                value = work()
            except (TicketsError, OSError):
                raise
            except Exception as error:  # the boundary: what somebody typed outlives our bug
                self.bug = self.bug or error
                raise BugError(error) from error
            return Answer(value, tuple(dict.fromkeys(self._notes)))

        self._loop = asyncio.get_running_loop()
        return await asyncio.wrap_future(self._pool.submit(done))

    def _note(self, text: str) -> None:
        self._notes.append(text)

    def _current(self) -> Project:
        project, stamp = self._project, state_stamp(self._place)
        if project is None or stamp != self._stamp or time.monotonic() > self._opened + _LONGEST_SECONDS:
            self._project = None
            project = Project.open(self._around, self._overrides)
            project.has_rules = self._has_rules
            self._project, self._place, self._stamp = project, project.place, stamp
            self._opened = time.monotonic()
        return project
