"""What `--json` prints is what its golden files say: format 1, to which things are only ever added."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from golden_store import HERE, compare, fill, normal

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

READING = {
    "ls": ["ls", "--all"],
    "ls-nothing": ["ls", "type:incident"],
    "ready": ["ready"],
    "blocked": ["blocked"],
    "closed": ["closed"],
    "blockers": ["blockers", "pt-1aaa"],
    "blockers-query": ["blockers", "is:open", "priority<=1"],
    "show": ["show", "pt-1aaa", "pt-2bbb"],
    "branches": ["branches", "pt-1aaa"],
    "hooks": ["hooks", "status"],
    "log": ["log", "pt-1aaa"],
    "dep-tree": ["dep", "tree", "pt-1aaa"],
    "dep-cycle": ["dep", "cycle"],
    "types": ["types"],
    "types-bug": ["types", "bug"],
    "commits": ["commits", "pt-1aaa", "--all"],
    "config-key": ["config", "commit.mode"],
    "config": ["config"],
    "similar": ["similar", "pt-1aaa"],
    "similar-all": ["similar", "--all"],
    "search": ["search", "parser"],
    "search-history": ["search", "--history", "stops"],
    "search-commits": ["search", "--commits", "tickets"],
    "check": ["check"],
    "doctor": ["doctor"],
    "index": ["index"],
    "prime": ["prime"],
    "agent-guide": ["agent-guide"],
    "ls-all-stores": ["--all-stores", "ls"],
    "blockers-all-stores": ["--all-stores", "blockers", "priority<=1"],
    "search-all-stores": ["--all-stores", "search", "parser"],
    "error": ["show", "nope"],
    "usage-error": ["ls", "--nope"],
}
WRITING = {
    "new": ["new", "Another", "-d", "Text."],
    "set": ["set", "pt-2bbb", "priority=0", "tags+=x"],
    "assign": ["assign", "pt-2bbb", "Bo"],
    "tag": ["tag", "pt-1aaa", "-parser"],
    "comment": ["comment", "pt-2bbb", "Text."],
    "start": ["start", "pt-2bbb", "pt-3ccc"],
    "close": ["close", "pt-2bbb", "-r", "fixed"],
    "reopen": ["reopen", "pt-5eee"],
    "status": ["status", "pt-2bbb", "closed"],
    "dep": ["dep", "pt-4ddd", "pt-2bbb"],
    "undep": ["undep", "pt-1aaa", "pt-2bbb"],
    "link": ["link", "pt-2bbb", "pt-4ddd"],
    "unlink": ["unlink", "pt-1aaa", "pt-3ccc"],
    "mv": ["mv", "pt-1aaa", "pt-9zzz"],
    "rm": ["rm", "pt-5eee", "--force"],
    "archive": ["archive", "pt-5eee"],
    "archive-dry-run": ["archive", "pt-5eee", "--dry-run"],
    "merge-into": ["merge-into", "pt-3ccc", "--into", "pt-2bbb"],
    "merge-into-dry-run": ["merge-into", "pt-3ccc", "--into", "pt-2bbb", "--dry-run"],
    "split-dry-run": ["split", "pt-1aaa", "1", "--dry-run"],
    "init": ["init"],
}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    return fill(repository)


def printed(store: Repository, words: list[str]) -> str:
    """The JSON that a command prints, on stdout, or on stderr where it fails."""
    done = store.tk(*words, "--json")
    return normal(done.stdout or done.stderr, store)


@pytest.mark.parametrize("name", READING)
def test_a_command_that_reads_prints_what_its_golden_file_says(store: Repository, name: str) -> None:
    compare(f"json/{name}.json", printed(store, READING[name]))


@pytest.mark.parametrize("name", WRITING)
def test_a_command_that_writes_prints_what_its_golden_file_says(store: Repository, name: str) -> None:
    text = printed(store, WRITING[name])
    if name == "new":
        text = re.sub(r"pt-(?!\d)?[a-z0-9]{4}(?=\")", "<id>", text)
    compare(f"json/{name}.json", text)


def test_commit_prints_what_its_golden_file_says(store: Repository) -> None:
    path = store.tk.store / "pt-2bbb.md"
    path.write_text(path.read_text().replace("priority: 1", "priority: 0"))
    compare("json/commit.json", printed(store, ["commit"]))


def test_undo_prints_what_its_golden_file_says(store: Repository) -> None:
    store.tk("start", "pt-2bbb")
    compare("json/undo.json", printed(store, ["undo"]))


def test_every_golden_object_has_the_number_of_the_format() -> None:
    for path in sorted((HERE / "json").glob("*.json")):
        assert json.loads(path.read_text(encoding="utf-8"))["format"] == 1, path.name


def test_every_field_of_a_golden_object_is_documented() -> None:
    page = (HERE.parent.parent / "docs/reference/json.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([\w-]+)`", page))
    foreign = {"x-team", "x-map", "a"}
    for path in sorted((HERE / "json").glob("*.json")):
        missing = _names(json.loads(path.read_text(encoding="utf-8"))) - documented - foreign
        assert not missing, f"{path.name}: {sorted(missing)} not in docs/reference/json.md"


def _names(value: object) -> set[str]:
    """The names of fields; settings, versions and words that stand as keys are none, and JSON Schema has its own."""
    if isinstance(value, dict):
        found = set(value)
        for name, inner in value.items():
            if name == "schema":
                continue
            is_table = name in ("settings", "versions", "suggestions", "summary", "queries") and isinstance(inner, dict)
            found |= set[str]().union(*map(_names, inner.values())) if is_table else _names(inner)
        return found
    return set().union(*map(_names, value)) if isinstance(value, list) else set()


def test_an_empty_list_is_a_list_and_not_absent(store: Repository) -> None:
    for words in (["ls", "type:incident"], ["blockers", "pt-2bbb"], ["dep", "cycle"], ["log", "--grep", "no such"]):
        shown = json.loads(store.tk(*words, "--json").stdout)
        assert [value for value in shown.values() if value == []], words
