"""What comes through the pipes: garbage, hooks that print, clients that leave, signals, and several writers at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agents.client import OPENING, agent, call, start, talk
from builders import without_library
from plaintickets.store.reading import CACHE_FROM

if TYPE_CHECKING:
    from builders import Repository


def hook(repository: Repository, name: str, script: str) -> None:
    path = repository.folder / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n" + script, encoding="utf-8")
    path.chmod(0o755)


def by_id(answers: list[dict[str, Any]]) -> dict[object, dict[str, Any]]:
    return {answer["id"]: answer for answer in answers}


def test_garbage_is_answered_and_the_server_goes_on_and_a_printing_hook_stays_out_of_the_protocol(
    repository: Repository,
) -> None:
    repository.tk.write("aa-1", "First")
    repository.commit_all("tickets")
    hook(repository, "pre-commit", 'echo \'{"jsonrpc":"2.0","id":7,"result":{}}\'; cat; echo noise >&2\n')
    answers, err = talk(
        repository,
        b"\xff\xfe not json",
        b"",
        b"[" * 100_000,
        b'{"jsonrpc":"2.0","id":4,"method":5}',
        b'{"id":"' + b"x" * (9 << 20) + b'"}',
        call(5, "comment", ticket="aa-1", text="\ud800"),
        call(6, "comment", ticket="aa-1", text="seen"),
        {"jsonrpc": "2.0", "id": 8, "method": "tools/steal"},
        call(9, "show", tickets=["aa-1"]),
    )
    assert [answer["error"]["code"] for answer in answers if answer["id"] is None] == [-32700, -32700, -32600]
    found = by_id(answers)
    assert found[4]["error"]["message"] == "the line is no message of JSON-RPC 2.0"
    assert "error" in found[5] or found[5]["result"]["isError"]
    assert found[6]["result"]["structuredContent"]["commit"] == repository.git("rev-parse", "HEAD")
    assert found[8]["error"]["code"] == -32601
    assert [one["text"] for one in found[9]["result"]["structuredContent"]["tickets"][0]["comments"]] == ["seen"]
    assert set(found) == {"open", None, 4, 5, 6, 8, 9}
    assert "Traceback" not in err


def test_what_others_print_does_not_reach_the_client() -> None:
    code = (
        "import os; from plaintickets.system import streams; source, sink = streams.claim(); "
        "print('noise', flush=True); os.system('echo noise; cat'); os.write(sink, os.read(source, 9))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"message", capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"message", b"noise\nnoise\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_while_its_client_waits(repository: Repository, number: int) -> None:
    for one in range(CACHE_FROM):
        repository.tk.write(f"aa-{one}")
    with start(repository) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        files = Path(f"/proc/{server.pid}/fd")
        opened = []
        answers = []
        for lines in (OPENING, *([call(one, "list")] for one in range(1, 8))):
            server.stdin.write("".join(json.dumps(line) + "\n" for line in lines).encode())
            server.stdin.flush()
            answers.append(json.loads(server.stdout.readline()))
            opened.append(len(list(files.iterdir())) if files.is_dir() else 0)
        assert opened[2] == opened[7], "a call leaves a file open"
        server.send_signal(number)
        assert server.wait(timeout=300) == 0
        assert server.stdout.read() == b""
        assert server.stderr.read() == b""
    assert [answer["id"] for answer in answers] == ["open", *range(1, 8)]


def test_two_agents_and_a_shell_at_once_lose_nothing(repository: Repository) -> None:
    repository.tk.write("aa-1", "First")
    repository.commit_all("tickets")
    before = int(repository.git("rev-list", "--count", "HEAD"))
    faults: list[object] = []

    def comments(name: str) -> None:
        with agent(repository) as client:
            for number in range(4):
                answer = client.answer("comment", ticket="aa-1", text=f"{name} {number}")
                if answer.is_error:
                    faults.append(answer.structured_content)

    threads = [threading.Thread(target=comments, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for number in range(4):
        done = repository.tk("comment", "aa-1", f"shell {number}")
        assert done.code == 0, done.stderr
    for thread in threads:
        thread.join()
    assert faults == []
    text = repository.tk.text("aa-1")
    assert all(f"{name} {number}" in text for name in ("one", "two", "shell") for number in range(4))
    assert int(repository.git("rev-list", "--count", "HEAD")) == before + 12
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("library", ["mcp", "anyio"])
def test_without_its_library_the_command_says_what_to_install(
    repository: Repository, tmp_path: Path, library: str
) -> None:
    done = repository.tk("mcp", env=without_library(tmp_path, library))
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: the server for agents needs a library that is not installed: {library}\n"
        "Hint: pip install 'plaintickets[mcp]'\n"
    )


def test_without_a_store_nothing_is_served(repository: Repository, tmp_path: Path) -> None:
    done = repository.tk("mcp", cwd=tmp_path)
    assert done.code == 4
    assert "no .tickets directory found" in done.stderr
