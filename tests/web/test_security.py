"""Who may look, who may change, and what an answer carries."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from uvicorn.server import ServerState

from plaintickets.web.app import CHANGES, PAGES
from plaintickets.web.guard import HEADERS, MOST_BYTES
from plaintickets.web.options import ServerOptions
from plaintickets.web.protocol import TimedProtocol
from soak import corpus
from web.pictures import without_pictures
from web.served import BASE, Served

if TYPE_CHECKING:
    from builders import Repository

ADDRESSES = [
    path.format(ticket="aa-1", report="volume", article="help", dashboard="lead", name="shot.png") for path in PAGES
]


@pytest.fixture(scope="module")
def addresses() -> list[str]:
    return [*ADDRESSES, "/?q=is:open", "/board?q=priority:2", "/search?q=parser", "/new/duplicates?title=parser+drops"]


def test_every_answer_has_the_headers(served: Served, addresses: list[str]) -> None:
    for address in (*addresses, "/nothing", "/static/style.css", "/static/nothing", "/t/none-such"):
        for browser in (served.browser, served.stranger()):
            answer = browser.get(address)
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, address
    refused = served.stranger().get("/", headers={"Host": "evil.example"})
    assert {name: refused.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline_and_no_frame() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_holds_inline_script_or_style(served: Served, addresses: list[str]) -> None:
    for address in addresses:
        page = served.get(address).text
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page), address


def test_without_a_session_nothing_is_shown(served: Served, addresses: list[str]) -> None:
    for address in (*addresses, "/?token=", "/?token=0000"):
        answer = served.stranger().get(address)
        assert answer.status_code == 401
        assert "aa-1" not in answer.text.replace(address, "")


def test_the_token_is_exchanged_for_a_strict_cookie_and_leaves_the_address(served: Served) -> None:
    answer = served.stranger().get(f"/?token={served.sessions.token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].casefold()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert served.sessions.token not in cookie


@pytest.mark.parametrize("value", ["", "x", "a.b", "é.ü", "aa." + "0" * 64])
def test_a_made_up_cookie_is_no_session(served: Served, value: str) -> None:
    assert not served.sessions.is_cookie(value)
    answer = served.stranger().get("/", headers=[(b"Cookie", f"tk-8765={value}".encode())])
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example:8765", "127.0.0.1:1", "127.0.0.1", "", "[::1"]
)
def test_another_name_of_this_machine_is_refused(served: Served, host: str) -> None:
    assert served.browser.get("/", headers={"Host": host}).status_code == 421


def test_the_names_of_a_server() -> None:
    usual, every = ServerOptions(), ServerOptions(host="0.0.0.0")  # noqa: S104
    assert all(map(usual.is_own, ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"]))
    assert not usual.is_own("192.168.1.5:8765")
    assert every.is_own("192.168.1.5:8765")
    assert not every.is_own("rebound.example:8765")
    assert ServerOptions(host="desk.example").is_own("desk.example:8765")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "https://127.0.0.1:8765", "http://127.0.0.1:80"])
def test_a_form_of_another_site_changes_nothing(served: Served, origin: str) -> None:
    form = served.form("/t/aa-1", "/t/aa-1/comment") | {"text": "hello"}
    before = served.repository.git("rev-parse", "HEAD")
    assert served.post("/t/aa-1/comment", form, Origin=origin).status_code == 403
    assert served.browser.post("/t/aa-1/comment", data=form).status_code == 403
    assert served.post("/t/aa-1/comment", form, Sec_Fetch_Site="cross-site").status_code == 403
    assert served.repository.git("rev-parse", "HEAD") == before


@pytest.mark.parametrize("address", [path.replace("{ticket}", "aa-1") for path in CHANGES])
def test_a_form_without_the_token_of_its_session_changes_nothing(served: Served, address: str) -> None:
    other = served.new_browser()
    foreign = served.form("/t/aa-1", "/t/aa-1/comment", other)["csrf"]
    before = served.repository.git("rev-parse", "HEAD")
    for token in ("", "0" * 64, foreign):
        form = {"csrf": token, "text": "x", "title": "x", "to": "closed", "seen": "open"}
        assert served.post(address, form).status_code == 403
    assert served.post(address, {"text": "x"}, served.stranger()).status_code == 401
    assert served.repository.git("rev-parse", "HEAD") == before
    assert served.repository.git("status", "--porcelain") == ""


def test_reading_changes_nothing(served: Served, addresses: list[str]) -> None:
    repository = served.repository
    before = (repository.git("rev-parse", "HEAD"), repository.git("status", "--porcelain", "--ignored"))
    for address in (*addresses, *(path.replace("{ticket}", "aa-1") + "?to=closed&text=x" for path in CHANGES)):
        served.get(address)
    assert (repository.git("rev-parse", "HEAD"), repository.git("status", "--porcelain", "--ignored")) == before


def test_a_server_that_only_reads_shows_no_form_and_takes_none(served: Served) -> None:
    reading = Served(served.repository, read_only=True)
    for address in ("/", "/board", "/t/aa-1"):
        assert 'method="post"' not in reading.get(address).text
    cookie = next(iter(reading.browser.cookies.jar)).value or ""
    form = {"csrf": reading.sessions.form_token(cookie), "text": "x"}
    answer = reading.post("/t/aa-1/comment", form)
    assert answer.status_code == 403
    assert "--read-only" in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(served: Served, method: str) -> None:
    assert served.browser.request(method, "/").status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/static/../session.py", "/static/%2e%2e/session.py", "/static/..%2fsession.py", "/static//etc/passwd",
        "/static/%2fetc%2fpasswd", "/t/..%2f..%2f.git%2fconfig", "/t/%2e%2e", "/t/config.yml", "/t/aa-1%00",
        "/t/archive%2faa-1", "/reports/..%2f..%2fpyproject",
    ],
)  # fmt: skip
def test_no_address_leaves_the_tables(served: Served, address: str) -> None:
    (served.repository.folder / ".tickets" / "config.yml").write_text("prefix: hidden\n", encoding="utf-8")
    answer = served.get(address)
    assert answer.status_code in (303, 307, 400, 404)
    assert "hidden" not in answer.text
    assert "repositoryformatversion" not in answer.text


def test_a_large_request_is_refused_before_it_is_read(served: Served) -> None:
    form = served.form("/t/aa-1", "/t/aa-1/comment")
    assert served.post("/t/aa-1/comment", form | {"text": "x" * (MOST_BYTES + 1)}).status_code == 413
    assert served.get("/?q=" + "x" * 9000).status_code == 414
    headers = {"Origin": BASE, "Content-Type": "application/x-www-form-urlencoded"}
    chunks = (b"text=" + b"x" * (1 << 20) for _ in range(10))
    assert served.browser.post("/t/aa-1/comment", content=chunks, headers=headers).status_code == 413


def test_an_answer_that_takes_too_long_is_given_up(served: Served) -> None:
    form = {**served.form("/t/aa-1", "/t/aa-1/comment"), "text": "late"}
    hurried = Served(served.repository, patience=0)
    answer = hurried.get("/board")
    assert (answer.status_code, "no answer within 0 seconds" in answer.text) == (503, True)
    hook = served.repository.folder / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nsleep 1\n")
    hook.chmod(0o755)
    patient = Served(served.repository, patience=0.5)
    form["csrf"] = patient.sessions.form_token(patient.browser.cookies["tk-8765"])
    answer = patient.post("/t/aa-1/comment", form)
    assert (answer.status_code, "may still be made" in answer.text) == (503, True)
    end = time.monotonic() + 300
    while "late" not in served.repository.git("show", "HEAD") and time.monotonic() < end:
        time.sleep(0.05)
    assert "late" in served.get("/t/aa-1").text


def test_a_connection_without_a_whole_request_is_closed() -> None:
    async def told(sent: bytes) -> bytes:
        config = uvicorn.Config(lambda *_: None, lifespan="off")
        config.load()
        state, loop = ServerState(), asyncio.get_running_loop()

        class Hurried(TimedProtocol):
            seconds = 0.1

        server = await loop.create_server(lambda: Hurried(config, state, {}), "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(sent)
            found = await asyncio.wait_for(reader.read(), 10)
            writer.close()
        return found

    for sent in (b"", b"GET /", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"):
        assert asyncio.run(told(sent)) == b""


def test_what_is_no_form_is_refused(served: Served) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        headers = {"Origin": BASE, "Content-Type": kind}
        assert served.browser.post("/new", content=b"{}", headers=headers).status_code == 415


MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html,x)",
    "</textarea><script>1</script>", '"><svg onload=alert(1)>', "![x](https://evil.example/x.png)",
    "<style>*{display:none}</style>", "</div></main></body>", "<iframe src=//evil.example></iframe>",
    "`</code><script>1</script>`", "[x]: javascript:alert(1)\n\n[x]", "<a href='java\tscript:alert(1)'>x</a>",
    "\x1b]52;c;x\x07 \u202e reversed", "{{ 7*191 }}{% include 'base.html' %}",
]  # fmt: skip


def assert_harmless(page: str, where: str) -> None:
    """No element or attribute that runs or loads anything, and the page's own frame is whole."""
    page = without_pictures(page)
    tags = re.findall(r"<([a-zA-Z/][^\s>/]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", page)
    names = [name.casefold() for name, _ in tags]
    scripts = [attributes for name, attributes in tags if name.casefold() == "script"]
    assert all(re.fullmatch(r' src="/static/[a-z.]+\.js" defer', one) for one in scripts), where
    assert not {"img", "svg", "iframe", "style", "object", "embed", "template", "math"} & set(names), where
    for name, attributes in tags:
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", '""', attributes)
        assert not re.search(r"\s(on\w+|style|srcdoc)\s*=", bare), f"{where}: <{name}{attributes}>"
        assert not re.search(
            r"(?i)(?:href|action|src)=\"\s*(?:javascript|data|vbscript):", attributes, re.IGNORECASE
        ), where
    for name in ("main", "div", "section", "form", "ul", "table"):
        assert names.count(name) == names.count(f"/{name}"), f"{where}: {name}"
    assert page.count("</body>") == page.count("<body>") <= 1, where
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]", page), where


