"""A server on this machine that keeps comments as the programming interfaces of GitHub and GitLab do."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

THREADS = ("/repos/o/r/issues/7/comments", "/projects/42/merge_requests/7/notes")
SINGLE = ("/repos/o/r/issues/comments/", "/projects/42/merge_requests/7/notes/")
TOKENS = ("Bearer secret", "secret")


class Forge:
    """Comments by number, the requests that came, and the answers that are to be refused."""

    def __init__(self) -> None:
        self.address = ""
        self.comments: dict[int, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.faults: list[tuple[str, int]] = []
        self.user = "github-actions[bot]"

    def add(self, author: str, body: str) -> int:
        number = 1000 + len(self.comments)
        self.comments[number] = {"id": number, "body": body, "user": {"login": author}, "author": {"username": author}}
        return number

    def bodies(self, author: str) -> list[str]:
        return [one["body"] for one in self.comments.values() if one["user"]["login"] == author]


class _Answers(BaseHTTPRequestHandler):
    forge: Forge

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, value: object, *, more: bool = False) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.forge.address + "/elsewhere")
        if more:
            self.send_header("Link", f'<{self.forge.address}/x?page=2>; rel="next"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _handle(self) -> None:
        forge = self.forge
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        split = urlsplit(self.path)
        forge.requests.append(f"{self.command} {split.path}")
        token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN")
        fault = next((one for one in forge.faults if one[0] == self.command), None)
        if fault:
            forge.faults.remove(fault)
            self._answer(fault[1], {"message": "fault"})
        elif token not in TOKENS:
            self._answer(401, {"message": "Bad credentials"})
        elif split.path == "/user":
            self._answer(200, {"login": forge.user, "username": forge.user})
        elif split.path in THREADS and self.command == "GET":
            self._list(parse_qs(split.query))
        elif split.path in THREADS and self.command == "POST":
            self._answer(201, forge.comments[forge.add(forge.user, json.loads(content)["body"])])
        elif split.path.startswith(SINGLE) and self.command in {"PATCH", "PUT"}:
            comment = forge.comments[int(split.path.rpartition("/")[2])]
            comment["body"] = json.loads(content)["body"]
            self._answer(200, comment)
        else:
            self._answer(404, {"message": "Not Found"})

    def _list(self, query: dict[str, list[str]]) -> None:
        size, page = int(query["per_page"][0]), int(query["page"][0])
        every = list(self.forge.comments.values())
        self._answer(200, every[size * (page - 1) : size * page], more=len(every) > size * page)

    do_GET = do_POST = do_PATCH = do_PUT = _handle  # noqa: N815


@contextmanager
def serving() -> Iterator[Forge]:
    """A forge at an address of this machine."""
    forge = Forge()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {"forge": forge}))
    forge.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
