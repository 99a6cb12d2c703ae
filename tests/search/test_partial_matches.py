"""What is shown where few tickets have all words, and text that was pasted as a query."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plaintickets.actions.search import FEW
from search_store import make_store

if TYPE_CHECKING:
    from pathlib import Path

    from search_store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = make_store(tmp_path)
    store.write("a-1", "Parser drops the window", "SQLite and threads")
    store.write("a-2", "Parser is slow", "with a window")
    store.write("a-3", "Printer on fire", "java.lang.NullPointerException: null at http://example.com/a?b=1")
    return store


def partial(store: Store, query: str, *options: str) -> list[str]:
    rows = json.loads(store.tk("search", query, *options, "--json").stdout)["tickets"]
    return [row["id"] for row in rows if row["partial"]]


def test_tickets_that_have_most_of_the_words_follow_those_that_have_all(store: Store) -> None:
    rows = json.loads(store.tk("search", "parser window drops", "--json").stdout)
    assert [(row["id"], row["partial"], row["missing"]) for row in rows["tickets"]] == [
        ("a-1", False, []), ("a-2", True, ["drops"])
    ]  # fmt: skip
    assert rows["total"] == 1


def test_a_line_on_standard_error_says_what_follows_and_names_similar(store: Store) -> None:
    done = store.tk("search", "parser window drops")
    assert [line[:3] for line in done.stdout.splitlines()] == ["a-1", "a-2"]
    assert "only the above have all words" in done.stderr
    assert "tk similar" in done.stderr
    assert "no ticket has all words" in store.tk("search", "parser printer").stderr
    assert "all words" not in store.tk("search", "printer").stderr


def test_what_counts_or_names_files_takes_tickets_with_all_words_only(store: Store) -> None:
    assert store.tk("search", "parser printer", "--count").stdout == "0\n"
    assert store.tk("search", "parser printer", "--files").stdout == ""
    store.tk("search", "parser printer", "--exit-code", code=1)
    assert partial(store, "parser printer", "--sort", "id") == []


def test_a_word_that_nobody_wrote_does_not_hide_the_others(store: Store) -> None:
    assert partial(store, "printer qwertyuiop") == ["a-3"]


def test_filters_hold_for_tickets_with_most_of_the_words(store: Store) -> None:
    assert partial(store, "id:a-3 parser printer") == ["a-3"]
    assert partial(store, "parser printer is:closed") == []
    assert partial(store, "parser printer -parser") == ["a-3"]


def test_no_more_than_a_few_follow_and_none_beyond_the_limit(store: Store) -> None:
    for number in range(2 * FEW):
        store.write(f"b-{number:02}", "Disk full")
    assert len(partial(store, "disk parser")) == FEW
    assert len(partial(store, "disk parser", "--limit", "3")) == 3
    answer = store.ask("disk full")
    assert (answer.total, answer.partial) == (2 * FEW, [])


def test_other_forms_of_a_word_follow(store: Store) -> None:
    store.write("c-1", "Die Häuser und der Schlüssel")
    assert store.found("Schluessel") == []
    assert partial(store, "Schluessel") == ["c-1"]
    assert partial(store, "Haus") == ["c-1"]


@pytest.mark.parametrize(
    "query",
    [
        "java.lang.NullPointerException: null",
        'Exception in thread "main" java.lang.NullPointerException: null',
        "NullPointerException at (http://example.com/a?b=1",
        "if (printer != null) { fire(); }",
        "printer - fire",
        "Printer: on fire = bad",
        'printer"s on "fire',
        "printer fire AND",
    ],
)
def test_a_pasted_line_is_a_search(store: Store, query: str) -> None:
    answer = store.ask(query)
    assert "a-3" in {hit.ticket.id for hit in (*answer.hits, *answer.partial)}


@pytest.mark.parametrize("query", ["http://nowhere.example/x?y=1&z=2", "Window()", "std::vector<int>", "a=b;"])
def test_pasted_code_and_addresses_are_no_errors(store: Store, query: str) -> None:
    assert "as plain words" in store.tk("search", query, code=0).stderr


def test_what_was_read_as_words_is_said_and_a_slip_in_a_filter_stays_an_error(store: Store) -> None:
    assert "as plain words" in store.tk("search", "printer: on fire").stderr
    assert "did you mean status" in store.tk("search", "statsu:open printer on fire", code=2).stderr
    store.tk("search", "status:open (printer on fire", code=2)
    store.tk("search", "owner:", code=2)


@pytest.mark.parametrize("query", ['"sqlite and"', '"SQLite and"', '"sqlite and threads"', '"sqlite"', '"sq lite and"'])
def test_a_phrase_goes_on_behind_a_name_of_mixed_case(store: Store, query: str) -> None:
    assert store.found(query) == ["a-1"]


def test_a_phrase_goes_on_only_behind_the_end_of_a_name(store: Store) -> None:
    store.write("d-1", "see basilisk then BasiLisk then here")
    assert store.found('"see basilisk then basilisk then here"') == ["d-1"]
    assert store.found('"see basilisk here"') == []
    assert store.found('"basilisk basilisk"') == []
    assert store.ask("basilisk").total == 1
