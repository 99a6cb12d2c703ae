"""Run the server on one socket until it is interrupted."""

from __future__ import annotations

import errno
import gc
import socket
from typing import TYPE_CHECKING

import uvicorn

from plaintickets.errors import RefusedError, UsageError
from plaintickets.web.app import application
from plaintickets.web.portal.app import portal_application, usual_limits
from plaintickets.web.protocol import TimedProtocol
from plaintickets.web.session import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp

    from plaintickets.project import Surroundings
    from plaintickets.web.options import ServerOptions

_CONNECTIONS = 64
_IDLE_SECONDS = 5
_LAST_SECONDS = 5
# Reading 10,000 tickets makes some 50,000 objects, and none of them is garbage before the page is sent: collecting on
# the way doubled the time of a page.
_NEW_OBJECTS = 100_000


def serve(
    around: Surroundings, overrides: Mapping[str, str], options: ServerOptions, ready: Callable[[str], None]
) -> None:
    """Serve the store until an interrupt; `ready` gets the address with its token once the port is open.

    Raise RefusedError if the port is in use, UsageError for a host that is not this machine.
    """
    sessions = Sessions()
    _run(
        options,
        lambda bound: application(around, overrides, bound, sessions),
        lambda bound: ready(f"{bound.address}?token={sessions.token}"),
    )


def serve_portal(
    around: Surroundings,
    overrides: Mapping[str, str],
    options: ServerOptions,
    key: bytes,
    ready: Callable[[str], None],
) -> None:
    """Serve the portal until an interrupt; `ready` gets its address. Raise as `serve` does."""
    limits = usual_limits()
    _run(
        options,
        lambda bound: portal_application(around, overrides, bound, key, limits),
        lambda bound: ready(bound.address),
    )


def _run(
    options: ServerOptions, application_of: Callable[[ServerOptions], ASGIApp], ready: Callable[[ServerOptions], None]
) -> None:
    listening = _listening(options.host, options.port)
    options = options._replace(port=listening.getsockname()[1])
    config = uvicorn.Config(
        application_of(options),
        http=TimedProtocol,
        access_log=False,  # an address may hold the token
        log_level="critical",
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 50, 1000)
    ready(options)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        return
    finally:
        listening.close()


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise UsageError(f"no host '{host}'", hint="--host takes an address or a name of this machine.") from None
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_CONNECTIONS)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            hint = f"is another `tk serve` running? `tk serve --port {port + 1 if port < 65535 else 0}` takes another."
            raise RefusedError(f"port {port} is in use", hint=hint) from None
        raise RefusedError(
            f"cannot listen on {host}, port {port}: {error.strerror}", hint="name another --host or --port."
        ) from None
    return listening
