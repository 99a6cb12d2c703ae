"""The application: sessions before the pages, and the one place where errors of pages end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from plaintickets.errors import TicketsError
from plaintickets.render.refusals import refusal_of
from plaintickets.web import article_pages, attachment_pages, changes, pages, report_pages
from plaintickets.web.assets import ASSETS, content
from plaintickets.web.guard import Guard, RequestTooLargeError
from plaintickets.web.refusals import status_of
from plaintickets.web.visit import Visit, sent_form, server_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from plaintickets.project import Surroundings
    from plaintickets.web.options import ServerOptions
    from plaintickets.web.session import Sessions
    from plaintickets.web.visit import Server

    Endpoint = Callable[[Request], Awaitable[Response]]
    Page = Callable[[Visit], Response]

PAGES: dict[str, Page] = {
    "/": pages.tickets,
    "/articles": article_pages.articles,
    "/articles/{article}": article_pages.article,
    "/board": pages.board,
    "/dashboards/{dashboard}": report_pages.dashboard,
    "/new": pages.new,
    "/new/duplicates": pages.likely_duplicates,
    "/problems": pages.problems,
    "/reports": report_pages.reports,
    "/reports/{report}": report_pages.report,
    "/search": pages.search,
    "/settings": pages.settings,
    "/t/{ticket}": pages.ticket,
    "/t/{ticket}/attachments/{name}": attachment_pages.attachment,
    "/t/{ticket}/edit": pages.edit,
}
CHANGES: dict[str, Page] = {
    "/new": changes.new,
    "/t/{ticket}/comment": changes.comment,
    "/t/{ticket}/edit": changes.edit,
    "/t/{ticket}/status": changes.status,
}


def application(
    around: Surroundings, overrides: Mapping[str, str], options: ServerOptions, sessions: Sessions
) -> ASGIApp:
    """Return the application with its checks around it."""
    server = server_of(around, overrides, options, sessions)
    routes = [Route(path, _page(server, handler), methods=["GET"]) for path, handler in PAGES.items()]
    routes += [Route(path, _change(server, handler), methods=["POST"]) for path, handler in CHANGES.items()]
    routes.append(Route("/static/{name}", static_file, methods=["GET"]))

    async def missing(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        return HTMLResponse(_error_text(server, request, "there is no such page", "/ lists the tickets."), status)

    handlers: dict[Any, Callable[[Request, HTTPException], Awaitable[Response]]] = {404: missing, 405: missing}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), options)  # type: ignore[arg-type]


async def static_file(request: Request) -> Response:
    """Return a file that ships with the pages, by its name in a table."""
    name = request.path_params["name"]
    if name not in ASSETS:
        return Response("there is no such file\n", 404, media_type="text/plain")
    return Response(content(name), media_type=ASSETS[name])


def _page(server: Server, handler: Page) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        token = request.query_params.get("token")
        if token is not None and server.sessions.is_token(token):
            answer = RedirectResponse(request.url.path, 303)
            value = server.sessions.new_cookie()
            answer.set_cookie(server.options.cookie, value, httponly=True, samesite="strict", path="/")
            return answer
        if not _has_session(server, request):
            return _stranger(server, request)
        return await _in_time(server, handler, Visit(server, request))

    return endpoint


def _change(server: Server, handler: Page) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if not _has_session(server, request):
            return _stranger(server, request)
        try:
            form = await sent_form(request)
        except RequestTooLargeError:
            return HTMLResponse(_error_text(server, request, "the request is too large", None), 413)
        except TimeoutError:
            return HTMLResponse(_error_text(server, request, "the request took too long to arrive", None), 408)
        visit = Visit(server, request, form)
        if not server.sessions.is_form_token(visit.cookie, form.get("csrf", "")):
            text = _error_text(server, request, "the form is not from this session", "open the page again.")
            return HTMLResponse(text, 403)
        if server.options.read_only:
            text = _error_text(server, request, "this server changes nothing", "`tk serve` without --read-only does.")
            return HTMLResponse(text, 403)
        return await _in_time(server, handler, visit)

    return endpoint


def _has_session(server: Server, request: Request) -> bool:
    return server.sessions.is_cookie(request.cookies.get(server.options.cookie, ""))


def _stranger(server: Server, request: Request) -> Response:
    hint = "open the address that `tk serve` printed in the terminal; it has a token for this browser."
    return HTMLResponse(_error_text(server, request, "this browser has no session", hint), 401)


async def _in_time(server: Server, handler: Page, visit: Visit) -> Response:
    """Return the answer of a page, or the page of an error if it takes too long; its thread goes on to its end."""
    try:
        async with asyncio.timeout(server.options.patience):
            return await to_thread.run_sync(_answered, server, handler, visit, abandon_on_cancel=True)
    except TimeoutError:
        hint = (
            "it may still be made: open the page of the ticket." if visit.form else "ask for less: a query, a period."
        )
        text = _error_text(server, visit.request, f"no answer within {server.options.patience:g} seconds", hint)
        return HTMLResponse(text, 503)


def _answered(server: Server, handler: Page, visit: Visit) -> Response:
    """Return the answer of a page, or the page of an error."""
    try:
        return handler(visit)
    except (TicketsError, OSError) as error:
        refusal = refusal_of(error)
        return HTMLResponse(_error_text(server, visit.request, refusal.message, refusal.hint), status_of(error))
    except Exception as error:  # noqa: BLE001 - the boundary: anything else is our bug, and the server goes on
        server.around.notify(f"error in {visit.request.url.path}: {type(error).__name__}: {error}")
        text = _error_text(server, visit.request, f"this page has a bug ({type(error).__name__})", None)
        return HTMLResponse(text, 500)


def _error_text(server: Server, request: Request, message: str, hint: str | None) -> str:
    has_session = _has_session(server, request)
    view = server.views.get_template("error.html")
    return view.render(
        message=message,
        hint=hint,
        has_session=has_session,
        read_only=server.options.read_only,
        path=request.url.path,
        said=[],
        remarks=[],
    )
