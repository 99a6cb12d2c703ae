"""What is longer than the screen goes to a pager, chosen as git chooses it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from terminal import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

# A pager that names itself and counts its lines.
PAGER = "echo {name}; wc -l"
COMMANDS = (
    *("ls", "ls --all", "ls --json", "ls --format csv", "closed --limit 0", "search ticket --limit 0", "query"),
    *("show t-1", "log", "report backlog", "config", "types", "help", "help ls", "help query"),
)


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """More tickets than a screen has lines, and one with a long text."""
    for number in range(40):
        repository.tk.write(f"t-{number + 1}", f"The ticket {number}", body="Text.\n\n" * (40 if not number else 1))
        repository.tk.write(f"u-{number + 1}", f"The ticket {number}", status="closed")
    repository.commit_all()
    return repository


def pagers(**names: str) -> dict[str, str]:
    return {name: PAGER.format(name=name) for name in names} | {"NO_COLOR": "1"}


def settings(store: Repository, text: str) -> dict[str, str]:
    folder = store.folder.parent / "settings"
    (folder / "plaintickets").mkdir(parents=True, exist_ok=True)
    (folder / "plaintickets" / "config.yml").write_text(text, encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(folder)}


@pytest.mark.parametrize("line", COMMANDS)
def test_long_output_goes_to_the_pager(store: Repository, line: str) -> None:
    shown = on_terminal(store.tk, *line.split(), env=pagers(PAGER=""))
    assert shown.text.startswith("PAGER\n") == (line != "report backlog"), shown.text


@pytest.mark.parametrize("line", ["ls --limit 3", "ready --limit 20", "show t-2"])
def test_output_that_fits_does_not(store: Repository, line: str) -> None:
    assert "PAGER" not in on_terminal(store.tk, *line.split(), env=pagers(PAGER="")).text


def test_the_first_that_is_set_counts(store: Repository) -> None:
    names = ["TK_PAGER", "TICKET_PAGER", "GIT_PAGER", "PAGER"]
    while names:
        env = pagers(**dict.fromkeys(names, ""))
        assert on_terminal(store.tk, "ls", env=env).text.startswith(f"{names[0]}\n")
        names.pop(0)


def test_the_setting_of_a_command_goes_first(store: Repository) -> None:
    env = pagers(PAGER="") | settings(store, "pagers:\n  ls: echo mine; cat\n  closed: no\n  log: yes\n")
    assert on_terminal(store.tk, "ls", env=env).text.startswith("mine\n")
    assert on_terminal(store.tk, "list", env=env).text.startswith("mine\n")
    assert not on_terminal(store.tk, "closed", "--limit", "0", env=env).text.startswith("PAGER\n")
    assert on_terminal(store.tk, "log", env=env).text.startswith("PAGER\n")


@pytest.mark.parametrize("none", ["", "cat", "no-such-program"])
def test_without_a_pager_everything_is_printed(store: Repository, none: str) -> None:
    shown = on_terminal(store.tk, "ls", env={"PAGER": none, "NO_COLOR": "1"}).text
    assert "40 open" in shown.splitlines()[-1]
    assert sum(line.startswith("t-") for line in shown.splitlines()) == 40


def test_no_pager_and_a_pipe_have_none(store: Repository) -> None:
    assert "PAGER" not in on_terminal(store.tk, "--no-pager", "ls", env=pagers(PAGER="")).text
    assert "PAGER" not in store.tk("ls", env=pagers(PAGER="")).stdout
    assert "PAGER" not in store.tk("ls", "--format", "table", env=pagers(PAGER="")).stdout


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_less_is_the_pager_of_a_terminal_that_can_show_it(store: Repository) -> None:
    shown = on_terminal(store.tk, "ls", env={"NO_COLOR": "1"}, keys="q").text
    assert sum(line.startswith("t-") for line in shown.splitlines()) < 30
    assert "40 open" not in shown
    dumb = on_terminal(store.tk, "ls", env={"TERM": "dumb"}).text
    assert dumb.endswith("40 open\n")


def test_a_pager_that_ends_early_is_no_error(store: Repository, tmp_path: Path) -> None:
    for number in range(1000):
        store.tk.write(f"v-{number}", "x" * 70)
    shown = on_terminal(store.tk, "ls", env={"PAGER": "head -n 2", "NO_COLOR": "1"})
    assert shown.code == 0
    assert len(shown.text.splitlines()) == 2
