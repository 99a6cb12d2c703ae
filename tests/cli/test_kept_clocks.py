"""The clocks that are kept: they save reading the history, and nothing that changes a clock goes unnoticed."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from plaintickets.store import derived_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from builders import Repository

CALENDARS = "office:\n  zone: Europe/Berlin\n  hours: {mon-fri: 09:00-17:00}\n"
POLICIES = """\
- name: gold
  if: type:incident
  calendar: office
  targets: {first_response: {critical: 30min, default: 4h}, next_response: 1h, resolution: 2d}
- name: rest
  targets: {resolution: 2d, update: 1d}
"""
NOW = "2026-03-05T09:00:00Z"


def clock(moment: str = NOW) -> dict[str, str]:
    return {"TK_NOW": moment, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}


@pytest.fixture
def desk(repository: Repository) -> Repository:
    for name, text in (("calendars", CALENDARS), ("sla", POLICIES)):
        (repository.tk.store / f"{name}.yml").write_text(text, "utf-8")
    for number in range(4):
        kind = "incident" if number % 2 else "task"
        keys = f"id: pt-{number}\nstatus: open\ncreated: 2026-03-04T0{number + 6}:00:00Z\ntype: {kind}\nreporter: Cy\n"
        (repository.tk.store / f"pt-{number}.md").write_text(f"---\n{keys}---\n# Ticket {number}\n", "utf-8")
    repository.git("add", "--all")
    committed("2026-03-04T10:00:00Z")(repository)
    return repository


def kept(desk: Repository) -> dict[str, Any]:
    """Return, by ticket, when the last fact happened, the policy, the size of the clocks and the stamp."""
    parts = derived_parts.read(str(kept_file(desk))) or []
    _, _, columns, stamps, _ = parts
    rows = zip(*derived_parts.unpacked(columns), derived_parts.unpacked(stamps), strict=True)
    return {name: row for name, *row in rows}


def kept_file(desk: Repository) -> Path:
    return desk.folder / ".git" / "plaintickets" / "clocks.parts"


def settle() -> None:
    """Wait until the files are old enough to be trusted."""
    time.sleep(0.15)


def answers(desk: Repository, moment: str = NOW) -> list[str]:
    done = desk.tk("sla", "--json", "is:open OR is:closed", env=clock(moment))
    return [done.stdout + done.stderr]


def test_a_second_listing_reads_no_history(desk: Repository) -> None:
    settle()
    first = answers(desk)
    assert set(kept(desk)) == {"pt-0", "pt-1", "pt-2", "pt-3"}
    (desk.folder / ".git" / "plaintickets" / "history.sqlite").unlink(missing_ok=True)
    shutil.move(desk.folder / ".git" / "objects", desk.folder / ".git" / "gone")
    again = desk.tk("sla", "--json", env=clock()).stdout
    shutil.move(desk.folder / ".git" / "gone", desk.folder / ".git" / "objects")
    assert again == first[0]


def by_hand(desk: Repository) -> None:
    path = desk.tk.store / "pt-1.md"
    path.write_text(path.read_text("utf-8").replace("status: open", "status: closed"), "utf-8")


def in_a_file(desk: Repository) -> None:
    folder = desk.tk.store / "pt-3.d"
    folder.mkdir()
    (folder / "2026-03-04T100000Z-a.md").write_text("---\nauthor: bo\n---\nWe look.\n", "utf-8")


def changed_in_a_file(desk: Repository) -> None:
    (desk.tk.store / "pt-3.d" / "2026-03-04T100000Z-a.md").write_text("---\nauthor: Cy\n---\nWe look.\n", "utf-8")


def tk(*words: str, moment: str = NOW) -> Callable[[Repository], None]:
    def run(desk: Repository) -> None:
        assert desk.tk(*words, env=clock(moment)).code == 0, words

    return run


def git(*words: str) -> Callable[[Repository], None]:
    def run(desk: Repository) -> None:
        desk.git(*words)

    return run


def other_policy(desk: Repository) -> None:
    path = desk.tk.store / "sla.yml"
    path.write_text(path.read_text("utf-8").replace("update: 1d", "update: 3h"), "utf-8")


def merged(desk: Repository) -> None:
    desk.git("switch", "-qc", "side", "HEAD~1")
    tk("set", "pt-2", "type=incident", moment="2026-03-04T12:00:00Z")(desk)
    desk.git("switch", "-q", "main")
    desk.git("merge", "-q", "--no-edit", "side")


def unsigned_answer(desk: Repository) -> None:
    """Write a comment without an author, who is that of the commit once there is one."""
    path = desk.tk.store / "pt-2.md"
    path.write_text(path.read_text("utf-8") + "\n## Notes\n\n**2026-03-04T13:30:00Z**\n\nWe look.\n", "utf-8")


def nothing(_: Repository) -> None:
    """Change nothing, so that what is not committed is kept."""


def committed(moment: str) -> Callable[[Repository], None]:
    def run(desk: Repository) -> None:
        environment = {**desk.tk.environment, **clock(moment), "GIT_AUTHOR_NAME": "Cy"}
        subprocess.run(["git", "commit", "-qam", "by hand"], cwd=desk.folder, env=environment, check=True)

    return run


CHANGES = (
    by_hand,
    tk("commit"),
    in_a_file,
    changed_in_a_file,
    tk("commit"),
    tk("comment", "pt-0", "We look.", moment="2026-03-04T11:00:00Z"),
    tk("set", "pt-3", "priority=critical", moment="2026-03-04T13:00:00Z"),
    merged,
    other_policy,
    committed("2026-03-04T10:30:00Z"),
    unsigned_answer,
    nothing,
    committed("2026-03-04T14:00:00Z"),
    tk("reopen", "pt-1"),
    tk("mv", "pt-3", "pt-9"),
    git("reset", "-q", "--hard", "HEAD~3"),
    tk("rm", "pt-0"),
)


def different_answers(desk: Repository, changes: Sequence[Callable[[Repository], None]]) -> int:
    """Compare the listing from what is kept with the one without derived state after each change.

    The time is now; after every third change it is also an earlier one.
    """
    derived = desk.folder / ".git" / "plaintickets"
    seen = set()
    for number, change in enumerate((nothing, *changes)):
        settle()
        change(desk)
        moments = (NOW, "2026-03-04T10:30:00Z") if number % 3 == 0 else (NOW,)
        warm = [answers(desk, moment) for moment in moments]
        saved = shutil.move(derived, desk.folder / ".git" / f"kept-{number}")
        cold = [answers(desk, moment) for moment in moments]
        assert warm == cold, number
        shutil.rmtree(derived)
        shutil.move(saved, derived)
        seen.add(warm[0][0])
    return len(seen)


@pytest.mark.slow
def test_whatever_changes_a_clock_is_seen_at_once(desk: Repository) -> None:
    assert different_answers(desk, CHANGES) > len(CHANGES) / 2


def asset(name: str, service: str) -> Callable[[Repository], None]:
    def write(desk: Repository) -> None:
        folder = desk.tk.store / "assets"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.md").write_text(f"---\nservice: {service}\n---\n# {name}\n", "utf-8")

    return write


def without_asset(desk: Repository) -> None:
    (desk.tk.store / "assets" / "host-1.md").unlink()


def other_service(desk: Repository) -> None:
    (desk.tk.store / "services.yml").write_text(SERVICES.replace("sla: gold", "sla: rest"), "utf-8")


SERVICES = "mail: {owner: bo, sla: gold}\nwiki: {owner: bo}\n"
CHANGES_OF_SERVICES = (
    tk("set", "pt-0", "concerns=host-1", moment="2026-03-04T11:00:00Z"),
    tk("set", "pt-2", "service=mail", moment="2026-03-04T12:00:00Z"),
    asset("host-1", "wiki"),
    asset("host-1", "mail"),
    tk("comment", "pt-0", "We look.", moment="2026-03-04T13:00:00Z"),
    without_asset,
    asset("host-1", "mail"),
    other_service,
)


@pytest.mark.slow
def test_clocks_are_kept_where_services_and_their_assets_name_the_policy(desk: Repository) -> None:
    (desk.tk.store / "services.yml").write_text(SERVICES, "utf-8")
    asset("host-1", "mail")(desk)
    desk.git("add", "--all")
    committed("2026-03-04T10:15:00Z")(desk)
    assert different_answers(desk, CHANGES_OF_SERVICES) > len(CHANGES_OF_SERVICES) / 2
    settle()
    answers(desk)
    assert kept(desk)["pt-0"][1] == "rest"


def test_only_tickets_of_new_commits_are_computed_again(desk: Repository) -> None:
    settle()
    answers(desk)
    before = kept(desk)
    tk("comment", "pt-0", "We look.", moment="2026-03-04T11:00:00Z")(desk)
    settle()
    answers(desk)
    after = kept(desk)
    assert {name for name in before if before[name] != after[name]} == {"pt-0"}


@pytest.mark.parametrize("query", ["created<-1d", "assignee:me", "is:ready", "due<today"])
def test_a_policy_that_asks_for_the_time_the_user_or_others_keeps_nothing(desk: Repository, query: str) -> None:
    (desk.tk.store / "sla.yml").write_text(POLICIES.replace("type:incident", query), "utf-8")
    settle()
    answers(desk)
    assert not kept_file(desk).exists()
    early, late = (desk.tk("sla", "--json", env=clock(moment)).stdout for moment in (NOW, "2026-03-06T09:00:00Z"))
    assert early != late


def test_an_uncommitted_status_is_not_kept(desk: Repository) -> None:
    by_hand(desk)
    settle()
    answers(desk)
    assert set(kept(desk)) == {"pt-0", "pt-2", "pt-3"}


def test_a_store_of_which_nothing_could_be_kept_yet_is_read_again(desk: Repository) -> None:
    moment = "2026-03-04T09:00:00Z"  # not after the newest ticket
    for path in desk.tk.store.glob("pt-[012].md"):
        path.unlink()
    settle()
    first = answers(desk, moment)
    assert not kept(desk)
    assert answers(desk, moment) == first


def test_damage_is_noticed(desk: Repository) -> None:
    settle()
    whole = answers(desk)
    path = kept_file(desk)
    path.write_bytes(path.read_bytes().replace(b'"gold"', b'"gone"'))
    assert answers(desk) == whole
    path.write_bytes(path.read_bytes()[:-3])
    assert answers(desk) == whole


@pytest.mark.parametrize("parts", [[], [b"{}"], [b"[3]", b"x"], [b"\xff"], [b'{"key":[4]}', b""]])
def test_what_another_version_left_is_not_used(desk: Repository, parts: list[bytes]) -> None:
    (desk.folder / ".git" / "plaintickets").mkdir(mode=0o700, exist_ok=True)
    derived_parts.write(str(kept_file(desk)), parts)
    assert '"rows"' in answers(desk)[0]
