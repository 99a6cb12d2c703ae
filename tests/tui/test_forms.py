"""Forms of tickets: one commit for what was typed, nothing else of the ticket, and no value of somebody else lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.driven import commits, config, drive

if TYPE_CHECKING:
    from builders import Repository
    from tui.driven import Driven


def test_fields_and_text_are_one_commit_and_no_other_line(store: Repository) -> None:
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("e")
        await driven.until("Edit aa-1")
        await driven.press("end")
        await driven.paste(" é")
        await driven.press("tab", "tab")
        await driven.paste("Bob")
        await driven.press("down", "backspace", "0", *["up"] * 4, "ctrl+home")
        await driven.paste("New. ")
        await driven.press("ctrl+s")
        await driven.until("Updated aa-1", "tk ui · project · list")

    drive(store, steps)
    assert commits(store) == before + 1
    assert store.diff_lines() == [
        "-priority: 1", "+priority: 0", "+assignee: Bob",
        "-# Parser drops the last line", "+# Parser drops the last line é",
        "-Some **bold** text.", "+New. Some **bold** text.",
    ]  # fmt: skip


def test_a_refused_edit_keeps_what_was_typed(store: Repository) -> None:
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("e", "tab", "tab", "tab", "tab", "tab")
        await driven.paste("never ever")
        await driven.press("ctrl+s")
        await driven.until("due               never ever", "never ever")
        assert "Edit aa-1" in driven.screen
        assert any("date" in line for line in driven.lines[-4:])
        await driven.press("escape")
        await driven.until("Drop what you typed?")
        await driven.press("n")
        assert "never ever" in driven.screen
        await driven.press("escape", "y")
        assert driven.lines[0].startswith("tk ui · project · list")

    drive(store, steps)
    assert commits(store) == before


def test_a_form_left_as_it_was_asks_nothing_and_changes_nothing(store: Repository) -> None:
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("e", "escape")
        assert driven.lines[0].startswith("tk ui · project · list")
        await driven.press("e", "ctrl+s")
        await driven.until("aa-1: nothing to change")

    drive(store, steps)
    assert commits(store) == before


def test_a_field_changed_meanwhile_is_refused_with_both_values(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("e", "tab", "tab")
        await driven.paste("Mine")
        store.tk("set", "aa-1", "assignee=Theirs", "due=2026-05-01")
        await driven.press("ctrl+s")
        await driven.until("assignee is now: Theirs", "assignee          Mine", "changed by somebody else")
        assert store.tk.field("aa-1", "assignee") == "Theirs"
        await driven.press("ctrl+s")
        await driven.until("Updated aa-1: assignee")

    drive(store, steps)
    assert store.tk.field("aa-1", "assignee") == "Mine"
    assert store.tk.field("aa-1", "due") == "2026-05-01"


def test_the_text_changed_meanwhile_is_refused_with_its_new_lines(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("e", "up", "up")
        await driven.paste("Mine. ")
        path = store.tk.store / "aa-1.md"
        path.write_text(path.read_text("utf-8") + "\nTheirs.\n", encoding="utf-8")
        await driven.press("ctrl+s")
        await driven.until("text was changed by somebody else", "+ Theirs.", "Mine.")
        await driven.press("escape", "y")

    drive(store, steps)
    assert "Mine." not in store.tk.text("aa-1")


def test_a_new_ticket_asks_for_what_its_type_requires(store: Repository) -> None:
    config(store, "types:\n  bug: {required: [severity]}\n  task:\nfields:\n  severity: {values: [low, high]}\n")
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("n")
        await driven.until("Type of the new ticket")
        while "bug" not in driven.chosen:
            await driven.press("up")
        await driven.press("enter")
        await driven.until("New bug")
        await driven.paste("It *stops*")
        await driven.press("ctrl+s")
        await driven.until("severity", "New bug", "It *stops*")
        assert any("required" in line or "needs" in line for line in driven.lines[-5:])
        await driven.press("tab")
        await driven.until("required; one of: low, high")
        await driven.paste("high")
        await driven.press("ctrl+s")
        await driven.until("Created aa-", "It *stops*")

    drive(store, steps)
    assert commits(store) == before + 1
    assert store.git("show", "HEAD").count("+severity: high") == 1


def test_a_title_that_is_like_another_names_it_while_it_is_typed(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("n", "enter")
        await driven.paste("Parser drops the last line")
        await driven.until("perhaps it is there already:", "aa-1 open: Parser drops the last line")
        await driven.press("escape", "y")

    drive(store, steps)


def test_what_a_form_cannot_show_it_leaves_as_it_is(store: Repository) -> None:
    store.tk.write("aa-1", "Title", priority="1", more='component: "a\\x07b"\n', body="Line\x0bbreak \x1b[31mred\n")
    store.commit_all("hostile")
    before = store.tk.text("aa-1")

    async def steps(driven: Driven) -> None:
        await driven.press("e")
        await driven.until("text, component: control characters", "`tk edit aa-1`")
        await driven.paste("A ")
        await driven.press("ctrl+s")
        await driven.until("Updated aa-1: title")

    drive(store, steps)
    assert store.tk.text("aa-1") in (before.replace("# Title", "# A Title"), before.replace("# Title", "# TitleA"))
