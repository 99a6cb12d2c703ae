"""The application over a real repository, driven by keys, with its screen read as lines of text."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

from textual import events

from builders import surroundings
from plaintickets.tui.app import TicketsApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from builders import Repository

PATIENCE_SECONDS = 120
_STEP_SECONDS = 0.02
_KEYS = {"/": "slash", "?": "question_mark", "<": "less_than_sign", ">": "greater_than_sign", "!": "exclamation_mark"}


class Driven:
    """The running application with its keys and its screen."""

    def __init__(self, app: TicketsApp, pilot: Pilot[None]) -> None:
        self.app, self._pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys, and wait after each until everything that it began is done."""
        for key in keys:
            await self._pilot.press(_KEYS.get(key, key))
            await self.settle()

    async def begin(self, *keys: str) -> None:
        """Press keys, and wait for nothing that they began."""
        await self._pilot.press(*keys)

    async def paste(self, text: str) -> None:
        """Paste a text into what has the keys."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until no question to the store is open."""
        await self._pilot.pause()
        while list(self.app.workers):
            await self.app.workers.wait_for_complete()
            await self._pilot.pause()

    async def until(self, *texts: str) -> None:
        """Wait until the screen shows texts."""
        await self._until(lambda: all(text in self.screen for text in texts), f"no {texts}")

    async def until_without(self, text: str) -> None:
        """Wait until the screen no longer shows a text."""
        await self._until(lambda: text not in self.screen, f"still {text!r}")

    async def _until(self, holds: Callable[[], bool], what: str) -> None:
        for _ in range(round(PATIENCE_SECONDS / _STEP_SECONDS)):
            await self.settle()
            if holds():
                return
            await asyncio.sleep(_STEP_SECONDS)
        raise AssertionError(f"{what} in\n{self.screen}")

    @property
    def lines(self) -> list[str]:
        """The lines of the screen, without blanks at their ends."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def screen(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines) + "\n"

    @property
    def chosen(self) -> str:
        """The lines with the cursor."""
        return "\n".join(line for line in self.lines if "› " in line)


def application(repository: Repository, query: str = "", **more: bool) -> TicketsApp:
    """Return the application of a repository; its clock stands at NOW."""
    around = surroundings(repository, Random(7).randrange)
    return TicketsApp(around, {}, query, **more)


def drive(
    repository: Repository,
    steps: Callable[[Driven], Awaitable[None]],
    query: str = "",
    *,
    size: tuple[int, int] = (80, 24),
    **more: bool,
) -> None:
    """Run steps in the application on a screen of a size."""

    async def run() -> None:
        app = application(repository, query, **more)
        try:
            async with app.run_test(size=size) as pilot:
                driven = Driven(app, pilot)
                await driven.settle()
                await steps(driven)
        finally:
            app.store.close()
        assert app.store.bug is None, app.store.bug

    asyncio.run(run())


def commits(repository: Repository) -> int:
    """Return the number of commits."""
    return int(repository.git("rev-list", "--count", "HEAD"))


def config(repository: Repository, text: str) -> None:
    """Commit settings."""
    (repository.tk.store / "config.yml").write_text(text, encoding="utf-8")
    repository.commit_all("settings")
