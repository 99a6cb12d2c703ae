"""One visit of the portal: what it notes goes to the terminal of the server, never to a page."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from plaintickets.actions.public_tickets import events_by_ticket, public_tickets
from plaintickets.render.html.markup import safe_html
from plaintickets.web.visit import Server, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from plaintickets.core.visibility import Audience


class Desk(NamedTuple):
    """What all visits share, and the key of the links."""

    server: Server
    key: bytes


class PortalVisit(Visit):
    """A request of anybody."""

    def __init__(self, desk: Desk, request: Request, cookie: str, form: Mapping[str, str] | None = None) -> None:
        super().__init__(desk.server, request, form)
        self.desk = desk
        self.cookie = cookie

    def _note(self, text: str) -> None:
        self.server.around.notify(f"portal: {text}")

    @cached_property
    def audience(self) -> Audience:
        """Return what no page may name."""
        return public_tickets(self.project, events_by_ticket(self.project))[1]

    def markdown(self, text: str) -> Markup:
        """Return Markdown as cleaned HTML without what must not be named."""
        return Markup(safe_html(text, self.audience))  # noqa: S704 - cleaned by nh3

    @property
    def token(self) -> str:
        """Return the token in the address."""
        return str(self.request.path_params["token"])
