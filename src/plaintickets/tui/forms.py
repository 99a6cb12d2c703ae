"""Forms: what was typed stays until it is saved, or until a question whether to drop it is answered with yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static, TextArea

from plaintickets.actions.edit_seen import TEXT, StaleEditError
from plaintickets.render.styled import styled
from plaintickets.tui import changes, keys
from plaintickets.tui.questions import Confirm
from plaintickets.tui.styles import content_of, refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget
    from textual.worker import Worker

    from plaintickets.actions.edit_seen import Stale
    from plaintickets.actions.ticket_inputs import Input as TicketInput
    from plaintickets.core.ticket import Ticket
    from plaintickets.render.styled import Styled
    from plaintickets.tui.changes import FormState
    from plaintickets.tui.view import View

_CHOICES_SHOWN = 12
_LINES_SHOWN = 5
_PAUSE_SECONDS = 0.4


class Field(Horizontal):
    """A line of a form: a name and an input."""

    DEFAULT_CSS = """
    Field { height: 1; }
    Field > Static { width: 18; height: 1; }
    Field > Input { width: 1fr; }
    """

    def __init__(self, name: str, value: str, choices: Sequence[str] = (), about: str = "") -> None:
        super().__init__()
        self.field, self._value, self._choices, self.about = name, value, choices, about

    def compose(self) -> ComposeResult:
        """Return the name and the input."""
        yield Static(content_of([styled(self.field)]))
        proposals = SuggestFromList(self._choices, case_sensitive=False) if self._choices else None
        line = Input(self._value, suggester=proposals, compact=True, select_on_focus=False)
        line.cursor_blink = False
        yield line

    @property
    def text(self) -> str:
        """Return what is typed."""
        return self.query_one(Input).value


class Toggle(Static, can_focus=True):
    """A choice of yes or no; Space changes it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._text, self.is_on = name, False

    def on_mount(self) -> None:
        """Show it."""
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Change it with Space or Enter."""
        if event.key in ("space", "enter"):
            event.stop()
            self.is_on = not self.is_on
            self._show()

    def on_click(self) -> None:
        """Change it."""
        self.is_on = not self.is_on
        self._show()

    def _show(self) -> None:
        self.update(content_of([styled(f"[{'x' if self.is_on else ' '}] {self._text}")]))


class Form(Screen[None]):
    """Inputs of which one commit is made."""

    DEFAULT_CSS = """
    Form #fields { height: 1fr; }
    Form TextArea { height: 1fr; min-height: 5; }
    Form Toggle { height: 1; width: auto; }
    Form Toggle:focus { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.FORM)]

    def __init__(self, view: View, title: str) -> None:
        super().__init__()
        self._view, self._title = view, title
        self._is_saving = False
        self._before: Mapping[str, str] = {}
        self._focused_field: Field | None = None

    def compose(self) -> ComposeResult:
        """Return the title, the fields, the message and the keys."""
        yield Static(content_of([styled(self._title, "bold")]), id="head")
        with VerticalScroll(id="fields", can_focus=False):
            yield from self.fields()
        yield Static(id="note")
        yield Static(content_of([styled("Ctrl+S save  Tab next field  Esc leave", "quiet")]), id="foot")

    def fields(self) -> Iterable[Widget]:
        """Return the inputs."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Remember what the form shows, to know what was typed."""
        self._before = self.typed()

    def typed(self) -> dict[str, str]:
        """Return the text of each input by its name."""
        found = {field.field: field.text for field in self.query(Field)}
        return found | {str(area.id): area.text for area in self.query(TextArea)}

    def tell(self, *lines: Styled) -> None:
        """Show a message above the keys; without lines, none."""
        self.query_one("#note", Static).update(content_of(lines))

    def on_descendant_focus(self) -> None:
        """Show what the focused field takes; a field that gets the focus back after a refusal shows that."""
        field = next((one for one in self.query(Field) if one.has_focus_within), None)
        if field is not self._focused_field and not self._is_saving:
            self._focused_field = field
            self.tell(styled(field.about if field else "", "quiet"))

    def on_input_submitted(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def on_key(self, event: events.Key) -> None:
        """Go to the field above or below with the arrows, from a field of one line."""
        if event.key in ("up", "down") and isinstance(self.focused, Input | Toggle):
            event.stop()
            if event.key == "up":
                self.focus_previous()
            else:
                self.focus_next()

    def action_leave(self) -> None:
        """Leave; ask first if something was typed."""
        if self._is_saving:
            return
        if self.typed() == self._before:
            self.dismiss()
            return

        def answered(is_wanted: bool | None) -> None:
            if is_wanted:
                self.dismiss()

        self.app.push_screen(Confirm("Drop what you typed?"), answered)

    def action_save(self) -> None:
        """Save what was typed."""
        if not self._is_saving:
            self._is_saving = True
            self.run_worker(self._save())

    async def _save(self) -> None:
        """Make the change; until it is made nothing can be typed, because it would be lost."""
        fields, focused = self.query_one("#fields"), self.focused
        typed = self.typed()
        fields.disabled = True
        self.tell(styled("writing …", "quiet"))
        error = await self.write(typed)
        fields.disabled = False
        if focused is not None:
            focused.focus()
        await self._show_end(error)
        self._is_saving = False

    async def _show_end(self, error: Exception | None) -> None:
        if error is None:
            self.dismiss()
        elif isinstance(error, StaleEditError):
            self.show_stale(error)
        else:
            self.tell(*refused(error))

    async def write(self, typed: Mapping[str, str]) -> Exception | None:
        """Make the change; return the error of a refused one."""
        raise NotImplementedError

    def show_stale(self, error: StaleEditError) -> None:
        """Show what somebody else changed meanwhile."""
        lines = [line for one in error.stale for line in _present(one)]
        self.tell(*refused(error), *lines)


def text_area(name: str, text: str = "") -> TextArea:
    """Return an input of several lines; Tab leaves it."""
    area = TextArea(text, id=name, compact=True, tab_behavior="focus", highlight_cursor_line=False)
    area.cursor_blink = False
    return area


def _present(one: Stale) -> list[Styled]:
    """Return the present value of a field, or the lines that a text has now and had not."""
    if one.field != TEXT:
        return [styled(f"{one.field} is now: {one.now or 'empty'}")]
    known = set(one.seen.split("\n"))
    rows = [row for row in one.now.split("\n") if row not in known]
    more = [styled(f"… {len(rows) - _LINES_SHOWN} more lines")] * (len(rows) > _LINES_SHOWN)
    name = "the text has these lines now:" if rows else "the text has fewer lines now"
    return [styled(name), *(styled(f"+ {row}") for row in rows[:_LINES_SHOWN]), *more]


class EditForm(Form):
    """The fields, the title and the text of a ticket."""

    def __init__(self, view: View, state: FormState, title: str = "") -> None:
        super().__init__(view, title or f"Edit {state.ticket}")
        self._state = state
        self._seen = dict(state.seen)

    def fields(self) -> Iterable[Widget]:
        """Return the title, the fields and the text."""
        if changes.TITLE in self._seen:
            yield Field(changes.TITLE, self._seen[changes.TITLE], about="one line")
        for one in self._state.inputs:
            yield Field(one.name, one.value, _proposed(one), _about(one))
        if self._state.kept:
            names = ", ".join(self._state.kept)
            what = f"{names}: control characters, which a form cannot show; `tk edit {self._state.ticket}` edits them"
            yield Static(content_of([styled(what, "waiting")]))
        if TEXT in self._seen:
            yield Static(content_of([styled("text:")]))
            yield text_area(TEXT, self._seen[TEXT])

    async def write(self, typed: Mapping[str, str]) -> Exception | None:
        """Change what was typed otherwise than it was seen."""
        seen = self._seen
        return await self._view.change(lambda project: changes.edit(project, self._state.ticket, typed, seen))

    def show_stale(self, error: StaleEditError) -> None:
        """Show the present values; they count as seen now, so that saving again replaces them."""
        super().show_stale(error)
        self._seen |= {one.field: one.now for one in error.stale}


class NewForm(EditForm):
    """A new ticket of a type."""

    def __init__(self, view: View, state: FormState) -> None:
        super().__init__(view, state, f"New {state.kind}")
        self._pause: Timer | None = None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for tickets that are like the title, after a pause."""
        if event.input is self.query(Field).first().query_one(Input) and event.value:
            if self._pause is not None:
                self._pause.stop()
            self._pause = self.set_timer(_PAUSE_SECONDS, self._look_for_alike)

    def _look_for_alike(self) -> None:
        # A group of its own: a later look replaces an earlier one, and never a save.
        _: Worker[None] = self.run_worker(self._show_alike, group="alike", exclusive=True)

    async def _show_alike(self) -> None:
        title = self.typed()[changes.TITLE]
        lines = await self._view.ask(lambda project: changes.alike(project, title))
        if lines and not self._is_saving:
            self.tell(*(styled(line, "waiting") for line in lines))

    async def write(self, typed: Mapping[str, str]) -> Exception | None:
        """Create the ticket."""
        return await self._view.change(lambda project: changes.create(project, self._state.kind, typed))


class CommentForm(Form):
    """A comment, public or internal."""

    def __init__(self, view: View, ticket: str, title: str) -> None:
        super().__init__(view, f"Comment on {ticket} {title}")
        self._ticket = ticket

    def fields(self) -> Iterable[Widget]:
        """Return the text, and whether it is internal."""
        yield text_area("comment")
        yield Toggle("internal: not to be shown outside the team (Space changes it)")

    async def write(self, typed: Mapping[str, str]) -> Exception | None:
        """Add the comment."""
        text, internal = typed["comment"], self.query_one(Toggle).is_on
        return await self._view.change(lambda project: changes.comment(project, self._ticket, text, internal=internal))


class CloseForm(Form):
    """The resolution and the last comment of a ticket that is closed."""

    def __init__(self, view: View, ticket: Ticket, resolutions: Sequence[str]) -> None:
        super().__init__(view, f"Close {ticket.id} {ticket.title}")
        self._ticket, self._resolutions = ticket, resolutions

    def fields(self) -> Iterable[Widget]:
        """Return the resolution and the comment; both may stay empty."""
        about = f"one of: {_joined(self._resolutions)}; may stay empty" if self._resolutions else "may stay empty"
        yield Field("resolution", "", self._resolutions, about)
        yield Static(content_of([styled("comment, may stay empty:")]))
        yield text_area("comment")

    async def write(self, typed: Mapping[str, str]) -> Exception | None:
        """Close the ticket."""
        return await self._view.change(
            lambda project: changes.close(project, self._ticket, typed["resolution"], typed["comment"])
        )


def _proposed(one: TicketInput) -> list[str]:
    return [value for value, _ in one.choices if value] or [*one.suggestions]


def _about(one: TicketInput) -> str:
    parts = ["required"] if one.required else []
    parts += [one.description] if one.description else []
    names = [shown for value, shown in one.choices if value] or [*one.suggestions]
    parts += [f"one of: {_joined(names)}"] if one.choices else [f"for example {_joined(names)}"] if names else []
    parts += ["several with commas"] if one.is_list else []
    return "; ".join(parts)


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names[:_CHOICES_SHOWN]) + (" …" if len(names) > _CHOICES_SHOWN else "")
