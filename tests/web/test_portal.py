"""The portal over a real repository: what a stranger sees, files, answers and rates, and what they cannot."""

from __future__ import annotations

import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("starlette")
pytest.importorskip("nh3")

from builders import surroundings
from plaintickets.core.servicedesk.portal_links import status_path
from plaintickets.web.guard import MOST_IN_ADDRESS
from plaintickets.web.limits import Allowance, visitor_of
from plaintickets.web.options import ServerOptions
from plaintickets.web.portal.app import CHANGES, PAGES, Limits, portal_application
from web.served import BASE, inputs
from web.test_site_for_the_public import PLANTED, plant

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    import httpx2 as httpx

    from builders import Repository

KEY = b"k" * 64
PUBLIC = "https://help.example.org"
CONFIG = """\
people:
  ada: {name: Ada Lovelace, mail: ada@desk.example}
intake: {portal: [question, incident], tags: [portal]}
fields:
  product: {type: enum, values: [printer, phone]}
types:
  question: {offered: [product, assignee, visibility, deps]}
  incident: {required: [product]}
  secret: {}
"""


def write(repository: Repository, ticket_id: str, title: str, line: str) -> None:
    text = f"---\nid: {ticket_id}\nstatus: open\n{line}\n---\n# {title}\n"
    (repository.tk.store / f"{ticket_id}.md").write_text(text, encoding="utf-8")


def wide() -> Limits:
    return Limits(*(Allowance(10_000, 1) for _ in range(4)))


class Portal:
    """The portal of a repository and a browser of a stranger."""

    def __init__(self, repository: Repository, limits: Limits | None = None, public: str = "") -> None:
        self.repository = repository
        self.noted: list[str] = []
        around = surroundings(repository, Random(7).randrange, self.noted.append)
        options = ServerOptions(public=public)
        self.app = portal_application(around, {}, options, KEY, limits or wide())
        self.browser = TestClient(self.app, base_url=BASE, follow_redirects=False)

    def get(self, address: str) -> httpx.Response:
        answer: httpx.Response = self.browser.get(address)
        return answer

    def form(self, address: str, action: str) -> dict[str, str]:
        page = self.get(address).text
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
        assert found, page
        return inputs(found[0])

    def post(self, address: str, form: dict[str, str], **headers: str) -> httpx.Response:
        sent = {"Origin": "null", **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer: httpx.Response = self.browser.post(address, data=form, headers=sent)
        return answer

    def ask(self, **typed: str) -> httpx.Response:
        return self.post("/", {**self.form("/", "/"), "title": "Printer burns", **typed})

    @property
    def commits(self) -> int:
        return int(self.repository.git("rev-list", "--count", "HEAD"))

    def newest(self) -> str:
        """Return the text of the newest ticket."""
        name = self.repository.git("show", "--name-only", "--format=", "HEAD").split()[0]
        return (self.repository.folder / name).read_text(encoding="utf-8")


@pytest.fixture
def portal(repository: Repository) -> Portal:
    (repository.tk.store / "config.yml").write_text(CONFIG, encoding="utf-8")
    write(repository, "aa-1", "Old printer", "reporter: Bob <bob@customer.example>")
    write(repository, "aa-2", "Another's secret", "visibility: internal")
    repository.commit_all("desk")
    return Portal(repository)


def link(ticket_id: str) -> str:
    return status_path(KEY, ticket_id)


def test_a_request_is_one_commit_and_leads_to_its_page(portal: Portal) -> None:
    before = portal.commits
    answer = portal.ask(text="Smoke in room 7", name="Bob", mail="bob@customer.example", **{"field:product": "printer"})
    assert answer.status_code == 303
    assert portal.commits == before + 1
    text = portal.newest()
    for line in ("reporter: Bob <bob@customer.example>", "product: printer", "type: question", "tags: [portal]"):
        assert line in text
    page = portal.get(answer.headers["Location"])
    assert page.status_code == 200
    for word in ("Your request has arrived", "Printer burns", "Smoke in room 7", "open", "No answer yet"):
        assert word in page.text
    assert "bob@customer.example" not in page.text


def test_a_stranger_is_never_one_of_the_people(portal: Portal) -> None:
    portal.ask(name="Ada", mail="Ada@desk.example")
    assert "reporter" not in portal.newest()
    assert "Claims to be `Ada@desk.example`; not verified" in portal.newest()
    portal.ask(name="Ada Lovelace", mail="eve@x.example")
    assert "reporter: eve@x.example" in portal.newest()
    portal.ask(name="ada", mail="")
    assert "reporter" not in portal.newest()


def test_a_stranger_sets_only_the_fields_of_the_form(portal: Portal) -> None:
    sent = {f"field:{name}": "internal" for name in ("visibility", "status", "assignee", "deps", "priority", "queue")}
    assert portal.ask(**sent).status_code == 303
    text = portal.newest()
    assert "visibility" not in text
    assert "assignee" not in text
    assert "internal" not in text
    page = portal.get("/").text
    assert 'name="field:product"' in page
    for name in ("assignee", "visibility", "deps"):
        assert f"field:{name}" not in page


def test_only_the_types_of_the_settings_have_a_form(portal: Portal) -> None:
    assert "secret" not in portal.get("/?type=secret").text
    before = portal.commits
    assert portal.ask(type="secret").status_code == 409
    assert portal.commits == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": " \x00 "}, "the title is still needed"),
        ({"mail": "nobody"}, "the mail address is none"),
        ({"mail": "a@b.example\nBcc: c@d.example"}, "the mail address is none"),
        ({"field:product": "car"}, "product: this value does not fit"),
        ({"type": "incident", "field:product": ""}, "still needed: product"),
        ({"text": "x" * 70_000}, "a text is too long"),
    ],
)
def test_what_does_not_fit_is_shown_with_all_that_was_typed(portal: Portal, typed: dict[str, str], said: str) -> None:
    before = portal.commits
    answer = portal.ask(**{"text": "typed <text>", **typed})
    assert answer.status_code == 409
    assert said in answer.text
    assert "typed &lt;text&gt;" in answer.text or len(typed.get("text", "")) > 100
    assert portal.commits == before


