"""The message of every command that commits: by the store's template, and with nothing in it that a forge acts on."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from plaintickets.command_table import COMMANDS
from terminal import editor, on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

HOSTILE = "fixes #12, GH-7 and o/r#3: @ada [skip ci]"
CONVENTIONAL = r"^chore\([^()]+\): [^ ]"
HOOK = f"""#!/bin/sh
grep -qE '{CONVENTIONAL}' "$1" || {{ echo "not conventional: $(head -1 "$1")" >&2; exit 1; }}
"""
FORGE = r"#\d|GH-\d|(?<![A-Za-z0-9])@\w|\[skip ci\]"
CONFLICT = 'conflicts:\n- "priority: 1"\n'

COMMITTING = {
    "apply-trailers": ["apply-trailers", "HEAD^..HEAD"],
    "approve": ["approve", "pt-1", "-m", HOSTILE],
    "archive": ["archive", "pt-3"],
    "assign": ["assign", "pt-1", "me"],
    "calendar": ["calendar", "import", "days.ics"],
    "check": ["check", "--fix"],
    "claim": ["claim", "pt-1", "pt-2"],
    "close": ["close", "pt-1", "-m", HOSTILE],
    "comment": ["comment", "pt-1", HOSTILE],
    "commit": ["commit"],
    "config": ["config", "--write-schema"],
    "dep": ["dep", "pt-1", "pt-3"],
    "doctor": ["doctor", "--fix"],
    "edit": ["edit", "pt-1"],
    "handover": ["handover", "ada", "bo", "-m", HOSTILE],
    "import": ["import", "csv", "rows.csv"],
    "init": ["init"],
    "kb": ["kb", "new", HOSTILE, "--name", "a"],
    "intake": ["intake", "mail", "one.eml"],
    "link": ["link", "pt-1", "pt-3"],
    "merge-into": ["merge-into", "pt-1", "--into", "pt-4"],
    "migrate-format": ["migrate-format", "--lists", "block"],
    "mv": ["mv", "pt-1", "pt-x", "--texts"],
    "new": ["new", HOSTILE, "--no-check-duplicates"],
    "reject": ["reject", "pt-1", "-m", HOSTILE],
    "reopen": ["reopen", "pt-3"],
    "reply": ["reply", "pt-1", "--with", "a"],
    "resolve": ["resolve", "pt-6", "--theirs"],
    "rm": ["rm", "pt-1", "--force"],
    "route": ["route", "pt-1"],
    "rules": ["rules", "apply", "HEAD^..HEAD"],
    "set": ["set", "pt-1", "pt-2", "priority=0"],
    "setup": ["setup"],
    "snooze": ["snooze", "pt-1", "2099-01-01"],
    "split": ["split", "pt-1", "item"],
    "start": ["start", "pt-1", "pt-2", "pt-4"],
    "status": ["status", "pt-1", "in_progress"],
    "tag": ["tag", "pt-1", "new"],
    "triage": ["triage", "pt-1", "--apply"],
    "tick": ["tick"],
    "undep": ["undep", "pt-2", "pt-1"],
    "undo": ["undo"],
    "unlink": ["unlink", "pt-1", "pt-4"],
    "update": ["update", "pt-1", "--priority=0"],
    "wait": ["wait", "pt-1", "--on", "reporter"],
}
"""A call that commits, for each command that can."""


def a_store(repository: Repository, config: str) -> Repository:
    tk = repository.tk
    tk.write("pt-1", HOSTILE, links="pt-4", body=f"See pt-2.\n\n- [ ] item {HOSTILE}\n")
    tk.write("pt-2", HOSTILE, deps="pt-1")
    tk.write("pt-3", HOSTILE, status="closed", more="closed: 2026-01-05T00:00:00Z\n")
    tk.write("pt-4", HOSTILE, links="pt-1")
    tk.write("pt-5", HOSTILE, links="pt-4")
    tk.write("pt-6", HOSTILE, more=CONFLICT)
    (tk.store / "config.yml").write_text(config)
    repository.commit_all()
    assert tk("set", "pt-4", "priority=1", "--message", HOSTILE).code == 0
    repository.git("commit", "--quiet", "--allow-empty", "-m", f"{HOSTILE}\n\nCloses: pt-1")
    return repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """A store whose messages are the usual ones."""
    return a_store(repository, "merge.on-conflict: record\n")


@pytest.fixture
@built_once
def templated(repository: Repository) -> Repository:
    """A store with a template for messages, and a hook that asks for it."""
    store = a_store(repository, "commit.template: 'chore({id}): {verb} {title}'\n")
    hook = store.folder / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    return store


SOURCES = {
    "calendar": (
        "days.ics",
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:{HOSTILE}\nEND:VEVENT\nEND:VCALENDAR\n",
    ),
    "import": ("rows.csv", f'title\n"{HOSTILE}"\n'),
    "intake": ("one.eml", f"From: a@b.example\nSubject: {HOSTILE}\n\n{HOSTILE}\n"),
}
"""By command that reads a file: its name and its text."""


def prepared(repository: Repository, name: str, tmp_path: Path) -> dict[str, str]:
    """Changes by hand what the command needs; the variables to run it with."""
    tk = repository.tk
    if name in SOURCES:
        file, text = SOURCES[name]
        (repository.folder / file).write_text(text, encoding="utf-8")
    if name == "commit":
        tk.write("pt-1", HOSTILE + " too", links="pt-4")
    if name == "handover":
        tk("assign", "pt-1", "pt-2", "ada")
    if name == "reply":
        (tk.store / "replies").mkdir()
        (tk.store / "replies" / "a.md").write_text("About {title}\n")
        repository.commit_all()
    if name == "triage":
        rule = "triage.rules: [{words: [fixes], component: 'fixes #12 @ada', tags: [x]}]\n"
        with (tk.store / "config.yml").open("a") as config:
            config.write(rule)
        repository.commit_all()
    if name == "route":
        (tk.store / "people.yml").write_text("'@ada': {teams: [core], skills: [fixes]}\n")
        (tk.store / "routes.yml").write_text("- {team: core, by: skill}\n")
        repository.commit_all()
    if name in {"rules", "tick"}:
        (tk.store / "rules.yml").write_text("- {name: r, on: [changed, time], do: [{comment: '{title}'}]}\n")
        tk.write("pt-1", HOSTILE + " too", links="pt-4")
        repository.commit_all()
    if name == "init":
        (tk.store / ".gitattributes").unlink()
        repository.commit_all()
    return editor(tmp_path, 'sed -i "s/^priority: .*/priority: 4/" "$1"') if name == "edit" else {}


def run(repository: Repository, name: str, variables: dict[str, str]) -> str:
    """Runs the call of a command; what it printed."""
    if name == "edit":
        return on_terminal(repository.tk, *COMMITTING[name], env=variables).text
    done = repository.tk(*COMMITTING[name])
    return done.stdout + done.stderr


def test_every_command_that_takes_a_subject_is_tried() -> None:
    taking = {
        name
        for name, module in COMMANDS.items()
        for option in import_module(f"plaintickets.commands.{module}").command.params
        if option.name == "subject"
    }
    assert taking - COMMITTING.keys() == set()


@pytest.mark.parametrize("name", COMMITTING)
def test_no_message_holds_what_a_forge_acts_on(store: Repository, name: str, tmp_path: Path) -> None:
    variables, before = prepared(store, name, tmp_path), store.git("rev-parse", "HEAD")
    said = run(store, name, variables)
    assert store.git("rev-parse", "HEAD") != before, said
    text = store.git("log", "-1", "--format=%B")
    assert re.search(FORGE, text) is None, text


@pytest.mark.parametrize("name", COMMITTING)
def test_a_hook_that_asks_for_the_template_passes_every_command(
    templated: Repository, name: str, tmp_path: Path
) -> None:
    variables, before = prepared(templated, name, tmp_path), templated.git("rev-parse", "HEAD")
    (templated.folder / ".git" / "hooks" / "commit-msg").chmod(0o755)
    said = run(templated, name, variables)
    assert templated.git("rev-parse", "HEAD") != before, said
    assert re.match(CONVENTIONAL, templated.git("log", "-1", "--format=%s"))


def test_the_users_own_subject_stays_as_it_is(repository: Repository) -> None:
    repository.tk.write("pt-1")
    assert repository.tk("set", "pt-1", "priority=0", "--message", "fixes #12").code == 0
    assert repository.git("log", "-1", "--format=%s") == "fixes #12"


def test_a_title_of_nothing_but_a_commands_marker_is_no_empty_message(repository: Repository) -> None:
    repository.tk.write("pt-1", "")
    (repository.tk.store / "config.yml").write_text("commit.template: '{title}'\n")
    repository.commit_all()
    assert repository.tk("set", "pt-1", "priority=0").code == 0
    assert repository.git("log", "-1", "--format=%s") == "tk: set"
