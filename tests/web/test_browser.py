"""The pages in a real browser, against a real server: the keyboard alone, the rules of axe-core."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from builders import Repository
    from store_files import Tk

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PAGES = (
    *("/", "/?q=is:open", "/?q=wrong<<", "/board", "/new", "/new?type=bug", "/search?q=parser", "/reports"),
    *("/reports/volume", "/reports/backlog", "/dashboards/lead", "/articles", "/articles?q=ask", "/articles/help"),
    *("/settings", "/problems", "/t/aa-1", "/t/aa-1/edit", "/t/aa-9", "/nothing"),
)
pytestmark = pytest.mark.skipif(not os.path.exists(CHROMIUM), reason=f"NOT TESTED: no Chromium at {CHROMIUM}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync = pytest.importorskip("playwright.sync_api", reason="NOT TESTED: playwright is not installed")
    with sync.sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def served(tk: Tk, *options: str) -> Iterator[str]:
    """Run a server; yield its address."""
    with subprocess.Popen(
        [tk.command, "serve", *options, "--port", "0"],
        cwd=tk.folder, env=tk.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as server:  # fmt: skip
        watch = threading.Timer(120, server.kill)
        watch.start()
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Serving ")
        yield server.stdout.readline().strip()
        server.terminate()
        watch.cancel()


@pytest.fixture
def address(repository: Repository) -> Iterator[str]:
    """The printed address of a running server."""
    tk = repository.tk
    tk.write(
        "aa-1",
        "Parser drops the last line",
        body="Some **bold** text.\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    )
    tk.write("aa-2", "Second", deps="aa-1")
    (tk.store / "kb").mkdir()
    (tk.store / "kb" / "help.md").write_text(
        "---\ntitle: Help\nrelated: [aa-1]\n---\n\n## How\n\nAsk.\n", encoding="utf-8"
    )
    tk.write("aa-9").write_text("---\nid: aa-9\n<<<<<<< HEAD\n", encoding="utf-8")
    (tk.store / "config.yml").write_text("queries:\n  mine: assignee:me\n", encoding="utf-8")
    repository.commit_all("tickets")
    tk("comment", "aa-1", "--internal", "A secret")
    yield from served(tk)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def test_the_keyboard_alone_files_moves_and_comments(browser: Browser, address: str, repository: Repository) -> None:
    page = browser.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
    page.goto(address)
    assert "token" not in page.url
    tab_to(page, 'a[href="/new"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    tab_to(page, "#title")
    page.keyboard.type("Parser drops the last line again")
    page.wait_for_selector("#duplicates a")
    assert "aa-1" in page.inner_text("#duplicates")
    tab_to(page, "#description")
    page.keyboard.type("It *stops*.")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/t/"))
    created = page.url.rpartition("/")[2]
    assert repository.tk.field(created, "status") == "open"
    tab_to(page, "#text")
    page.keyboard.type("First comment")
    tab_to(page, 'form[action$="/comment"] button')
    page.keyboard.press("Enter")
    page.wait_for_selector("article.comment")
    page.goto(re.sub(r"/\?token.*", "/board", address))
    tab_to(page, f"#card-{created} select")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    target = page.input_value(f"#card-{created} select")
    tab_to(page, f"#card-{created} button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".said")
    assert repository.tk.field(created, "status") == target != "open"
    assert page.evaluate("document.activeElement.id") == f"card-{created}"
    assert blocked == []
    page.close()


def test_a_dragged_card_moves(browser: Browser, address: str, repository: Repository) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    page.goto(re.sub(r"/\?token.*", "/board", address))
    page.drag_and_drop("#card-aa-1 .facts", '.column[data-status="in_progress"] h2')
    page.wait_for_selector(".said")
    assert repository.tk.field("aa-1", "status") == "in_progress"
    page.close()


def test_no_rule_of_axe_is_broken_and_no_page_is_wider_than_a_telephone(browser: Browser, address: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NOT TESTED: axe is not installed").Axe()
    page = browser.new_page(color_scheme="light", viewport={"width": 375, "height": 700})
    page.goto(address)
    start = re.sub(r"/\?token.*", "", address)
    broken = []
    for path in PAGES:
        page.goto(start + path)
        found = axe.run(page).response["violations"]
        # What is dark differs in its colours alone.
        page.emulate_media(color_scheme="dark")
        found += page.evaluate("axe.run({runOnly: ['color-contrast']})")["violations"]
        page.emulate_media(color_scheme="light")
        broken += [(path, one["id"], one["nodes"][0]["html"]) for one in found]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            broken.append((path, "wider than the window", ""))
    assert broken == []
    page.close()


def test_a_script_in_a_ticket_would_be_blocked_by_the_browser(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.add_init_script("window.ran = false")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = true\">')")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is not True
    assert any("Content Security Policy" in text for text in said)
    page.close()


@pytest.fixture
def portal(repository: Repository) -> Iterator[str]:
    """The address of a running portal."""
    tk = repository.tk
    config = "intake: {portal: [question, bug]}\nfields:\n  product: {type: enum, values: [printer, phone]}\n"
    types = "types:\n  question: {offered: [product]}\n  bug: {required: [product, severity]}\n"
    (tk.store / "config.yml").write_text(config + types, encoding="utf-8")
    (tk.store / "kb").mkdir()
    article = "---\ntitle: A printer that jams\nstatus: published\naudience: public\nkeywords: [jam]\n---\nOpen it.\n"
    (tk.store / "kb" / "jam.md").write_text(article, encoding="utf-8")
    repository.commit_all("desk")
    yield from served(tk, "--portal")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_requester_asks_follows_answers_and_rates(
    browser: Browser, portal: str, repository: Repository, *, scripts: bool
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NOT TESTED: axe is not installed").Axe()
    page = browser.new_page(java_script_enabled=scripts, viewport={"width": 375, "height": 700})
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)

    def look() -> None:
        if scripts:
            found = axe.run(page).response["violations"]
            assert [(page.url, one["id"], one["nodes"][0]["html"]) for one in found] == []
            assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    page.goto(portal + "?type=bug")
    page.fill("#title", "The printer jams")
    if not scripts:
        page.click("text=Look for an answer first")
    page.wait_for_selector("#likely a[href='/articles/jam']")
    look()
    page.fill("#text", "In room 7")
    page.fill("#name", "Bob")
    page.select_option("select", "printer")
    page.fill("[name='field:severity']", "high")
    page.click("text=Send request")
    page.wait_for_selector("text=Your request has arrived")
    look()
    address = page.url
    ticket = address.split("/")[-2]
    assert repository.tk("comment", ticket, "We come.").code == 0
    assert repository.tk("close", ticket).code == 0
    page.goto(address)
    assert page.is_visible("text=We come.")
    look()
    page.check("input[value='4']")
    page.click("button:has-text('Rate')")
    page.wait_for_selector("text=Rated with 4 of 5")
    page.fill("#text", "It jams again")
    page.click("text=Send answer")
    page.wait_for_selector("text=Your answer has arrived")
    look()
    text = (repository.tk.store / f"{ticket}.md").read_text(encoding="utf-8")
    assert ("status: open" in text, "rating: 4" in text, "It jams again" in text) == (True, True, True)
    page.goto(portal + "articles/jam")
    look()
    assert blocked == []
    page.goto(portal + "r/x/y")
    look()
    page.close()