def test_no_text_of_a_stranger_is_more_than_text(portal: Portal) -> None:
    hostile = (
        "<script>alert(1)</script>\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada Lovelace\n\nforged\n\x1b[31m\u202e"
    )
    answer = portal.ask(title="<b>x</b>\x1b[31m", text=hostile, name="<i>Eve</i>· internal")
    page = portal.get(answer.headers["Location"]).text
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "<i>Eve" not in page
    assert "No answer yet" in page
    assert "\x1b" not in portal.newest()
    assert "\u202e" not in portal.newest()


def test_the_link_is_needed_and_shows_that_ticket_alone(portal: Portal) -> None:
    assert portal.get(link("aa-1")).status_code == 200
    token = link("aa-1").rpartition("/")[2]
    absent = portal.get("/r/zz-9/" + token)
    wrong = [f"/r/aa-1/{'0' * 32}", "/r/aa-1/x", f"/r/aa-1/{token}0", "/r/aa-1/%ff%00é", link("aa-2"), link("zz-9")]
    for address in (*wrong, f"/r/aa-2/{token}", f"/r/AA-1/{token}", f"/r/aa/{token}", f"/r/..%2Fconfig/{token}"):
        answer = portal.get(address)
        assert answer.status_code == 404
        assert "There is no such page" in answer.text
        assert "secret" not in answer.text
    assert absent.status_code == 404


def test_another_value_of_its_field_ends_the_links_of_a_ticket(portal: Portal) -> None:
    before = link("aa-1")
    form = portal.form(before, f"{before}/answer")
    assert portal.repository.tk("set", "aa-1", "portal-link=2").code == 0
    assert portal.get(before).status_code == 404
    assert portal.post(f"{before}/answer", {**form, "text": "too late"}).status_code == 404
    now = status_path(KEY, "aa-1", "2")
    assert f'action="{now}/answer"' in portal.get(now).text
    answer = portal.post(f"{now}/answer", {**portal.form(now, f"{now}/answer"), "text": "in time"})
    assert answer.headers["location"].startswith(now)
    assert portal.repository.tk("set", "aa-1", "portal-link=").code == 0
    assert (portal.get(before).status_code, portal.get(now).status_code) == (200, 404)


def test_nothing_of_the_desk_is_served(portal: Portal) -> None:
    for address in ("/board", "/search", "/reports", "/settings", "/t/aa-1", "/new", "/problems", "/t/aa-1/edit", "/x"):
        answer = portal.get(address)
        assert answer.status_code == 404
        assert "aa-1" not in answer.text.replace(address, "")
    assert portal.post("/t/aa-1/status", {"to": "closed"}).status_code == 404
    assert "Old printer" not in portal.get("/").text


