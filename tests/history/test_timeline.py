"""Timelines out of real repositories."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from repositories import Builder, Reader, git, ticket

from plaintickets.core.replay import replay
from plaintickets.errors import GitRefusedError
from plaintickets.history.load import read
from plaintickets.history.past_text import text_history

if TYPE_CHECKING:
    from pathlib import Path

    from plaintickets.history.timeline import History

T1 = ".tickets/pt-1.md"


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "repository")


def told(history: History) -> list[tuple[str, str, object, object]]:
    return [(e.kind, e.field, e.before, e.after) for e in history.events if e.kind not in ("created", "text")]


def kinds(history: History) -> list[str]:
    return [event.kind for event in history.events]


def test_a_change_is_told_with_its_author_time_and_commit(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1")}, author="Zoë Ö <z@example.org>".encode())
    message = b"tk: close pt-1\n\nBody.\n\nTicket: pt-1\nReviewed-by: Bob\n"
    builder.commit({T1: ticket("pt-1", status="closed")}, message=message, when=1_800_000_000)
    events = read(builder.finish(), ".tickets").events
    assert [event.kind for event in events] == ["created", "changed"]
    assert events[0].author == "Zoë Ö"
    assert events[0].after == {"id": "pt-1", "status": "open", "created": "2026-01-05T09:00:00Z", "title": "A ticket"}
    assert (events[1].field, events[1].before, events[1].after) == ("status", "open", "closed")
    assert (events[1].date, events[1].commit) == (1_800_000_000, builder.oids[2])
    assert events[1].revision.subject == "tk: close pt-1"
    assert events[1].revision.trailers == "Ticket: pt-1\nReviewed-by: Bob"
    assert json.loads(json.dumps(events[1].as_json()))["date"] == "2027-01-15T08:00:00Z"


def test_two_processes_read_any_history(builder: Builder) -> None:
    for number in range(60):
        builder.commit({f".tickets/pt-{number % 7}.md": ticket(f"pt-{number % 7}", text=f"{number}\n")})
    reader = builder.finish()
    read(reader, ".tickets")
    assert reader.spawned == ["log", "cat-file"]


def test_a_warm_cache_needs_one_process(builder: Builder, tmp_path: Path) -> None:
    builder.commit({T1: ticket("pt-1")})
    reader = builder.finish()
    first = read(reader, ".tickets", cache=str(tmp_path / "d"))
    reader.spawned.clear()
    again = read(reader, ".tickets", cache=str(tmp_path / "d"))
    assert reader.spawned == ["rev-parse"]
    assert [event.as_json() for event in again.events] == [event.as_json() for event in first.events]


def test_a_comment_and_a_change_of_text_are_told_apart(builder: Builder) -> None:
    note = "\n## Notes\n\n**2026-01-06T09:00:00Z** · Ann\n\nSeen.\n"
    builder.commit({T1: ticket("pt-1", text="\none\ntwo\n")})
    builder.commit({T1: ticket("pt-1", text="\none\nthree\n" + note)})
    text, comment = read(builder.finish(), ".tickets").events[2:]
    assert (text.kind, text.removed, text.added) == ("text", "two", "three")
    assert comment.after == {"date": "2026-01-06T09:00:00Z", "author": "Ann", "text": "Seen."}


@pytest.mark.parametrize("date", [b"date: 2026-01-06T09:00:00Z\n", b""])
def test_comment_files_are_comments_also_where_only_the_name_tells_the_time(builder: Builder, date: bytes) -> None:
    builder.commit({T1: ticket("pt-1")})
    path = ".tickets/pt-1.d/2026-01-06T090000Z-ab.md"
    builder.commit({path: b"---\nauthor: Bob\n" + date + b"internal: true\n---\nHidden.\n"})
    builder.commit({path: None})
    added, removed = read(builder.finish(), ".tickets").events[1:]
    value = {"date": "2026-01-06T09:00:00Z", "author": "Bob", "text": "Hidden.", "internal": "true"}
    assert (added.kind, added.before, added.after) == ("commented", None, value)
    assert (removed.kind, removed.before, removed.after) == ("commented", value, None)


def test_a_renamed_ticket_keeps_its_history(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1")})
    builder.commit({T1: ticket("pt-1", status="closed")})
    builder.commit({T1: None, ".tickets/pt-9.md": ticket("pt-9", status="closed")})
    builder.commit({".tickets/pt-9.md": ticket("pt-9", status="open")})
    reader = builder.finish()
    whole = read(reader, ".tickets")
    assert {event.ticket for event in whole.events} == {"pt-9"}
    assert told(whole) == [
        ("changed", "status", "open", "closed"),
        ("renamed", "id", "pt-1", "pt-9"),
        ("changed", "status", "closed", "open"),
    ]
    assert told(read(reader, ".tickets", ticket="pt-9")) == told(whole)
    assert told(read(reader, ".tickets", ticket="pt-1")) == told(whole)


def test_a_ticket_renamed_twice_is_followed_through_both_names(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1")})
    builder.commit({T1: None, ".tickets/pt-2.md": ticket("pt-2")})
    builder.commit({".tickets/pt-2.md": None, ".tickets/pt-3.md": ticket("pt-3")})
    reader = builder.finish()
    wanted = [("renamed", "id", "pt-1", "pt-2"), ("renamed", "id", "pt-2", "pt-3")]
    for name in ("pt-1", "pt-2", "pt-3"):
        alone = read(reader, ".tickets", ticket=name)
        assert told(alone) == wanted
        assert kinds(alone)[0] == "created"


def test_an_archived_ticket_keeps_its_id_and_history(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1")})
    builder.commit({T1: None, ".tickets/archive/2026/pt-1.md": ticket("pt-1")})
    builder.commit({".tickets/archive/2026/pt-1.md": ticket("pt-1", status="closed")})
    reader = builder.finish()
    wanted = [("renamed", "path", "pt-1.md", "archive/2026/pt-1.md"), ("changed", "status", "open", "closed")]
    assert told(read(reader, ".tickets")) == wanted
    assert told(read(reader, ".tickets", ticket="pt-1")) == wanted
    assert told(read(reader, ".tickets", ticket="pt-1", paths=["archive/2026/pt-1.md"])) == wanted


def test_a_merged_change_is_told_once(builder: Builder) -> None:
    start = builder.commit({T1: ticket("pt-1")})
    side = builder.commit({T1: ticket("pt-1", status="closed")}, parents=(start,), branch="side")
    main = builder.commit({T1: ticket("pt-1", assignee="Bob")}, parents=(start,))
    builder.merge(main, side, files={T1: ticket("pt-1", status="closed", assignee="Bob")})
    history = read(builder.finish(), ".tickets")
    assert sorted(map(repr, told(history))) == sorted(
        map(repr, [("changed", "status", "open", "closed"), ("changed", "assignee", None, "Bob")])
    )
    assert not any(event.revision.is_merge for event in history.events)


def test_what_a_merge_decided_is_told_at_the_merge(builder: Builder) -> None:
    start = builder.commit({T1: ticket("pt-1")})
    main = builder.commit({T1: ticket("pt-1", status="closed")}, parents=(start,))
    side = builder.commit({T1: ticket("pt-1", status="waiting")}, parents=(start,), branch="side")
    builder.merge(main, side, files={T1: ticket("pt-1", status="closed")})
    last = read(builder.finish(), ".tickets").events[-1]
    assert (last.revision.is_merge, last.before, last.after) == (True, "waiting", "closed")


def test_an_octopus_and_an_empty_commit_add_nothing(builder: Builder) -> None:
    start = builder.commit({T1: ticket("pt-1")})
    sides = [
        builder.commit({f".tickets/pt-{n}.md": ticket(f"pt-{n}")}, parents=(start,), branch=f"s{n}") for n in (2, 3, 4)
    ]
    files: dict[str, bytes | None] = {f".tickets/pt-{n}.md": ticket(f"pt-{n}") for n in (3, 4)}
    merge = builder.merge(*sides, files=files)
    builder.commit({}, parents=(merge,))
    assert kinds(read(builder.finish(), ".tickets")) == ["created"] * 4


def test_what_a_rebase_dropped_is_forgotten(builder: Builder, tmp_path: Path) -> None:
    start = builder.commit({T1: ticket("pt-1")})
    gone = builder.commit({T1: ticket("pt-1", status="closed")}, parents=(start,))
    again = builder.commit({T1: ticket("pt-1", status="waiting")}, parents=(start,), branch="other")
    cache = str(tmp_path / "d")
    assert told(read(builder.finish(gone), ".tickets", cache=cache)) == [("changed", "status", "open", "closed")]
    assert told(read(builder.finish(again), ".tickets", cache=cache)) == [("changed", "status", "open", "waiting")]
    reader = builder.finish(again)
    git(reader.folder, "reflog", "expire", "--expire=now", "--all")
    git(reader.folder, "gc", "--quiet", "--prune=now")
    assert told(read(reader, ".tickets", cache=cache)) == [("changed", "status", "open", "waiting")]


def test_a_cache_whose_tip_is_gone_from_the_repository_is_made_anew(builder: Builder, tmp_path: Path) -> None:
    start = builder.commit({T1: ticket("pt-1")})
    gone = builder.commit({T1: ticket("pt-1", status="closed")}, parents=(start,), branch="main")
    cache = str(tmp_path / "d")
    read(builder.finish(gone), ".tickets", cache=cache)
    reader = builder.finish(start)
    git(reader.folder, "reflog", "expire", "--expire=now", "--all")
    git(reader.folder, "gc", "--quiet", "--prune=now")
    assert kinds(read(reader, ".tickets", cache=cache)) == ["created"]


def test_a_shallow_clone_says_that_its_history_is_not_complete(builder: Builder, tmp_path: Path) -> None:
    builder.commit({T1: ticket("pt-1")})
    builder.commit({T1: ticket("pt-1", status="closed")})
    builder.commit({".tickets/pt-2.md": ticket("pt-2")})
    origin = builder.finish()
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{origin.folder}", "clone")
    clone = Reader(tmp_path / "clone")
    cache = str(tmp_path / "d")
    history = read(clone, ".tickets", cache=cache)
    assert not history.complete
    assert kinds(history) == ["created", "created"]
    assert not read(clone, ".tickets", ticket="pt-1").complete
    assert read(clone, ".tickets", ticket="pt-2").complete
    git(clone.folder, "fetch", "--quiet", "--unshallow")
    history = read(clone, ".tickets", cache=cache)
    assert history.complete
    assert kinds(history) == ["created", "changed", "created"]


def test_a_broken_version_is_an_event_and_the_next_good_one_is_compared_with_the_last(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1")})
    builder.commit({T1: b"---\nid: pt-1\nno end"})
    builder.commit({T1: b"\xff\xfe"})
    builder.commit({T1: ticket("pt-1", status="closed")})
    reader = builder.finish()
    rows = told(read(reader, ".tickets"))
    assert [row[0] for row in rows] == ["broken", "broken", "mended", "changed"]
    assert rows[3] == ("changed", "status", "open", "closed")
    assert told(read(reader, ".tickets", ticket="pt-1")) == rows


def test_links_submodules_modes_and_huge_files_do_not_stop_the_reading(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1"), ".tickets/pt-2.md": b"/etc/passwd"}, modes={".tickets/pt-2.md": "120000"})
    builder.commit({T1: ticket("pt-1")}, modes={T1: "100755"})
    builder.commit({".tickets/pt-3.md": b"1" * 40}, modes={".tickets/pt-3.md": "160000"})
    builder.commit({".tickets/pt-4.md": b"x" * 3_000_000})
    builder.commit({T1: ticket("pt-1", status="closed")}, modes={T1: "100755"})
    history = read(builder.finish(), ".tickets")
    assert [event.kind for event in history.of("pt-1")] == ["created", "changed"]
    for name, code in (("pt-2", "not-a-file"), ("pt-3", "not-a-file"), ("pt-4", "too-large")):
        standing = replay(history.of(name))
        assert standing.exists
        assert standing.broken.startswith(code)


def test_strange_names_and_messages_are_read_as_they_are(builder: Builder) -> None:
    odd = '.tickets/odd "name"\nwith line.md'
    builder.commit({odd: b"x", ".tickets/.hidden.md": b"x", ".tickets/README.md": b"x", ".tickets/sub/a.md": b"x"})
    builder.commit({".tickets/ü ñ'1.md": ticket("ü ñ'1")}, author=b"\x1b[31mRed\x07 <r@example.org>")
    latin = builder.commit({T1: ticket("pt-1")}, message=b"caf\xe9", header=b"encoding ISO-8859-1\n")
    assert latin
    events = read(builder.finish(), ".tickets").events
    assert [event.ticket for event in events] == ["ü ñ'1", "pt-1"]
    assert events[0].author == "\x1b[31mRed\x07"
    assert events[1].revision.subject == "café"


def test_a_sha256_repository_is_read(tmp_path: Path) -> None:
    builder = Builder(tmp_path / "r", object_format="sha256")
    builder.commit({T1: ticket("pt-1")})
    side = builder.commit({T1: ticket("pt-1", status="closed")})
    assert len(builder.finish().folder.name) == 1
    reader = builder.finish(side)
    for cache in (None, str(tmp_path / "d"), str(tmp_path / "d")):
        assert kinds(read(reader, ".tickets", cache=cache)) == ["created", "changed"]
    assert kinds(read(reader, ".tickets", ticket="pt-1")) == ["created", "changed"]


def test_the_users_settings_change_nothing(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1")})
    builder.commit({T1: None, ".tickets/pt-2.md": ticket("pt-2")})
    reader = builder.finish()
    before = [event.as_json() for event in read(reader, ".tickets").events]
    for name, value in (
        *(("log.showSignature", "true"), ("log.follow", "true"), ("diff.renames", "copies"), ("log.mailmap", "true")),
        *(("log.date", "relative"), ("core.abbrev", "4"), ("color.ui", "always"), ("log.showRoot", "false")),
        *(("diff.relative", "true"), ("log.diffMerges", "off"), ("format.pretty", "oneline"), ("log.decorate", "full")),
        *(("diff.noprefix", "true"), ("i18n.logOutputEncoding", "ISO-8859-1"), ("diff.orderFile", "order")),
    ):
        git(reader.folder, "config", name, value)
    (reader.folder / "order").write_text("*.md\n")
    (reader.folder / ".mailmap").write_text("Eve <eve@example.org> <ann@example.org>\n")
    assert [event.as_json() for event in read(reader, ".tickets").events] == before


def test_replace_references_are_not_followed(builder: Builder) -> None:
    first = builder.commit({T1: ticket("pt-1")})
    last = builder.commit({T1: ticket("pt-1", status="closed")})
    reader = builder.finish()
    git(reader.folder, "replace", "--graft", builder.oids[last])
    assert kinds(read(reader, ".tickets")) == ["created", "changed"]
    assert first


def test_a_branch_without_commits_has_no_history(builder: Builder, tmp_path: Path) -> None:
    reader = Reader(builder.folder)
    for cache in (None, str(tmp_path / "d")):
        for ticket_id in (None, "pt-1"):
            assert read(reader, ".tickets", cache=cache, ticket=ticket_id).events == []


def test_a_name_that_is_no_commit_is_refused(builder: Builder, tmp_path: Path) -> None:
    builder.commit({T1: ticket("pt-1")})
    reader = builder.finish()
    for rev in ("nowhere", "--output=stolen", "0" * 40):
        for cache in (None, str(tmp_path / "d")):
            with pytest.raises(GitRefusedError):
                read(reader, ".tickets", rev, cache=cache)
    assert not (reader.folder / "stolen").exists()


def test_a_store_below_another_folder_is_read_alone(builder: Builder) -> None:
    builder.commit({"a/.tickets/pt-1.md": ticket("pt-1"), "b/.tickets/pt-1.md": ticket("pt-1"), T1: ticket("pt-1")})
    reader = builder.finish()
    assert kinds(read(reader, "a/.tickets")) == ["created"]
    assert kinds(read(reader, "a/.tickets", ticket="pt-1")) == ["created"]


def test_since_leaves_out_what_is_older(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1")}, when=1000)
    builder.commit({T1: ticket("pt-1", status="closed")}, when=2000)
    assert kinds(read(builder.finish(), ".tickets", since=1500)) == ["changed"]


def test_removed_text_is_found_with_the_commits_that_added_and_removed_it(builder: Builder) -> None:
    builder.commit({T1: ticket("pt-1", text="\nkeep\nsecret plan\n")})
    builder.commit({T1: ticket("pt-1", text="\nkeep\nnew plan\n", title="Other")})
    found = {(f.field, f.text): f for f in text_history(read(builder.finish(), ".tickets").events)}
    gone = found["body", "secret plan"]
    assert gone.removed is not None
    assert (gone.added.commit, gone.removed.commit) == (builder.oids[1], builder.oids[2])
    assert found["body", "keep"].removed is None
    assert found["body", "new plan"].added.commit == builder.oids[2]
    assert found["title", "A ticket"].removed is not None
