"""The command under test: TK_COMMAND, `tk` by default.

TK_DIALECT=bash says that it is the bash tool; the tests of our deliberate differences are
then skipped, and those of its own ways run.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from store_files import Tk

if TYPE_CHECKING:
    from pathlib import Path

KEPT = ("PATH", "TMPDIR", "SYSTEMROOT", "COVERAGE_PROCESS_START")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_plaintickets: we differ from the bash tool here")
    config.addinivalue_line("markers", "only_bash: what the bash tool does where we differ")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    dialect = os.environ.get("TK_DIALECT", "plaintickets")
    unwanted = "only_plaintickets" if dialect == "bash" else "only_bash"
    for item in items:
        if item.get_closest_marker(unwanted):
            item.add_marker(pytest.mark.skip(reason=f"{unwanted}, and this is {dialect}"))


@pytest.fixture
def tk(tmp_path: Path) -> Tk:
    """The command, in an empty folder named `my-project`, with no settings but a git name."""
    command = os.environ.get("TK_COMMAND", "tk")
    found = shutil.which(command)
    if found is None:
        pytest.fail(f"no such command: {command} (TK_COMMAND)")
    home = tmp_path / "home"
    home.mkdir()
    settings = home / ".gitconfig"
    settings.write_text("[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n")
    folder = tmp_path / "my-project"
    folder.mkdir()
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return Tk(found, folder, environment)
