"""A coding agent: the SDK's own client over a real `tk mcp`, and raw lines where no client would send them."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters, stdio_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anyio.from_thread import BlockingPortal
    from mcp import types

    from builders import Repository

OPENING = (
    {
        "jsonrpc": "2.0",
        "id": "open",
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}},
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
)


class Agent:
    """A client with a session; the SDK holds each answer against the schema of its tool."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal, self._client = portal, client
        self.protocol = client.protocol_version

    def tools(self) -> dict[str, types.Tool]:
        return {tool.name: tool for tool in self._portal.call(self._client.list_tools).tools}

    def answer(self, tool: str, **arguments: object) -> types.CallToolResult:
        answer: types.CallToolResult = self._portal.call(self._client.call_tool, tool, arguments)
        return answer

    def ask(self, tool: str, **arguments: object) -> dict[str, Any]:
        """The answer of a tool, which must not be an error."""
        answer = self.answer(tool, **arguments)
        assert not answer.is_error, answer.structured_content
        return dict(answer.structured_content)

    def fault(self, tool: str, **arguments: object) -> dict[str, Any]:
        """The error of a tool: message, hint and exit code."""
        answer = self.answer(tool, **arguments)
        assert answer.is_error, answer.structured_content
        return dict(answer.structured_content["error"])


@contextmanager
def agent(repository: Repository, *options: str, mode: str = "legacy") -> Iterator[Agent]:
    """A client of a real server in a repository; `auto` opens as the newest protocol does."""
    tk = repository.tk
    server = StdioServerParameters(command=tk.command, args=["mcp", *options], env=tk.environment, cwd=tk.folder)

    client = Client(stdio_client(server), mode=mode)
    failed: BaseException | None = None
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client) as opened:
        try:
            yield Agent(portal, opened)
        except BaseException as error:  # noqa: BLE001 - raised below, outside the groups of the SDK
            failed = error
    if failed is not None:
        raise failed


def call(number: int, tool: str, **arguments: object) -> dict[str, object]:
    """The message that calls a tool."""
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def start(repository: Repository, *options: str) -> subprocess.Popen[bytes]:
    """A server at pipes."""
    tk = repository.tk
    return subprocess.Popen(
        [tk.command, "mcp", *options],
        cwd=tk.folder,
        env=tk.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def talk(repository: Repository, *lines: object, options: tuple[str, ...] = ()) -> tuple[list[dict[str, Any]], str]:
    """Send an opening and these lines, bytes as they are, then leave; the answers, and what stderr has."""
    sent = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in (*OPENING, *lines)]
    with start(repository, *options) as server:
        out, err = server.communicate(b"\n".join(sent) + b"\n", timeout=300)
    assert server.returncode == 0, err
    return [json.loads(line) for line in out.decode().split("\n") if line], err.decode()
