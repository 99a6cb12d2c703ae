"""Every option and argument with known values completes them, for the tickets that fit the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from builders import NOW
from built_once import built_once
from plaintickets.cli import cli
from plaintickets.command_table import COMMANDS
from plaintickets.commands.completions.answer import completions
from plaintickets.commands.completions.commands import summary
from plaintickets.commands.options import Known
from plaintickets.console import CommandContext
from plaintickets.project import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Repository
    from store_files import Tk

# Parameters whose values nobody can list: texts, names that do not exist yet, keys of other systems, addresses.
FREE = {
    *("blockers:milestones", "blockers:components", "calendar:as_name", "kb:every", "kb:name", "kb:title"),
    "serve:public_url",
    *("check:branch", "cli:folders", "comment:text", "diff:link_base", "diff:marker", "import:ignored"),
    *(
        "import:ignore",
        "import:since",
        "handover:message",
        "init:prefix",
        "serve:host",
        "log:grep",
        "mv:new_id",
        "new:title",
        "split:title",
        "new:description",
        "new:design",
    ),
    *("new:acceptance", "new:external_ref", "query:jq_filter", "site:title", "sla:within", "undo:commit"),
    *("merge-driver:base", "merge-driver:ours", "merge-driver:theirs", "merge-driver:size", "merge-driver:path"),
}
FREE_NAMES = {"subject", "comment", "jq", "branch", "ours", "theirs"}
CONFIG = "queries:\n  mine: assignee:me\n"
PEOPLE = "ada:\n  name: Ada Lovelace\n  teams: [core]\n"
# What stands before a word of these kinds; for the others, nothing.
BEFORE = {
    "dependency": ["7f3k"], "new link": ["7f3k"], "link": ["7f3k"], "conflict": ["3333"], "dep words": ["7f3k"],
    "set words": ["7f3k"], "tag words": ["7f3k"],
}  # fmt: skip


@pytest.fixture
@built_once
def store(repository: Repository) -> Tk:
    """A store in which every kind of value has a candidate."""
    tk = repository.tk
    more = "tags: [ui, db]\nassignee: Bo Peep\nmilestone: '2.0'\ncomponent: parser\n"
    tk.write("my-7f3k", "A first title", deps="my-8888", links="my-8888", more=more)
    tk.write("my-8888", "Second", status="in_progress", links="my-7f3k", more="parent: my-7f3k\ntags: [net]\n")
    tk.write("my-2222", "Third", status="closed")
    tk.write("my-3333", "Fourth", more='conflicts:\n- "priority: 3"\n')
    (tk.store / "config.yml").write_text(CONFIG)
    (tk.store / "people.yml").write_text(PEOPLE)
    (tk.store / "services.yml").write_text("email: {team: core, description: Mail}\n")
    (tk.store / "assets").mkdir()
    (tk.store / "assets/printer-3.md").write_text("---\nname: Printer\nwarranty: 2027-01-01\n---\n")
    (tk.store / "queues.yml").write_text("support: {team: core}\n")
    (tk.store / "replies").mkdir()
    (tk.store / "replies" / "more-details.md").write_text("Which version?\n")
    (tk.store / "kb").mkdir()
    (tk.store / "kb" / "reset.md").write_text("---\ntitle: Reset your password\n---\n")
    (tk.store / "intake.yml").write_text("maps: {form: {title: subject}}\n")
    repository.commit_all()
    repository.git("tag", "v1.0")
    return tk


def offered(tk: Tk, line: str) -> list[str]:
    """The candidates for the last word of a line, in this process."""
    from datetime import datetime

    around = Surroundings(str(tk.folder), tk.environment, lambda: datetime.fromisoformat(NOW), lambda _: 0, print)
    *words, typed = line.split(" ")
    return [one.value for one in completions(cli, CommandContext(around), words, typed)]


def parameters() -> Iterator[tuple[str, click.Parameter]]:
    """Every option with a value and every argument, with the name of its command."""
    root = click.Context(cli)
    for name in ["cli", *COMMANDS]:
        command = cli if name == "cli" else cli.get_command(root, name)
        assert command is not None
        for parameter in command.params:
            if not (isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count)):
                yield name, parameter


def test_every_option_and_argument_knows_its_values_or_is_free_text() -> None:
    own = (Known, click.Choice, click.IntRange, click.FloatRange, click.Path, click.File)
    free = {f"{name}:{one.name}" for name, one in parameters() if not isinstance(one.type, own)}
    assert {one for one in free - FREE if one.partition(":")[2] not in FREE_NAMES} == set()


def test_every_known_value_completes(store: Tk) -> None:
    silent = []
    for name, one in parameters():
        if isinstance(one.type, Known) and one.type.kind != "file":
            before = BEFORE.get(one.type.kind, [])
            words = [name, *before, one.opts[0]] if isinstance(one, click.Option) else [name, *before]
            if not offered(store, " ".join([*words, ""])):
                silent.append(f"{name} {one.name}")
    assert silent == []


def test_every_choice_completes(store: Tk) -> None:
    for name, one in parameters():
        if isinstance(one.type, click.Choice) and name != "cli":
            word = one.opts[0] + " " if isinstance(one, click.Option) else ""
            assert offered(store, f"{name} {word}") == list(one.type.choices), name


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("close ", ["my-3333", "my-7f3k", "my-8888"]),
        ("close my-7f3k ", ["my-3333", "my-8888"]),
        ("reopen ", ["my-2222"]),
        ("archive ", ["my-2222"]),
        ("start ", ["my-3333", "my-7f3k"]),
        ("undep 7f3k ", ["my-8888"]),
        ("unlink 7f3k ", ["my-8888"]),
        ("resolve ", ["my-3333"]),
        ("resolve 3333 --ours ", ["priority", "title", "text"]),
        ("status 7f3k ", ["in_progress", "closed"]),
        ("assign 7f3k ad", ["Ada Lovelace", "ada"]),
        ("tag 7f3k -u", ["-ui"]),
        ("set 7f3k tags-=", ["tags-=db", "tags-=ui"]),
        ("set 7f3k tags+=x,d", ["tags+=x,db"]),
        ("set 7f3k resolution=f", ["resolution=fixed"]),
        ("set 7f3k compo", ["component="]),
        ("update 7f3k --status=c", ["--status=closed"]),
        ("new --set milestone=", ["milestone=2.0"]),
        ("new -t bu", ["bug"]),
        ("new --tags ui,", ["ui,db", "ui,net"]),
        ("new --set concerns=", ["concerns=email", "concerns=printer-3"]),
        ("ls concerns:pr", ["concerns:printer-3"]),
        ("assets --columns id,war", ["id,warranty"]),
        ("services em", ["email"]),
        ("ls --status open,c", ["open,closed"]),
        ("ls --sort -cre", ["-created"]),
        ("ls --sort priority,-cre", ["priority,-created"]),
        ("ls --group-by assig", ["assignee"]),
        ("ls --json id,ti", ["id,title"]),
        ("ls --json=id,ti", ["--json=id,title"]),
        ("ls --format=js", ["--format=json", "--format=jsonl"]),
        ("ls -a b", ["Bo Peep"]),
        ("ls @", ["@mine"]),
        ("ls is:o", ["is:open", "is:overdue"]),
        ("ls -tag:u", ["-tag:ui"]),
        ("ls assignee:b", ['assignee:"Bo Peep"']),
        ("ls assignee:team:", ["assignee:team:core"]),
        ("ls status:open,in", ["status:open,in_progress"]),
        ("ls (priority:0", ["(priority:0"]),
        ("report throughput type:ep", ["type:epic"]),
        ("blockers 7f", ["my-7f3k"]),
        ("diff v1.0..v", ["v1.0..v1.0"]),
        ("people c", ["core"]),
        ("super close my-8", ["my-8888"]),
        ("frobnicate ", []),
        ("frobnicate s", []),
    ],
)
def test_candidates_fit_what_is_typed(store: Tk, line: str, expected: list[str]) -> None:
    assert offered(store, line) == expected


def test_completing_writes_nothing_and_starts_no_program(store: Tk) -> None:
    for number in range(400):
        store.write(f"my-x{number}", f"Ticket {number}")
    state = {path: path.stat().st_mtime_ns for path in store.folder.rglob("*")}
    lines = ["tk close ", "tk ls -a ", "tk ls @", "tk ls --at v", "tk diff ", "tk calendar ", "tk set 7f3k milestone="]
    for line in lines:
        env = {"_TK_COMPLETE": "zsh_complete", "COMP_WORDS": line, "COMP_CWORD": "-1", "PATH": "/nowhere"}
        done = store(env=env)
        assert (done.code, done.stderr) == (0, "")
        assert done.stdout.strip(), line
    assert {path: path.stat().st_mtime_ns for path in store.folder.rglob("*")} == state


def test_the_cache_of_a_large_store_answers_as_its_files_do(store: Tk) -> None:
    for number in range(400):
        store.write(f"my-x{number}", f"Ticket {number}", more=f"milestone: m{number % 3}\n")
    lines = ["close ", "reopen ", "set 7f3k milestone=", "ls -T ", "ls --parent "]
    without = [offered(store, line) for line in lines]
    store("ls")
    assert [offered(store, line) for line in lines] == without
    store.write("my-new", "New", status="closed", more="milestone: other\n")
    assert offered(store, "reopen ") == ["my-2222", "my-new"]
    assert "milestone=other" in offered(store, "set 7f3k milestone=")


@pytest.mark.parametrize("bad", ["$(touch x)", "`id`", "a;b", "\x1b[31mred", "a\nb", "x" * 500, "a\u202eb"])
def test_a_value_that_a_shell_would_run_or_a_terminal_obey_is_not_offered(store: Tk, bad: str) -> None:
    import json

    store.write("my-evil", f"Title {bad}", more=f"milestone: {json.dumps(bad)}\ntags: [{json.dumps(bad)}]\n")
    for shell in ("bash", "zsh", "fish"):
        for line in ("tk set 7f3k milestone=", "tk ls -T ", "tk ls tag:", "tk show my-e"):
            env = {"_TK_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": "-1"}
            done = store(env=env)
            assert (done.code, done.stderr) == (0, "")
            if line != "tk show my-e":
                assert bad not in done.stdout
            assert not any(sign in done.stdout for sign in "\x1b\x07\u202e")


def test_summaries_are_those_of_the_commands() -> None:
    root = click.Context(cli)
    for name, module in COMMANDS.items():
        command = cli.get_command(root, name)
        assert command is not None
        assert command.help is not None
        assert summary(module) == command.help.splitlines()[0].rstrip("."), name


def test_the_words_of_kb_complete_one_after_another(store: Tk) -> None:
    assert "publish" in offered(store, "kb p")
    assert offered(store, "kb publish res") == ["reset"]
    assert offered(store, "kb ls --status p") == ["published"]
    assert offered(store, "kb from my-2") == ["my-2222"]
    assert offered(store, "reply 7f3k --with m") == ["more-details"]
