"""`tk notify --send` by channels of apprise, in place of mail: a real receiver of JSON on this machine."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builders import Repository

SEND = ("notify", "before..HEAD", "--send")
BOB = "bob@c.example"


class Receiver:
    """What a server on 127.0.0.1 was told; it answers with `answer`."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.answer = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.answer == 200:
                    receiver.told.append(json.loads(content))
                self.send_response(receiver.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.channel = f"json://user:PLANTEDSECRET@127.0.0.1:{self.server.server_address[1]}/desk"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init", "--prefix", "pt")
    repository.commit_all()
    repository.git("tag", "before")
    text = f"---\nid: pt-0001\nstatus: open\ncreated: 2026-11-23T09:00:00Z\nreporter: {BOB}\n---\n# Printer\n\nSmoke.\n"
    (repository.tk.store / "pt-0001.md").write_text(text, encoding="utf-8")
    repository.commit_all()
    assert repository.tk("comment", "pt-0001", "--internal", "zqinternal").code == 0
    assert repository.tk("comment", "pt-0001", "We look at it.").code == 0
    return repository


def test_a_person_with_a_channel_is_told_there_once_and_nothing_internal(store: Repository, receiver: Receiver) -> None:
    env = {"TK_APPRISE": f"{BOB.upper()} {receiver.channel}\n"}
    done = store.tk(*SEND, env=env)
    assert done.code == 0, done.stderr
    assert f"sent to {BOB}" in done.stdout
    texts = " ".join(f"{one['title']} {one['message']}" for one in receiver.told)
    assert "pt-0001: Printer" in texts
    assert "We look at it." in texts
    assert "zqinternal" not in texts
    count = len(receiver.told)
    assert store.tk(*SEND, env=env).code == 0
    assert len(receiver.told) == count


def test_a_channel_that_refuses_is_named_without_its_password_and_told_by_the_next_run(
    store: Repository, receiver: Receiver
) -> None:
    env = {"TK_APPRISE": f"{BOB} {receiver.channel}"}
    receiver.answer = 500
    refused = store.tk(*SEND, env=env)
    assert (refused.code, "the channel did not take it" in refused.stderr) == (3, True), refused.stderr
    assert "PLANTEDSECRET" not in refused.stderr + refused.stdout
    receiver.answer = 200
    assert store.tk(*SEND, env=env).code == 0
    assert receiver.told


def test_a_person_without_a_channel_needs_a_mail_server(store: Repository, receiver: Receiver) -> None:
    done = store.tk(*SEND, env={"TK_APPRISE": f"eve@c.example {receiver.channel}"})
    assert (done.code, "no server to send by" in done.stderr, receiver.told) == (2, True, [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{BOB}", "no mail address with a channel"),
        ("bob json://127.0.0.1/PLANTEDSECRET", "no mail address with a channel"),
        (f"{BOB} nosuch://127.0.0.1/PLANTEDSECRET", "apprise does not know the channel of"),
    ],
)
def test_a_bad_line_of_the_environment_is_named_without_its_password(store: Repository, line: str, said: str) -> None:
    done = store.tk(*SEND, env={"TK_APPRISE": line})
    assert (done.code, said in done.stderr) == (2, True), done.stderr
    assert "PLANTEDSECRET" not in done.stderr


def test_the_user_s_own_settings_name_channels_and_a_store_cannot(
    store: Repository, receiver: Receiver, tmp_path: Path
) -> None:
    own = tmp_path / "xdg" / "plaintickets" / "config.yml"
    own.parent.mkdir(parents=True)
    own.write_text(f"apprise:\n  {BOB}: {receiver.channel}\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert store.tk(*SEND, env=env).code == 0
    assert receiver.told
    own.write_text("apprise: {bob: json://127.0.0.1}\n")
    wrong = store.tk(*SEND, env=env)
    assert (wrong.code, "'bob' is no mail address" in wrong.stderr) == (4, True), wrong.stderr
    (store.tk.store / "config.yml").write_text(f"apprise: {{{BOB}: json://evil.example}}\n")
    refused = store.tk("ls")
    assert (refused.code, "apprise" in refused.stderr) == (4, True), refused.stderr
