"""Moving in: the settings that make an existing store pass `tk check` are proposed, and written when asked."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Tk

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("PLAINTICKETS_DATA") or ROOT.parent / "shared" / "data")


def write(tk: Tk, *keys: str, name: str) -> None:
    rows = "".join(f"{key}\n" for key in keys)
    (tk.store / f"{name}.md").write_text(f"---\nid: {name}\n{rows}---\n# Title of {name}\n", encoding="utf-8")


def one_sided(tk: Tk) -> None:
    write(tk, "links: [a-2]", name="a-1")
    write(tk, "links: []", name="a-2")


def shared_reference(tk: Tk) -> None:
    for number in range(4):
        write(tk, "external-ref: PLAN-1", name=f"a-{number}")


def own_words(tk: Tk) -> None:
    for number, status in enumerate(("todo", "in-review", "wontfix", "on-hold", "Closed", "in work")):
        write(tk, f"status: {status}", "type: spike", name=f"a-{number}")


def documents(tk: Tk) -> None:
    write(tk, name="a-1")
    for name in ("STATUS", "my notes", "'quoted', too", "ü #1"):
        (tk.store / f"{name}.md").write_text("# Status\n\nAll is well.\n", encoding="utf-8")
    (tk.store / "archive" / "2024").mkdir(parents=True)
    (tk.store / "archive" / "2024" / "INDEX.md").write_text("Old ones.\n", encoding="utf-8")


def everything(tk: Tk) -> None:
    for shape in (one_sided, shared_reference, own_words, documents):
        shape(tk)
    write(tk, "deps: [gone-1]", "parent: gone-2", "due: soon", "priority: huge", name="a-9")


SHAPES = (one_sided, shared_reference, own_words, documents, everything)


@pytest.mark.parametrize("command", ["init", "doctor"])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_store_of_another_tool_is_green_once_the_proposed_lines_are_written(
    repository: Repository, shape: object, command: str
) -> None:
    tk = repository.tk
    shape(tk)  # type: ignore[operator]
    repository.commit_all()
    assert tk("check").code == 1
    proposed = json.loads(tk(command, "--json").stdout)["proposed"]
    assert proposed
    assert tk("check").code == 1
    assert tk(command, "--adopt").code in (0, 1)
    checked = tk("check")
    assert (checked.code, "error" in checked.stdout) == (0, False), checked.stdout
    assert repository.git("status", "--porcelain", "--", ".tickets/config.yml") == ""
    written = (tk.store / "config.yml").read_text("utf-8").splitlines()
    assert [line for line in proposed if line not in written] == []


def test_what_was_proposed_by_hand_is_what_is_written(repository: Repository) -> None:
    tk = repository.tk
    everything(tk)
    lines = json.loads(tk("doctor", "--json").stdout)["proposed"]
    (tk.store / "config.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert tk("check").code == 0
    assert json.loads(tk("doctor", "--json").stdout)["proposed"] == []


def test_a_status_gets_the_class_that_its_name_says(repository: Repository) -> None:
    tk = repository.tk
    own_words(tk)
    tk("doctor", "--adopt")
    shown = json.loads(tk("config", "--json").stdout)["settings"]["statuses"]["value"]
    kinds = {entry["name"]: entry["class"] for entry in shown}
    known = {"open": "open", "in_progress": "active", "Closed": "done"}
    assert kinds == known | {"in-review": "active", "on-hold": "waiting", "todo": "open", "wontfix": "done"}


def test_settings_that_are_there_are_kept_with_their_comments(repository: Repository) -> None:
    tk = repository.tk
    own_words(tk)
    before = (
        "# ours\nprefix: a\ntypes: [task, bug]\ncommit:\n  mode: auto # as ever\n\n# the end\n"
        "check.rules:\n  no-title: note\n"
    )
    (tk.store / "config.yml").write_text(before, encoding="utf-8")
    assert tk("init", "--adopt").code == 0
    after = (tk.store / "config.yml").read_text("utf-8")
    for line in ("# ours", "prefix: a", "  mode: auto # as ever", "# the end", "  no-title: note"):
        assert line in after.splitlines()
    assert tk("check").code == 0


def test_a_section_with_comments_is_not_rewritten(repository: Repository) -> None:
    tk = repository.tk
    own_words(tk)
    before = "types:\n  task: Work # the most common\n  bug:\n"
    (tk.store / "config.yml").write_text(before, encoding="utf-8")
    refused = tk("init", "--adopt")
    assert refused.code == 3
    assert "by hand" in refused.stderr
    assert (tk.store / "config.yml").read_text("utf-8") == before


def test_a_store_with_settings_is_not_told_to_lower_a_rule_by_doctor(repository: Repository) -> None:
    tk = repository.tk
    one_sided(tk)
    (tk.store / "config.yml").write_text("list_closed: false\n", encoding="utf-8")
    assert json.loads(tk("doctor", "--json").stdout)["proposed"] == []


def test_a_damaged_ticket_is_never_proposed_to_be_ignored(repository: Repository) -> None:
    tk = repository.tk
    write(tk, name="a-1")
    (tk.store / "a-2.md").write_text("status: open\n---\n# A ticket without its first line\n", encoding="utf-8")
    (tk.store / "a-3.md").write_text("---\nid: a-3\nstatus: [\n---\n", encoding="utf-8")
    shown = tk("init", "--adopt")
    assert "ignore" not in shown.stdout
    assert "No setting removes 2 of the errors" in shown.stdout
    assert tk("check").code == 1


def test_what_is_ignored_is_no_ticket_for_any_command(repository: Repository) -> None:
    tk = repository.tk
    documents(tk)
    tk("doctor", "--adopt")
    repository.commit_all()
    for words in (("ls", "--all"), ("query",), ("check",), ("ready",), ("search", "well"), ("ls", "--at", "HEAD")):
        done = tk(*words)
        assert "STATUS" not in done.stdout + done.stderr, words
        assert "INDEX" not in done.stdout + done.stderr, words
    assert tk("show", "STATUS").code == 3
    assert tk("mv", "a-1", "STATUS").code == 3
    repository.git("rm", "-q", ".tickets/STATUS.md")
    refused = tk("mv", "a-1", "STATUS")
    assert (refused.code, "would be ignored" in refused.stderr) == (3, True)


def test_settings_of_another_tool_are_named_and_reading_goes_on(repository: Repository) -> None:
    tk = repository.tk
    write(tk, name="a-1")
    (tk.store / "config.yml").write_text("project:\n  name: x\nticket_dir: .tickets\nauto_commit: true\n")
    listed = tk("ls")
    assert (listed.code, listed.stdout) == (0, "a-1      [open] - Title of a-1\n")
    assert "the settings of another tool" in listed.stderr
    assert tk("check").code == 1
    assert "config-foreign" in tk("doctor").stdout
    assert tk("init", "--adopt").code == 0
    assert "project:" in (tk.store / "config.yml").read_text()


def test_a_mistyped_setting_is_not_taken_for_another_tools(repository: Repository) -> None:
    (repository.tk.store / "config.yml").write_text("prefx: a\nstatusses:\n  open: open\n")
    refused = repository.tk("ls")
    assert "another tool" not in refused.stderr
    assert "prefx" in refused.stderr


def test_a_real_store_is_green_after_moving_in(repository: Repository) -> None:
    source = DATA / "stores" / "tinyemu" / ".tickets"
    if not source.is_dir():
        missing = f"no real store at {source}: set PLAINTICKETS_DATA to the folder that holds `stores/`"
        warnings.warn(missing, stacklevel=1)
        pytest.skip(missing)
    shutil.copytree(source, repository.tk.store, dirs_exist_ok=True)
    repository.commit_all()
    assert repository.tk("init", "--adopt").code == 0
    assert repository.tk("check").code == 0
