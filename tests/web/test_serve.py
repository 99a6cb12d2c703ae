"""The command: the address that it prints, what keeps it from serving, and changes at once over real connections."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from builders import without_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builders import Repository

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{48}\n")


@contextmanager
def serving(repository: Repository, *options: str) -> Iterator[str]:
    """The printed address of a running server, which ends without a traceback."""
    tk = repository.tk
    with subprocess.Popen(
        [tk.command, "serve", "--port", "0", *options],
        cwd=tk.folder, env=tk.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        watch = threading.Timer(60, server.kill)
        watch.start()
        assert server.stdout is not None
        assert server.stderr is not None
        assert server.stdout.readline().startswith("Serving ")
        address = server.stdout.readline()
        assert ADDRESS.fullmatch(address)
        yield address.strip()
        server.send_signal(2)
        assert "Traceback" not in server.stderr.read()
        watch.cancel()
    assert server.returncode == 0


def test_two_browsers_and_a_shell_over_real_connections_lose_nothing(repository: Repository) -> None:
    repository.tk.write("aa-1", "First")
    repository.commit_all("tickets")
    before = int(repository.git("rev-list", "--count", "HEAD"))
    with serving(repository) as address:
        start = address.partition("/?")[0]
        browsers = [httpx.Client(follow_redirects=True, headers={"Origin": start}, timeout=300) for _ in range(2)]
        tokens = []
        for browser in browsers:
            assert browser.get(address).status_code == 200
            found = re.search(r'name="csrf" value="([0-9a-f]+)"', browser.get(f"{start}/t/aa-1").text)
            assert found
            tokens.append(html.unescape(found[1]))

        def change(number: int) -> int:
            who = number % 3
            if who == 2:
                return repository.tk("comment", "aa-1", f"word-{number}.").code
            form = {"csrf": tokens[who], "text": f"word-{number}."}
            answer = browsers[who].post(f"{start}/t/aa-1/comment", data=form)
            return 0 if answer.status_code == 200 and not answer.text.count('role="alert"') else answer.status_code

        with ThreadPoolExecutor(6) as pool:
            assert set(pool.map(change, range(12))) == {0}
        for browser in browsers:
            browser.close()
    text = repository.tk.text("aa-1")
    assert [number for number in range(12) if f"word-{number}." not in text] == []
    assert int(repository.git("rev-list", "--count", "HEAD")) == before + 12


def test_a_port_in_use_is_named_with_a_way_out(repository: Repository) -> None:
    with serving(repository) as address:
        port = address.partition("/?")[0].rpartition(":")[2]
        done = repository.tk("serve", "--port", port)
    assert done.code == 3
    assert f"port {port} is in use" in done.stderr
    assert f"tk serve --port {int(port) + 1}" in done.stderr


@pytest.mark.parametrize("library", ["starlette", "uvicorn", "jinja2", "nh3"])
def test_without_the_extra_the_command_says_what_to_install(
    repository: Repository, tmp_path: Path, library: str
) -> None:
    env = without_library(tmp_path, library)
    done = repository.tk("serve", env=env)
    assert done.code == 2
    assert f"Error: the pages need a library that is not installed: {library}\n" in done.stderr
    assert "Hint: pip install 'plaintickets[web]'" in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--host", "no.such.host.invalid"], 2, "no host"),
        (["--port", "70000"], 2, "70000"),
        (["--host", "203.0.113.7", "--port", "0"], 3, "cannot listen on 203.0.113.7"),
    ],
)
def test_an_address_that_is_not_ours_is_refused(
    repository: Repository, options: list[str], code: int, message: str
) -> None:
    done = repository.tk("serve", *options)
    assert (done.code, message in done.stderr) == (code, True), done.stderr


def test_another_host_is_warned_of(repository: Repository) -> None:
    done = repository.tk("serve", "--host", "203.0.113.7", "--port", "0")
    assert "warning: 203.0.113.7 can be reached by other machines, and nothing is encrypted" in done.stderr


def test_no_store_is_an_error(repository: Repository) -> None:
    done = repository.tk("serve", env={"TICKETS_DIR": "nowhere"})
    assert done.code == 4


@pytest.mark.parametrize("line", ["ls", "show aa-1", "new Title", "close aa-1"])
def test_other_commands_import_nothing_of_the_pages(repository: Repository, line: str) -> None:
    repository.tk.write("aa-1")
    repository.commit_all("tickets")
    script = (
        "import sys\nfrom plaintickets.cli import main\ntry:\n main(sys.argv[1:])\nexcept SystemExit:\n pass\n"
        "names = ('starlette', 'uvicorn', 'jinja2', 'nh3', 'plaintickets.web')\n"
        "print([name for name in sys.modules if name.startswith(names)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *line.split(" ", 1)],
        cwd=repository.folder, env=repository.tk.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"
