"""A process gets its input and gives its outputs while both move, and what it leaves running is not waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from plaintickets.system.outputs import outputs_until_end


def run(code: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-S", "-c", code], stdin=pipe, stdout=pipe, stderr=pipe)


def test_input_and_outputs_larger_than_any_pipe_move_at_the_same_time() -> None:
    code = "import sys; text = sys.stdin.read(); sys.stderr.write(text[:300000]); sys.stdout.write(text[:500000])"
    with run(f"import sys; sys.stdout.write('x' * 200000); sys.stdout.flush(); {code}") as process:
        out, err = outputs_until_end(process, b"y" * 2_000_000)
    assert (len(out), len(err), process.returncode) == (700_000, 300_000, 0)


def test_an_output_is_cut_at_a_mebibyte_and_the_process_still_ends() -> None:
    with run("import sys; sys.stdout.write('x' * (5 << 20)); sys.exit(3)") as process:
        out, _ = outputs_until_end(process, None)
    assert (len(out), process.returncode) == (1 << 20, 3)


def test_a_process_that_does_not_read_its_input_ends_as_it_likes() -> None:
    with run("import os; os.close(0); os.write(2, b'no'); os._exit(1)") as process:
        assert outputs_until_end(process, b"z" * 1_000_000) == (b"", b"no")
    assert process.returncode == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_what_a_process_leaves_running_is_not_waited_for() -> None:
    code = """
import os, time
child = os.fork()
if child:
    os.write(1, b"%d" % child)
else:
    time.sleep(600)
"""
    with run(code) as process:
        out, _ = outputs_until_end(process, None, seconds=60)
    os.kill(int(out), signal.SIGKILL)
    assert process.returncode == 0


def test_a_process_that_runs_too_long_is_told_of() -> None:
    with run("import time; time.sleep(600)") as process:
        with pytest.raises(TimeoutError):
            outputs_until_end(process, None, seconds=0.2)
        process.kill()
