"""`tk split`: parts become tickets in one commit, nothing is lost or shown to strangers, and one undo takes it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Result

BODY = """\
It is slow.

- [ ] Write the docs
- [x] Find the cause

## Notes

**2026-01-01T00:00:00Z** · Bo

The invoices are wrong, too.

**2026-01-02T00:00:00Z** · Ada Lovelace · internal

The key was stolen.

**2026-01-03T00:00:00Z** · Cy

Me too.
"""
MORE = "reporter: Bo\ncustomer: acme\ntags: [shop]\nqueue: support\nassignee: Ada Lovelace\ndue: 2026-02-01\n"


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", "The shop is slow", more=MORE, body=BODY)
    repository.tk.write("pt-2", "Another", more="external-ref: jira:1\n")
    repository.commit_all()
    return repository


def split(store: Repository, *words: str, code: int = 0) -> Result:
    done = store.tk("split", *words)
    assert done.code == code, done.stderr
    return done


def made(done: Result) -> list[str]:
    """The ids of the new tickets, by the lines that `tk split` prints."""
    return [word for line in done.lines for word in line.split() if word.startswith("pt-")]


def test_a_comment_becomes_a_child_of_its_author_with_what_the_ticket_is_about(store: Repository) -> None:
    before = store.git("rev-parse", "HEAD^{tree}")
    done = split(store, "pt-1", "1", "-t", "bug", "--set", "priority=1")
    (new,) = made(done)
    assert done.stdout == f"Split comment 1 of Bo, 2026-01-01: {new} The invoices are wrong, too.\n"
    names = ("parent", "reporter", "customer", "queue", "tags", "type", "priority", "status", "assignee", "due")
    assert [store.tk.field(new, name) for name in names] == [
        *("pt-1", "Bo", "acme", "support", "[shop]", "bug", "1", "open", None, None)
    ]
    assert store.tk.text(new).endswith(
        "# The invoices are wrong, too.\n\nThe invoices are wrong, too.\n\n"
        "Split from pt-1: comment 1 of Bo, 2026-01-01.\n"
    )
    text = store.tk.text("pt-1")
    assert f"· Ada Lovelace · internal\n\nSplit comment 1 of Bo, 2026-01-01: {new} The invoices" in text
    assert "**2026-01-01T00:00:00Z** · Bo\n\nThe invoices are wrong, too.\n" in text
    assert store.git("rev-list", "--count", "HEAD~1..HEAD") == "1"
    assert "commented (internal)" in store.tk("log", "pt-1").stdout
    assert store.tk("check").code == 0
    store.tk("undo")
    assert store.git("rev-parse", "HEAD^{tree}") == before


def test_the_last_comment_is_a_public_one_and_so_never_the_record_of_a_split(store: Repository) -> None:
    assert "comment 3 of Cy" in split(store, "pt-1", "last").stdout
    assert "comment 3 of Cy" in split(store, "pt-1", "last").stdout


def test_moved_comments_leave_the_ticket_and_are_one_ticket(store: Repository) -> None:
    (new,) = made(split(store, "pt-1", "last", "1", "--one", "--move", "--title", "Invoices", "--relation", "link"))
    assert (store.tk.field(new, "links"), store.tk.field("pt-1", "links")) == ("[pt-1]", f"[{new}]")
    assert store.tk.field(new, "parent") is None
    text = store.tk.text(new)
    assert "# Invoices\n\nMe too.\n" in text
    assert text.endswith("## Notes\n\n**2026-01-01T00:00:00Z** · Bo\n\nThe invoices are wrong, too.\n")
    left = store.tk.text("pt-1")
    assert "Me too." not in left
    assert "**2026-01-01" not in left
    assert "The key was stolen." in left
    assert f"Moved comment 3 of Cy, 2026-01-03; comment 1 of Bo, 2026-01-01: {new} Invoices" in left


@pytest.mark.parametrize("move", [True, False])
def test_comments_in_files_are_split_as_well(store: Repository, move: bool) -> None:
    (store.tk.store / "config.yml").write_text("format:\n  comments: files\n", "utf-8")
    store.tk("comment", "pt-2", "In a file.")
    store.commit_all()
    split(store, "pt-2", "1", *(["--move"] if move else []))
    texts = [path.read_text("utf-8") for path in (store.tk.store / "pt-2.d").glob("*.md")]
    assert len(texts) == (1 if move else 2)
    assert sum(" comment 1 of" not in text for text in texts) == (0 if move else 1)
    assert store.git("status", "--porcelain") == ""


def test_items_name_their_tickets_and_are_split_once(store: Repository) -> None:
    (new,) = made(split(store, "pt-1", "--items", "--relation", "dep"))
    assert f"- [ ] Write the docs ({new})\n- [x] Find the cause\n" in store.tk.text("pt-1")
    assert (store.tk.field("pt-1", "deps"), store.tk.field(new, "reporter")) == (f"[{new}]", "Bo")
    assert "no unticked item" in split(store, "pt-1", "--items", code=3).stderr
    assert f"is {new} already" in split(store, "pt-1", "write", code=3).stderr
    split(store, "pt-1", "cause", "--move")
    assert "- [x] Find the cause\n" not in store.tk.text("pt-1")


def test_of_an_internal_comment_comes_an_internal_ticket(store: Repository) -> None:
    (new,) = made(split(store, "pt-1", "2"))
    assert (store.tk.field(new, "visibility"), store.tk.field(new, "reporter")) == ("internal", None)


def test_a_comment_of_the_team_leaves_the_reporter_as_it_is(store: Repository) -> None:
    (store.tk.store / "people.yml").write_text("cy: {name: Cy, teams: [support]}\n", "utf-8")
    store.commit_all()
    assert [store.tk.field(new, "reporter") for new in made(split(store, "pt-1", "1", "3"))] == ["Bo", "Bo"]


def test_required_fields_are_asked_for_with_the_options_that_give_them(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("types:\n  task:\n  bug: {required: [component]}\n", "utf-8")
    store.commit_all()
    refused = split(store, "pt-1", "1", "-t", "bug", code=3)
    assert "needs: component" in refused.stderr
    assert "--set component=" in refused.stderr
    assert store.git("status", "--porcelain") == ""
    split(store, "pt-1", "1", "-t", "bug", "--set", "component=shop")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["pt-1", "9"], 3, "the ticket has 3 comments"),
        (["pt-1", "Write teh docs"], 3, "Did you mean 'Write the docs'?"),
        (["pt-9", "1"], 3, "not found"),
        (["pt-1", "1", "docs", "--title", "x"], 2, "--title is for one ticket"),
        (["pt-1", "--move"], 2, "--move goes with the parts"),
        (["pt-1", "1", "--set", "x"], 2, "key=value"),
        (["pt-1", "1", "--set", "external-ref=jira:1"], 3, "is that of pt-2"),
        (["pt-1", "1", "-t", "buq"], 2, "Did you mean 'bug'?"),
        (["pt-1", "1", "--relation", "child"], 2, "child"),
    ],
)
def test_what_cannot_be_split_changes_nothing(store: Repository, words: list[str], code: int, message: str) -> None:
    head = store.git("rev-parse", "HEAD")
    assert message in split(store, *words, code=code).stderr
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


def test_characters_that_steer_a_terminal_reach_no_title_name_or_message(store: Repository) -> None:
    path = store.tk.store / "pt-1.md"
    path.write_text(path.read_text().replace("· Cy\n\nMe", "· C\x1b[31my\n\n\x1b]0;x\x07Me"), "utf-8")
    store.commit_all()
    (new,) = made(split(store, "pt-1", "3"))
    assert (store.tk.field(new, "reporter"), "#  ]0;x Me too.\n" in store.tk.text(new)) == ("C [31my", False)
    assert store.tk.text(new).count("\x1b") == 1  # the text of the comment is as it was
    assert "\x1b" not in store.git("log", "-1", "--format=%B")


def test_a_dry_run_and_a_call_without_parts_only_show(store: Repository) -> None:
    head = store.git("rev-parse", "HEAD")
    assert split(store, "pt-1", "1", "docs", "--dry-run").lines == [
        "Would split comment 1 of Bo, 2026-01-01: task The invoices are wrong, too.",
        "Would split item 'Write the docs': task Write the docs",
    ]
    found = json.loads(split(store, "pt-1", "docs", "--dry-run", "--json").stdout)
    assert (found["commit"], found["id"]) == (None, "pt-1")
    assert found["tickets"] == [{"id": None, "title": "Write the docs", "type": "task"}]
    rows = json.loads(split(store, "pt-1", "--json").stdout)["rows"]
    assert [(row["number"], row["kind"], row["state"]) for row in rows] == [
        *(("1", "comment", ""), ("2", "comment", "internal"), ("3", "comment", "")),
        *(("", "item", ""), ("", "item", "ticked")),
    ]
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


def test_rules_fire_for_the_new_tickets(store: Repository) -> None:
    rule = "rules:\n- {name: first, on: created, if: 'tag:shop', do: [{assign: Bo}]}\n"
    (store.tk.store / "config.yml").write_text(rule, "utf-8")
    store.commit_all()
    (new,) = made(split(store, "pt-1", "1"))
    assert store.tk.field(new, "assignee") == "Bo"
