"""What coding agents get: the guide, its block in AGENTS.md, `tk prime`, and errors as JSON from every command."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.cli import _asks_json, _run, cli
from plaintickets.command_table import COMMANDS
from plaintickets.console import CommandContext
from plaintickets.core.agent_guide import BEGIN, END, GUIDE, updated
from plaintickets.errors import RefusedError
from plaintickets.project import Surroundings
from plaintickets.render.prime import brief
from terminal import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from store_files import Tk


def test_the_guide_is_short_and_names_commands_that_exist(tk: Tk) -> None:
    printed = tk("agent-guide")
    assert (printed.code, printed.stdout, len(printed.lines) < 40) == (0, GUIDE, True)
    words = {part.split()[0].rstrip("`:") for part in GUIDE.split("`tk ")[1:]} - {"-C", "--all-stores"}
    assert words <= set(COMMANDS)


@given(
    st.lists(st.sampled_from(["# Rules", "", "text", "  more", "é", "\f"])),
    st.lists(st.sampled_from(["x", "", "```"])),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_no_line_outside_the_block_changes(before: list[str], after: list[str], end: str, is_open: bool) -> None:
    text = "".join(line + end for line in before).encode()
    content = text.removesuffix(end.encode()) if is_open else text
    made = updated(content)
    assert made.startswith(content)
    assert updated(made) == made
    below = "".join(line + end for line in after).encode()
    assert updated(made.replace(b"tk prime", b"tk old") + below) == made + below
    if end.encode() in content:
        assert made.count(b"\r\n") == (made.count(b"\n") if end == "\r\n" else 0)


def test_prime_cuts_a_title_between_characters() -> None:
    assert brief("🇩🇪" * 9) == "🇩🇪" * 8 + "…"
    assert brief("a" * 50 + "👩‍👩‍👧‍👦") == "a" * 50 + "…"


@pytest.mark.parametrize("content", [f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n", "a\0"])
def test_doubtful_marks_and_other_encodings_are_refused(content: str) -> None:
    with pytest.raises(RefusedError):
        updated(content.encode())


def test_the_file_is_written_beside_the_store_and_a_link_is_not(repository: Repository) -> None:
    (repository.folder / "sub").mkdir()
    file, target = repository.folder / "AGENTS.md", repository.folder / "CLAUDE.md"
    file.write_bytes(b"# Mine\r\n")
    done = repository.tk("agent-guide", "--write", cwd=repository.folder / "sub")
    assert (done.code, done.stdout) == (0, "Wrote the lines into ../AGENTS.md; commit it yourself\n")
    assert json.loads(repository.tk("agent-guide", "--write", "--json").stdout)["changed"] is False
    file.rename(target)
    file.symlink_to(target.name)
    target.write_bytes(b"")
    refused = repository.tk("agent-guide", "--write")
    assert (refused.code, "symbolic link to CLAUDE.md" in refused.stderr) == (3, True)
    assert target.read_bytes() == b""


def test_prime_shows_what_an_agent_must_know(repository: Repository) -> None:
    tk = repository.tk
    tk.write("pt-1", "Mine", status="in_progress", more="assignee: Ada Lovelace\n")
    tk.write("pt-2", "Next", priority="1")
    tk.write("pt-3", "Later", deps="pt-2")
    tk.write("pt-4", "Done", status="closed")
    found = json.loads(tk("prime", "--json").stdout)
    shown = {name: [one["id"] for one in found[name]] for name in ("mine", "ready", "blocked")}
    assert shown == {"mine": ["pt-1"], "ready": ["pt-2"], "blocked": ["pt-3"]}
    assert found["counts"] == {"open": 3, "closed": 1, "mine": 1, "ready": 1, "blocked": 1}
    assert found["blocked"][0]["blockers"] == ["pt-2"]
    lines = tk("prime").lines
    assert lines[0] == "store .tickets: 3 open, 1 closed; you are Ada Lovelace"
    assert "  pt-3 P2 task Later <- pt-2" in lines


@pytest.mark.parametrize("sign", ["A very long word ", "漢", "\U0001f600"])
def test_prime_stays_below_a_thousand_tokens(repository: Repository, sign: str) -> None:
    for number in range(30):
        deps = "pt-29, pt-28, pt-27, pt-26, pt-25" if number < 15 else ""
        repository.tk.write(f"pt-{number}", sign * 400, deps=deps, status="s" * 30 + str(number % 60), more=MINE)
    statuses = "".join(f"  {'s' * 30}{number}: active\n" for number in range(60))
    (repository.tk.store / "config.yml").write_text(f"statuses:\n  open: open\n  closed: done\n{statuses}")
    for words in (("prime",), ("prime", "--json")):
        done = repository.tk(*words)
        assert done.code == 0, done.stderr
        outside = sum(not letter.isascii() for letter in done.stdout)
        assert (len(done.stdout) - outside) / 3.5 + 2 * outside < 1000


MINE = "assignee: Ada Lovelace\n"


def test_init_asks_about_agents_at_a_terminal_only(tk: Tk) -> None:
    answer = on_terminal(tk, "init", keys="y\n")
    assert answer.code == 0
    assert "Wrote the lines into AGENTS.md" in answer.text
    assert GUIDE in (tk.folder / "AGENTS.md").read_text(encoding="utf-8")
    assert "AGENTS" not in tk("init", "other").stdout
    assert not (tk.folder / "other" / "AGENTS.md").exists()


def context_in(folder: Path) -> CommandContext:
    around = Surroundings(str(folder), {"HOME": str(folder)}, lambda: datetime.now(UTC), lambda _: 0, print)
    context = CommandContext(around)
    context.json = True
    return context


def takes_json(name: str) -> bool:
    command = cli.get_command(click.Context(cli), name)
    return command is not None and any("--json" in option.opts for option in command.params)


# What a command needs besides, so that it looks for the store, which is not there.
MORE = {
    **dict.fromkeys(("show", "start", "close", "reopen", "branches", "undep", "assign", "rm"), ("pt-1",)),
    **dict.fromkeys(("link", "unlink", "dep", "undep", "mv"), ("pt-1", "pt-2")),
    "status": ("pt-1", "open"),
    "set": ("pt-1", "priority=1"),
    "tag": ("pt-1", "x"),
    "comment": ("pt-1", "text"),
    "merge-into": ("pt-1", "--into", "pt-2"),
    "split": ("pt-1",),
    "search": ("word",),
    "hooks": ("status",),
    "similar": ("pt-1",),
    "commits": ("pt-1",),
    "apply-trailers": ("a..b",),
    "resolve": ("pt-1",),
    "archive": ("pt-1",),
}


@pytest.mark.parametrize("name", sorted(filter(takes_json, COMMANDS)))
def test_every_command_that_takes_json_reports_errors_as_json(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[tuple[str, ...]] = [(name, "--json", "--no-such-option")]
    lines += [(name, "--json", *MORE[name])] if name in MORE else []
    for words in lines:
        code = _run(list(words), context_in(tmp_path))
        shown = capsys.readouterr()
        found = json.loads(shown.err.splitlines()[-1])
        assert (found["format"], set(found["error"])) == (1, {"message", "hint", "exit_code"})
        assert (found["error"]["exit_code"], shown.out) == (code, "")
        assert code == 2 if len(words) == 3 and words[2] == "--no-such-option" else code >= 2


def test_json_is_asked_for_by_the_command_line() -> None:
    assert _asks_json(["ls", "--format", "json"])
    assert _asks_json(["ls", "--format=jsonl", "x:"])
    assert _asks_json(["ls", "--json=id,title"])
    assert not _asks_json(["new", "--", "--json"])
    assert not _asks_json(["ls", "--format", "csv"])
