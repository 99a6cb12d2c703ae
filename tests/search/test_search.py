"""What words find, in which order, and how the answer is printed."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from plaintickets.core.query import QueryError
from plaintickets.errors import UsageError
from search_store import make_store

if TYPE_CHECKING:
    from pathlib import Path

    from search_store import Store

TICKETS = {
    "en": ("Parser crashes on createWindow", "It drops the last line when memory leaks. Seen in v3.2.1, ORA-00942."),
    "fr": ("L'application plante à l'écran d'accueil", "Les données sont perdues après l'enregistrement."),
    "ru": ("Программа падает при сохранении файлов", "Появляется сообщение об ошибке ввода."),
    "lv": ("Programma avarē, saglabājot failu", "Kļūdas paziņojums parādās divreiz."),
    "hu": ("Nem működik a mentés gomb az ablakban", "A fájlokat nem lehet törölni."),
    "zh": ("程序启动时崩溃,无法保存文件", "内存泄漏导致系统变慢。"),
    "ja": ("起動時にエラーが発生します", "ファイルを保存できません。メモリ不足です。"),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


@pytest.fixture
def languages(store: Store) -> Store:
    for name, (title, body) in TICKETS.items():
        store.write(name, title, body)
    return store


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("crash", "en"), ("crashing parsers", "en"), ("CRASHED", "en"), ("createWindow", "en"),
        ("create window", "en"), ("ora-00942", "en"), ("3.2.1", "en"),
        ("v3.2", "en"), ('"memory leak"', "en"), ("ecran", "fr"), ("Écrans", "fr"),
        ("donnée perdue", "fr"), ("accueil", "fr"), ("файл", "ru"), ("сохранение", "ru"), ("ошибка", "ru"),
        ("kļūda", "lv"), ("kluda", "lv"), ("fails", "lv"), ("ablak", "hu"), ("ablakok", "hu"), ("fájl", "hu"),
        ("崩溃", "zh"), ("保存文件", "zh"),
        ("内存", "zh"), ("溃", "zh"), ("エラー", "ja"), ("起動", "ja"),
        ("メモリ不足", "ja"),
        ("発生する", ""), ("3.2.2", ""), ('"leak memory"', ""), ("文件保存", ""),
    ],
)  # fmt: skip
def test_a_reader_of_the_language_finds_the_ticket(languages: Store, query: str, found: str) -> None:
    assert languages.found(query) == [found] * bool(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pars*", ["en"]), ("crashe*", ["en"]), ("сохран*", ["ru"]), ("崩*", ["zh"]), ("createw*", ["en"]),
        ("crahs~", ["en"]), ("parzer~", ["en"]), ("crahs", []), ("title:crash", ["en"]), ("title:memory", []),
        ("body:memory", ["en"]), ("comment:memory", []), ("memory OR ошибка", ["en", "ru"]), ("memory ошибка", []),
        ("memory -crash", []), ("memory -ошибка", ["en"]), ("(memory OR data) status:open", ["en"]),
        ("memory is:closed", []), ("memory OR id:zh", ["en", "zh"]), ("-(memory OR id:*)", []),
    ],
)  # fmt: skip
def test_the_query_language_holds_for_words(languages: Store, query: str, found: list[str]) -> None:
    assert sorted(languages.found(query)) == found


def test_a_word_in_the_title_counts_more_than_in_the_text(store: Store) -> None:
    store.write("a-1", "Something else", "the printer is on fire " * 3 + "and so on " * 40)
    store.write("a-2", "Printer on fire", "Help.")
    assert store.found("printer") == ["a-2", "a-1"]


def test_a_rare_word_counts_more_than_a_frequent_one(store: Store) -> None:
    for number in range(9):
        store.write(f"a-{number}", "Window", "a common subject")
    store.write("b-1", "Basilisk", "a rare subject")
    assert store.found("window OR basilisk")[0] == "b-1"


def test_comments_tags_ids_and_outside_references_are_searched(store: Store) -> None:
    store.write("pt-7f3k", "One", "## Notes\n\n**2026-01-02T03:04:05Z** · Ada Lovelace\n\nquantum\n")
    store.write("pt-2", "Two", more="tags: [flux, crème]\nexternal-ref: JIRA-4711\n")
    assert store.found("comment:quantum") == ["pt-7f3k"]
    assert store.found("lovelace") == ["pt-7f3k"]
    assert store.found("body:quantum") == []
    assert store.found("flux") == store.found("creme") == store.found("jira-4711") == store.found("4711") == ["pt-2"]
    assert store.found("7f3k") == store.found("pt-7f3k") == ["pt-7f3k"]
    assert store.found("2026-01-02T03") == []


def test_comments_in_files_of_their_own_are_searched_and_seen_to_change(store: Store) -> None:
    store.write("a-1", "One")
    assert store.found("comment:quantum") == []
    folder = store.tickets / "a-1.d"
    folder.mkdir()
    (folder / "2026-01-02T030405Z-x7.md").write_text("---\nauthor: Ada Lovelace\n---\nquantum\n")
    assert store.found("comment:quantum") == store.found("lovelace") == store.found("quantum") == ["a-1"]
    (folder / "2026-01-02T030405Z-x7.md").write_text("---\nauthor: Ada Lovelace\n---\nphysics\n")
    assert store.found("quantum") == []
    assert store.found("physics") == ["a-1"]


def test_closed_and_archived_tickets_are_found_too(store: Store) -> None:
    store.write("a-1", "Basilisk", status="closed")
    store.write("archive/2025/a-2", "Basilisk", status="closed").write_text(
        (store.tickets / "a-1.md").read_text().replace("a-1", "a-2")
    )
    assert store.found("basilisk") == ["a-1", "a-2"]
    assert store.found("basilisk is:open") == []


def test_a_phrase_does_not_run_from_one_comment_field_into_another(store: Store) -> None:
    store.write("a-1", "Ends with alpha", "beta begins", more="tags: [gamma, delta]\n")
    assert store.found('"alpha beta"') == store.found('"gamma delta"') == []
    assert store.found('"with alpha"') == store.found('"beta begins"') == ["a-1"]


def test_a_word_that_nothing_has_is_answered_with_its_neighbours(languages: Store) -> None:
    assert languages.ask("crsh").suggestions == {"crsh": ["crashes"]}
    assert languages.ask("сохранени").suggestions == {}
    done = languages.tk("search", "memry")
    assert (done.stdout, done.stderr) == ("", "no ticket contains 'memry'; did you mean 'memory'?\n")
    assert json.loads(languages.tk("search", "memry", "--json").stdout)["suggestions"] == {"memry": ["memory"]}


def test_snippets_mark_the_matches(languages: Store) -> None:
    (hit,) = languages.ask("memory crash 3.2.1").hits
    assert [hit.ticket.title[a:b] for a, b in hit.title_marks] == ["crashes"]
    (snippet,) = hit.snippets
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["memory", "3.2.1"]
    body = languages.project().document("en").body
    assert body[snippet.offset :].startswith(snippet.text)


def test_a_snippet_is_cut_around_the_best_place(store: Store) -> None:
    store.write("a-1", "X", "alpha " + "filler " * 400 + "alpha beta " + "filler " * 400)
    ((snippet,),) = (hit.snippets for hit in store.ask("alpha beta").hits)
    assert len(snippet.text) < 200
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["alpha", "beta"]


def test_for_scripts_the_lines_are_those_of_ls(languages: Store) -> None:
    assert languages.tk("search", "memory", "crash").stdout == "en       [open] - Parser crashes on createWindow\n"
    assert languages.tk("search", "id:en").stdout == languages.tk("ls", "--all", "id:en").stdout


def test_the_options_shape_the_answer(store: Store) -> None:
    for number in range(25):
        store.write(f"a-{number:02}", "Basilisk", more=f"priority: {number % 5}\n")
    assert len(store.tk("search", "basilisk").stdout.splitlines()) == 20
    assert len(store.tk("search", "basilisk", "--limit", "0").stdout.splitlines()) == 25
    assert store.tk("search", "basilisk", "--count").stdout == "25\n"
    assert store.tk("search", "basilisk", "--limit", "2", "--files").stdout == ".tickets/a-00.md\n.tickets/a-01.md\n"
    assert store.tk("search", "basilisk", "--sort", "-priority", "--limit", "1").stdout.startswith("a-04")
    answer = json.loads(store.tk("search", "basilisk", "--json", "--limit", "3").stdout)
    assert (answer["format"], answer["total"], len(answer["tickets"])) == (1, 25, 3)
    assert answer["tickets"][0]["score"] > 0
    assert store.tk("search", "basilisk", "--exit-code").returncode == 0
    assert store.tk("search", "wyvern", "--exit-code", code=1).stdout == ""
    assert store.tk("search", "wyvern").stdout == ""


def test_on_a_terminal_the_matches_stand_out_and_no_control_byte_gets_through(store: Store) -> None:
    store.write("a-1", "Basilisk \x1b]52;c;aGk=\x07", "the basilisk \x1b[2J\u202e is near")
    screen, end = pty.openpty()
    command = [sys.executable, "-c", "from plaintickets.cli import main; main()", "search", "basilisk"]
    subprocess.run(command, cwd=store.folder, env=store.environ, stdout=end, check=True)
    os.close(end)
    shown = os.read(screen, 65536).decode()
    os.close(screen)
    assert "\x1b[1;31mbasilisk\x1b[0m" in shown
    unpainted = re.sub("\x1b\\[[0-9;]*m", "", shown)
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", unpainted)


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query_is_refused(store: Store, query: str) -> None:
    with pytest.raises(UsageError, match="what should be searched for"):
        store.ask(query)


@pytest.mark.parametrize("query", ["!!!", "crash '...'", "-(•)", "title:%"])
def test_a_word_without_letters_is_refused_with_its_place(languages: Store, query: str) -> None:
    with pytest.raises(QueryError, match="no letter or digit") as caught:
        languages.ask(query)
    assert "^" in str(caught.value)


@pytest.mark.parametrize("query", ['"open', "(a", "a AND", "*", "*a", "a*b", "statsu:open", "x" * 70 + "~"])
def test_a_malformed_query_is_refused_by_the_command(languages: Store, query: str) -> None:
    done = languages.tk("search", query, code=2)
    assert done.stdout == ""
    assert "^" in done.stderr


def test_hostile_queries_are_answered_or_refused(languages: Store) -> None:
    for query in ("the", "a*", "crash\u202e", "a " * 30_000, "q" * 60_000, "é" * 60_000):
        assert languages.ask(query).total <= len(TICKETS)
    for query in ("\x1b", "statsu:\x1b[2J", '"\x1b[2J'):
        with pytest.raises(UsageError) as caught:
            languages.ask(query)
        assert "\x1b" not in str(caught.value)
    with pytest.raises(QueryError, match="the limit is"):
        languages.ask("crash " * 200_000)


def test_a_large_ticket_is_found_by_its_last_word(store: Store) -> None:
    store.write("a-1", "Large", "lorem ipsum dolor " * 55_000 + "basilisk")
    store.write("a-2", "Too large", "lorem ipsum dolor " * 70_000)
    assert store.found("basilisk") == ["a-1"]
    done = store.tk("search", "basilisk")
    assert "a-2.md" in done.stderr
    assert "[too-large]" in done.stderr


def test_a_broken_ticket_is_named_and_hides_no_other(store: Store) -> None:
    store.write("a-1", "Basilisk")
    (store.tickets / "a-2.md").write_text("<<<<<<< HEAD\nbasilisk\n")
    done = store.tk("search", "basilisk")
    assert done.stdout.startswith("a-1")
    assert ".tickets/a-2.md:1:" in done.stderr
    problems = json.loads(store.tk("search", "basilisk", "--json").stdout)["problems"]
    assert len(problems) >= 1


NAMES = {"m-1": "SQLite and VirtIO", "m-2": "sqlite github datetime", "m-3": "GitHub DateTime NullPointerException"}
NAMES |= {"m-4": "Version 1.5.1.6471 fails", "m-5": "dropped frames", "m-6": "エラーが発生", "m-7": "使用git时"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sqlite", {"m-1", "m-2"}), ("SQLite", {"m-1", "m-2"}), ("virtio", {"m-1"}), ("VIRTIO", {"m-1"}),
        ("github", {"m-2", "m-3"}), ("GitHub", {"m-2", "m-3"}), ("DateTime", {"m-2", "m-3"}),
        ("title:sqlite", {"m-1", "m-2"}), ("nullpointer", {"m-3"}), ("PointerException", {"m-3"}),
        ("6471", {"m-4"}), ("1.5.1", {"m-4"}), ("dropp*", {"m-5"}), ("エラーが", {"m-6"}), ("用git", {"m-7"}),
        ('"SQLite github"', {"m-2"}),
    ],
)  # fmt: skip
def test_case_never_matters_and_parts_of_names_are_found(store: Store, query: str, found: set[str]) -> None:
    for name, title in NAMES.items():
        store.write(name, title)
    assert set(store.found(query)) == found
