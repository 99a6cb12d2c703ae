"""`tk start` assigns, `tk claim` takes over, `tk next` names the ticket to begin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from terminal import on_terminal

if TYPE_CHECKING:
    from builders import Repository

pytestmark = pytest.mark.only_plaintickets


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-free", "Of nobody", priority="1")
    repository.tk.write("pt-hers", "Hers", priority="0", more="assignee: Grace Hopper\n")
    repository.tk.write("pt-mail", "Mine by mail", more="assignee: ada@example.org\n")
    repository.commit_all()
    return repository


def test_start_assigns_a_ticket_of_nobody_to_the_user(store: Repository) -> None:
    done = store.tk("start", "pt-free")
    assert (done.stdout, done.stderr, done.code) == ("Updated pt-free -> in_progress\n", "", 0)
    assert store.tk.field("pt-free", "assignee") == "Ada Lovelace"
    assert store.git("status", "--porcelain") == ""
    shown = on_terminal(store.tk, "start", "pt-free")
    assert shown.text == "pt-free: nothing to change\n"


def test_start_leaves_the_assignee_where_asked_and_where_there_is_one(store: Repository) -> None:
    store.tk("start", "--no-assign", "pt-free")
    assert store.tk.field("pt-free", "assignee") is None
    done = store.tk("start", "pt-hers", "pt-mail")
    assert done.code == 0
    assert done.stderr == "note: pt-hers is assigned to Grace Hopper; `tk claim --force pt-hers` makes it yours\n"
    assert store.tk.field("pt-hers", "assignee") == "Grace Hopper"
    assert store.tk.field("pt-mail", "assignee") == "ada@example.org"


def test_somebody_who_is_not_one_of_the_people_starts_without_being_assigned(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("people: [Grace Hopper]\n", encoding="utf-8")
    assert store.tk("start", "pt-free", "--no-commit").code == 0
    assert store.tk.field("pt-free", "assignee") is None


def test_claim_starts_and_assigns_all_or_none_and_refuses_what_is_taken(store: Repository) -> None:
    head = store.git("rev-parse", "HEAD")
    refused = store.tk("claim", "pt-free", "pt-hers")
    assert refused.code == 3
    assert "Error: pt-hers is taken: it is assigned to Grace Hopper" in refused.stderr
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")
    done = json.loads(store.tk("claim", "pt-free", "pt-mail", "--json").stdout)
    assert [one["assignee"] for one in done["tickets"]] == ["Ada Lovelace", "ada@example.org"]
    assert store.tk.field("pt-mail", "status") == "in_progress"
    assert store.tk("claim", "--force", "pt-hers").code == 0
    assert store.tk.field("pt-hers", "assignee") == "Ada Lovelace"
    again = store.tk("claim", "pt-free")
    assert (again.stdout, again.code) == ("pt-free: nothing to change\n", 0)


def test_claim_keeps_a_later_active_status(store: Repository) -> None:
    text = "statuses: {open: open, doing: active, review: active, closed: done}\n"
    (store.tk.store / "config.yml").write_text(text, encoding="utf-8")
    store.tk("status", "pt-free", "review")
    assert store.tk("claim", "pt-free").code == 0
    assert store.tk.field("pt-free", "status") == "review"


def test_next_is_the_most_urgent_ready_ticket_that_nobody_else_has(store: Repository) -> None:
    store.tk.write("pt-late", "Due first", priority="1", more="due: 2026-03-02\n")
    store.tk.write("pt-wait", "Blocked", priority="0", deps="pt-free")
    assert store.tk("next").stdout == "pt-late  [P1][open] - Due first\n"
    store.tk("claim", "pt-late")
    assert store.tk("next", "--format", "plain", "--columns", "id").stdout == "pt-free\n"
    assert [one["id"] for one in json.loads(store.tk("next", "--json", "-a", "me").stdout)["tickets"]] == ["pt-mail"]
    none = store.tk("next", "tag:none")
    assert (none.stdout, none.code) == ("", 1)
    hers = store.tk("next", "-a", "Grace Hopper")
    assert (hers.code, "1 ready with others or in work" in hers.stderr) == (1, True)


def test_next_passes_over_what_waits_for_somebody_or_for_a_day(store: Repository) -> None:
    store.tk("wait", "pt-free", "--on", "reporter")
    assert store.tk("next").stdout.startswith("pt-mail ")
    store.tk("snooze", "pt-mail", "2026-12-24")
    assert store.tk("next").code == 1
    assert store.tk("next", env={"TK_NOW": "2026-12-24T08:00:00Z"}).stdout.startswith("pt-mail ")
    store.tk.write("pt-key", "Key")
    store.tk("set", "pt-free", "waiting_on=pt-key")
    store.tk("close", "pt-key")
    assert store.tk("next").stdout.startswith("pt-free ")


def test_what_sleeps_or_waits_is_ready_nowhere_until_its_day_comes(store: Repository) -> None:
    def ready(env: dict[str, str] | None = None) -> list[set[str]]:
        lists = (("ready",), ("ls", "is:ready"))
        found = [{line.split()[0] for line in store.tk(*words, env=env).stdout.splitlines()} for words in lists]
        status = json.loads(store.tk("status", "--json", env=env).stdout)
        free = [one["id"] for name in ("ready", "waiting") for one in status[name]["tickets"]]
        return [*found, set(free)]

    everything = ready()
    store.tk("wait", "pt-free", "--on", "reporter")
    store.tk("snooze", "pt-mail", "2026-12-24")
    for before, now in zip(everything, ready(), strict=True):
        assert before - now == {"pt-free", "pt-mail"}
    for before, now in zip(everything, ready({"TK_NOW": "2026-12-24T08:00:00Z"}), strict=True):
        assert before - now == {"pt-free"}
    assert store.tk("ls", "has:wake OR has:waiting_on").stdout.count("\n") == 2
    assert "pt-mail" in store.tk("ready", "--at", "HEAD~1").stdout


def test_next_takes_the_first_of_the_requested_order(store: Repository) -> None:
    store.tk.write("pt-late", "A later title", priority="3", more="due: 2026-03-02\n")
    assert store.tk("next").stdout.startswith("pt-free ")
    assert store.tk("next", "--sort", "due").stdout.startswith("pt-late ")
    assert store.tk("next", "--sort", "title").stdout.startswith("pt-late ")
    assert store.tk("next", "--reverse").stdout.startswith("pt-late ")
    unknown = store.tk("next", "--sort", "titel")
    assert (unknown.stdout, unknown.code, "Did you mean 'title'?" in unknown.stderr) == ("", 3, True)
