"""Likely duplicates: found, shown before filing, and folded into one."""

from __future__ import annotations

import json
import random
import shutil
from string import ascii_lowercase
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from gitwork import git

if TYPE_CHECKING:
    from store_files import Tk

CRASH = "Parser crashes on an empty file with a null pointer in read_header\n"


@pytest.fixture
@built_once
def store(tk: Tk) -> Tk:
    git(tk, "init", "--quiet")
    tk.write("pt-1", "Parser crashes on an empty file", body=CRASH)
    tk.write("pt-2", "Export of reports is slow", body="Takes minutes for large reports.\n")
    tk.write("pt-3", "Login page shows the wrong logo")
    git(tk, "add", "-A")
    git(tk, "commit", "--quiet", "-m", "Three tickets")
    return tk


def test_a_ticket_that_says_the_same_is_the_likeliest_and_says_why(store: Tk) -> None:
    found = json.loads(store("similar", "the parser crashes when a file is empty", "--json").stdout)
    assert found["tickets"][0]["id"] == "pt-1"
    assert 0 < found["tickets"][0]["score"] <= 1
    assert found["tickets"][0]["reasons"]


def test_a_ticket_is_not_its_own_duplicate(store: Tk) -> None:
    assert "pt-1" not in store("similar", "pt-1").stdout


def test_a_known_problem_is_one_line_with_the_ticket_that_goes_on(store: Tk) -> None:
    repeat = store("new", "Empty files break the header reader", "--no-check-duplicates").stdout.strip()
    store("merge-into", repeat, "--into", "pt-2")
    found = json.loads(store("similar", "empty files break the reader of headers", "--json").stdout)["tickets"]
    assert (found[0]["id"], found[0]["repeated-by"]) == ("pt-2", repeat)
    assert found[0]["reasons"][0] == f"repeated by {repeat}: Empty files break the header reader"
    assert [ticket["id"] for ticket in found].count("pt-2") == 1
    made = store("new", "Empty files break the header reader")
    assert made.stderr.startswith("possible duplicate: pt-2 [open] Export of reports is slow (0.9")
    assert f"repeated by {repeat}: Empty files break the header reader" in made.stderr


def test_a_store_with_few_known_duplicates_has_nothing_to_learn_from(store: Tk) -> None:
    refused = store("similar", "--learn")
    assert refused.code == 3
    assert "0 duplicates are known here (`duplicate-of`); 300 are needed" in refused.stderr
    assert store("similar", "--learn", "pt-1").code == 2


@pytest.mark.slow
def test_weights_that_were_learned_are_a_line_for_the_settings(store: Tk) -> None:
    chance = random.Random(7)
    # Words of letters alone, and many: a ticket is compared with few others, and learning takes a second, not ten.
    words = ["".join(chance.choices(ascii_lowercase, k=7)) for _ in range(4000)]
    for number in range(310):
        title, body = (" ".join(chance.choices(words, k=count)) for count in (4, 12))
        again = f"{title.rpartition(' ')[0]} {chance.choice(words)}"
        for name, head, text, more in (
            (f"or-{number}", title, body, ""),
            (f"re-{number}", again, body[:40], f"duplicate-of: or-{number}\n"),
        ):
            path = store.write(name, head, body=f"{text}\n", more=more)
            when = f"2024-{number // 28 + 1:02}-{number % 28 + 1:02}T0{len(more) % 9}:00:00Z"
            path.write_text(path.read_text(encoding="utf-8").replace("2026-01-02T03:04:05Z", when), encoding="utf-8")
    learned = store("similar", "--learn")
    assert learned.code == 0, learned.stderr
    assert "310 duplicates are known." in learned.stderr
    assert learned.lines[0].startswith("duplicates.weights: {match: ")
    before = json.loads(store("similar", title, "--json").stdout)["tickets"]
    with (store.store / "config.yml").open("a", encoding="utf-8") as file:
        file.write(learned.stdout)
    after = store("similar", title, "--json")
    assert (after.code, after.stderr) == (0, "")
    assert [one["score"] for one in json.loads(after.stdout)["tickets"]] != [one["score"] for one in before]
    assert "match: " in store("config", "duplicates.weights").stdout


def test_deleting_the_index_changes_no_answer(store: Tk) -> None:
    before = store("similar", "empty file crash", "--json").stdout
    shutil.rmtree(store.folder / ".git" / "plaintickets")
    assert store("similar", "empty file crash", "--json").stdout == before


