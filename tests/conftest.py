"""The command under test, and the folders and repositories that tests work in.

TK_COMMAND names another `tk` than the one of the running environment. TK_DIALECT=bash says that
it is the bash tool; the tests of our deliberate differences are then skipped, and those of its
own ways run. TK_LAWS=random lets hypothesis draw its examples at random, as `make soak` does; else each
run draws the same ones. TK_PREFORK=no has each run of `tk` start Python anew (see prefork/start.py).
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import hypothesis
import pytest

import prefork.start
from builders import GIT_SETTINGS, NOW, Repository, clear_environment, template_repository
from built_once import Snapshot
from store_files import Tk

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

SOAK = "soak"
_OURS = os.path.join(os.path.dirname(sys.executable), "tk")


# How fast the machine is decides nothing: no deadline, and examples may take their time.
_ANY_SPEED = hypothesis.settings(
    database=None, print_blob=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("repeatable", _ANY_SPEED, derandomize=True)
hypothesis.settings.register_profile("random", _ANY_SPEED)


def pytest_configure() -> None:
    hypothesis.settings.load_profile("random" if os.environ.get("TK_LAWS") == "random" else "repeatable")
    clear_environment()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell, and so in each command
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect in one process after another: what the first compiles of tests and libraries, the others read."""
    with open(__file__, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    dialect = os.environ.get("TK_DIALECT", "plaintickets")
    unwanted = "only_plaintickets" if dialect == "bash" else "only_bash"
    for item in items:
        if item.get_closest_marker(unwanted):
            item.add_marker(pytest.mark.skip(reason=f"{unwanted}, and this is {dialect}"))
    if SOAK not in str(config.getoption("markexpr")):
        soaks = [item for item in items if item.get_closest_marker(SOAK)]
        items[:] = [item for item in items if item not in soaks]
        config.hook.pytest_deselected(items=soaks)


def pytest_collection_finish() -> None:
    """Leave what stays to the end, modules and thousands of tests, out of each search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def tk_command() -> str:
    """The path of the command under test: TK_COMMAND, else the `tk` that is installed beside this Python."""
    named = os.environ.get("TK_COMMAND")
    found = shutil.which(named or _OURS)
    if found is None:
        pytest.exit(f"no such command: {named or 'tk'}. `make dev` installs it; TK_COMMAND names another", 3)
    return found


@pytest.fixture(scope="session", autouse=True)
def _prefork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Has our own command run in forks; another is a process of its own."""
    with prefork.start.serving(_OURS, tmp_path_factory.mktemp("prefork")):
        yield


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with a home of its own, a git identity, and nothing else of the user's."""
    home = tmp_path / "home"
    home.mkdir()
    settings = home / ".gitconfig"
    settings.write_text(GIT_SETTINGS, encoding="utf-8")
    return {
        **os.environ,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


@pytest.fixture
def tk(tk_command: str, environment: dict[str, str], tmp_path: Path) -> Tk:
    """The command, in an empty folder named `my-project` outside any repository."""
    folder = tmp_path / "my-project"
    folder.mkdir()
    return Tk(tk_command, folder, environment)


@pytest.fixture(scope="session")
def repository_template(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A repository with one commit, made once and copied by `repository`."""
    return Snapshot(template_repository(tmp_path_factory.mktemp("template") / "project"))


@pytest.fixture
def repository(
    repository_template: Snapshot, tk_command: str, environment: dict[str, str], tmp_path: Path
) -> Repository:
    """A real repository with one commit, an empty store, and the command with its clock set to NOW."""
    folder = tmp_path / "project"
    folder.mkdir()
    repository_template.put(folder)
    return Repository(Tk(tk_command, folder, {**environment, "TK_NOW": NOW}))
