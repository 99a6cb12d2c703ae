"""What somebody else changes meanwhile appears, and neither the cursor nor what is typed is lost."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from builders import opened
from built_once import built_once
from plaintickets.store.state_stamp import state_stamp
from tui.driven import drive

if TYPE_CHECKING:
    from builders import Repository
    from tui.driven import Driven


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    for number in range(1, 6):
        repository.tk.write(f"aa-{number}", f"Number {number}")
    repository.commit_all("tickets")
    return repository


def test_the_list_follows_another_tk_and_keeps_the_cursor_and_the_query(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("/", *"number", "enter", "j", "j")
        chosen = driven.chosen.split()[1]
        store.tk("new", "Number six", "-p", "0")
        await driven.until("Number six")
        assert driven.chosen.split()[1] == chosen
        store.tk("close", chosen)
        await driven.until("5 tickets")
        assert driven.lines[1] == "Query   number"
        assert driven.chosen

    drive(store, steps)


def test_a_typed_query_survives_a_change(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("/", *"Numb")
        store.tk("new", "Number six")
        await driven.until("Number six")
        await driven.press(*"er")
        await driven.until("Query   Number")

    drive(store, steps)


def test_a_form_survives_a_change(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("c")
        await driven.paste("Typed.")
        store.tk("new", "Number six")
        await driven.press("!")
        assert "Typed.!" in driven.screen
        await driven.press("escape", "y")
        await driven.until("Number six")

    drive(store, steps)


def test_the_list_follows_a_pull(store: Repository, tmp_path: object) -> None:
    clone = f"{tmp_path}/clone"
    store.git("clone", "--quiet", str(store.folder), clone)
    store.git("-C", clone, "config", "user.name", "Bo")
    with open(f"{clone}/.tickets/aa-2.md", "a", encoding="utf-8") as file:
        file.write("\nPulled words.\n")
    store.git("-C", clone, "commit", "--quiet", "--all", "--message", "Theirs")

    async def steps(driven: Driven) -> None:
        while "aa-2" not in driven.chosen:
            await driven.press("j")
        await driven.press("enter")
        await driven.until("tk ui · aa-2")
        store.git("pull", "--quiet", clone, "main")
        await driven.until("Pulled words.", "+ Pulled words.")

    drive(store, steps)


def test_the_ticket_that_is_shown_follows_an_editor_that_writes_in_place(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        name = driven.chosen.split()[1]
        await driven.press("enter")
        await driven.until(f"tk ui · {name}")
        path = store.tk.store / f"{name}.md"
        with path.open("a", encoding="utf-8") as file:
            file.write("\nWritten in place.\n")
        await driven.until("Written in place.")

    drive(store, steps)


def test_a_store_that_goes_away_is_an_error_and_no_end(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        shutil.move(store.tk.store, store.folder / "elsewhere")
        await driven.until("no .tickets directory found")
        assert "Number 1" in driven.screen
        shutil.move(store.folder / "elsewhere", store.tk.store)
        await driven.until_without("no .tickets")
        assert "Number 1" in driven.screen

    drive(store, steps)


def test_settings_that_break_are_named_and_what_was_shown_stays(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        (store.tk.store / "config.yml").write_text("statuses: [", encoding="utf-8")
        await driven.until("config.yml")
        assert "Number 1" in driven.screen
        (store.tk.store / "config.yml").write_text("prefix: aa\n", encoding="utf-8")
        await driven.until_without("config.yml")
        assert "Number 1" in driven.screen

    drive(store, steps)


def test_the_stamp_differs_after_each_kind_of_change_and_not_without(store: Repository) -> None:
    place = opened(store).place
    stamps = [state_stamp(place)]
    changes = (
        lambda: store.tk("set", "aa-1", "priority=0"),
        lambda: store.git("commit", "--quiet", "--allow-empty", "--message", "empty"),
        lambda: (store.tk.store / "config.yml").write_text("prefix: aa\n", encoding="utf-8"),
        lambda: (store.tk.store / "config.yml").write_text("prefix: ab\n\n", encoding="utf-8"),
        lambda: store.git("checkout", "--quiet", "-b", "other"),
        (store.tk.store / "aa-5.md").unlink,
        lambda: store.git("pack-refs", "--all"),
    )
    for change in changes:
        assert state_stamp(place) == stamps[-1]
        change()
        stamps.append(state_stamp(place))
    assert len(set(stamps)) == len(stamps)
    with (store.tk.store / "aa-1.md").open("a", encoding="utf-8") as file:
        file.write("more\n")
    assert state_stamp(place, ["aa-1.md"]) != state_stamp(place, ["aa-2.md"])
