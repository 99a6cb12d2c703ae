"""How the process ends: at once where nobody waits for more, and always with its output and exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

_MAIN = "sys.argv = ['tk', *sys.argv[1:]]\nfrom plaintickets.__main__ import main\nmain()\n"
_WATCHED = """
import sys
class Seen:
    def __del__(self): print('taken down', file=sys.stderr, flush=True)
seen = Seen()
"""
REGISTERED = "import atexit\natexit.register(print, 'registered')\n"
THREAD = """
import threading
threading.Thread(target=lambda: (threading.main_thread().join(), print('thread', flush=True))).start()
"""


def run(repository: Repository, start: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _WATCHED + start + _MAIN, *arguments],
        cwd=repository.folder,
        env=repository.tk.environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code"), [(["ls"], 0), (["blockers"], 1), (["ls", "--nosuch"], 2), (["show", "pt-none"], 3)]
)
def test_a_command_ends_at_once_with_its_output_and_exit_code(
    repository: Repository, arguments: list[str], code: int
) -> None:
    repository.tk.write("pt-1", title="Burst pipe", priority="0")
    there = run(repository, "", *arguments)
    usual = run(repository, THREAD, *arguments)
    assert there.returncode == usual.returncode == code
    assert "taken down" not in there.stderr
    assert (there.stdout + "thread\n", there.stderr + "taken down\n") == (usual.stdout, usual.stderr)


def test_a_thread_that_waits_for_the_usual_end_gets_it(repository: Repository) -> None:
    done = run(repository, THREAD, "ls")
    assert done.returncode == 0
    assert "thread" in done.stdout
    assert "taken down" in done.stderr


def test_what_is_registered_for_the_end_runs_in_a_command_that_writes_too(repository: Repository) -> None:
    done = run(repository, REGISTERED, "new", "Burst pipe")
    assert done.returncode == 0
    assert done.stdout.endswith("registered\n")
    assert "taken down" not in done.stderr


@pytest.mark.parametrize(
    ("watcher", "said"),
    [(["cProfile", "-m"], "function calls"), (["trace", "--listfuncs", "--module"], "functions called")],
)
def test_a_profiler_gets_to_print_what_it_saw(repository: Repository, watcher: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *watcher, "plaintickets", "ls"],
        cwd=repository.folder,
        env=repository.tk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said in done.stdout


def test_a_long_answer_into_a_slow_pipe_is_whole(repository: Repository) -> None:
    for number in range(2000):
        repository.tk.write(f"pt-{number}", title="A title " + "x" * 200)
    done = run(repository, "", "ls")
    assert len(done.stdout.splitlines()) == 2000


def test_a_reader_that_goes_away_changes_nothing_of_the_exit_code(repository: Repository) -> None:
    repository.tk.write("pt-1", title="Burst pipe", priority="0")
    for arguments, code in ((["ls"], 0), (["blockers"], 1)):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "plaintickets", *arguments],
            cwd=repository.folder,
            env=repository.tk.environment,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (code, b"")
