"""A name that nobody knows is an error, and an option that a use of a command does not take is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from plaintickets.core.builtinfields import BUILTIN_FIELDS

if TYPE_CHECKING:
    from builders import Repository

# Fields that may have any value, so that a query for one that no ticket has is a fair question.
FREE = {"affects", "estimate", "external-ref", "fired", "portal-link", "title"}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """One open ticket."""
    repository.tk.write("pt-1", "Crash", priority="2", body="- [ ] first\n")
    repository.commit_all()
    return repository


@pytest.mark.parametrize("field", sorted(BUILTIN_FIELDS.keys() - FREE))
def test_an_unknown_value_of_any_field_is_never_a_pass_and_never_silent(store: Repository, field: str) -> None:
    asked = store.tk("blockers", f"{field}:zzqq")
    assert (asked.code in (2, 3), asked.stdout) == (True, "")
    listed = store.tk("ls", f"{field}:zzqq")
    assert (listed.stdout, "zzqq" in listed.stderr) == ("", True)


def test_a_priority_beyond_the_settings_is_no_priority(store: Repository) -> None:
    for value in ("9", "P9", "5"):
        assert store.tk("blockers", f"priority:{value}").code == 3, value
    assert store.tk("blockers", "priority:4").code == 0
    assert store.tk("blockers", "priority<9").code == 1, "an order has no list of values"
    store.tk.write("pt-2", priority="9")
    assert store.tk("ls", "priority:9").lines[0].startswith("pt-2"), "what a ticket has is known"


def test_notes_of_a_long_list_of_unknown_values_are_few(store: Repository) -> None:
    listed = store.tk("ls", "tag:" + ",".join(f"t{number}" for number in range(2000)))
    assert (listed.code, listed.stderr.count("\n")) == (0, 11)


def test_an_author_of_no_commit_is_named_and_no_pass(store: Repository) -> None:
    for command in ("log", "audit"):
        asked = store.tk(command, "--author", "Nobdy")
        assert (asked.code, "no commit is by 'Nobdy'" in asked.stderr) == (0, True), command
    assert store.tk("audit", "--verify", "--author", "Nobdy").code == 3
    for me in ("me", "@me"):
        assert "created" in store.tk("log", "--author", me).stdout, me
    assert store.tk("log", "pt-1", "--author", "Nobdy").code == 0


@pytest.mark.parametrize(
    "line",
    [
        *("sla --within 1h", "sla presets --breached", "sla presets x", "sla events", "sla events pt-1 pt-1"),
        *("sla events pt-1 --within 1h", "sla check --explain pt-1", "sla check --breached", "sla --explain pt-1 x"),
        *("sla test --at HEAD", "sla --unmatched --breached", "rules --since -1d", "rules --dry-run"),
        *("rules apply HEAD..HEAD --since -1d", "split pt-1 --type bug", "split pt-1 --set a=b", "split pt-1 -n"),
        *("check --explain bad-date pt-1", "check --explain bad-date --base HEAD", "dep cycle --full"),
        *("log --since 2026-02-01 --until 2026-01-01", "audit --since 2026-02-01 --until 2026-01-01"),
        *("check --json --format junit", "diff --json --format html", "audit --json --format csv"),
        *("notify HEAD..HEAD --json --format md", "workflow --json --format dot", "dashboard --json --format md"),
        *("graph --json --format dot", "board --json --format md", "report volume --json --format csv"),
    ],
)
def test_what_a_use_of_a_command_does_not_take_is_refused(store: Repository, line: str) -> None:
    asked = store.tk(*line.split())
    assert (asked.code, asked.stdout) == (2, "")


@pytest.mark.parametrize(
    "line",
    [
        *("split null 1", "merge-into null --into pt-1", "merge-into pt-1 --into null", "wait null --on bo"),
        *("snooze null tomorrow", "claim null", "triage null --apply", "route null", "approve null", "reply null -e"),
        *("kb from null", "kb new Title --related null", "kb edit null", "intake release null", "archive null"),
        *("link pt-1 null", "undep pt-1 null", "new T --parent null", "new T --dep null", "set pt-1 duplicate-of=null"),
        *("handover null bo -m x", "reject null -m x", "commit null", "resolve null --ours", "blockers --for null"),
    ],
)
def test_a_word_inside_an_id_changes_no_ticket_and_passes_no_gate(store: Repository, line: str) -> None:
    store.tk.write(
        "fix-null-pointer", status="closed", body="- [ ] first\n\n## Notes\n\n**2026-01-01T10:00:00Z** · Bo\n\nOne.\n"
    )
    store.commit_all()
    before = store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")
    assert store.tk(*line.split(), env={"EDITOR": "true"}).code in (2, 3)
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == before


@pytest.mark.parametrize("words", [("pt-1", "pt-2"), ("pt-1,pt-2",), ("--json", "id", "pt-1", "pt-2")])
def test_a_list_of_ids_is_answered_with_their_tickets(repository: Repository, words: tuple[str, ...]) -> None:
    tk = repository.tk
    for number in range(1, 4):
        tk.write(f"pt-{number}")
    done = tk("ls", *words)
    assert "names pt-1, pt-2; `tk show pt-1 pt-2` shows them" in done.stderr
    assert ("pt-1" in done.stdout, "pt-2" in done.stdout, "pt-3" in done.stdout) == (True, True, False)
    assert tk("ls", "pt-1", "nosuch").stdout == ""
