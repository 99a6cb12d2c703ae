"""`tk migrate-format`: a store moved to another layout in one commit, and what the other commands do there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

AWAY = ("migrate-format", "--lists", "block", "--comments", "files")
BACK = ("migrate-format", "--lists", "inline", "--comments", "body")


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", more="tags: [zeta, alpha]\n")
    repository.tk.write("pt-2", deps="pt-1")
    repository.commit_all()
    for text in ("First.", "Second."):
        repository.tk("comment", "pt-1", text)
    return repository


def comment_files(store: Repository, ticket: str = "pt-1") -> list[str]:
    return sorted(path.name for path in (store.tk.store / f"{ticket}.d").glob("*.md"))


def test_settings_files_beside_config_yml_are_not_in_the_way(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("prefix: pt\n", encoding="utf-8")
    (store.tk.store / "people.yml").write_text("ada: {teams: [core]}\n", encoding="utf-8")
    store.commit_all()
    done = store.tk(*AWAY)
    assert (done.code, done.stderr) == (0, "")
    text = (store.tk.store / "config.yml").read_text(encoding="utf-8")
    assert text == "prefix: pt\nformat.lists: block\nformat.comments: files\n"
    assert store.tk("undo").code == 0
    assert (store.tk.store / "config.yml").read_text(encoding="utf-8") == "prefix: pt\n"
    assert store.tk("undo", "HEAD").code == 0
    assert (store.tk.store / "config.yml").read_text(encoding="utf-8") == text


def test_one_commit_moves_the_store_and_sets_what_new_tickets_get(store: Repository) -> None:
    assert store.tk(*AWAY).stdout == "Migrated 2 tickets: format.lists: block, format.comments: files\n"
    assert store.git("rev-list", "--count", "HEAD") == "5"
    assert store.git("status", "--porcelain") == ""
    assert "tags:\n- alpha\n- zeta\n" in store.tk.text("pt-1")
    assert "## Notes" not in store.tk.text("pt-1")
    assert len(comment_files(store)) == 2
    assert store.tk("config", "format.comments").stdout == "files\n"
    shown = store.tk("show", "pt-1").stdout
    assert shown.index("First.") < shown.index("Second.")


def test_new_tickets_lists_and_comments_follow_the_layout(store: Repository) -> None:
    store.tk(*AWAY)
    store.tk("tag", "pt-1", "mid")
    assert "tags:\n- alpha\n- mid\n- zeta\n" in store.tk.text("pt-1")
    store.tk("dep", "pt-1", "pt-2", "--force")
    store.tk("set", "pt-2", "tags+=new")
    assert "tags:\n- new\n" in store.tk.text("pt-2")
    store.tk("link", "pt-1", "pt-2")
    assert "links:\n- pt-2\n" in store.tk.text("pt-1")
    assert store.diff_lines() == ["-links: []", "+links:", "+- pt-2", "-links: []", "+links:", "+- pt-1"]
    made = store.tk("new", "Made", "--tag", "b", "--tag", "a", "-q").stdout.strip()
    assert "tags:\n- a\n- b\n" in store.tk.text(made)
    store.tk("close", made, "-m", "Done.")
    store.tk("comment", made, "More.", "--internal")
    assert len(comment_files(store, made)) == 2
    assert "internal: true" in "".join(path.read_text() for path in (store.tk.store / f"{made}.d").iterdir())
    assert "Done." not in store.tk.text(made)


def test_comments_in_files_go_where_their_ticket_goes(store: Repository) -> None:
    store.tk(*AWAY)
    store.tk("mv", "pt-1", "pt-9")
    assert not (store.tk.store / "pt-1.d").exists()
    assert len(comment_files(store, "pt-9")) == 2
    assert "First." in store.tk("show", "pt-9").stdout
    store.tk("close", "pt-9")
    store.tk("archive", "pt-9")
    assert len(list(store.tk.store.glob("archive/*/pt-9.d/*.md"))) == 2
    assert "pt-9" in store.tk("search", "second").stdout
    store.tk("merge-into", "pt-9", "--into", "pt-2")
    assert "Duplicate pt-9" in store.tk("show", "pt-2").stdout
    store.tk("rm", "pt-9", "--force")
    assert not list(store.tk.store.glob("**/pt-9*"))
    store.tk("undo")
    assert len(list(store.tk.store.glob("**/pt-9.d/*.md"))) == 2


def test_the_history_of_a_ticket_does_not_show_its_comments_twice(store: Repository) -> None:
    store.tk(*AWAY)
    told = store.tk("log", "pt-1").stdout
    assert (told.count("First."), told.count("removed")) == (1, 0)
    store.tk(*BACK)
    told = store.tk("log", "pt-1").stdout
    assert (told.count("First."), told.count("removed")) == (1, 0)


def test_the_way_back_leaves_the_ticket_as_it_was(store: Repository) -> None:
    before = store.tk.text("pt-1"), store.tk.text("pt-2")
    store.tk(*AWAY)
    store.tk(*BACK)
    assert store.tk.text("pt-1") == before[0].replace("[zeta, alpha]", "[alpha, zeta]")
    assert store.tk.text("pt-2") == before[1]
    assert not (store.tk.store / "pt-1.d").exists()


LINKS = """\
![shot](pt-1.d/attachments/a-shot.png) [log](<pt-1.d/attachments/my log.txt> "The log") [![x](pt-1.d/x.png)](pt-2.md)
[code](../src/main.c#L3) [web](https://example.org/pt-1.d/x) [mail](mailto:a@b.example) [part](#part) `[no](pt-2.md)`

```
[example](pt-2.md)
```

[ref]: pt-2.md"""
LINKS_IN_FILE = """\
![shot](attachments/a-shot.png) [log](<attachments/my log.txt> "The log") [![x](x.png)](../pt-2.md)
[code](../../src/main.c#L3) [web](https://example.org/pt-1.d/x) [mail](mailto:a@b.example) [part](#part) `[no](pt-2.md)`

```
[example](pt-2.md)
```

[ref]: ../pt-2.md"""


def test_relative_links_of_comments_lead_where_they_led(store: Repository) -> None:
    store.tk("comment", "pt-1", "-", stdin=LINKS)
    before = store.tk.text("pt-1")
    assert LINKS in before
    assert store.tk(*AWAY).code == 0
    assert LINKS_IN_FILE in (store.tk.store / "pt-1.d" / comment_files(store)[-1]).read_text()
    assert store.tk(*BACK).code == 0
    assert store.tk.text("pt-1") == before.replace("[zeta, alpha]", "[alpha, zeta]")
    told = json.loads(store.tk("log", "pt-1", "--json").stdout)["events"]
    of_it = [event for event in told if "shot" in str(event.get("after"))]
    assert [event["kind"] for event in told if event.get("after") is None and event["kind"] == "commented"] == []
    assert [bool(event.get("before")) for event in of_it] == [True, True, False]


def test_undo_takes_the_layout_and_the_setting_back(store: Repository) -> None:
    store.tk("set", "pt-1", "priority=1")
    before = store.git("rev-parse", "HEAD^{tree}")
    store.tk(*AWAY)
    assert store.tk("undo").code == 0
    assert store.git("rev-parse", "HEAD^{tree}") == before
    assert store.tk("config", "format.lists").stdout == "inline\n"


@pytest.mark.parametrize(
    ("config", "after"),
    [
        ("prefix: x", "prefix: x\nformat.lists: block\n"),
        ("#format.lists: inline\nprefix: x\n", "format.lists: block\nprefix: x\n"),
        ("format.lists: inline # short\n", "format.lists: block # short\n"),
        ("format:\n  # where\n  comments: files\n  lists: inline # short\nprefix: x\n",
         "format:\n  # where\n  comments: files\n  lists: block # short\nprefix: x\n"),
        ("format:\n  comments: files\n", "format:\n  lists: block\n  comments: files\n"),
    ],
)  # fmt: skip
def test_the_setting_is_written_where_it_belongs(store: Repository, config: str, after: str) -> None:
    (store.tk.store / "config.yml").write_text(config)
    store.commit_all()
    assert store.tk("migrate-format", "--lists", "block").code == 0
    assert (store.tk.store / "config.yml").read_text() == after


def test_a_store_with_settings_in_files_of_their_own_is_migrated(store: Repository) -> None:
    (store.tk.store / "people.yml").write_text("ada: {teams: [core]}\n")
    (store.tk.store / "routes.yml").write_text("- {if: is:open, team: core, by: least-loaded}\n")
    store.commit_all()
    done = store.tk("migrate-format", "--lists", "block")
    assert (done.code, done.stderr) == (0, "")
    assert store.tk("config", "format.lists").stdout == "block\n"


def test_a_setting_that_cannot_be_written_there_stops_it(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("{format: {lists: inline}}\n")
    head = store.commit_all()
    refused = store.tk("migrate-format", "--lists", "block")
    assert (refused.code, "by hand" in refused.stderr) == (3, True)
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


def test_unreadable_files_and_uncommitted_changes_are_named_and_stop_it(store: Repository) -> None:
    store.tk.write("pt-3", more="tags: {a\n")
    dirty = store.tk(*AWAY)
    assert (dirty.code, ".tickets/pt-3.md" in dirty.stderr) == (3, True)
    store.commit_all()
    broken = store.tk(*AWAY)
    assert (broken.code, ".tickets/pt-3.md:" in broken.stderr) == (4, True)
    assert store.git("status", "--porcelain") == ""
    assert comment_files(store) == []


def test_lists_with_remarks_of_their_own_stay_as_they_are(store: Repository) -> None:
    store.tk.write("pt-3", more="tags:\n- a # first\n- b\naffects: [x] # one\n")
    store.commit_all()
    done = store.tk("migrate-format", "--lists", "inline")
    assert "pt-3.md: tags holds more than plain items" in done.stderr
    assert "- a # first" in store.tk.text("pt-3")
    store.tk("migrate-format", "--lists", "block")
    assert "affects: [x] # one" in store.tk.text("pt-3")


def test_a_dry_run_changes_nothing(store: Repository) -> None:
    head = store.git("rev-parse", "HEAD")
    assert store.tk(*AWAY, "--dry-run").stdout == "2 tickets would change\n"
    found = json.loads(store.tk(*AWAY, "--dry-run", "--json").stdout)
    assert (found["tickets"], found["commit"]) == (["pt-1", "pt-2"], None)
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")
    assert store.tk("migrate-format").code == 2