def test_markup_in_every_place_of_a_ticket_stays_text(repository: Repository) -> None:
    for number, text in enumerate(MARKUP):
        line = text.replace("\n", " ").replace('"', '\\"').replace("\t", "\\t").replace("\x1b", "").replace("\x07", "")
        body = f"# {text}\n\n{text}\n\n## Notes\n\n**2026-01-01T00:00:00Z** · {line}\n\n{text}\n"
        front = (
            f'id: x-{number}\nstatus: open\nassignee: "{line}"\nmilestone: "{line}"\nown: "{line}"\ntags: ["{line}"]'
        )
        path = repository.folder / ".tickets" / f"x-{number}.md"
        path.write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")
        article = repository.folder / ".tickets" / "kb" / f"a-{number}.md"
        article.parent.mkdir(exist_ok=True)
        article.write_text(f'---\ntitle: "{line}"\nkeywords: ["{line}"]\n---\n\n{text}\n', encoding="utf-8")
    repository.commit_all("hostile")
    served = Served(repository)
    assert "<svg" in served.get("/reports/backlog?by=milestone").text
    for address in (
        *(f"/articles/a-{number}" for number in range(len(MARKUP))),
        *("/articles", "/articles?q=alert", "/dashboards/lead", "/reports/backlog?by=milestone"),
        "/",
        "/?all=1",
        "/board",
        "/search?q=alert",
        "/problems",
        "/settings",
        "/new/duplicates?title=script+alert+1+script",
    ):
        assert_harmless(served.get(address).text, address)
    for number, text in enumerate(MARKUP):
        for address in (f"/t/x-{number}", f"/t/x-{number}/edit"):
            answer = served.get(address)
            assert answer.status_code == 200, text
            assert "1337" not in answer.text
            page = re.sub(r"(<textarea.*?</textarea>|value=\"[^\"]*\")", "", answer.text, flags=re.DOTALL)
            assert_harmless(page, text)
            assert answer.text.count("</textarea>") == answer.text.count("<textarea"), text
    for text in MARKUP:
        for name in ("q", "sort", "title", "since"):
            for address in ("/", "/board", "/search", "/new", "/reports/volume", "/articles"):
                page = served.browser.get(address, params={name: text}).text
                assert_harmless(re.sub(r"value=\"[^\"]*\"", "", page), f"{address} {name} {text}")


def test_a_share_of_the_hostile_corpus_is_shown_without_harm(repository: Repository) -> None:
    store = repository.folder / ".tickets"
    chosen = [row for row in corpus.files() if len(row[1]) < 200_000][::18]
    for number, (_, content) in enumerate(chosen):
        (store / f"aa-{number}.md").write_bytes(content)
    served = Served(repository)
    for address in ("/", "/?all=1", "/board", "/search?q=title", "/problems"):
        answer = served.get(address)
        assert answer.status_code == 200, answer.text
        assert_harmless(answer.text, address)
    for number, (name, _) in enumerate(chosen):
        answer = served.get(f"/t/aa-{number}")
        assert answer.status_code == 200, name
        assert_harmless(answer.text, name)
        assert len(answer.text) < 2_000_000, name
    assert served.noted == []