def test_an_answer_is_a_public_comment_of_the_reporter_and_opens_the_ticket_again(portal: Portal) -> None:
    tk = portal.repository.tk
    assert tk("close", "aa-1").code == 0
    form = {**portal.form(link("aa-1"), link("aa-1") + "/answer"), "text": "It burns again"}
    assert portal.post(link("aa-1") + "/answer", form).status_code == 303
    text = (tk.store / "aa-1.md").read_text(encoding="utf-8")
    assert "· Bob <bob@customer.example>\n\nIt burns again" in text
    assert "status: open" in text
    again = portal.post(link("aa-1") + "/answer", form)
    assert "this answer is there already" in again.text


def test_a_rating_is_given_once_and_only_when_closed(portal: Portal) -> None:
    rate = link("aa-1") + "/rate"
    page = portal.get(link("aa-1")).text
    csrf = portal.form(link("aa-1"), link("aa-1") + "/answer")["csrf"]
    assert rate not in page
    assert "when it is closed" in portal.post(rate, {"csrf": csrf, "rating": "5"}).text
    tk = portal.repository.tk
    tk("close", "aa-1")
    before = portal.commits
    assert rate in portal.get(link("aa-1")).text
    assert portal.get(rate).status_code == 404
    for bad in ("", "0", "6", "5 ", "5; x"):
        assert portal.post(rate, {"csrf": csrf, "rating": bad}).status_code == 409
    assert portal.commits == before
    assert portal.post(rate, {"csrf": csrf, "rating": "4"}).status_code == 303
    assert "rating: 4" in (tk.store / "aa-1.md").read_text(encoding="utf-8")
    assert "rated already" in portal.post(rate, {"csrf": csrf, "rating": "1"}).text
    assert "Rated with 4 of 5" in portal.get(link("aa-1")).text


def test_get_and_head_change_nothing(portal: Portal) -> None:
    before = portal.commits
    for path in (*PAGES, *CHANGES):
        address = path.replace("/r/{ticket}/{token}", link("aa-1")).replace("{slug}", "x")
        for answer in (portal.browser.get(address + "?title=x&rating=5&text=y&look=1"), portal.browser.head(address)):
            assert answer.status_code in {200, 404}
    assert portal.commits == before
    assert portal.repository.git("status", "--porcelain") == ""


def test_a_form_from_elsewhere_changes_nothing(portal: Portal) -> None:
    before = portal.commits
    form = {**portal.form("/", "/"), "title": "Kept words"}
    assert portal.post("/", form, Origin="https://evil.example").status_code == 403
    assert portal.post("/", form, Sec_Fetch_Site="cross-site").status_code == 403
    for csrf in ("", "x", "0" * 64):
        answer = portal.post("/", {**form, "csrf": csrf})
        assert answer.status_code == 403
        assert "Kept words" in answer.text
    portal.browser.cookies.clear()
    assert portal.post("/", form).status_code == 403
    assert portal.commits == before
    assert portal.browser.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_behind_a_proxy_the_public_name_is_its_own(repository: Repository) -> None:
    portal = Portal(repository, public=PUBLIC)
    answer = portal.browser.get("/", headers={"Host": "help.example.org"})
    assert answer.status_code == 200
    assert "Secure" in answer.headers["Set-Cookie"]
    assert portal.browser.get("/", headers={"Host": "help.example.org:81"}).status_code == 421
    sent = {"Host": "help.example.org", "Origin": PUBLIC}
    assert "open for too long" in portal.browser.post("/", data={"title": "x"}, headers=sent).text
    wrong = {**sent, "Origin": "http://help.example.org"}
    assert "another site" in portal.browser.post("/", data={"title": "x"}, headers=wrong).text


def test_no_page_is_kept_and_no_address_is_told(portal: Portal) -> None:
    for address in ("/", link("aa-1"), "/likely?title=printer", "/nothing"):
        headers = portal.get(address).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_who_asks_too_often_waits(repository: Repository) -> None:
    repository.tk.write("aa-1", "One")
    repository.commit_all("one")
    few = Limits(Allowance(3, 3600), Allowance(50, 3600), Allowance(1, 3600), Allowance(2, 3600))
    portal = Portal(repository, few)
    form = {**portal.form("/", "/"), "title": "Again"}
    before = portal.commits
    statuses = [portal.post("/", {**form, "title": f"No {number}"}).status_code for number in range(3)]
    assert statuses == [303, 429, 429]
    assert portal.commits == before + 1
    assert [portal.get("/").status_code for _ in range(3)] == [200, 200, 429]


