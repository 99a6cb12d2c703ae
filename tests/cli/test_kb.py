"""The knowledge base in real repositories: who wrote and who reviewed an article is said by the commits."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from built_once import built_once
from clones import make_clones
from terminal import editor, on_terminal

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Result

ARTICLE = """\
---
title: Reset your password
status: {status}
audience: public
keywords: [password, login]
{more}---

Open the settings.
"""


def identity(name: str) -> dict[str, str]:
    return {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", f"{name}@example.org"))
    }


def run(desk: Repository, who: str, *words: str, stdin: str | None = None) -> Result:
    return desk.tk(*words, env=identity(who), stdin=stdin)


def text(desk: Repository, name: str = "reset-your-password") -> str:
    return (desk.tk.store / "kb" / f"{name}.md").read_text("utf-8")


def by_hand(desk: Repository, who: str, old: str, new: str, name: str = "reset-your-password") -> None:
    """Change an article with an editor and commit it with git."""
    content = text(desk, name)
    assert old in content
    (desk.tk.store / "kb" / f"{name}.md").write_text(content.replace(old, new), "utf-8")
    environment = {**desk.tk.environment, **identity(who)}
    subprocess.run(["git", "commit", "-qam", "by hand"], cwd=desk.folder, env=environment, check=True)


def findings(desk: Repository, *words: str) -> list[tuple[str, str, int | None]]:
    done = desk.tk("check", "--json", *words)
    assert done.code in {0, 1}, done.stderr
    return [(one["code"], one["path"].rpartition("/")[2], one["line"]) for one in json.loads(done.stdout)["findings"]]


def suggested(desk: Repository, *words: str) -> list[dict[str, Any]]:
    done = desk.tk("kb", "suggest", *words, "--json")
    assert done.code == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["articles"]
    return rows


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    """A store with a ticket and an article that ada has written."""
    (repository.tk.store / "config.yml").write_text("prefix: pt\n", "utf-8")
    repository.tk.write("pt-1", "I cannot log in any more")
    repository.commit_all("settings")
    words = ("--audience", "public", "--keywords", "password,login", "--related", "pt-1", "--review-every", "30d")
    done = run(repository, "ada", "kb", "new", "Reset your password", *words, "-F", "-", stdin="Open the settings.\n")
    assert (done.code, done.stdout) == (0, "Drafted kb/reset-your-password.md\n")
    return repository


def publish(desk: Repository) -> None:
    assert run(desk, "bo", "kb", "review", "reset").code == 0
    assert run(desk, "ada", "kb", "publish", "reset").code == 0


def test_an_article_is_published_after_somebody_else_reviewed_it(desk: Repository) -> None:
    assert text(desk) == ARTICLE.format(status="draft", more="related: [pt-1]\nreview_every: 30d\n")
    refused = run(desk, "ada", "kb", "publish", "reset-your-password")
    assert (refused.code, "cannot be published: nobody has reviewed it" in refused.stderr) == (3, True)
    refused = run(desk, "ada", "kb", "review", "reset-your-password")
    assert (refused.code, "you are the last author" in refused.stderr) == (3, True)
    assert run(desk, "bo", "kb", "review", "reset-your-password").stdout == "Reviewed kb/reset-your-password.md\n"
    assert run(desk, "ada", "kb", "publish", "reset").stdout == "Published kb/reset-your-password.md\n"
    more = "related: [pt-1]\nreview_every: 30d\nreviewed: bo@2026-03-01\n"
    assert text(desk) == ARTICLE.format(status="published", more=more)
    assert desk.git("log", "--format=%an %s", "-3").splitlines() == [
        "ada tk: kb: publish reset-your-password Reset your password",
        "bo tk: kb: review reset-your-password Reset your password",
        "ada tk: kb: new reset-your-password Reset your password",
    ]
    assert run(desk, "ada", "kb", "publish", "reset").stdout == "kb/reset-your-password.md: published already\n"
    assert (findings(desk), desk.git("status", "--porcelain")) == ([], "")
    assert run(desk, "cy", "kb", "retire", "reset").code == 0
    assert [suggested(desk, "pt-1"), findings(desk)] == [[], []]


def test_a_changed_text_is_a_draft_again(desk: Repository) -> None:
    publish(desk)
    env = {**identity("cy"), **editor(desk.folder.parent, "sed -i 's/Open the/Find the/' \"$1\"")}
    shown = on_terminal(desk.tk, "kb", "edit", "reset", env=env)
    assert (shown.code, "is a draft again" in shown.text) == (0, True)
    assert ["status: draft\n" in text(desk), "reviewed" in text(desk), "Find the" in text(desk)] == [True, False, True]
    assert "you are the last author" in run(desk, "cy", "kb", "review", "reset").stderr
    assert run(desk, "ada", "kb", "review", "reset").code == 0
    assert run(desk, "cy", "kb", "publish", "reset").code == 0


def test_new_keywords_leave_the_review_in_force(desk: Repository) -> None:
    publish(desk)
    env = {**identity("cy"), **editor(desk.folder.parent, "sed -i 's/password, login/password/' \"$1\"")}
    assert on_terminal(desk.tk, "kb", "edit", "reset", env=env).code == 0
    assert ["status: published\n" in text(desk), findings(desk)] == [True, []]


@pytest.mark.parametrize(
    ("who", "old", "new", "reason"),
    [
        ("ada", "draft\n", "published\n", "nobody has reviewed it"),
        ("ada", "draft\n", "published\nreviewed: bo@2026-03-01\n", "'ada' added it in "),
        ("ada", "draft\n", "published\nreviewed: ada@2026-03-01\n", "ada is the last author"),
        ("ada", "draft\n", "reviewed\nreviewed: bo@2026-03-01\n", "'ada' added it in "),
        ("bo", "draft\n", "published\nreviewed: bo@2026-03-01\n", ""),
    ],
)
def test_a_publication_by_hand_counts_only_by_its_commit(
    desk: Repository, who: str, old: str, new: str, reason: str
) -> None:
    desk.git("switch", "--quiet", "-c", "work")
    by_hand(desk, who, old, new)
    expected = [("unreviewed-article", "reset-your-password.md", 3)] if reason else []
    assert [findings(desk), findings(desk, "--base", "main")] == [expected, expected]
    assert reason in desk.tk("check").stdout
    desk.git("switch", "--quiet", "-C", "main")
    desk.tk.write("pt-2", "Two")
    desk.commit_all()
    desk.git("switch", "--quiet", "-C", "later")
    assert findings(desk, "--base", "HEAD~1") == []  # the branch did not change the article


def test_a_text_that_was_changed_by_hand_needs_another_review(desk: Repository) -> None:
    publish(desk)
    by_hand(desk, "ada", "Open the", "Find the")
    assert [code for code, _, _ in findings(desk)] == ["unreviewed-article"]
    assert "the text changed afterwards" in desk.tk("check").stdout
    by_hand(desk, "bo", "Find the", "Open the")
    assert findings(desk) == []  # the text that bo has reviewed and ada has written
    by_hand(desk, "ada", "Open the", "Find the")
    assert run(desk, "bo", "kb", "review", "reset").code == 0
    assert "reviewed: bo@2026-03-01T12:00:00Z\n" in text(desk)  # the same day: another entry
    assert findings(desk) == []


def test_a_review_passes_the_check_of_its_own_commit(desk: Repository) -> None:
    assert desk.tk("hooks", "install").code == 0
    assert run(desk, "bo", "kb", "review", "reset").code == 0
    assert run(desk, "bo", "kb", "publish", "reset").code == 0
    content = text(desk).replace("bo@", "cy@")
    (desk.tk.store / "kb" / "reset-your-password.md").write_text(content, "utf-8")
    desk.git("add", "--all")
    assert [code for code, _, _ in findings(desk, "--staged")] == ["unreviewed-article"]


def test_people_outside_the_project_review_nothing(desk: Repository) -> None:
    (desk.tk.store / "people.yml").write_text("ada: {mail: ada@example.org}\nbo: {mail: bo@example.org}\n", "utf-8")
    desk.commit_all()
    assert "none of the people of this project" in run(desk, "mallory", "kb", "review", "reset").stderr
    by_hand(desk, "mallory", "draft\n", "published\nreviewed: mallory@2026-03-01\n")
    assert [code for code, _, _ in findings(desk)] == ["unreviewed-article"]


def test_a_shallow_clone_says_that_it_cannot_tell(desk: Repository) -> None:
    publish(desk)
    other = desk.folder.parent / "shallow"
    desk.git("clone", "--quiet", "--depth=1", f"file://{desk.folder}", str(other))
    done = desk.tk("check", cwd=other)
    assert (done.code, "this clone is shallow" in done.stderr) == (4, True)


def test_the_check_finds_what_is_wrong_with_articles(desk: Repository) -> None:
    folder = desk.tk.store / "kb"
    publish(desk)
    (folder / "bad.md").write_text("---\ntitle: Bad\nstatus: publishd\nrelated: [pt-9]\n---\n[a](b.md)\n", "utf-8")
    (folder / "plain.md").write_text("no keys\n", "utf-8")
    (folder / "out.md").write_text("---\ntitle: Out\n---\n\n[a](../../../../../etc/passwd)\n[b](../pt-1.md)\n", "utf-8")
    (folder / "README.md").write_text("About this folder\n", "utf-8")
    os.symlink("/etc/passwd", folder / "link.md")
    found = [
        ("broken-article", "bad.md", 3), ("orphaned-article", "bad.md", 4), ("broken-article-link", "bad.md", 6),
        ("not-a-file", "link.md", None), ("broken-article-link", "out.md", 5), ("no-front-matter", "plain.md", 1),
    ]  # fmt: skip
    assert findings(desk) == found
    doctor = desk.tk("doctor").stdout
    assert all(f"[{code}]" in doctor for code, _, _ in found)
    desk.git("rm", "--quiet", ".tickets/pt-1.md")
    removed = [one for one in findings(desk) if one not in found]
    assert removed == [("broken-article-link", "out.md", 6), ("orphaned-article", "reset-your-password.md", 6)]
    for name in ("bad", "plain", "out", "link"):
        (folder / f"{name}.md").unlink()
    assert findings(desk, "--base", "HEAD") == removed[1:]
    late = json.loads(desk.tk("check", "--json", env={"TK_NOW": "2026-04-02T12:00:00Z"}).stdout)["findings"]
    assert [(one["code"], one["level"]) for one in late] == [
        ("orphaned-article", "error"), ("overdue-review", "warning"),
    ]  # fmt: skip
    assert "is 2 days overdue" in late[1]["message"]


def test_a_published_article_is_suggested_with_the_reason(desk: Repository) -> None:
    assert suggested(desk, "pt-1") == []  # a draft
    publish(desk)
    assert [(one["name"], one["reasons"][0]) for one in suggested(desk, "pt-1")] == [("reset-your-password", "related")]
    assert [one["reasons"] for one in suggested(desk, "my password")] == [["keyword 'password'", "word 'password'"]]
    assert suggested(desk, "The printer is on fire") == []
    made = desk.tk("new", "The password is refused", "--json")
    assert [one["name"] for one in json.loads(made.stdout)["articles"]] == ["reset-your-password"]
    line = "an article may answer it: kb/reset-your-password.md  Reset your password (keyword 'password'; word 'pass"
    assert line in made.stderr
    shown = json.loads(desk.tk("show", "pt-1", "--json").stdout)["tickets"][0]
    assert [one["path"] for one in shown["articles"]] == ["kb/reset-your-password.md"]
    page = desk.tk("--color", "always", "show", "pt-1").stdout
    assert "## Articles\n\n  kb/reset-your-password.md  Reset your password (related)\n" in page
    assert "Articles" not in desk.tk("show", "pt-1").stdout
    quiet = desk.tk("new", "The printer is on fire", "--json")
    assert (json.loads(quiet.stdout)["articles"], quiet.stderr) == ([], "")


def test_a_store_without_articles_is_told_nothing(desk: Repository) -> None:
    desk.git("rm", "-rq", ".tickets/kb")
    assert "articles" not in json.loads(desk.tk("show", "pt-1", "--json").stdout)["tickets"][0]
    assert "articles" not in json.loads(desk.tk("new", "The password is refused", "--json").stdout)
    assert (suggested(desk, "password"), desk.tk("kb").stdout) == ([], "")


def test_a_search_of_tickets_finds_no_articles_and_a_search_of_articles_no_tickets(desk: Repository) -> None:
    assert desk.tk("search", "settings").stdout == ""
    assert json.loads(desk.tk("kb", "search", "settings", "--json").stdout)["articles"][0]["snippets"] == [
        "Open the settings."
    ]
    assert desk.tk("kb", "search", "cannot").stdout == ""
    assert "reset-your-password" in desk.tk("kb", "search", "passw*").stdout
    by_hand(desk, "ada", "the settings", "the menu")
    found = [desk.tk("kb", "search", word).stdout != "" for word in ("settings", "menu")]
    assert found == [False, True]
    assert run(desk, "ada", "kb", "retire", "reset").code == 0
    assert desk.tk("kb", "search", "menu").stdout == ""
    assert "retired" in desk.tk("kb", "search", "menu", "--status", "retired").stdout
    assert desk.tk("ls").lines == ["pt-1     [open] - I cannot log in any more"]


def test_the_index_may_be_lost(desk: Repository) -> None:
    publish(desk)
    before = [desk.tk("kb", "search", "settings").stdout, suggested(desk, "pt-1")]
    for path in (desk.folder / ".git" / "plaintickets").rglob("articles*"):
        path.write_bytes(path.read_bytes()[::-1])
    assert [desk.tk("kb", "search", "settings").stdout, suggested(desk, "pt-1")] == before


def test_an_article_comes_from_a_closed_ticket(desk: Repository) -> None:
    assert "pt-1 is open, so it has no answer yet" in desk.tk("kb", "from", "pt-1").stderr
    desk.tk("tag", "pt-1", "login")
    desk.tk("comment", "pt-1", "Reset it, or write to help@example.org.")
    desk.tk("comment", "pt-1", "--internal", "The customer is angry")
    desk.tk("close", "pt-1")
    assert desk.tk("kb", "from", "pt-1", "--title", "Log in again").stdout == "Drafted kb/log-in-again.md\n"
    made = text(desk, "log-in-again")
    front, _, body = made.partition("\n---\n")
    assert front.splitlines()[1:] == [
        "title: Log in again", "status: draft", "audience: internal", "keywords: [login]", "related: [pt-1]",
    ]  # fmt: skip
    assert body.endswith("## Answer\n\nReset it, or write to [address]\n")
    assert "angry" not in made


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("publsh", "x"), 2, "no action 'publsh'\nHint: Did you mean 'publish'?"),
        (("show", "reset-yuor-pasword"), 3, "Hint: Did you mean 'reset-your-password'?"),
        (("show",), 2, "takes one name"),
        (("new",), 2, "what is the title"),
        (("new", "日本"), 2, "cannot be the name of an article"),
        (("new", "x", "--name", "../x"), 2, "cannot be the name of an article"),
        (("new", "x", "--audience", "publc"), 2, "no audience 'publc'\nHint: Did you mean 'public'?"),
        (("new", "x", "--review-every", "often"), 2, "'often' is not a duration"),
        (("new", "x", "--related", "pt-9"), 3, "pt-9"),
        (("new", "Reset your password"), 3, "there is an article 'reset-your-password' already"),
        (("ls", "--status", "publishd"), 2, "Did you mean 'published'?"),
        (("ls", "--limit", "3"), 2, "--limit goes with search, suggest"),
        (("search", "status:draft"), 2, "articles are searched by words"),
        (("suggest",), 2, "what should the articles fit?"),
        (("review", "readme"), 3, "no article 'readme'"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Repository, words: tuple[str, ...], code: int, said: str) -> None:
    before = desk.git("rev-parse", "HEAD")
    done = run(desk, "bo", "kb", *words)
    assert (done.code, said in done.stderr) == (code, True), done.stderr
    assert (desk.git("rev-parse", "HEAD"), desk.git("status", "--porcelain")) == (before, "")


def test_hostile_articles_reach_no_terminal(desk: Repository) -> None:
    keys = 'title: "a\\x1b]0;x\\x07b"\nstatus: published\nkeywords: ["pass\\x1b[31mword"]\n'
    (desk.tk.store / "kb" / "evil.md").write_text(f"---\n{keys}---\n\x1b[31mred\x1b[0m\n", "utf-8")
    for words in (("kb",), ("kb", "show", "evil"), ("kb", "search", "red"), ("check",)):
        done = on_terminal(desk.tk, *words, env={"NO_COLOR": "1"})
        assert [sign in done.text for sign in ("\x1b]0;x", "\x1b[31mred")] == [False, False], words
    assert ("suspicious-text", "evil.md", 6) in findings(desk)


def test_without_a_repository_nobody_reviews(desk: Repository) -> None:
    subprocess.run(["mv", str(desk.folder / ".git"), str(desk.folder.parent / "gone")], check=True)
    assert "not a git repository" in run(desk, "bo", "kb", "review", "reset").stderr
    assert "not a git repository" in run(desk, "bo", "kb", "publish", "reset").stderr
    assert [findings(desk), suggested(desk, "password")] == [[], []]


def test_two_sides_of_an_article_merge_as_text(repository: Repository) -> None:
    clones = make_clones(repository)
    body = "First step.\n\nSecond step.\n\nThird step.\n\nFourth step.\n"
    assert clones.ada.tk("kb", "new", "Steps", "-F", "-", stdin=body).code == 0
    assert clones.ada.tk("sync").code == 0
    assert clones.bo.tk("sync").code == 0
    by_hand(clones.ada, "ada", "First", "1st", "steps")
    by_hand(clones.bo, "bo", "Fourth", "4th", "steps")
    assert clones.ada.tk("sync").code == 0
    assert clones.bo.tk("sync").code == 0
    assert text(clones.bo, "steps").endswith("1st step.\n\nSecond step.\n\nThird step.\n\n4th step.\n")
    by_hand(clones.ada, "ada", "Second", "2nd", "steps")
    by_hand(clones.bo, "bo", "Second", "Two", "steps")
    assert clones.ada.tk("sync").code == 0
    stopped = clones.bo.tk("sync")
    assert (stopped.code != 0, "kb/steps.md" in stopped.stderr + stopped.stdout) == (True, True)
    assert "Two step." in text(clones.bo, "steps")


def test_the_report_shows_what_is_used_and_what_is_asked_without_an_article(desk: Repository) -> None:
    publish(desk)
    run(desk, "ada", "kb", "new", "Choose a theme")
    desk.tk("comment", "pt-1", "See [it](kb/reset-your-password.md).")
    for number in range(3):
        desk.tk.write(f"pt-c{number}", f"The coffee machine in room {number} leaks")
        desk.tk.write(f"pt-p{number}", f"Password of login {number} refused")
    done = desk.tk("report", "knowledge", "--json")
    rows = [(one["name"], one["kind"], one["tickets"]) for one in json.loads(done.stdout)["rows"]]
    assert rows == [
        ("reset-your-password", "used", 1), ("choose-a-theme", "draft", 0), ("pt-c0", "no article", 3),
    ]  # fmt: skip
    past = json.loads(desk.tk("report", "knowledge", "--at", "HEAD~2", "--json").stdout)["rows"]
    assert [(one["name"], one["kind"]) for one in past] == [("reset-your-password", "never used")]
