"""Runs tk in forks of a process that has it loaded already: `python forked.py`, a request a line on stdin.

A request is a JSON object of folder, args and env; the answer is one of code, out and err. Calls to
the system can be made to fail in such a run as in any other (fault.c): the shim reads the environment
of the moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

if __name__ != "__main__":
    from soak.ground import Result

_TESTS = Path(__file__).parents[1]


class Forked:
    """A loaded tk; close it when done."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env={**environment, "PYTHONPATH": os.pathsep.join(map(str, (_TESTS, _TESTS.parent / "src")))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, args: tuple[str, ...], env: Mapping[str, str]) -> Result:
        """One run, in a folder, with nothing in its environment but `env`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"folder": str(folder), "args": args, "env": dict(env)}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return Result(answer["code"], answer["out"], answer["err"])

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _serve() -> None:
    from prefork.server import load

    load(("plaintickets.mcp", "plaintickets.tui", "plaintickets.web"))
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                _become(request, out.fileno(), err.fileno())
            _, status = os.waitpid(child, 0)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode(errors="replace"))
        print(json.dumps({"code": os.waitstatus_to_exitcode(status), "out": texts[0], "err": texts[1]}), flush=True)


def _become(request: dict[str, object], out: int, err: int) -> NoReturn:
    null = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((null, out, err)):
        os.dup2(descriptor, number)
    # The buffers of the streams hold nothing; the descriptors below them are others now.
    os.chdir(str(request["folder"]))
    os.environ.clear()
    env, args = request["env"], request["args"]
    assert isinstance(env, dict)
    assert isinstance(args, list)
    os.environ.update(env)
    sys.argv = ["tk", *args]
    from plaintickets.cli import main

    code = 70
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - it is shown, and counts as a fault
        import traceback

        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            pass
        os._exit(code)


if __name__ == "__main__":
    _serve()
