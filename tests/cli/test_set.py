"""`tk set`: every operator, every type, lists in both layouts, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

FIELDS = """\
fields:
  score: {type: integer}
  ratio: {type: number}
  urgent: {type: boolean}
  on: {type: date}
  at: {type: datetime}
  level: {type: enum, values: [low, mid, high]}
  areas: {type: enum, values: [web, api, db], multiple: true}
  owner: {type: person}
  cause: {type: ticket}
  words: {type: list}
"""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    (repository.tk.store / "config.yml").write_text(FIELDS, encoding="utf-8")
    for ticket in ("pt-1", "pt-2", "pt-11", "pt-21"):
        repository.tk.write(ticket)
    repository.commit_all()
    return repository


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("priority=P0", "priority: 0"),
        ("priority=high", "priority: 1"),
        ("type=BUG", "type: bug"),
        ("score=+07", "score: 7"),
        ("ratio=0.50", "ratio: 0.50"),
        ("urgent=YES", "urgent: true"),
        ("on=tomorrow", "on: 2026-03-02"),
        ("at=2026-03-01T13:00:00+02:00", "at: 2026-03-01T11:00:00Z"),
        ("due=+7d", "due: 2026-03-08"),
        ("level=Mid", "level: mid"),
        ("areas=web, API,web", "areas: [web, api]"),
        ("owner=Bo Li <bo@example.org>", "owner: Bo Li <bo@example.org>"),
        ("cause=pt-2", "cause: pt-2"),
        ("words=a, b c,,d", "words: [a, b c, d]"),
        ("milestone=0755", 'milestone: "0755"'),
        ("assignee=@bob", 'assignee: "@bob"'),
        ("component=a: b # c", 'component: "a: b # c"'),
        ("component=null", 'component: "null"'),
        ("external-ref=jira:PT-1", "external-ref: jira:PT-1"),
    ],
)
def test_a_value_is_written_as_its_field_takes_it_on_one_line(store: Repository, setting: str, line: str) -> None:
    done = store.tk("set", "pt-1", setting)
    assert (done.code, done.stderr) == (0, "")
    added = [row for row in store.diff_lines() if row[0] == "+"]
    assert added == [f"+{line}"]
    assert len(store.diff_lines()) <= 2


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("priority=9", "0 1 2 3 4"),
        ("type=bgu", "'bug'"),
        ("status=clsoed", "'closed'"),
        ("score=1.5", "whole number"),
        ("ratio=nan", "number"),
        ("urgent=perhaps", "true false"),
        ("on=2026-02-30", "2026-02-30"),
        ("level=max", "low mid high"),
        ("areas=web,sea", "web api db"),
        ("cause=nowhere", "'nowhere' not found"),
        ("cause=../../etc/passwd", "Must be the id of a ticket"),
        ("assignee=bob\nstatus: closed", "one plain line"),
        ("assignee=\x1b]52;c;x\x07", "control character"),
        ("prioriti=1", "'priority'"),
        ("id=pt-9", "tk mv"),
        ("created=2026-01-01", "not set by hand"),
        ("created=", "not set by hand"),
        ("closed=2026-01-01", "tk close"),
        ("closed=", "tk reopen"),
        ("links=pt-2", "tk link"),
        ("links-=pt-2", "tk link"),
        ("links=", "tk link"),
        ("title=", "cannot be empty"),
        ("status=", "status"),
        ("priority+=1", "holds one value"),
        ("deps=pt-1", "cannot depend on itself"),
        ("parent=pt-1", "its own ancestor"),
        ("=1", "key=value"),
    ],
)
def test_a_value_that_the_field_does_not_take_is_refused_and_nothing_changes(
    store: Repository, setting: str, words: str
) -> None:
    head = store.git("rev-parse", "HEAD")
    refused = store.tk("set", "pt-1", setting)
    assert refused.code in (2, 3), refused.stderr
    assert words in refused.stderr
    assert "\x1b" not in refused.stderr
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


def test_a_refusal_at_the_last_ticket_leaves_the_first_as_it_was(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2")
    head = store.git("rev-parse", "HEAD")
    assert store.tk("set", "pt-11", "pt-2", "deps+=pt-1").code == 3
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


@pytest.mark.parametrize(
    ("lines", "setting", "after"),
    [
        ("tags: [a, b]", "tags+=c,a", "tags: [a, b, c]"),
        ("tags: [a, b]", "tags-=a", "tags: [b]"),
        ("tags:\n- a\n- b", "tags+=c", "tags:\n- a\n- b\n- c"),
        ("tags:\n  - a # why\n  - b", "tags-=b", "tags:\n  - a # why"),
        ("tags:\n  - a\n  - b", "tags=x", "tags:\n  - x"),
        ('tags: ["a", "b"] # seen', "tags+=c", 'tags: ["a", "b", "c"] # seen'),
        ("tags: a, b", "tags+=c", "tags: [a, b, c]"),
        ("tags: a", "tags-=x", "tags: a"),
    ],
)
def test_a_list_keeps_the_layout_that_it_has(store: Repository, lines: str, setting: str, after: str) -> None:
    store.tk.write("pt-1", more=f"{lines}\n")
    store.commit_all()
    done = store.tk("set", "pt-1", setting)
    assert done.code == 0, done.stderr
    assert f"priority: 2\n{after}\n---\n" in store.tk.text("pt-1")


def test_new_lists_stand_one_item_a_line_where_the_configuration_says_so(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("format:\n  lists: block\n", encoding="utf-8")
    store.tk("set", "pt-1", "tags=a,b")
    assert "\ntags:\n- a\n- b\n---\n" in store.tk.text("pt-1")


def test_a_dependency_to_take_away_is_named_by_a_part_of_its_id(store: Repository) -> None:
    store.tk.write("pt-abc2")
    store.tk.write("pt-21xy")
    store.tk("set", "pt-1", "deps=pt-abc2,pt-11,pt-21xy")
    ambiguous = store.tk("set", "pt-1", "deps-=pt-")
    assert ambiguous.code == 3
    assert "ambiguous ID 'pt-'" in ambiguous.stderr
    assert store.tk.field("pt-1", "deps") == "[pt-abc2, pt-11, pt-21xy]"
    store.tk("set", "pt-1", "deps-=21x,abc2")
    assert store.tk.field("pt-1", "deps") == "[pt-11]"


def test_a_dependency_on_a_ticket_that_is_gone_can_be_taken_away(store: Repository) -> None:
    store.tk.write("pt-1", deps="pt-gone, pt-2")
    assert store.tk("set", "pt-1", "deps-=pt-gone").code == 0
    assert store.tk.field("pt-1", "deps") == "[pt-2]"


def test_an_empty_value_takes_the_line_away(store: Repository) -> None:
    store.tk("set", "pt-1", "assignee=Bo", "due=2026-04-01")
    store.tk("set", "pt-1", "assignee=", "due=")
    assert sorted(store.diff_lines()) == ["-assignee: Bo", "-due: 2026-04-01"]


def test_several_tickets_and_fields_are_one_commit_that_names_the_tickets(store: Repository) -> None:
    done = store.tk("set", "pt-1", "pt-2", "pt-1", "priority=0", "assignee=Bo")
    assert done.lines == ["Updated pt-1: priority, assignee", "Updated pt-2: priority, assignee"]
    assert store.git("log", "-1", "--format=%B").splitlines()[:4] == [
        "tk: set pt-1, pt-2",
        "",
        "- pt-1 A ticket",
        "- pt-2 A ticket",
    ]


def test_the_commit_of_one_ticket_says_what_changed(store: Repository) -> None:
    store.tk("set", "pt-1", "assignee=Bo", "tags=a,b")
    assert "- assignee: (none) -> Bo\n- tags: (none) -> [a, b]" in store.git("log", "-1", "--format=%b")


def test_a_field_that_closing_requires_may_be_set_by_the_same_command(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("types:\n  task: {required_to_close: [resolution]}\n", encoding="utf-8")
    refused = store.tk("set", "pt-1", "status=closed")
    assert (refused.code, "resolution" in refused.stderr) == (3, True)
    done = store.tk("set", "pt-1", "status=closed", "resolution=fixed")
    assert (done.code, done.stderr) == (0, "")
    assert store.tk.field("pt-1", "closed") == "2026-03-01T12:00:00Z"
    store.tk("set", "pt-1", "status=open")
    assert (store.tk.field("pt-1", "closed"), store.tk.field("pt-1", "resolution")) == (None, None)


def test_setting_an_archived_ticket_to_an_open_status_brings_it_back(store: Repository) -> None:
    store.tk("close", "pt-1")
    store.tk("archive", "pt-1")
    assert not (store.tk.store / "pt-1.md").exists()
    store.tk("set", "pt-1", "status=open")
    assert store.tk.field("pt-1", "status") == "open"


def test_a_title_is_written_where_it_stands(store: Repository) -> None:
    store.tk("set", "pt-1", "title=Ünïcode: a # b")
    assert store.diff_lines() == ["-# A ticket", "+# Ünïcode: a # b"]


def test_a_foreign_key_that_is_there_may_be_set_and_one_named_like_a_part_too(store: Repository) -> None:
    store.tk.write("pt-1", more="body: heavy\ncomment: none\nx-team: red\n")
    store.commit_all()
    done = store.tk("set", "pt-1", "body=light", "comment=some", "x-team=blue: 2")
    assert done.code == 0, done.stderr
    added = [row for row in store.diff_lines() if row[0] == "+"]
    assert added == ["+body: light", "+comment: some", '+x-team: "blue: 2"']


def test_setting_a_field_of_a_broken_ticket_changes_nothing(store: Repository) -> None:
    path = store.tk.store / "pt-1.md"
    path.write_text("---\nid: pt-1\nstatus: open\nstatus: closed\n---\n# Twice\n", encoding="utf-8")
    before = path.read_bytes()
    refused = store.tk("set", "pt-1", "priority=1")
    assert refused.code == 4
    assert "pt-1.md:4" in refused.stderr
    assert path.read_bytes() == before


def test_json_names_each_change(store: Repository) -> None:
    import json

    shown = json.loads(store.tk("set", "pt-1", "priority=0", "tags=a", "--json").stdout)
    assert shown["format"] == 1
    assert shown["commit"] == store.git("rev-parse", "HEAD")
    assert shown["changes"] == [
        {"ticket": "pt-1", "field": "priority", "before": "2", "after": "0"},
        {"ticket": "pt-1", "field": "tags", "before": None, "after": ["a"]},
    ]


def test_a_list_that_holds_more_than_words_is_not_added_to(repository: Repository) -> None:
    tk = repository.tk
    tk.write("pt-9", more="plan:\n- one\n- step: two\n")
    repository.commit_all()
    before = tk.text("pt-9")
    refused = tk("set", "pt-9", "plan+=three")
    assert refused.code == 4
    assert "pt-9.md:9: 'plan' holds more than a list of words" in refused.stderr
    assert tk.text("pt-9") == before


def test_a_hard_link_that_a_write_parts_is_told_once(repository: Repository) -> None:
    path = repository.tk.write("pt-1")
    repository.commit_all()
    other = repository.folder / "other.md"
    other.hardlink_to(path)
    first, second = repository.tk("set", "pt-1", "priority=0"), repository.tk("set", "pt-1", "priority=1")
    assert first.stderr == "pt-1.md: its other names (hard links) keep the old text\n"
    assert (second.stderr, "priority: 2" in other.read_text()) == ("", True)
