"""The application of the portal: its own routes alone, no session of the desk, and limits for every visitor."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
from starlette.applications import Starlette
from starlette.routing import Route

from plaintickets.actions.public_tickets import LatestAudience
from plaintickets.errors import TicketsError
from plaintickets.render.refusals import Refusal
from plaintickets.web.app import static_file
from plaintickets.web.guard import Guard, RequestTooLargeError, Rules
from plaintickets.web.limits import Allowance, visitor_of
from plaintickets.web.portal import pages
from plaintickets.web.portal.filed import FiledRequests
from plaintickets.web.portal.visit import Desk, PortalVisit
from plaintickets.web.refusals import status_of
from plaintickets.web.session import Sessions
from plaintickets.web.visit import sent_form, server_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from plaintickets.project import Surroundings
    from plaintickets.web.options import ServerOptions

    Page = Callable[[PortalVisit], Response]
    Endpoint = Callable[[Request], Awaitable[Response]]

RULES = Rules(1 << 20, {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}, is_private=True)
PAGES: dict[str, Page] = {
    "/": pages.form,
    "/articles/{slug}": pages.article,
    "/likely": pages.likely,
    "/r/{ticket}/{token}": pages.state,
}
CHANGES: dict[str, Page] = {
    "/": pages.file,
    "/r/{ticket}/{token}/answer": pages.answer,
    "/r/{ticket}/{token}/rate": pages.rate,
}
AT_ONCE = 4
"""How many pages are made at the same time: each may read the whole store."""
_STALE = Refusal("this form was open for too long, or cookies are off", "everything is still here: send it again.")


class Limits(NamedTuple):
    """How often one visitor may read, change and ask, and how many requests all visitors file together."""

    read: Allowance
    change: Allowance
    file: Allowance
    filed: Allowance


def usual_limits() -> Limits:
    """Return the limits of a server."""
    return Limits(Allowance(60, 1), Allowance(20, 10), Allowance(5, 120), Allowance(100, 36, 1))


def portal_application(
    around: Surroundings, overrides: Mapping[str, str], options: ServerOptions, key: bytes, limits: Limits
) -> ASGIApp:
    """Return the portal with its checks around it."""
    sessions = Sessions(hmac.new(key, b"forms", "sha256").digest())
    made = _Portal(
        Desk(server_of(around, overrides, options, sessions), key, FiledRequests(), LatestAudience()), limits
    )
    routes = [Route(path, made.page(handler), methods=["GET"]) for path, handler in PAGES.items()]
    routes += [Route(path, made.change(handler), methods=["POST"]) for path, handler in CHANGES.items()]
    routes.append(Route("/static/{name}", static_file, methods=["GET"]))
    handlers: dict[Any, Any] = {404: made.missing, 405: made.missing}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), options, RULES)


class _Portal:
    def __init__(self, desk: Desk, limits: Limits) -> None:
        self._desk = desk
        self._limits = limits
        self._at_once: anyio.CapacityLimiter | None = None

    def page(self, handler: Page) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit = self._visit(request)
            if not self._limits.read.take(_visitor(request), _now()):
                return _too_often(visit)
            return await self._answered(handler, visit)

        return endpoint

    def change(self, handler: Page) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                form = await sent_form(request)
            except RequestTooLargeError:
                return _refused(self._visit(request), 413, "The request is too large")
            except TimeoutError:
                return _refused(self._visit(request), 408, "The request took too long to arrive")
            visit = self._visit(request, form)
            if not self._may(request, form, files=handler is pages.file):
                return _too_often(visit)
            sent_with = request.cookies.get(self._desk.server.options.cookie, "")
            if (
                not self._desk.server.sessions.is_form_token(sent_with, form.get("csrf", ""))
                or visit.cookie != sent_with
            ):
                shown = pages.form if handler is pages.file else pages.state
                return await self._answered(lambda visit: shown(visit, _STALE, 403), visit)
            return await self._answered(handler, visit)

        return endpoint

    async def missing(self, request: Request, _: Exception) -> Response:
        return _refused(self._visit(request), 404, "There is no such page")

    def _visit(self, request: Request, form: Mapping[str, str] | None = None) -> PortalVisit:
        server = self._desk.server
        cookie = request.cookies.get(server.options.cookie, "")
        if not server.sessions.is_cookie(cookie):
            cookie = server.sessions.new_cookie()
        return PortalVisit(self._desk, request, cookie, form)

    def _may(self, request: Request, form: Mapping[str, str], *, files: bool) -> bool:
        visitor, now = _visitor(request), _now()
        if not self._limits.change.take(visitor, now):
            return False
        is_filed = files and "look" not in form
        return not is_filed or (self._limits.file.take(visitor, now) and self._limits.filed.take("", now))

    async def _answered(self, handler: Page, visit: PortalVisit) -> Response:
        self._at_once = self._at_once or anyio.CapacityLimiter(AT_ONCE)
        answer = await anyio.to_thread.run_sync(_page, handler, visit, limiter=self._at_once)
        options = self._desk.server.options
        if visit.request.cookies.get(options.cookie) != visit.cookie and visit.request.url.path != "/likely":
            secure = options.public.startswith("https:")
            answer.set_cookie(options.cookie, visit.cookie, httponly=True, samesite="lax", path="/", secure=secure)
        return answer


def _page(handler: Page, visit: PortalVisit) -> Response:
    """Return the answer of a page; an error of the desk is told to the desk, not to the visitor."""
    try:
        return handler(visit)
    except (TicketsError, OSError) as error:
        visit.server.around.notify(f"portal: {visit.request.method}: {error}")
        return _refused(
            visit, status_of(error), "This could not be taken now", "Please try again later, or write a mail."
        )
    except Exception as error:  # noqa: BLE001 - the boundary: anything else is our bug, and the server goes on
        visit.server.around.notify(f"portal: {visit.request.method}: {type(error).__name__}: {error}")
        return _refused(visit, 500, "This page has a fault", "Please try again later, or write a mail.")


def _refused(visit: PortalVisit, status: int, message: str, hint: str = "") -> Response:
    return visit.page("portal/error.html", status, message=message, hint=hint)


def _too_often(visit: PortalVisit) -> Response:
    answer = _refused(visit, 429, "This was too often", "Please wait a few minutes, then try again.")
    answer.headers["Retry-After"] = "120"
    return answer


def _visitor(request: Request) -> str:
    peer = request.client.host if request.client else ""
    return visitor_of(peer, ",".join(request.headers.getlist("x-forwarded-for")))


def _now() -> float:
    return asyncio.get_running_loop().time()
