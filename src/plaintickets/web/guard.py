"""What every request passes: its host, origin, size and time are checked, and every answer has the same headers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from plaintickets.web.options import ServerOptions

MOST_BYTES = 8 << 20
"""The largest request: a ticket's text twice, each byte written as three."""
MOST_SECONDS = 20.0
"""How long a request may take to arrive."""
MOST_IN_ADDRESS = 8000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that, browsers send `Origin: null` with a form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Rules(NamedTuple):
    """What differs between the pages of the desk and those for everybody.

    With `is_private` browsers send no address with a form either: `Origin: null`, and the form's token decides.
    """

    most_bytes: int = MOST_BYTES
    headers: Mapping[str, str] = {}
    is_private: bool = False


class RequestTooLargeError(Exception):
    """More bytes arrive than a request may have."""


DESK = Rules()


class Guard:
    """The checks before an application, and the headers of its answers."""

    def __init__(self, inner: ASGIApp, options: ServerOptions, rules: Rules = DESK) -> None:
        self._inner = inner
        self._options = options
        self._rules = rules
        self._headers = {**HEADERS, **rules.headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request or pass it on."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            answer = PlainTextResponse(refusal[1] + "\n", refusal[0], headers={"Connection": "close"})
            await answer(scope, receive, send_with_headers)
            return
        await self._inner(scope, _bounded(receive, self._rules.most_bytes), send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the reason if a request is refused."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._options.is_own(hosts[0]):
            return 421, "this server is addressed by another name: use the address that `tk serve` printed"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "only GET, HEAD and POST are known"
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > MOST_IN_ADDRESS:
            return 414, "the address is too long"
        if scope["method"] != "POST":
            return None
        origins = headers.getlist("origin")
        if origins != [self._options.origin(scope["scheme"], hosts[0])] and not (
            self._rules.is_private and origins in ([], ["null"])
        ):
            return 403, "the request comes from another site"
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return 403, "the request comes from another site"
        if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return 415, "a change is sent as a form"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self._rules.most_bytes:
            return 413, f"the request is larger than {self._rules.most_bytes} bytes"
        return None


def _bounded(receive: Receive, most: int) -> Receive:
    """Return a function that receives a request in bounded size and time.

    It raises RequestTooLargeError and TimeoutError.
    """
    received, end = 0, asyncio.get_running_loop().time() + MOST_SECONDS

    async def bounded() -> Message:
        nonlocal received
        if received < 0:  # the whole request is here; what follows is the end of the connection
            return await receive()
        async with asyncio.timeout_at(end):
            message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > most:
                raise RequestTooLargeError
            if not message.get("more_body"):
                received = -1
        return message

    return bounded
