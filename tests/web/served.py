"""The application over a real repository, asked as a browser asks it, without a socket."""

from __future__ import annotations

import html
import re
from random import Random
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from builders import surroundings
from plaintickets.web.app import application
from plaintickets.web.options import ServerOptions
from plaintickets.web.session import Sessions

if TYPE_CHECKING:
    import httpx2

    from builders import Repository

BASE = "http://127.0.0.1:8765"


class Served:
    """A server of a repository with a browser that has a session."""

    def __init__(self, repository: Repository, *, read_only: bool = False, patience: float = 60) -> None:
        self.repository = repository
        self.sessions = Sessions()
        self.noted: list[str] = []
        around = surroundings(repository, Random(7).randrange, self.noted.append)
        self.app = application(around, {}, ServerOptions(read_only=read_only, patience=patience), self.sessions)
        self.browser = self.new_browser()

    def stranger(self) -> TestClient:
        """Return a browser without a session."""
        return TestClient(self.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=True)

    def new_browser(self) -> TestClient:
        """Return a browser that has opened the printed address."""
        browser = self.stranger()
        answer = browser.get(f"/?token={self.sessions.token}")
        assert answer.status_code == 303
        return browser

    def get(self, address: str) -> httpx2.Response:
        answer: httpx2.Response = self.browser.get(address)
        return answer

    def form(self, address: str, action: str, browser: TestClient | None = None) -> dict[str, str]:
        """Return what a form of a page sends if nothing is typed."""
        page = (browser or self.browser).get(address).text
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
        assert found, page
        return inputs(found[0])

    def post(
        self, address: str, form: dict[str, str], browser: TestClient | None = None, **headers: str
    ) -> httpx2.Response:
        sent = {"Origin": BASE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer: httpx2.Response = (browser or self.browser).post(address, data=form, headers=sent)
        return answer


def inputs(form: str) -> dict[str, str]:
    """Return the names and values of the inputs of a form."""
    values: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            values[html.unescape(name[1])] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        values[html.unescape(name)] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        plain = re.search(r"<option>([^<]*)", options)
        values[html.unescape(name)] = html.unescape(chosen[1] if chosen else plain[1] if plain else "")
    return values
