"""The command as it runs where nothing of POSIX is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from builders import Repository
from store_files import Tk

_PROGRAM = Path(__file__).with_name("without_posix.py")


@pytest.fixture(scope="session")
def windows_command(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a `tk` without the POSIX parts."""
    script = tmp_path_factory.mktemp("bin") / "tk"
    script.write_text(f"#!{sys.executable}\nimport runpy\nrunpy.run_path({str(_PROGRAM)!r}, run_name='__main__')\n")
    script.chmod(0o755)
    return str(script)


@pytest.fixture
def windows(repository: Repository, windows_command: str) -> Repository:
    """A repository with the command that has no POSIX parts, also where git or a hook looks for `tk`."""
    environment = dict(repository.tk.environment)
    environment["PATH"] = f"{Path(windows_command).parent}:{environment['PATH']}"
    return Repository(Tk(windows_command, repository.folder, environment))


@pytest.fixture
def windows_outside_git(tk: Tk, windows_command: str) -> Tk:
    """The same command in an empty folder outside any repository."""
    return Tk(windows_command, tk.folder, tk.environment)
