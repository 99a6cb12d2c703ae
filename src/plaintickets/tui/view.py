"""What all views share: a head, a body, a message and the keys; reading, and the changes of the chosen ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.screen import Screen
from textual.widgets import Static

from plaintickets.errors import TicketsError
from plaintickets.render.styled import styled
from plaintickets.render.width import width
from plaintickets.tui import changes
from plaintickets.tui.forms import CloseForm, CommentForm, EditForm, NewForm
from plaintickets.tui.questions import Choice, Confirm
from plaintickets.tui.styles import content_of, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable, Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.worker import Worker

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.render.styled import Styled
    from plaintickets.tui.app import TicketsApp


class Movable(Protocol):
    """A widget that the keys move in."""

    def by_lines(self, count: int) -> None:
        """Go up or down by lines."""

    def by_pages(self, count: int) -> None:
        """Go up or down by pages."""

    def to_end(self, *, last: bool) -> None:
        """Go to the beginning or the end."""

    def focus(self, scroll_visible: bool = True) -> Any:
        """Get the keys."""


class View(Screen[None]):
    """A full screen that shows a part of the store."""

    AUTO_FOCUS = ""
    FOOT = ""

    def __init__(self) -> None:
        super().__init__()
        self.stamp: Hashable = None
        self.paths: tuple[str, ...] = ()
        self._has_failed = False

    @property
    def tickets_app(self) -> TicketsApp:
        """Return the application."""
        return cast("TicketsApp", self.app)

    def compose(self) -> ComposeResult:
        """Return the widgets from top to bottom."""
        yield Static(id="head")
        yield from self.body()
        yield Static(id="note")
        yield Static(content_of([styled(self.FOOT, "quiet")]), id="foot")

    def body(self) -> Iterable[Widget]:
        """Return the widgets between the head and the message."""
        raise NotImplementedError

    def read(self, project: Project) -> Any:
        """Return what the view shows, on the thread of the store."""
        raise NotImplementedError

    def put(self, found: Any) -> None:
        """Show what was read."""
        raise NotImplementedError

    def chosen(self) -> Ticket | None:
        """Return the chosen ticket, as it is shown."""
        raise NotImplementedError

    def main(self) -> Movable:
        """Return the widget that the keys move in."""
        raise NotImplementedError

    def action_up(self) -> None:
        """Go up."""
        self.main().by_lines(-1)

    def action_down(self) -> None:
        """Go down."""
        self.main().by_lines(1)

    def action_page_up(self) -> None:
        """Go up by a page."""
        self.main().by_pages(-1)

    def action_page_down(self) -> None:
        """Go down by a page."""
        self.main().by_pages(1)

    def action_first(self) -> None:
        """Go to the beginning."""
        self.main().to_end(last=False)

    def action_last(self) -> None:
        """Go to the end."""
        self.main().to_end(last=True)

    def on_mount(self) -> None:
        """Read what is shown."""
        self.load()

    def on_screen_resume(self) -> None:
        """Look whether the store changed while another view was on top."""
        if self.stamp is not None:
            self.do(self.look)

    def head(self, left: str, right: str) -> None:
        """Show the first line."""
        room = max(self.app.size.width - width(left) - width(right), 1)
        self.query_one("#head", Static).update(content_of([styled(left + " " * room + right, "bold")]))

    def tell(self, *lines: Styled) -> None:
        """Show a message below the body; without lines, none."""
        self.query_one("#note", Static).update(content_of([line for line in lines if line]))

    def tell_refusal(self, error: Exception) -> None:
        """Show why something is not possible, and what to do."""
        self.tell(*refused(error))

    def do(self, work: Callable[[], Coroutine[None, None, None]], *, group: str = "do") -> None:
        """Run work that waits for the store; later loads replace earlier ones."""

        async def run() -> None:
            await work()

        _: Worker[None] = self.run_worker(run, group=group, exclusive=group != "do")

    def load(self) -> None:
        """Read again what is shown; the chosen line and the typed text stay."""
        self.do(self._load, group="load")

    async def _load(self) -> None:
        store = self.tickets_app.store
        stamp = await store.stamp(self.paths)
        try:
            answer = await store.read(self.read)
        except (TicketsError, OSError) as error:
            self._has_failed = True
            self.tell_refusal(error)
        else:
            self.put(answer.value)
            if answer.notes or self._has_failed:
                self.tell(*_lines(answer.notes))
            self._has_failed = False
        self.stamp = stamp

    async def look(self) -> None:
        """Read again if somebody changed the store."""
        store = self.tickets_app.store
        if self.stamp is not None and await store.stamp(self.paths) != self.stamp:
            store.forget()
            self.load()

    async def ask(self, question: Callable[[Project], Any]) -> Any:
        """Return what a function reads, None after a refusal, which is shown."""
        try:
            return (await self.tickets_app.store.read(question)).value
        except (TicketsError, OSError) as error:
            self.tell_refusal(error)
            return None

    async def change(self, act: Callable[[Project], str]) -> Exception | None:
        """Change tickets and show what was done; return the error of a refused change."""
        self.tell(styled("writing …", "quiet"))
        try:
            answer = await self.tickets_app.store.change(act)
        except (TicketsError, OSError) as error:
            self.tell(*(refused(error) if self.is_current else ()))  # a form above shows it itself
            return error
        self.tell(*_lines((answer.value, *answer.notes)))
        await self.look()
        return None

    def _with_ticket(self, work: Callable[[Ticket], Coroutine[None, None, None]]) -> None:
        ticket = self.chosen()
        if ticket is None:
            self.tell(styled("no ticket is chosen", "urgent"))
        else:
            self.do(lambda: work(ticket))

    def action_leave(self) -> None:
        """Go back to the view before; from the first one, leave."""
        if self.tickets_app.is_first(self):
            self.app.exit()
        else:
            self.dismiss()

    def action_back(self) -> None:
        """Go back to the view before; the first one stays."""
        if self.tickets_app.is_first(self):
            self.tell(styled("q leaves", "quiet"))
        else:
            self.dismiss()

    def action_reload(self) -> None:
        """Read everything again."""
        self.tickets_app.store.forget()
        self.load()

    def action_help(self) -> None:
        """Show the keys."""
        self.tickets_app.open_help()

    def action_search(self) -> None:
        """Search while somebody types."""
        self.tickets_app.open_search()

    def action_new(self) -> None:
        """Create a ticket."""
        self.do(self._new)

    async def _new(self) -> None:
        kinds = await self.ask(lambda project: [kind.name for kind in project.config.types])
        if not kinds:
            return
        if len(kinds) == 1:
            await self._new_of(kinds[0])
            return

        def chosen(place: int | None) -> None:
            if place is not None:
                self.do(lambda: self._new_of(kinds[place]))

        default = await self.ask(lambda project: project.config.default_type)
        at = kinds.index(default) if default in kinds else 0
        self.app.push_screen(Choice("Type of the new ticket", kinds, at), chosen)

    async def _new_of(self, kind: str) -> None:
        draft = await self.ask(lambda project: changes.new_form(project, kind))
        if draft:
            self.app.push_screen(NewForm(self, draft))

    def action_edit(self) -> None:
        """Edit fields, title and text."""
        self._with_ticket(self._edit)

    async def _edit(self, ticket: Ticket) -> None:
        form = await self.ask(lambda project: changes.edit_form(project, ticket.id))
        if form:
            self.app.push_screen(EditForm(self, form))

    def action_comment(self) -> None:
        """Write a comment."""

        async def comment(ticket: Ticket) -> None:
            self.app.push_screen(CommentForm(self, ticket.id, ticket.title))

        self._with_ticket(comment)

    def action_close(self) -> None:
        """Close the ticket, with a resolution and a comment."""

        async def close(ticket: Ticket) -> None:
            resolutions = await self.ask(lambda project: changes.resolutions(project, ticket))
            if resolutions is not None:
                self.app.push_screen(CloseForm(self, ticket, resolutions))

        self._with_ticket(close)

    def action_reopen(self) -> None:
        """Reopen the ticket."""

        async def reopen(ticket: Ticket) -> None:
            await self.change(lambda project: changes.reopen(project, ticket))

        self._with_ticket(reopen)

    def action_claim(self) -> None:
        """Assign the ticket to the user and start it."""

        async def claim(ticket: Ticket) -> None:
            await self.change(lambda project: changes.claim(project, ticket))

        self._with_ticket(claim)

    def action_move(self) -> None:
        """Choose another status."""
        self._with_ticket(self._move)

    async def _move(self, ticket: Ticket) -> None:
        moves = await self.ask(lambda project: changes.moves(project, ticket))
        if moves is None:
            return

        def chosen(place: int | None) -> None:
            if place is not None:
                self.do(lambda: self._change_status(ticket, moves[place]))

        self.app.push_screen(Choice(f"{ticket.id} is {ticket.status}; new status", moves, 0), chosen)

    async def _change_status(self, ticket: Ticket, status: str) -> None:
        await self.change(lambda project: changes.status(project, ticket, status))

    def action_undo(self) -> None:
        """Undo the last change by tk, after a question."""
        self.do(self._undo)

    async def _undo(self) -> None:
        last = await self.ask(changes.last_change)
        if last is None:
            return

        async def undo() -> None:
            await self.change(lambda project: changes.undo(project, last.commit))

        def answered(is_wanted: bool | None) -> None:
            if is_wanted:
                self.do(undo)

        self.app.push_screen(Confirm(f"Undo {last.commit[:10]} “{last.subject}”?"), answered)


def _lines(texts: Iterable[str]) -> list[Styled]:
    return [styled(line) for text in texts for line in text.split("\n")]
