"""The messages of one client: lines of JSON, read and written by a thread each, so that neither can stop the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import threading
from typing import TYPE_CHECKING

import anyio
from mcp import types
from mcp.shared.message import SessionMessage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    Session = Callable[
        [MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]], Awaitable[None]
    ]

LONGEST_MESSAGE = 8 * 2**20
MOST_OPEN = 32
"""So many requests are worked on at once; others wait in the pipe."""
_CHUNK = 2**16
_LAST_SECONDS = 5


def lines_of(read: Callable[[], bytes], longest: int = LONGEST_MESSAGE) -> Iterator[bytes | None]:
    """Yield the lines of a stream; None in place of one that is too long, whose bytes are not kept."""
    kept, is_long = bytearray(), False
    while chunk := read():
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            is_long = is_long or len(kept) + len(end) > longest
            yield None if is_long else bytes(kept + end)
            kept.clear()
            is_long = False
        is_long = is_long or len(kept) + len(rest) > longest
        if is_long:
            kept.clear()
        else:
            kept += rest
    if kept or is_long:
        yield None if is_long else bytes(kept)


def message_of(line: bytes | None) -> types.JSONRPCMessage:
    """Return the message of a line; for one that is none, the error to answer it with."""
    if line is None:
        return _error(None, types.INVALID_REQUEST, f"the message is longer than {LONGEST_MESSAGE} bytes")
    try:
        return types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValueError:
        pass
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return _error(None, types.PARSE_ERROR, "the line is no JSON")
    request = found.get("id") if isinstance(found, dict) else None
    known = request if isinstance(request, str | int) and not isinstance(request, bool) else None
    return _error(known, types.INVALID_REQUEST, "the line is no message of JSON-RPC 2.0")


def _error(request: types.RequestId | None, code: int, message: str) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=request, error=types.ErrorData(code=code, message=message))


class Connection:
    """A client at two descriptors. What it asked before it left is answered; a signal ends the session at once."""

    def __init__(self, source: int, sink: int) -> None:
        self._source, self._sink = source, sink
        self._open: set[types.RequestId] = set()
        self._outgoing: queue.SimpleQueue[tuple[types.RequestId | None, bytes] | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(MOST_OPEN)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._has_stopped = False

    async def serve(self, session: Session) -> None:
        """Let a session talk with the client until it leaves or the connection is stopped."""
        self._incoming, self._written = anyio.CancelScope(), anyio.Event()
        self._loop = asyncio.get_running_loop()
        lines, received = anyio.create_memory_object_stream[bytes | None](float("inf"))
        to_session, messages = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        from_session, answers = anyio.create_memory_object_stream[SessionMessage](0)
        writer = threading.Thread(target=self._write, daemon=True)
        writer.start()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._forward, received, to_session)
            tasks.start_soon(self._send, answers)
            await session(messages, from_session)
            self._incoming.cancel()
        self._outgoing.put(None)
        writer.join(_LAST_SECONDS)

    def stop(self) -> None:
        """End the session, after the change that is being written; this may be called by a signal, at any moment."""
        self._has_stopped = True
        if self._loop is not None:
            self._soon(self._incoming.cancel)

    def _soon(self, function: Callable[..., object], *arguments: object) -> None:
        """Call a function in the loop, if that still runs."""
        with contextlib.suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(function, *arguments)

    def _read(self, lines: MemoryObjectSendStream[bytes | None]) -> None:
        """Read lines until the client leaves: the body of a thread."""
        with contextlib.suppress(OSError):
            for line in lines_of(lambda: os.read(self._source, _CHUNK)):
                self._room.acquire()
                self._soon(lines.send_nowait, line)
        self._soon(lines.close)

    def _write(self) -> None:
        """Write what is to be sent: the body of a thread. If the client does not read any more, the session ends."""
        while (item := self._outgoing.get()) is not None:
            request, content = item
            try:
                while content:
                    content = content[os.write(self._sink, content) :]
            except OSError:
                self._soon(self._open.clear)
                self.stop()
                return
            self._soon(self._note_written, request)

    def _note_written(self, request: types.RequestId | None) -> None:
        if request is not None:
            self._open.discard(request)
        self._written.set()
        self._written = anyio.Event()

    async def _forward(
        self,
        received: MemoryObjectReceiveStream[bytes | None],
        to_session: MemoryObjectSendStream[SessionMessage | Exception],
    ) -> None:
        """Give the session its messages; when the client leaves, wait until all that it asked is answered."""
        with self._incoming:
            if self._has_stopped:
                self._incoming.cancel()
            async for line in received:
                self._room.release()
                if line is None or line.strip():
                    await self._take(message_of(line), to_session)
            await self._wait_until_open(0)
        to_session.close()

    async def _take(
        self, message: types.JSONRPCMessage, to_session: MemoryObjectSendStream[SessionMessage | Exception]
    ) -> None:
        if isinstance(message, types.JSONRPCError):
            self._put(message)
            return
        if isinstance(message, types.JSONRPCRequest):
            await self._wait_until_open(MOST_OPEN - 1)
            self._open.add(message.id)
        elif isinstance(message, types.JSONRPCNotification) and message.method == "notifications/cancelled":
            self._open.discard((message.params or {}).get("requestId", ""))  # it gets no answer
        await to_session.send(SessionMessage(message))

    async def _wait_until_open(self, most: int) -> None:
        while len(self._open) > most:
            await self._written.wait()

    async def _send(self, answers: MemoryObjectReceiveStream[SessionMessage]) -> None:
        async for answer in answers:
            self._put(answer.message)

    def _put(self, message: types.JSONRPCMessage) -> None:
        text = message.model_dump_json(by_alias=True, exclude_unset=True)
        self._outgoing.put((getattr(message, "id", None), text.encode() + b"\n"))