def test_filing_warns_in_a_line_on_stderr_and_prints_the_id_alone(store: Tk) -> None:
    made = store("new", "Parser crashes on an empty file")
    assert made.code == 0
    assert len(made.lines) == 1
    assert made.stderr.startswith("possible duplicate: pt-1 [open] Parser crashes on an empty file")
    assert len(made.stderr.splitlines()) == 1


def test_a_ticket_filed_a_moment_ago_is_seen_too(store: Tk) -> None:
    store("similar", "anything")
    store("new", "Zebra crossing lights flicker")
    assert "Zebra crossing lights flicker" in store("new", "zebra crossing lights flickering").stderr


def test_an_intake_script_can_refuse_duplicates(store: Tk) -> None:
    refused = store("new", "Parser crashes on an empty file", "--check-duplicates=fail")
    assert refused.code == 1
    assert [ticket["id"] for ticket in json.loads(refused.stdout)["candidates"]] == ["pt-1"]
    assert len(list(store.store.glob("*.md"))) == 3
    assert store("new", "Something else entirely", "--check-duplicates=fail").code == 0
    made = store("new", "Parser crashes on an empty file", "--no-check-duplicates")
    assert (made.code, made.stderr) == (0, "")


def test_folding_keeps_a_stub_and_redirects_whoever_waited(store: Tk) -> None:
    store.write("pt-4", "Parser crash", deps="pt-2", more="reporter: Bo Li\ntags: [crash]\n")
    store.write("pt-5", "Waits", deps="pt-4", more="parent: pt-4\n")
    store("commit")
    before = git(store, "rev-parse", "HEAD:.tickets")
    assert "Would merge pt-4 into pt-1" in store("merge-into", "pt-4", "--into", "pt-1", "--dry-run").stdout
    assert git(store, "rev-parse", "HEAD:.tickets") == before
    done = store("merge-into", "pt-4", "--into", "pt-1")
    assert (done.code, done.stdout) == (0, "Merged pt-4 into pt-1\n")
    assert store.field("pt-4", "status") == "closed"
    assert store.field("pt-4", "resolution") == "duplicate"
    assert store.field("pt-4", "duplicate-of") == "pt-1"
    assert store.field("pt-5", "deps") == "[pt-1]"
    assert store.field("pt-5", "parent") == "pt-1"
    assert store.field("pt-1", "deps") == "[pt-2]"
    assert store.field("pt-1", "tags") == "[crash]"
    assert "Reported by Bo Li." in store.text("pt-1")
    assert store("undo").code == 0
    assert git(store, "rev-parse", "HEAD:.tickets") == before


def test_chains_are_followed_and_circles_refused(store: Tk) -> None:
    store("merge-into", "pt-1", "--into", "pt-2")
    store("merge-into", "pt-3", "--into", "pt-1")
    assert store.field("pt-3", "duplicate-of") == "pt-2"
    assert store("merge-into", "pt-2", "--into", "pt-1").code == 3
    assert store("merge-into", "pt-1", "--into", "pt-1").code == 3


TITLES = [
    "Release 2.0",
    "Crash",
    "启动崩溃",
    "エラーが出る",
    "How to install?",
    "ошибка",
    "C++",
    "$ 7.50 fee",
    "And so on",
]


@pytest.fixture
def sixteen(store: Tk) -> Tk:
    """A store of sixteen tickets."""
    for number, title in enumerate(TITLES):
        store.write(f"sm-{number}", title, body=f"Text number {number} about topic {number}.\n")
    subjects = ("Printing of invoices", "Dark mode for settings", "Sync over mobile networks", "Import of old mails")
    for number, subject in enumerate(subjects):
        store.write(f"sn-{number}", subject, body=f"{subject} should work better than it does today.\n")
    return store


@pytest.mark.parametrize("number", range(len(TITLES)))
def test_an_exact_title_is_always_named_case_and_punctuation_aside(sixteen: Tk, number: int) -> None:
    for title in (TITLES[number], TITLES[number].upper(), f"{TITLES[number]}!"):
        if title != "C++!":  # the plus signs are all that tells it from C
            refused = sixteen("new", title, "--check-duplicates=fail")
            assert refused.code == 1, title
            assert json.loads(refused.stdout)["candidates"][0]["id"] == f"sm-{number}"


def test_a_rewording_in_a_small_store_is_named_and_another_subject_is_not(sixteen: Tk) -> None:
    again = sixteen(
        "new", "Parser crash with empty files", "-d", "null pointer in read_header", "--check-duplicates=fail"
    )
    assert again.code == 1
    assert json.loads(again.stdout)["candidates"][0]["id"] == "pt-1"
    for title in ("Translate the manual into Latvian", "Search is case sensitive", "Backups fill the disk"):
        assert sixteen("new", title, "--check-duplicates=fail").code == 0, title
