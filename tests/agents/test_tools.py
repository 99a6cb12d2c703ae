"""The tools over a real session: each gives what the command of its name gives with `--json`."""

from __future__ import annotations

import json
import shlex
import shutil
from typing import TYPE_CHECKING, Any

from agents.client import agent

if TYPE_CHECKING:
    from builders import Repository

READS: list[tuple[str, dict[str, object], str]] = [
    ("list", {}, "ls"),
    (
        "list",
        {"query": "type:task priority<=1", "closed": True, "sort": "-created"},
        "ls --all --sort -created type:task 'priority<=1'",
    ),
    ("ready", {}, "ready"),
    ("ready", {"limit": 1}, "ready --limit 1"),
    ("next", {}, "next"),
    ("show", {"tickets": ["aa-1", "aa-2"]}, "show aa-1 aa-2"),
    ("show", {"tickets": ["aa-1@HEAD~1"]}, "show aa-1@HEAD~1"),
    ("search", {"query": "parser"}, "search parser"),
    ("search", {"query": "line parser zzz"}, "search line parser zzz"),
    ("similar", {"ticket": "aa-1"}, "similar aa-1"),
    ("similar", {"text": "the parser drops lines", "limit": 3}, "similar -n 3 'the parser drops lines'"),
    ("blockers", {"query": "is:open"}, "blockers is:open"),
    ("blockers", {"tickets": ["aa-2"]}, "blockers --for aa-2"),
    ("log", {"ticket": "aa-1"}, "log aa-1"),
    ("log", {"fields": ["status"], "limit": 1, "since": "2020-01-01"}, "log --field status -n 1 --since 2020-01-01"),
    ("prime", {}, "prime"),
    ("prime", {"limit": 1}, "prime --limit 1"),
]
CHANGES: list[tuple[str, dict[str, object], str]] = [
    ("start", {"tickets": ["aa-3"], "comment": "begun"}, "start aa-3 -m begun"),
    ("claim", {"tickets": ["aa-2"]}, "claim aa-2"),
    (
        "comment",
        {"ticket": "aa-1", "text": "Seen.\n\nTwice.", "internal": True},
        "comment aa-1 'Seen.\n\nTwice.' --internal",
    ),
    ("set", {"tickets": ["aa-1", "aa-3"], "set": ["priority=0", "tags+=db"]}, "set aa-1 aa-3 priority=0 tags+=db"),
    ("dep", {"ticket": "aa-3", "deps": ["aa-1"]}, "dep aa-3 aa-1"),
    ("undep", {"ticket": "aa-3", "deps": ["aa-1"]}, "undep aa-3 aa-1"),
    ("close", {"tickets": ["aa-1"], "resolution": "fixed"}, "close aa-1 -r fixed"),
    ("set", {"tickets": ["aa-1"], "set": ["status=open"]}, "set aa-1 status=open"),
    (
        "new",
        {
            "title": "A view",
            "description": "Of all.",
            "type": "bug",
            "priority": 1,
            "tags": ["a", "b"],
            "deps": ["aa-2"],
        },
        "new 'A view' -d 'Of all.' -t bug -p 1 --tags a,b --dep aa-2",
    ),
]


def store(repository: Repository) -> Repository:
    repository.tk.write("aa-1", "Parser drops the last line", body="Some **bold** text; the parser.\n")
    repository.tk.write("aa-2", "Second line of the parser", deps="aa-1", more="milestone: '2.0'\n")
    repository.commit_all("first tickets")
    repository.tk.write("aa-3", "Third", priority="1")
    repository.tk.write("aa-4", "Done", status="closed")
    repository.tk("start", "aa-1")
    repository.commit_all("more tickets")
    return repository


def printed(repository: Repository, line: str) -> dict[str, Any]:
    done = repository.tk(*shlex.split(line), "--json", env={"TK_SEED": "3"})
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def without_own(answer: dict[str, Any], printed: dict[str, Any]) -> dict[str, Any]:
    """An answer without what only a tool says."""
    return {
        name: value for name, value in answer.items() if name in printed or name not in ("notes", "problems", "total")
    }


def test_a_tool_that_reads_answers_as_its_command_and_changes_nothing(repository: Repository) -> None:
    store(repository)
    before = repository.git("rev-parse", "HEAD")
    with agent(repository, "--read-only", mode="auto") as client:
        assert client.protocol >= "2026"
        for tool, arguments, line in READS:
            expected = printed(repository, line)
            assert without_own(client.ask(tool, **arguments), expected) == expected, line
        asked = client.ask("list", limit=1)
        assert (len(asked["tickets"]), asked["total"]) == (1, 3)
        offered = client.tools()
        assert sorted({tool for tool, _, _ in READS}) == sorted(offered)
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in offered.values())
        refused = client.fault("close", tickets=["aa-1"])
        assert refused == {
            "message": "this server changes nothing",
            "hint": "`tk mcp` without --read-only does.",
            "exit_code": 3,
        }
    assert repository.git("rev-parse", "HEAD") == before
    assert repository.git("status", "--porcelain") == ""


def test_a_tool_that_changes_does_what_its_command_does_and_undo_wants_a_confirmation(repository: Repository) -> None:
    store(repository)
    other = type(repository)(
        type(repository.tk)(
            repository.tk.command, repository.folder.parent / "by-hand/project", repository.tk.environment
        )
    )
    shutil.copytree(repository.folder, other.folder, symlinks=True)
    repository.tk.environment["TK_SEED"] = "3"
    with agent(repository) as client:
        assert client.protocol < "2026"
        for tool, arguments, line in CHANGES:
            answer, expected = client.ask(tool, **arguments), printed(other, line)
            commit = answer.pop("commit")
            assert expected.pop("commit")
            assert without_own(answer, expected) == expected, line
            assert commit == repository.git("rev-parse", "HEAD"), line
        assert {path.name: path.read_bytes() for path in repository.tk.store.iterdir() if path.is_file()} == {
            path.name: path.read_bytes() for path in other.tk.store.iterdir() if path.is_file()
        }
        assert repository.git("log", "-1", "--format=%an <%ae>") == "Ada Lovelace <ada@example.org>"
        alike = client.answer("new", title="parser drops the LAST line")
        assert alike.is_error
        assert alike.structured_content["candidates"][0]["id"] == "aa-1"
        assert "aa-1 may be the same" in alike.structured_content["error"]["message"]
        last = repository.git("rev-parse", "HEAD")
        assert "confirmation" in client.fault("undo", commit=last)["message"]
        assert repository.git("rev-parse", "HEAD") == last
        assert client.ask("undo", commit=last, confirm=True)["undone"] == last
        offered = client.tools()
        assert [name for name, tool in offered.items() if tool.annotations and tool.annotations.destructive_hint] == [
            "undo"
        ]
        assert all(tool.input_schema["additionalProperties"] is False for tool in offered.values())
    assert repository.git("status", "--porcelain") == ""
