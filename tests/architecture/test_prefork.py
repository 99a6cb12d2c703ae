"""A run of `tk` in a fork is as one in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from prefork import server
from prefork.start import quick

if TYPE_CHECKING:
    from collections.abc import Callable

    from builders import Repository

PATIENCE_SECONDS = 60


@pytest.fixture
def both(repository: Repository) -> Callable[..., list[subprocess.CompletedProcess[bytes]]]:
    """Runs a shell's line with "$TK" as the command, then as the program that forks."""
    command = repository.tk.command
    if quick(command) == command:
        pytest.skip("every run is a process of its own here")
    repository.tk.write("pt-1", "Één")

    def run(line: str, **options: str) -> list[subprocess.CompletedProcess[bytes]]:
        return [
            subprocess.run(
                ["sh", "-c", line],
                cwd=repository.folder,
                env={**repository.tk.environment, **options, "TK": path},
                input=b"piped\n",
                capture_output=True,
                check=False,
            )
            for path in (command, quick(command))
        ]

    return run


@pytest.mark.parametrize(
    "line",
    [
        '"$TK" ls', '"$TK" ls >&-', '"$TK" show pt-1 --json', '"$TK" show nosuch 2>&1', '"$TK" --version <&-',
        '"$TK" ls >/dev/full', '"$TK" "" "a b" $(printf "caf\\351")', 'cd .tickets && "$TK" ls', '"$TK" nosuch',
        'trap "" INT; "$TK" ls', 'ulimit -f 1; "$TK" ls', '"$TK" ls | head -c 3', '"$TK" ls -q </dev/full',
        'mkdir -p ../gone && cd ../gone && rmdir ../gone && "$TK" ls', '"$TK" new -d - --dry-run "A title"',
        'LC_ALL=C "$TK" ls', 'PYTHONPATH=/nowhere "$TK" ls', 'PATH= "$TK" log', 'TK_NOW=x "$TK" ls',
        'TK_SEED=s "$TK" new --dry-run "A title"',
    ],
)  # fmt: skip
def test_a_fork_prints_and_ends_as_a_process_does(
    both: Callable[..., list[subprocess.CompletedProcess[bytes]]], line: str
) -> None:
    process, fork = both(line)
    assert (fork.stdout, fork.stderr, fork.returncode) == (process.stdout, process.stderr, process.returncode)


@pytest.mark.parametrize("words", server.COMMANDS)
def test_what_is_run_before_the_forks_does_its_work(repository: Repository, words: tuple[str, ...]) -> None:
    (repository.tk.store / "pt-1.md").write_text(server.TICKET, encoding="utf-8")
    assert repository.tk(*words).code == 0


def test_forks_remember_nothing_of_what_was_run_before_them() -> None:
    from plaintickets.cli import _seeded

    _seeded("s").random()
    server._forget()
    assert _seeded.cache_info().currsize == 0


@pytest.mark.parametrize("ignoring", ["", 'trap "" HUP;', 'trap "" INT QUIT;', 'trap "" TERM USR1 USR2;'])
def test_it_has_the_mode_the_environment_and_the_ignored_signals_of_the_caller(
    both: Callable[..., list[subprocess.CompletedProcess[bytes]]], repository: Repository, ignoring: str
) -> None:
    plugin = repository.tk.plugin("tk-told", 'umask; pwd; echo "$A_NAME"; ulimit -n; grep SigIgn /proc/$$/status; cat')
    process, fork = both(f'umask 027; {ignoring} "$TK" told', **plugin, A_NAME="value=of it\nin lines")
    assert fork.stdout == process.stdout
    assert b"0027" in fork.stdout
    assert b"SigIgn" in fork.stdout
    assert b"piped" in fork.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_ends_a_fork_as_it_ends_a_process(repository: Repository, number: signal.Signals) -> None:
    pid = repository.folder / "pid"
    plugin = repository.tk.plugin("tk-told", "echo $$ >pid.new && mv pid.new pid && exec sleep 60")
    environment = {**repository.tk.environment, **plugin}
    with subprocess.Popen([quick(repository.tk.command), "told"], cwd=repository.folder, env=environment) as run:
        wait_until(pid.exists)
        run.send_signal(number)
        assert run.wait(PATIENCE_SECONDS) == -number
    wait_until(lambda: not os.path.exists(f"/proc/{pid.read_text().strip()}"))


def wait_until(claim: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.01)
