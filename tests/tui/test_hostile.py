"""Hostile tickets on every screen: nothing of them is a control character, markup, a colour or a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.segment import Segment
from textual.color import Color

from built_once import built_once
from plaintickets.tui.styles import Colourless, Harmless, strip_of
from tui.driven import drive

if TYPE_CHECKING:
    from builders import Repository
    from tui.driven import Driven

TEXTS = (
    "\x1b]0;owned\x07 \x1b[2J\x1b[31mred",
    "[bold red]marked[/] [@click=app.exit]press[/] [/unopened] $name [link=https://evil.example]x[/]",
    "\x9b31m c1 \x90q\x9c \u202egnp.exe \u2066x \ufeff \u2028 line",
    "{markup} %s \\[bold] `[reverse]`",
    "a\tb\rc\x00d\x7f\x08\x08",
    "emoji 👩‍👩‍👧 漢字 שלום é́́́",
)
ALLOWED = {"\u200e", "\u200d", "\ufe0f"}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    for number, text in enumerate(TEXTS):
        quoted = (
            text.replace("\\", "\\\\").replace('"', '\\"').encode("unicode_escape").decode().replace("\\\\\\\\", "\\\\")
        )
        path = repository.tk.store / f"aa-{number}.md"
        path.write_bytes(
            f"---\nid: aa-{number}\nstatus: open\ndeps: []\nlinks: [aa-0]\ncreated: 2026-01-02T03:04:05Z\ntype: task\n"
            f'priority: 2\nassignee: "{quoted}"\ntags: ["{quoted}"]\n---\n# {text}\n\n{text}\n\n## Notes\n\n'
            f"**2026-01-03T03:04:05Z**\n\n{text}\n".encode()
        )
    (repository.tk.store / "aa-bad.md").write_bytes(b"---\nstatus: \x1b[31m[\n---\n# [bold]x\x1b[2J\n")
    repository.commit_all("hostile")
    return repository


def hold(driven: Driven) -> None:
    """Hold the screen: only what can be printed, no colour of a ticket, and no action behind a text."""
    for strip in driven.app.screen._compositor.render_strips():
        for segment in strip:
            for sign in segment.text:
                assert sign.isprintable() or sign in ALLOWED, repr(segment.text)
            if segment.style is not None:
                assert "@click" not in segment.style.meta, segment
                assert segment.style.link is None, segment


def test_no_screen_lets_a_hostile_text_take_effect(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        hold(driven)
        assert "[bold red]marked[/] [@click=app.exit]press[/]" in driven.screen
        for _ in range(len(TEXTS) + 1):
            for keys in (["enter"], ["e"], ["c"], ["x"], ["m"]):
                await driven.press(*keys)
                hold(driven)
                await driven.press("escape")
                hold(driven)
            await driven.press("j")
        await driven.press("u")
        hold(driven)
        await driven.press("escape", "b")
        hold(driven)
        await driven.press("escape", "f", *"marked")
        await driven.until("found")
        hold(driven)
        await driven.press("backspace")
        await driven.paste(TEXTS[0])
        hold(driven)

    drive(store, steps)


def test_the_page_of_a_ticket_shows_markup_as_text(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        while "aa-1 " not in driven.chosen:
            await driven.press("j")
        await driven.press("enter")
        await driven.until("[bold red]marked[/]", "[@click=app.exit]press[/]", "[/unopened] $name")
        hold(driven)

    drive(store, steps, size=(120, 40))


def test_what_is_pasted_into_a_comment_cannot_take_effect(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("c")
        await driven.paste("before \x1b[31m\x9b after")
        hold(driven)
        assert "before" in driven.screen
        assert "after" in driven.screen

    drive(store, steps)


def test_every_line_passes_a_filter_that_masks_control_characters() -> None:
    line = [Segment("a\x1b[31m\x07b\u202ec"), Segment("plain")]
    assert [segment.text for segment in Harmless().apply(line, Color(0, 0, 0))] == [
        "a\ufffd[31m\ufffdb\ufffdc",
        "plain",
    ]


def test_without_colours_styles_keep_everything_else() -> None:
    strip = strip_of((("red", "urgent"), ("bold", "bold"), ("found", "match")), 20)
    found = Colourless().apply(list(strip), Color(0, 0, 0))
    assert all(
        segment.style is None or (segment.style.color is None and segment.style.bgcolor is None) for segment in found
    )
    assert [segment.text for segment in found if segment.style and segment.style.bold] == ["bold", "found"]
