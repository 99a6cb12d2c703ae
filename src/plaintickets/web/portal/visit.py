"""One visit of the portal: what it notes goes to the terminal of the server, never to a page."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from plaintickets.actions.articles import names_of
from plaintickets.actions.portal import link_turn
from plaintickets.actions.portal_answers import public_article
from plaintickets.core.servicedesk.portal_links import status_path
from plaintickets.render.html.markup import safe_html
from plaintickets.web.article_links import article_link
from plaintickets.web.visit import Server, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from plaintickets.actions.public_tickets import LatestAudience
    from plaintickets.core.visibility import Audience
    from plaintickets.web.portal.filed import FiledRequests


class Desk(NamedTuple):
    """The parts of the portal that all visits share: the server, the key of links, and what is kept in memory."""

    server: Server
    key: bytes
    filed: FiledRequests
    latest: LatestAudience


class PortalVisit(Visit):
    """A request of anybody."""

    def __init__(self, desk: Desk, request: Request, cookie: str, form: Mapping[str, str] | None = None) -> None:
        super().__init__(desk.server, request, form)
        self.desk = desk
        self.cookie = cookie
        self._addresses: dict[str, str] = {}

    def _note(self, text: str) -> None:
        self.server.around.notify(f"portal: {text}")

    @cached_property
    def audience(self) -> Audience:
        """Return what no page may name."""
        return self.desk.latest.of(self.project)

    def markdown(self, text: str, *, of_article: bool = False) -> Markup:
        """Return the Markdown of a ticket, or of an article, as cleaned HTML without what must not be named.

        Relative links lead to the articles that visitors may read, others nowhere.
        """

        def address(target: str) -> str | None:
            named = target if of_article or target.startswith("#") else f"../{target}"
            return article_link(named, self.article_address, lambda _ticket: "")

        return Markup(safe_html(text, self.audience, address=address))  # noqa: S704 - cleaned by nh3

    def status_address(self, ticket_id: str) -> str:
        """Return the address of the page on which a requester sees a ticket."""
        return status_path(self.desk.key, ticket_id, link_turn(self.project, ticket_id))

    def article_address(self, slug: str) -> str:
        """Return the address of a published public article, empty for another."""
        if slug not in self._addresses:
            found = public_article(self.project, slug) if slug in self._slugs else None
            self._addresses[slug] = f"/articles/{quote(slug)}" if found and self.audience.is_clean(slug) else ""
        return self._addresses[slug]

    @cached_property
    def _slugs(self) -> frozenset[str]:
        return frozenset(names_of(self.project))

    @property
    def token(self) -> str:
        """Return the token in the address."""
        return str(self.request.path_params["token"])
