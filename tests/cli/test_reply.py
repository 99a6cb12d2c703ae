"""`tk reply`: a prepared text as a public comment, with a status and tags, in one commit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from terminal import editor, on_terminal

if TYPE_CHECKING:
    from builders import Repository

MORE = """\
---
status: waiting
tags: [asked]
---

Hello {reporter},
about {id}, {title}: which version? {{x}}
{me}
"""
STATUSES = "statuses: {open: open, waiting: {class: waiting, guards: {require: [component]}}, closed: done}\n"


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    store = repository.tk.store
    (store / "config.yml").write_text(f"prefix: pt\n{STATUSES}", "utf-8")
    (store / "replies").mkdir()
    (store / "replies" / "more.md").write_text(MORE, "utf-8")
    repository.tk.write("pt-1", "Crash", more="reporter: Eve\ncomponent: parser\n")
    repository.commit_all("settings")
    return repository


def write(desk: Repository, name: str, text: str) -> None:
    (desk.tk.store / "replies" / f"{name}.md").write_text(text, "utf-8")


def comments(desk: Repository, ticket: str = "pt-1") -> list[dict[str, object]]:
    done = desk.tk("show", ticket, "--json")
    found: list[dict[str, object]] = json.loads(done.stdout)["tickets"][0]["comments"]
    return found


TEXT = "Hello Eve,\nabout pt-1, Crash: which version? {x}\nAda Lovelace"


def test_a_reply_adds_a_comment_a_status_and_tags_in_one_commit(desk: Repository) -> None:
    before = desk.git("rev-parse", "HEAD")
    assert desk.tk("reply", "pt-1", "--with", "more").stdout == "Replied to pt-1 -> waiting\n"
    assert desk.git("rev-parse", "HEAD~1") == before
    assert [(one["text"], one["internal"]) for one in comments(desk)] == [(TEXT, False)]
    assert [desk.tk.field("pt-1", name) for name in ("status", "tags")] == ["waiting", "[asked]"]
    again = desk.tk("reply", "pt-1", "--with", "more", "--json")
    assert json.loads(again.stdout)["status"] == "waiting"
    assert desk.tk.field("pt-1", "tags") == "[asked]"


def test_a_dry_run_prints_the_text_and_changes_nothing(desk: Repository) -> None:
    done = desk.tk("reply", "pt-1", "--with", "more", "--dry-run")
    assert (done.stdout, done.stderr) == (f"{TEXT}\n", "pt-1 moves to waiting\npt-1 gets the tags asked\n")
    shown = json.loads(desk.tk("reply", "pt-1", "--with", "more", "-n", "--json").stdout)
    assert (shown["text"], shown["status"], shown["tags"], shown["internal"]) == (TEXT, "waiting", ["asked"], False)
    assert (comments(desk), desk.git("status", "--porcelain")) == ([], "")


def test_on_a_terminal_the_text_is_shown_before_it_is_added(desk: Repository) -> None:
    shown = on_terminal(desk.tk, "reply", "pt-1", "--with", "more", keys="n\n")
    assert (shown.code, "which version?" in shown.text, comments(desk)) == (1, True, [])
    assert on_terminal(desk.tk, "reply", "pt-1", "--with", "more", keys="y\n").code == 0
    assert on_terminal(desk.tk, "reply", "pt-1", "--with", "more", "--yes").code == 0
    env = editor(desk.folder.parent, "sed -i 's/which/what/' \"$1\"")
    assert on_terminal(desk.tk, "reply", "pt-1", "--with", "more", "-e", env=env).code == 0
    unchanged = on_terminal(desk.tk, "reply", "pt-1", "--with", "more", "-e", env=editor(desk.folder.parent, "true"))
    assert (unchanged.code, "aborted: the text is unchanged" in unchanged.text) == (1, True)
    assert [str(one["text"]).count("what version") for one in comments(desk)] == [0, 0, 1]


def test_a_guard_holds_and_then_nothing_is_changed(desk: Repository) -> None:
    desk.tk.write("pt-2", "Crash")
    desk.commit_all()
    done = desk.tk("reply", "pt-2", "--with", "more")
    assert (done.code, "component" in done.stderr) == (3, True)
    assert (comments(desk, "pt-2"), desk.git("status", "--porcelain")) == ([], "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi\n{nmae}\n", ".tickets/replies/x.md:2: unknown placeholder 'nmae'"),
        (
            "---\nstatus: open\n---\n\nHi {titel}\n",
            ".tickets/replies/x.md:5: unknown placeholder 'titel'\nHint: Did",
        ),
        ("Left: {left}\n", "unknown placeholder 'left'"),
        ("---\nstatsu: open\n---\nHi\n", ".tickets/replies/x.md:2: unknown key 'statsu'. Did you mean 'status'?"),
        ("---\nstatus: wating\n---\nHi\n", ".tickets/replies/x.md:2: no status 'wating'. Did you mean 'waiting'?"),
        ("---\nstatus: [open]\n---\nHi\n", "'status' holds a list in the place of one value"),
        ("---\naudience: publc\n---\nHi\n", "no audience 'publc'"),
        ("---\nstatus: &a open\n---\nHi\n", ".tickets/replies/x.md:2:"),
        ("See {article.rset}\n", "no article 'rset'"),
    ],
)
def test_a_reply_that_cannot_be_used_is_refused_with_its_line(desk: Repository, text: str, said: str) -> None:
    write(desk, "x", text)
    done = desk.tk("reply", "pt-1", "--with", "x")
    assert (done.code in {3, 4}, said in done.stderr) == (True, True), done.stderr
    assert comments(desk) == []
    if "article" not in text:
        assert "broken-reply" in desk.tk("check").stdout
        assert "cannot be used: " in desk.tk("replies").stdout


def test_an_unknown_reply_is_answered_with_the_nearest(desk: Repository) -> None:
    for name in ("mroe", "../more", "more/../more"):
        assert desk.tk("reply", "pt-1", "--with", name).code == 3
    assert "Did you mean 'more'?" in desk.tk("reply", "pt-1", "--with", "mroe").stderr
    assert desk.tk("reply", "pt-1").code == 2
    assert json.loads(desk.tk("replies", "--json").stdout)["replies"] == [
        {"name": "more", "status": "waiting", "tags": "asked", "about": "Hello {reporter},"}
    ]


def test_a_value_of_a_stranger_is_text_and_nothing_else(desk: Repository) -> None:
    hostile = '"{me} {{id}} \\e[31m\\u202e **2026-01-01T00:00:00Z** · Ada"'
    desk.tk.write("pt-3", "**2026-01-01T00:00:00Z** · Eve", more=f"reporter: {hostile}\n")
    desk.commit_all()
    write(desk, "x", "{title}\n{reporter}\n")
    assert desk.tk("reply", "pt-3", "--with", "x").code == 0
    found = comments(desk, "pt-3")
    assert [(one["author"], "{me} {{id}}" in str(one["text"])) for one in found] == [("Ada Lovelace", True)]
    assert ["\x1b" in str(one["text"]) or "\u202e" in str(one["text"]) for one in found] == [False]


def test_only_a_public_article_is_linked(desk: Repository) -> None:
    write(desk, "x", "See {article.reset}.\n")
    desk.tk("kb", "new", "Reset", "--audience", "public")
    assert "the article reset is draft" in desk.tk("reply", "pt-1", "--with", "x").stderr
    path = desk.tk.store / "kb" / "reset.md"
    path.write_text(path.read_text("utf-8").replace("draft", "published"), "utf-8")
    assert desk.tk("reply", "pt-1", "--with", "x", "-n").stdout == "See [Reset](kb/reset.md).\n"
    path.write_text(path.read_text("utf-8").replace("public\n", "internal\n"), "utf-8")
    assert "the article reset is internal" in desk.tk("reply", "pt-1", "--with", "x").stderr


def test_what_is_internal_stays_internal_in_every_public_face(desk: Repository) -> None:
    write(desk, "note", "---\naudience: internal\n---\nSECRET-REPLY\n")
    assert desk.tk("reply", "pt-1", "--with", "note").code == 0
    assert desk.tk("comment", "pt-1", "--internal", "SECRET-COMMENT").code == 0
    assert desk.tk("comment", "pt-1", "PUBLIC-ANSWER").code == 0
    assert [one["internal"] for one in comments(desk)] == [True, True, False]
    desk.tk("close", "pt-1")
    made = desk.tk("site", "site", "--public")
    assert made.code == 0, made.stderr
    pages = "".join(page.read_text("utf-8") for page in (desk.folder / "site").rglob("*") if page.is_file())
    assert ["PUBLIC-ANSWER" in pages, "SECRET" in pages] == [True, False]
    assert desk.tk("kb", "from", "pt-1", "--name", "a").code == 0
    article = (desk.tk.store / "kb" / "a.md").read_text("utf-8")
    assert ["PUBLIC-ANSWER" in article, "SECRET" in article] == [True, False]