def test_too_large_and_odd_requests_are_refused(portal: Portal) -> None:
    form = portal.form("/", "/")
    assert portal.post("/", {**form, "text": "x" * (1 << 20)}).status_code == 413
    sent = {"Origin": "null", "Content-Type": "application/json"}
    assert portal.browser.post("/", content=b"{}", headers=sent).status_code == 415
    assert portal.get("/likely?title=" + "x" * MOST_IN_ADDRESS).status_code == 414
    assert portal.browser.put("/").status_code == 405


def test_an_error_of_the_desk_is_told_to_the_desk_alone(portal: Portal) -> None:
    hook = portal.repository.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho zqhook refuses >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    answer = portal.ask()
    assert answer.status_code == 503
    assert "zqhook" not in answer.text
    assert any("zqhook" in text for text in portal.noted)


ARTICLE = "---\ntitle: {title}\nstatus: {status}\naudience: {audience}\nkeywords: [printer]\n---\nThe printer. {body}\n"


def test_only_published_public_articles_and_marked_tickets_are_proposed(portal: Portal) -> None:
    folder = portal.repository.tk.store / "kb"
    folder.mkdir()
    kinds = {"good": ("published", "public"), "draft": ("draft", "public"), "inner": ("published", "internal")}
    for name, (status, audience) in kinds.items():
        text = ARTICLE.format(
            title=f"Printer {name}", status=status, audience=audience, body="See aa-2 or a@b.example."
        )
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    write(portal.repository, "aa-5", "Printer is known to burn", "visibility: public")
    portal.repository.commit_all("kb")
    part = portal.get("/likely?title=old+printer+known+to+burn").text
    whole = portal.post("/", {**portal.form("/", "/"), "title": "old printer known to burn", "look": "yes"}).text
    for shown in (part, whole):
        assert "/articles/good" in shown
        assert "Printer is known to burn" in shown
        assert "draft" not in shown
        assert "inner" not in shown
        assert "Old printer" not in shown  # another requester's
    page = portal.get("/articles/good").text
    assert "The printer." in page
    assert "aa-2" not in page
    assert "a@b.example" not in page
    for name in ("draft", "inner", "goo", "..%2Fconfig", "none"):
        assert portal.get(f"/articles/{name}").status_code == 404


def test_a_relative_link_leads_to_an_article_that_visitors_may_read_or_nowhere(portal: Portal) -> None:
    folder = portal.repository.tk.store / "kb"
    folder.mkdir()
    links = "[one](two.md#ink) [gone](none.md) [inner](inner.md) [ticket](../aa-1.md) [out](../../../etc/passwd)"
    for name, audience in (("one", "public"), ("two", "public"), ("inner", "internal")):
        text = ARTICLE.format(title=name, status="published", audience=audience, body=links)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    portal.repository.commit_all("kb")
    page = portal.get("/articles/one").text
    assert re.findall(r'href="([^"]*)"', page.partition("<article>")[2].partition("</article>")[0]) == [
        "/articles/two#ink"
    ]
    answer = portal.ask(text="As [you](kb/two.md) and [x](kb/inner.md) say")
    shown = portal.get(answer.headers["location"].partition("?")[0]).text
    assert 'href="/articles/two"' in shown
    assert "kb/" not in re.sub(r"<[^>]*>", "", shown)
    assert 'inner.md"' not in shown


