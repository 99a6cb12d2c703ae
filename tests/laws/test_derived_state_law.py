"""Everything under `.git/plaintickets` can be deleted at any moment, and no output changes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

TICKETS = 320  # enough for the cache to be used
COMMANDS = (
    ("ls",),
    ("ls", "--all", "--json"),
    ("ls", "is:ready priority<=1 -tag:t3"),
    ("ready",),
    ("blocked", "--json"),
    ("closed", "--limit", "0"),
    ("show", "pt-7"),
    ("show", "pt-7", "--json"),
    ("dep", "tree", "pt-7"),
    ("dep", "cycle"),
    ("query",),
    ("blockers",),
    ("blockers", "pt-7"),
    ("log", "pt-7", "--json"),
    ("log", "-n", "5"),
    ("search", "valve"),
    ("search", "valve pump*", "--json"),
    ("search", "--history", "valve", "--limit", "3"),
    ("similar", "pt-7", "--json"),
    ("config", "--json"),
    ("types", "--json"),
)


@pytest.fixture(scope="module")
def words() -> list[str]:
    return ["valve", "pump", "gauge", "hose", "seal", "motor", "relay"]


def test_deleting_all_derived_state_changes_no_output(repository: Repository, words: list[str]) -> None:
    tk = repository.tk
    for number in range(TICKETS):
        one, two = words[number % 7], words[number // 7 % 7]
        tk.write(
            f"pt-{number}",
            title=f"The {one} of {two} number {number}",
            status="closed" if number % 3 else "open",
            deps=f"pt-{number + 1}, pt-{number + 2}" if number < TICKETS - 2 else "",
            priority=str(number % 5),
            more=f"tags: [t{number % 4}]\n",
            body=f"Leaks at the {two} since the {one} was changed.\n",
        )
    (tk.store / "pt-broken.md").write_text("---\nid: pt-broken\n", encoding="utf-8")
    (tk.store / "config.yml").write_text("queries:\n  mine: assignee:me\n", encoding="utf-8")
    repository.commit_all()
    derived = repository.folder / ".git" / "plaintickets"
    for command in COMMANDS:
        shutil.rmtree(derived, ignore_errors=True)
        cold = tk(*command)
        warm = tk(*command)
        again = tk(*command)
        assert cold.code in (0, 1, 4), cold.stderr
        assert cold.stdout, command
        assert (cold.stdout, cold.stderr, cold.code) == (warm.stdout, warm.stderr, warm.code), command
        assert warm == again, command
    assert derived.is_dir()
