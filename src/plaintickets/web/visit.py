"""One visit of a page: its request, the project as it is now, and the ways to answer."""

from __future__ import annotations

from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import HTMLResponse, RedirectResponse

from plaintickets.project import Project
from plaintickets.web.views import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from starlette.requests import Request
    from starlette.responses import Response

    from plaintickets.project import Surroundings
    from plaintickets.web.options import ServerOptions
    from plaintickets.web.session import Sessions

_NOTES = 20


class Server(NamedTuple):
    """What all visits share: nothing of a store but where it is."""

    around: Surroundings
    overrides: Mapping[str, str]
    options: ServerOptions
    sessions: Sessions
    views: Environment
    notes: deque[tuple[str, str]]


def server_of(around: Surroundings, overrides: Mapping[str, str], options: ServerOptions, sessions: Sessions) -> Server:
    """Return a server of the store that belongs to a folder."""
    return Server(around, overrides, options, sessions, environment(), deque(maxlen=_NOTES))


async def sent_form(request: Request) -> dict[str, str]:
    """Return the values of a form; raise RequestTooLargeError and TimeoutError."""
    async with request.form() as sent:
        return {name: value.replace("\r\n", "\n") for name, value in sent.items() if isinstance(value, str)}


class Visit:
    """One request of a person with a session; the project is opened again for each."""

    def __init__(self, server: Server, request: Request, form: Mapping[str, str] | None = None) -> None:
        self.server = server
        self.request = request
        self.form = form or {}
        self.cookie = request.cookies.get(server.options.cookie, "")
        self.remarks: list[str] = []

    @cached_property
    def project(self) -> Project:
        """Return the project with its present state; what it notes is shown on the page."""
        remarks = self.remarks  # a method of the visit would be a cycle that holds the project until it is collected

        def note(text: str) -> None:
            if text not in remarks:
                remarks.append(text)

        around = self.server.around._replace(notify=note, progress=lambda _: None)
        return Project.open(around, self.server.overrides)

    @property
    def ticket(self) -> str:
        """Return the id in the address."""
        return str(self.request.path_params["ticket"])

    def asked(self, name: str, default: str = "") -> str:
        """Return a value of the query in the address."""
        return self.request.query_params.get(name, default)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a page."""
        mine = [text for cookie, text in self.server.notes if cookie == self.cookie]
        if mine:
            kept = [note for note in self.server.notes if note[0] != self.cookie]
            self.server.notes.clear()
            self.server.notes.extend(kept)
        text = self.server.views.get_template(template).render(
            csrf=self.server.sessions.form_token(self.cookie),
            read_only=self.server.options.read_only,
            path=self.request.url.path,
            said=mine,
            remarks=self.remarks,
            **values,
        )
        return HTMLResponse(text, status)

    def go(self, address: str, *said: str) -> Response:
        """Return the way to a page that shows what was done, after a change."""
        for text in (*said, *self.remarks):
            self.server.notes.append((self.cookie, text))
        return RedirectResponse(address, 303)
