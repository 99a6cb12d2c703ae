"""What scripts written for the bash tool rely on: creating, finding and moving tickets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from store_files import MOMENT

if TYPE_CHECKING:
    from store_files import Tk


def test_create_prints_the_id_alone(tk: Tk) -> None:
    made = tk("create", "My first ticket")
    assert made.code == 0
    assert re.fullmatch(r"mp-[a-z0-9]{4}\n", made.stdout)
    assert "\n# My first ticket\n" in tk.text(made.stdout.strip())


def test_create_makes_the_store_in_the_current_folder(tk: Tk) -> None:
    assert not tk.store.exists()
    ticket = tk("create", "First").stdout.strip()
    assert [path.name for path in tk.store.glob("*.md")] == [f"{ticket}.md"]


def test_a_new_ticket_has_these_lines_in_this_order(tk: Tk) -> None:
    ticket = tk("create", "Plain").stdout.strip()
    lines = [line for line in tk.text(ticket).rstrip().splitlines() if "assignee:" not in line]
    assert re.fullmatch(rf"created: {MOMENT}", lines.pop(5))
    assert lines == [
        "---",
        f"id: {ticket}",
        "status: open",
        "deps: []",
        "links: []",
        "type: task",
        "priority: 2",
        "---",
        "# Plain",
    ]


def test_every_option_of_create_lands_in_its_place(tk: Tk) -> None:
    tk.write("mp-top")
    options = ["-d", "What.", "--design", "How.", "--acceptance", "When done.", "-t", "bug"]
    options += ["-p", "0", "-a", "Bo Li", "--external-ref", "gh-7", "--parent", "top"]
    options += ["--tags", "ui,backend"]
    ticket = tk("create", "Full", *options).stdout.strip()
    head, body = tk.text(ticket).split("\n---\n", 1)
    assert head.splitlines()[6:] == [
        "type: bug",
        "priority: 0",
        "assignee: Bo Li",
        "external-ref: gh-7",
        "parent: mp-top",
        "tags: [ui, backend]",
    ]
    assert body.rstrip() == ("# Full\n\nWhat.\n\n## Design\n\nHow.\n\n## Acceptance Criteria\n\nWhen done.")


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("--type", "epic", "type"),
        ("--priority", "4", "priority"),
        ("--assignee", "Bo", "assignee"),
    ],
)
def test_the_long_options_mean_the_same(tk: Tk, option: str, value: str, key: str) -> None:
    ticket = tk("create", "Long", option, value).stdout.strip()
    assert tk.field(ticket, key) == value


def test_options_may_come_before_the_title(tk: Tk) -> None:
    ticket = tk("create", "--description", "Text", "After").stdout.strip()
    assert "# After\n\nText" in tk.text(ticket)


def test_a_ticket_without_a_title_is_untitled(tk: Tk) -> None:
    assert "\n# Untitled\n" in tk.text(tk("create").stdout.strip())


def test_an_unknown_parent_creates_nothing(tk: Tk) -> None:
    tk.write("mp-1")
    refused = tk("create", "Child", "--parent", "nowhere")
    assert refused.code != 0
    assert refused.stdout == ""
    assert "Error: ticket 'nowhere' not found" in refused.stderr
    assert len(list(tk.store.glob("*.md"))) == 1


@pytest.mark.parametrize("args", [("--bogus",), ("--priority",)])
def test_a_wrong_option_of_create_is_refused(tk: Tk, args: tuple[str, ...]) -> None:
    refused = tk("create", *args)
    assert refused.code != 0
    assert refused.stdout == ""


@pytest.mark.parametrize(("command", "status"), [("start", "in_progress"), ("close", "closed"), ("reopen", "open")])
def test_a_status_command_says_what_it_did(tk: Tk, command: str, status: str) -> None:
    tk.write("mp-1", status="in_progress" if status == "open" else "open")
    done = tk(command, "mp-1")
    assert (done.stdout, done.code) == (f"Updated mp-1 -> {status}\n", 0)
    assert tk.field("mp-1", "status") == status


@pytest.mark.parametrize("status", ["open", "in_progress", "closed"])
def test_status_takes_every_status_even_the_present_one(tk: Tk, status: str) -> None:
    tk.write("mp-1")
    for _ in range(2):
        done = tk("status", "mp-1", status)
        assert (done.stdout, done.code) == (f"Updated mp-1 -> {status}\n", 0)
    assert tk.field("mp-1", "status") == status


def test_an_invalid_status_names_the_valid_ones(tk: Tk) -> None:
    tk.write("mp-1")
    before = tk.text("mp-1")
    refused = tk("status", "mp-1", "finished")
    assert refused.code != 0
    assert refused.stdout == ""
    assert "Error: invalid status 'finished'. Must be one of: open in_progress closed" in refused.stderr
    assert tk.text("mp-1") == before


def test_starting_changes_one_line_and_no_other(tk: Tk) -> None:
    tk.write("mp-1", more="custom-key:   kept  \n", body="Body  \n\n\tindented\n")
    before = tk.text("mp-1")
    tk("start", "mp-1")
    assert tk.text("mp-1") == before.replace("status: open", "status: in_progress")


@pytest.mark.parametrize("part", ["abc-1234", "1234", "abc", "c-12", "  abc-1234 "])
def test_any_part_of_an_id_names_its_ticket_where_the_settings_say_so(tk: Tk, part: str) -> None:
    tk.write("abc-1234")
    (tk.store / "config.yml").write_text("guess_ids: true\n", "utf-8")
    tk.write("xyz-5678")
    assert tk("start", part).stdout == "Updated abc-1234 -> in_progress\n"


def test_an_exact_id_wins_over_those_that_contain_it(tk: Tk) -> None:
    tk.write("abc")
    tk.write("abc-1234")
    assert tk("close", "abc").stdout == "Updated abc -> closed\n"


@pytest.mark.parametrize("command", ["show", "start", "close", "reopen", "edit"])
def test_an_unknown_id_is_an_error(tk: Tk, command: str) -> None:
    tk.write("mp-1")
    refused = tk(command, "nope")
    assert refused.code != 0
    assert refused.stdout == ""
    assert "Error: ticket 'nope' not found" in refused.stderr


@pytest.mark.parametrize("command", ["show", "start", "close", "reopen", "edit"])
def test_an_ambiguous_id_is_an_error(tk: Tk, command: str) -> None:
    tk.write("mp-11")
    tk.write("mp-12")
    refused = tk(command, "mp-1")
    assert refused.code != 0
    assert "Error: ambiguous ID 'mp-1' matches multiple tickets" in refused.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("start",),
        ("close",),
        ("reopen",),
        ("status", "mp-1"),
        ("dep",),
        ("dep", "mp-1"),
        ("dep", "tree"),
        ("undep", "mp-1"),
        ("link", "mp-1"),
        ("unlink", "mp-1"),
        ("show",),
        ("add-note",),
    ],
)
def test_too_few_arguments_are_a_usage_error_on_stderr(tk: Tk, args: tuple[str, ...]) -> None:
    tk.write("mp-1")
    refused = tk(*args)
    assert refused.code != 0
    assert refused.stdout == ""
    assert "usage" in refused.stderr.lower()


def test_an_unknown_command_is_named(tk: Tk) -> None:
    tk.write("mp-1")
    refused = tk("frobnicate")
    assert refused.code != 0
    assert refused.stdout == ""
    assert "frobnicate" in refused.stderr


@pytest.mark.parametrize("args", [("help",), ("--help",), ("-h",)])
def test_help_needs_no_store(tk: Tk, args: tuple[str, ...]) -> None:
    shown = tk(*args)
    assert shown.code == 0
    for word in ("minimal ticket system", "create", "add-note", "undep"):
        assert word in shown.stdout
