"""What any tool of this kind owes its user, tried on ours by its command line and files alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from blackbox.place import Tool
from blackbox.promise import PROMISES
from blackbox.run import BROKEN, main, tried
from prefork.start import quick

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", [name for name, promise in PROMISES.items() if not promise.slow])
@pytest.mark.only_plaintickets
def test_the_promise_is_kept(tk_command: str, name: str) -> None:
    assert tried(PROMISES[name], Tool("tk", (quick(tk_command),)))[1] == ""


def test_a_tool_that_does_nothing_breaks_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    idle = shutil.which("true")
    monkeypatch.setattr("sys.argv", ["run.py", f"idle={idle}", "--only", "close_closes"])
    assert main() == 1
    printed = capsys.readouterr()
    assert f"| {BROKEN} |" in printed.out
    assert "the status is not `closed`" in printed.err
