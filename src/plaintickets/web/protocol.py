"""Connections that are closed if no whole request arrives in time: each would keep a place of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

from plaintickets.web.guard import MOST_SECONDS

if TYPE_CHECKING:
    import asyncio
    from asyncio.transports import Transport


class TimedProtocol(H11Protocol):
    """A connection on which the head of a request must arrive within a time."""

    seconds = MOST_SECONDS
    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Begin to wait for the rest of a request."""
        if self._limit is None:
            self._wait()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the waiting."""
        if self._limit is not None:
            self._limit.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._limit = self.loop.call_later(self.seconds, self._close_without_request)

    def _close_without_request(self) -> None:
        """Close the connection if nothing that arrived is a request that waits for its answer."""
        self._limit = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
