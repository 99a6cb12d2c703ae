"""Notes, edit and query, as scripts use them."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from store_files import MOMENT

if TYPE_CHECKING:
    from store_files import Tk

needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")


def query(tk: Tk, *args: str) -> list[dict[str, Any]]:
    done = tk("query", *args)
    assert done.code == 0, done.stderr
    return [json.loads(line) for line in done.lines]


def test_a_note_is_appended_under_its_heading(tk: Tk) -> None:
    tk.write("a-1")
    before = tk.text("a-1")
    done = tk("add-note", "a-1", "Cause found.")
    assert (done.stdout, done.code) == ("Note added to a-1\n", 0)
    added = tk.text("a-1").removeprefix(before)
    assert re.fullmatch(rf"\n## Notes\n\n\*\*{MOMENT}\*\*[^\n]*\n\nCause found\.\n", added)


def test_the_second_note_needs_no_second_heading(tk: Tk) -> None:
    tk.write("a-1")
    tk("add-note", "a-1", "One.")
    before = tk.text("a-1")
    tk("add-note", "a-1", "Two.")
    added = tk.text("a-1").removeprefix(before)
    assert re.fullmatch(rf"\n\*\*{MOMENT}\*\*[^\n]*\n\nTwo\.\n", added)


def test_the_words_of_a_note_are_joined_by_spaces(tk: Tk) -> None:
    tk.write("a-1")
    tk("add-note", "a-1", "two", "words  and", "more")
    assert tk.text("a-1").endswith("\n\ntwo words  and more\n")


def test_a_note_comes_from_stdin_when_no_words_are_given(tk: Tk) -> None:
    tk.write("a-1")
    done = tk("add-note", "a-1", stdin="Line one.\n\n- item\n\n\n")
    assert done.stdout == "Note added to a-1\n"
    assert tk.text("a-1").endswith("\n\nLine one.\n\n- item\n")


def test_words_win_over_stdin(tk: Tk) -> None:
    tk.write("a-1")
    tk("add-note", "a-1", "From words.", stdin="From stdin.")
    assert "From stdin" not in tk.text("a-1")


@pytest.mark.only_bash
def test_an_empty_word_is_a_note_with_a_time_only(tk: Tk) -> None:
    tk.write("a-1")
    done = tk("add-note", "a-1", "")
    assert (done.stdout, done.code) == ("Note added to a-1\n", 0)
    assert re.search(rf"^\*\*{MOMENT}\*\*", tk.text("a-1"), re.MULTILINE)


def test_a_note_is_not_interpreted(tk: Tk) -> None:
    tk.write("a-1")
    text = "100% $(id) `id` \\n & /x/ é"
    tk("add-note", "a-1", text)
    assert tk.text("a-1").endswith(f"\n\n{text}\n")


def test_a_note_to_nobody_fails(tk: Tk) -> None:
    tk.write("a-1")
    refused = tk("add-note", "nope", "text")
    assert refused.code != 0
    assert "Error: ticket 'nope' not found" in refused.stderr


@pytest.mark.parametrize("part", ["task-7f3k", "7f3k", "7f3"])
def test_edit_without_a_terminal_prints_the_path(tk: Tk, part: str) -> None:
    path = tk.write("task-7f3k")
    shown = tk("edit", part, env={"EDITOR": "false", "VISUAL": "false", "GIT_EDITOR": "false"})
    assert shown.code == 0
    assert shown.stdout == f"Edit ticket file: {path}\n"


def test_query_is_one_object_a_line_with_the_keys_in_the_order_of_the_file(tk: Tk) -> None:
    tk.write("a-1", "One", deps="a-2,a-3", more="assignee: Bo Li\ntags: [ui, api]\n")
    tk.write("a-2", "Two", status="closed")
    shown = tk("query")
    assert shown.lines[0] == (
        '{"id":"a-1","status":"open","deps":["a-2","a-3"],"links":[],'
        '"created":"2026-01-02T03:04:05Z","type":"task","priority":"2",'
        '"assignee":"Bo Li","tags":["ui","api"]}'
    )
    assert len(shown.lines) == 2


def test_query_gives_every_scalar_as_a_string(tk: Tk) -> None:
    tk.write("a-1", more="estimate: 3\nurgent: true\nnothing: null\nratio: 1.50\n")
    found = query(tk)[0]
    assert [found[key] for key in ("estimate", "urgent", "ratio")] == [
        "3",
        "true",
        "1.50",
    ]


def test_query_keeps_unknown_keys_and_leaves_the_title_out(tk: Tk) -> None:
    tk.write("a-1", more="external-ref: gh-1\nx_own: a: b\n")
    found = query(tk)[0]
    assert found["external-ref"] == "gh-1"
    assert found["x_own"] == "a: b"
    assert "title" not in found


def test_query_includes_closed_tickets(tk: Tk) -> None:
    tk.write("a-1", status="closed")
    assert [one["status"] for one in query(tk)] == ["closed"]


@needs_jq
@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ('.status == "open"', ["a-1", "a-2"]),
        ('.priority == "0"', ["a-2"]),
        ('.deps | index("a-2")', ["a-1"]),
        ('.status == "open" and (.deps | length) == 0', ["a-2"]),
        ("false", []),
    ],
)
def test_query_keeps_what_the_jq_expression_accepts(tk: Tk, expression: str, wanted: list[str]) -> None:
    tk.write("a-1", deps="a-2")
    tk.write("a-2", priority="0")
    tk.write("a-3", status="closed")
    assert [one["id"] for one in query(tk, expression)] == wanted


@needs_jq
def test_a_wrong_jq_expression_fails(tk: Tk) -> None:
    tk.write("a-1")
    refused = tk("query", "bad(")
    assert refused.code != 0
    assert refused.stdout == ""


@pytest.mark.only_plaintickets
def test_query_is_valid_json_whatever_the_file_holds(tk: Tk) -> None:
    text = '---\nid: a-1\ntags: ["two words", \'q"\']\ndeps:\n  - a-2\nnote: say "hi" \\ there\n---\n# T\n'
    tk.store.mkdir()
    (tk.store / "a-1.md").write_text(text)
    found = query(tk)[0]
    assert found["tags"] == ["two words", 'q"']
    assert found["deps"] == ["a-2"]
    assert found["note"] == 'say "hi" \\ there'