def test_no_attachment_is_reached_and_a_link_to_one_leads_nowhere(portal: Portal) -> None:
    store = portal.repository.tk.store
    (store / "aa-1.d" / "attachments").mkdir(parents=True)
    (store / "aa-1.d" / "attachments" / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    with (store / "aa-1.md").open("a", encoding="utf-8") as file:
        file.write(
            "\n![Shot](aa-1.d/attachments/shot.png) [same](attachments/shot.png) [up](../aa-1.d/attachments/shot.png)\n"
        )
    page = portal.get(link("aa-1"))
    assert (page.status_code, "Shot" in page.text) == (200, True)
    assert "attachments" not in page.text
    assert "<img" not in page.text
    for start in ("/t/aa-1", link("aa-1"), "/aa-1.d", "/r", "/articles", "/static"):
        answer = portal.get(f"{start}/attachments/shot.png")
        assert (answer.status_code, b"secret" in answer.content) == (404, False)


def test_a_request_that_is_sent_twice_is_one_ticket(portal: Portal) -> None:
    form = {**portal.form("/", "/"), "title": "Printer burns", "text": "Smoke"}
    before = portal.commits
    with ThreadPoolExecutor(4) as pool:
        answers = [*pool.map(lambda _: portal.post("/", form), range(4))]
    again = portal.post("/", {**portal.form("/", "/"), "title": "Printer burns", "text": "Smoke"})
    assert len({one.headers["location"] for one in (*answers, again)}) == 1
    assert portal.commits == before + 1
    portal.post("/", {**form, "text": "More smoke"})
    assert portal.commits == before + 2
    stranger = Portal(portal.repository)
    stranger.app, stranger.browser = portal.app, TestClient(portal.app, base_url=BASE, follow_redirects=False)
    stranger.ask(text="Smoke")
    assert portal.commits == before + 3


def test_no_page_has_a_word_of_what_is_internal(repository: Repository) -> None:
    plant(repository)
    portal = Portal(repository)
    answers = [(name, portal.get(link(name))) for name in ("pt-1", "pt-2", "pt-3", "pt-zq9a", "zqbroken", "pt-zqgone")]
    titles = [path.stem for path in sorted(Path(repository.folder).glob(".tickets/*.md"))]
    answers += [("likely", portal.get(f"/likely?title={one} visibleword public plan secret")) for one in titles]
    answers += [("form", portal.get("/")), ("new", portal.ask(title="zzz"))]
    csrf = portal.form(link("pt-1"), link("pt-1") + "/answer")["csrf"]
    answers.append(("answer", portal.post(link("pt-1") + "/answer", {"csrf": csrf, "text": ""})))
    answers.append(("rate", portal.post(link("pt-1") + "/rate", {"csrf": csrf, "rating": "5"})))
    for name, answer in answers:
        assert not re.findall(rf"\w*{PLANTED}\w*", answer.text, re.IGNORECASE), name
        assert not re.findall(r"[\w.]+@[\w.]+", answer.text), name
    assert "A visible comment" in answers[0][1].text


def test_what_becomes_internal_while_the_portal_runs_is_named_on_no_page(portal: Portal) -> None:
    repository = portal.repository
    text = (repository.tk.store / "aa-1.md").read_text(encoding="utf-8")
    (repository.tk.store / "aa-1.md").write_text(f"{text}\nAs in aa-7 and aa-8.\n", encoding="utf-8")
    write(repository, "aa-7", "Plan zqseven", "visibility: public")
    repository.commit_all("before")
    assert "aa-7" in portal.get(link("aa-1")).text
    write(repository, "aa-7", "Plan zqseven", "visibility: internal")
    assert "aa-7" not in portal.get(link("aa-1")).text
    write(repository, "aa-8", "Plan zqeight", "visibility: internal")
    repository.commit_all("internal")
    (repository.tk.store / "aa-8.md").unlink()
    repository.commit_all("removed")
    page = portal.get(link("aa-1")).text
    assert "As in" in page
    assert "aa-7" not in page
    assert "aa-8" not in page


def test_an_allowance_fills_up_with_time_in_bounded_memory() -> None:
    allowance = Allowance(2, 10, visitors=100)
    assert [allowance.take("a", 0), allowance.take("a", 0), allowance.take("a", 0)] == [True, True, False]
    assert not allowance.take("a", 5)
    assert allowance.take("a", 11)
    assert allowance.take("b", 11)
    for number in range(1000):
        allowance.take(f"v{number}", 12)
    assert len(allowance) == 100


def test_a_visitor_is_the_peer_or_whom_a_proxy_here_names_last() -> None:
    assert visitor_of("192.0.2.7", "198.51.100.1") == "192.0.2.7"
    assert visitor_of("127.0.0.1", "6.6.6.6, 198.51.100.1") == "198.51.100.1"
    assert visitor_of("127.0.0.1", "") == "127.0.0.1"
    assert visitor_of("127.0.0.1", "rubbish") == "127.0.0.1"
    assert visitor_of("::1", "2001:db8::1") == visitor_of("::1", "2001:db8::2")
    assert visitor_of("testclient", "") == "testclient"
