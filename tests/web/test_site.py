"""The folder of a site: what is written, replaced, removed and refused, and that no ticket runs anything."""

from __future__ import annotations

import html
import json
import os
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

pytest.importorskip("jinja2")
pytest.importorskip("nh3")

from soak import corpus
from web.pictures import without_pictures

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

CHROMIUM = "/usr/bin/chromium"
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
PAGES = (
    "reports.html",
    "report-backlog.html",
    "report-flow.html",
    "report-usage.html",
    "dashboard-monday.html",
    "articles.html",
    "kb/help.html",
    "index.html",
    "board.html",
    "t/pt-1.html",
    "t/pt-4.html",
    "broken.html",
    "404.html",
    "search.html",
)
SCRIPTS = {"search-index.js", "site.js"}
TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "a", "header", "nav", "ul", "ol", "li", "main", "p"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "span", "small", "dl", "dt", "dd", "pre"),
    *("code", "em", "strong", "s", "hr", "br", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "label"),
    *("input", "noscript", "caption"),
}


CONFIG = """\
queries:
  ada: assignee:Ada
sla:
  - {name: gold, if: "is:open", targets: {resolution: 1d}}
dashboards:
  monday: [{text: What the week begins with}, {query: "is:blocked"}, {report: usage}, {query: "is:open", limit: 1}]
"""
ARTICLE = """\
---
title: Help
status: published
audience: public
keywords: [rescue]
related: [pt-1]
---

## How

[First](../pt-1.md) [Not here](../pt-9.md) [Settings](../config.yml) [This](help.md#how)
"""


class Strict(HTMLParser):
    """A reader that collects what a page of ours never has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                self.wrong.append(f"{tag} {name}")
            if name == "href" and tag == "a":
                self.links.append(value or "")
                head = (value or "").partition("/")[0].partition("#")[0].casefold()
                if ":" in head and head not in ("http:", "https:") and not head.startswith("mailto:"):
                    self.wrong.append(f"{tag} {value}")
            if name == "src" and (tag != "script" or value not in SCRIPTS):
                self.wrong.append(f"{tag} {value}")


def read(page: Path) -> Strict:
    strict = Strict()
    strict.feed(without_pictures(page.read_text(encoding="utf-8")))
    return strict


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """A store with a saved query, a ticket that waits for another, and a broken one."""
    tk = repository.tk
    tk.write("pt-1", "First of **all**", deps="pt-2", more="assignee: Ada\n")
    tk.write("pt-2", "Second", status="closed", more="parent: pt-1\n")
    (tk.store / "pt-3.md").write_text("---\nid: pt-3\n")
    (tk.store / "kb").mkdir()
    (tk.store / "kb" / "help.md").write_text(ARTICLE, encoding="utf-8")
    (tk.store / "config.yml").write_text(CONFIG)
    repository.commit_all()
    return repository


def test_every_link_of_a_site_is_relative_and_leads_to_a_file(store: Repository) -> None:
    assert store.tk("site", "out", "--title", "Valve & <co>").code == 0
    out = store.folder / "out"
    pages = sorted(out.rglob("*.html"))
    assert {page.name for page in pages} >= {"index.html", "all.html", "list-ada.html", "pt-1.html", "404.html"}
    for page in pages:
        strict = read(page)
        assert strict.wrong == []
        for link in strict.links:
            assert link.startswith("#") or (page.parent / link.partition("#")[0]).is_file(), (page, link)
    assert "Valve &amp; &lt;co&gt;" in (out / "index.html").read_text()
    assert "pt-3.md" in (out / "broken.html").read_text()


def test_the_reports_of_a_site_have_the_numbers_of_the_command(store: Repository) -> None:
    store.tk("site", "out")
    for name in ("volume", "backlog", "load", "usage", "knowledge", "recurring", "sla"):
        page = (store.folder / "out" / f"report-{name}.html").read_text(encoding="utf-8")
        cells = re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", page)
        rows = json.loads(store.tk("report", name, "--json").stdout)["rows"]
        counts = [str(value) for row in rows for value in row.values() if isinstance(value, int) and value < 1000]
        assert [cell for cell in cells if cell.isdecimal()] == counts, name
    assert "Counted up to " in (store.folder / "out" / "reports.html").read_text(encoding="utf-8")
    assert not list((store.folder / "out").glob("report-burndown*"))


def test_a_ticket_of_a_site_has_a_picture_of_its_relations_with_those_of_the_site(store: Repository) -> None:
    store.tk("site", "out")
    page = (store.folder / "out" / "t" / "pt-2.html").read_text(encoding="utf-8")
    assert "<title>pt-1 depends on pt-2</title>" in page
    assert "<title>pt-2 part of pt-1</title>" in page
    store.tk("site", "few", "--query", "id:pt-1")
    assert "Picture of the relations" not in (store.folder / "few" / "t" / "pt-1.html").read_text(encoding="utf-8")


def test_the_board_of_a_site_is_that_of_the_command(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text(CONFIG + "limits: {open: 1}\n", encoding="utf-8")
    for number in range(12):
        store.tk.write(f"pt-1{number}", "Done", status="closed", more=f"closed: 2026-01-{number + 10}\n")
    # By its moment, in the night after the last of these days began, and by its text before that.
    store.tk.write("pt-latest", "Done", status="closed", more="closed: 2026-01-20T23:00:00-12:00\n")
    store.tk.write("pt-5", "Waits", deps="pt-1", priority="0")
    store.tk("site", "out")
    page = (store.folder / "out" / "board.html").read_text(encoding="utf-8")
    columns = json.loads(store.tk("board", "--json").stdout)["columns"]
    heads = [re.sub(r"<[^>]*>|\s+", " ", one).split() for one in re.findall("<h2[^>]*>(.*?)</h2>", page)]
    assert [(head[0], int(head[1])) for head in heads] == [(one["name"], one["count"]) for one in columns]
    assert heads[0][2:] == ["of", "at", "most", "1", "over", "the", "limit"]
    cards = re.findall(r'<a href="t/([\w-]+)\.html"', page)
    assert cards[:2] == ["pt-5", "pt-1"]
    assert cards[2:] == ["pt-latest", *(f"pt-1{number}" for number in reversed(range(3, 12)))]
    assert page.count("blocked") == 1
    store.tk("site", "few", "--query", "-id:pt-1")
    page = (store.folder / "few" / "board.html").read_text(encoding="utf-8")
    assert ("blocked" in page, "at most" in page) == (False, False)


def test_the_dashboards_of_a_site_have_the_tables_of_the_command(store: Repository) -> None:
    store.tk("site", "out")
    assert [path.name for path in sorted((store.folder / "out").glob("dashboard-*"))] == [
        *("dashboard-desk.html", "dashboard-lead.html", "dashboard-monday.html")
    ]
    assert "dashboard-monday.html" in read(store.folder / "out" / "reports.html").links
    for name in ("lead", "desk", "monday"):
        page = (store.folder / "out" / f"dashboard-{name}.html").read_text(encoding="utf-8")
        parts = json.loads(store.tk("dashboard", name, "--json").stdout)["parts"]
        tables = [part for part in parts if "rows" in part]
        assert [html.unescape(one) for one in re.findall("<h2>(.*?)</h2>", page)] == [one["title"] for one in tables]
        assert len(re.findall("<tr><td", page)) == sum(len(one["rows"]) for one in tables)
    assert "What the week begins with" in page


def test_only_published_articles_for_the_public_have_a_page(store: Repository) -> None:
    folder = store.tk.store / "kb"
    for name, change in (("draft", "published"), ("internal", "audience: public"), ("odd", "audience: public")):
        word = {"draft": "draft", "internal": "audience: internal", "odd": "audience: [public]"}[name]
        (folder / f"{name}.md").write_text(ARTICLE.replace(change, word), encoding="utf-8")
    for options in ([], ["--public"]):
        assert store.tk("site", "out", *options).code == 0
        assert [path.name for path in (store.folder / "out" / "kb").iterdir()] == ["help.html"]
        page = read(store.folder / "out" / "kb" / "help.html")
        assert [link for link in page.links if "/t/" in link or "#how" in link] == [
            *("../t/pt-1.html", "help.html#how", "../t/pt-1.html")
        ]
        assert '"article", "how first not here settings this rescue", "kb"' in (
            store.folder / "out" / "search-index.js"
        ).read_text(encoding="utf-8")
    (folder / "help.md").write_text(ARTICLE.replace("published", "retired"), encoding="utf-8")
    store.tk("site", "out", "--public")
    assert not list((store.folder / "out" / "kb").iterdir())


def test_the_same_store_gives_the_same_bytes_and_a_second_run_writes_nothing(store: Repository) -> None:
    store.tk("site", "out")
    store.tk("site", "other")
    first = {path.name: path.read_bytes() for path in (store.folder / "out").rglob("*") if path.is_file()}
    assert first == {path.name: path.read_bytes() for path in (store.folder / "other").rglob("*") if path.is_file()}
    before = (store.folder / "out" / "index.html").stat().st_ino
    assert "Wrote 0 files" in store.tk("site", "out").stdout
    assert (store.folder / "out" / "index.html").stat().st_ino == before


def test_pages_of_removed_tickets_go_and_files_of_others_stay(store: Repository) -> None:
    store.tk("site", "out")
    out = store.folder / "out"
    (out / "CNAME").write_text("bugs.example.org")
    (out / "t" / "mine.html").write_text("mine")
    (store.tk.store / "pt-2.md").unlink()
    assert "1 removed" in store.tk("site", "out").stdout
    assert not (out / "t" / "pt-2.html").exists()
    assert (out / "CNAME").read_text() == "bugs.example.org"
    assert (out / "t" / "mine.html").read_text() == "mine"


def test_a_page_that_somebody_changed_is_neither_replaced_nor_removed(store: Repository) -> None:
    store.tk("site", "out")
    page = store.folder / "out" / "t" / "pt-2.html"
    page.write_text("mine")
    refused = store.tk("site", "out")
    assert refused.code == 3
    assert "--force" in refused.stderr
    (store.tk.store / "pt-2.md").unlink()
    assert "pt-2.html was changed" in store.tk("site", "out").stderr
    assert page.read_text() == "mine"


def test_a_list_of_files_that_a_stranger_wrote_removes_nothing_else(store: Repository) -> None:
    out = store.folder / "out"
    out.mkdir()
    (out / "note.txt").write_text("")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (store.folder / "x.html").write_text("")
    listed = {"note.txt": empty, "../x.html": empty, "t/../../x.html": empty, "/etc/passwd": empty}
    (out / ".tk-site.json").write_text(json.dumps({"format": 1, "files": listed}))
    assert store.tk("site", "out").code == 0
    assert (out / "note.txt").exists()
    assert (store.folder / "x.html").exists()


@pytest.mark.parametrize("out", [".git", ".git/site", ".tickets", ".tickets/site", ".", "..", "full", "link", "file"])
def test_folders_that_are_not_for_a_site_are_refused(store: Repository, out: str) -> None:
    (store.folder / "full").mkdir()
    (store.folder / "full" / "mine").write_text("x")
    (store.folder / "file").write_text("x")
    (store.folder / "link").symlink_to(store.folder / "elsewhere")
    refused = store.tk("site", out)
    assert refused.code == 3
    assert not (store.folder / "elsewhere").exists()
    assert "Hint:" in refused.stderr


def test_force_writes_beside_files_of_others_but_not_through_a_link(store: Repository) -> None:
    full = store.folder / "full"
    full.mkdir()
    (full / "mine").write_text("x")
    assert store.tk("site", "full", "--force").code == 0
    assert (full / "mine").read_text() == "x"
    linked = store.folder / "linked"
    linked.mkdir()
    (store.folder / "elsewhere").mkdir()
    (linked / "t").symlink_to(store.folder / "elsewhere")
    assert store.tk("site", "linked", "--force").code == 3
    assert list((store.folder / "elsewhere").iterdir()) == []


def test_a_query_chooses_the_tickets_and_a_wrong_one_is_an_error(store: Repository) -> None:
    assert store.tk("site", "out", "--query", "assignee:Ada").code == 0
    assert [path.name for path in (store.folder / "out" / "t").iterdir()] == ["pt-1.html"]
    assert "not on this site" in (store.folder / "out" / "t" / "pt-1.html").read_text()
    assert store.tk("site", "new", "--query", "statsu:open").code == 2
    assert not (store.folder / "new").exists()


def test_an_empty_store_and_one_outside_git_have_a_site(store: Repository) -> None:
    for path in store.tk.store.glob("pt-*.md"):
        path.unlink()
    assert store.tk("site", "out").code == 0
    assert "No tickets" in (store.folder / "out" / "index.html").read_text()


def hostile(repository: Repository, every: int) -> None:
    """Make the tickets of the hostile corpus that are not just big."""
    for number, (_, content) in enumerate(corpus.files()):
        if number % every == 0 or b"script" in content or b"](" in content:
            (repository.tk.store / f"aa-{number}.md").write_bytes(content)


@pytest.mark.parametrize("public", [[], ["--public"]])
def test_nothing_of_a_hostile_ticket_becomes_more_than_text(repository: Repository, public: list[str]) -> None:
    hostile(repository, 60)
    assert repository.tk("site", "out", *public).code == 0
    pages = sorted((repository.folder / "out").rglob("*.html"))
    assert len(pages) > 20
    assert [(page.name, read(page).wrong) for page in pages if read(page).wrong] == []
    index = (repository.folder / "out" / "search-index.js").read_text(encoding="utf-8")
    assert "<" not in index
    assert json.loads(index.removeprefix("window.ticketIndex = ").removesuffix(";\n"))


@pytest.mark.skipif(not os.path.exists(CHROMIUM), reason=f"no {CHROMIUM}")
def test_in_a_browser_the_search_works_from_a_disk_and_nothing_runs(store: Repository) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    store.tk.write("pt-4", "<img src=x onerror=alert(1)> [x](javascript:alert(2)) needle")
    store.tk("site", "out")
    out = store.folder / "out"
    said: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        page = browser.new_page(viewport={"width": 375, "height": 800}, color_scheme="dark")
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        violations = []
        for name in PAGES:
            page.goto(f"file://{out}/{name}")
            assert said == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 375
            violations += [one["id"] for one in axe.Axe().run(page).response["violations"]]
            said.clear()  # axe itself asks for the style sheet, which the policy refuses
        assert violations == []
        page.reload()
        page.fill("#words", "NEEDLE")
        assert page.inner_text("#count") == "1 ticket"
        page.click("#found a")
        assert "needle" in page.inner_text("h1")
        page.goto(f"file://{out}/search.html")
        page.fill("#words", "rescue")
        page.click("#found a")
        assert page.inner_text("h1") == "Help"
        assert said == []
        browser.close()
