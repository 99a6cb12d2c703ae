"""The driver at work: git merges, rebases, picks and pops, and calls `tk` for each ticket that both sides changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from gitwork import git
from sides import (
    HERE,
    THERE,
    TICKET,
    assert_merged,
    change,
    clone_with_driver,
    on_both_sides,
    put_another,
    taken_for_another,
)
from store_files import Result, Tk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
@built_once
def clone(tk: Tk) -> Tk:
    """A repository with a store and one ticket, set up to merge by the driver."""
    return clone_with_driver(tk)


def test_a_merge_takes_the_changes_of_both_sides(clone: Tk) -> None:
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, "merge", "--quiet", "--no-edit", "there")
    assert_merged(clone)


def test_without_the_driver_the_same_merge_conflicts(clone: Tk) -> None:
    on_both_sides(clone, here=HERE, there=THERE)
    assert clone("setup", "--remove").code == 0
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    assert "<<<<<<<" in clone.text(TICKET)


@pytest.mark.parametrize("command", ["rebase there", "cherry-pick there"])
def test_rebase_and_cherry_pick_merge_by_the_driver(clone: Tk, command: str) -> None:
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, *command.split())
    assert_merged(clone)


def test_a_popped_stash_is_merged_by_the_driver(clone: Tk) -> None:
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, "reset", "--quiet", "--soft", "HEAD~")
    git(clone, "stash", "--quiet")
    git(clone, "merge", "--quiet", "--no-edit", "there")
    git(clone, "stash", "pop", "--quiet")
    assert_merged(clone)


def test_a_mailed_patch_is_merged_by_the_driver(clone: Tk) -> None:
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, "format-patch", "--quiet", "-1", "there", "-o", "..")
    patch = next(clone.folder.parent.glob("0001-*.patch"))
    git(clone, "am", "--quiet", "-3", str(patch))
    assert_merged(clone)


def test_a_ticket_moved_on_one_side_and_edited_on_the_other_is_merged(clone: Tk) -> None:
    git(clone, "checkout", "--quiet", "-b", "there")
    (clone.store / "archive" / "2026").mkdir(parents=True)
    git(clone, "mv", f".tickets/{TICKET}.md", f".tickets/archive/2026/{TICKET}.md")
    moved = clone.store / "archive" / "2026" / f"{TICKET}.md"
    moved.write_text(moved.read_text().replace("status: open", "status: closed"))
    git(clone, "commit", "--quiet", "-a", "-m", "archive")
    git(clone, "checkout", "--quiet", "main")
    change(clone, "priority: 2", "priority: 0", "deps: []", "deps: [pt-2]")
    git(clone, "merge", "--quiet", "--no-edit", "there")
    text = moved.read_text()
    assert "status: closed\ndeps: [pt-2]" in text
    assert "priority: 0" in text


def test_a_ticket_added_on_both_sides_alike_in_part_is_merged(clone: Tk) -> None:
    git(clone, "checkout", "--quiet", "-b", "there")
    clone.write("pt-2", more="tags: [a]\n")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "there")
    git(clone, "checkout", "--quiet", "main")
    clone.write("pt-2", more="tags: [b]\nassignee: Ada\n")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "here")
    git(clone, "merge", "--quiet", "--no-edit", "there")
    assert clone.field("pt-2", "tags") == "[a, b]"
    assert clone.field("pt-2", "assignee") == "Ada"


def conflicting(tk: Tk) -> Result:
    on_both_sides(
        tk, here=("priority: 2", "priority: 1", "One.", "Two."), there=("priority: 2", "priority: 3", "One.", "Three.")
    )
    environment = {**tk.environment}
    done = subprocess.run(
        ["git", "merge", "--no-edit", "there"],
        cwd=tk.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Result(done.stdout, done.stderr, done.returncode)


def test_a_true_conflict_stops_the_merge_and_loses_nothing(clone: Tk) -> None:
    done = conflicting(clone)
    assert done.code == 1
    assert "pt-1: priority, text changed on both sides" in done.stderr
    text = clone.text(TICKET)
    assert "priority: 1\n" in text
    assert 'conflicts:\n- "priority: 3"\n' in text
    assert "<<<<<<< one side\nTwo.\n=======\nThree.\n>>>>>>> other side\n" in text
    assert len(git(clone, "ls-files", "-u").splitlines()) == 3


def test_where_conflicts_are_recorded_the_merge_goes_on_and_the_ticket_can_be_read(clone: Tk) -> None:
    (clone.store / "config.yml").write_text("merge:\n  on-conflict: record\n")
    git(clone, "commit", "--quiet", "-a", "-m", "record")
    assert conflicting(clone).code == 0
    assert clone("show", TICKET).code == 0
    text = clone.text(TICKET)
    assert "<<<<<<<" not in text.replace("\\n<<<<<<<", "")
    assert "Two." in text
    assert "Three." in text


BREAK = {
    "missing": lambda program: program.unlink(),
    "killed": lambda program: program.write_text("#!/bin/sh\nkill -9 $$\n"),
    "failing": lambda program: program.write_text("#!/bin/sh\nexit 1\n"),
    "silent": lambda program: program.write_text("#!/bin/sh\nexit 0\n"),
    "raising": lambda program: program.write_text(f"#!{shutil.which('python3')}\nraise ImportError('no')\n"),
}


@pytest.mark.parametrize("how", BREAK)
def test_where_the_program_is_broken_git_merges_as_text_and_marks_both_sides(clone: Tk, how: str) -> None:
    program = clone.folder.parent / "the program"
    program.write_text("#!/bin/sh\nexit 2\n")
    program.chmod(0o755)
    told = git(clone, "config", "merge.plaintickets.driver").replace(clone.command, f"'{program}'")
    assert str(program) in told
    git(clone, "config", "merge.plaintickets.driver", told)
    BREAK[how](program)
    assert conflicting(clone).code == 1
    text = clone.text(TICKET)
    for part in ("<<<<<<< ours", ">>>>>>> theirs", "Two.", "Three.", "priority: 1", "priority: 3"):
        assert part in text
    left = [name for name in os.listdir(clone.folder) if name.startswith(".merge")]
    assert left == []


@pytest.mark.parametrize(
    "theirs", [b"\0\1binary", b"---\nid: x\n---\n\xff\xfe\n", b"", b"no front matter\n", b"---\n{a: b}\n---\n"]
)
def test_what_is_no_ticket_is_merged_as_text_and_stops_the_merge(clone: Tk, theirs: bytes) -> None:
    on_both_sides(clone, here=("One.", "Two."), there=("One.", "Three."))
    git(clone, "checkout", "--quiet", "there")
    (clone.store / f"{TICKET}.md").write_bytes(theirs)
    git(clone, "commit", "--quiet", "-a", "-m", "broken")
    git(clone, "checkout", "--quiet", "main")
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    assert git(clone, "ls-files", "-u") != ""


def test_called_by_hand_it_merges_into_the_second_file(tk: Tk) -> None:
    for name, priority, status in (("base", "2", "open"), ("mine", "1", "open"), ("hers", "2", "closed")):
        tk.write(name, priority=priority, status=status).rename(tk.folder / f"{name}.md")
    done = tk("merge-driver", "base.md", "mine.md", "hers.md")
    assert (done.code, done.stderr) == (1, "tk: mine: id changed on both sides; `tk resolve mine` resolves it\n")
    text = (tk.folder / "mine.md").read_text()
    assert "status: closed" in text
    assert "priority: 1" in text


def test_called_by_hand_on_what_is_no_ticket_it_merges_as_git_does(tk: Tk) -> None:
    for name, text in (("base", "a\nb\nc\nd\n"), ("mine", "a\nB\nc\nd\n"), ("hers", "a\nb\nc\nD\n")):
        (tk.folder / name).write_text(text)
    done = tk("merge-driver", "base", "mine", "hers")
    assert done.code == 0
    assert (tk.folder / "mine").read_text() == "a\nB\nc\nD\n"


def test_setting_up_twice_changes_nothing_and_removing_takes_it_back(clone: Tk) -> None:
    before = git(clone, "config", "--local", "--list")
    assert "as it did before" in clone("setup").stdout
    assert git(clone, "config", "--local", "--list") == before
    assert clone("setup", "--remove").code == 0
    assert "plaintickets" not in git(clone, "config", "--local", "--list")
    assert clone("setup", "--remove").code == 0


def test_setting_up_an_old_store_adds_the_attributes_in_one_commit(tk: Tk) -> None:
    git(tk, "init", "--quiet")
    tk.write(TICKET)
    (tk.store / ".gitattributes").write_text("*.txt text")
    git(tk, "add", ".")
    git(tk, "commit", "--quiet", "-m", "by the bash tool")
    assert tk("setup").code == 0
    assert git(tk, "check-attr", "merge", f".tickets/{TICKET}.md").endswith(": plaintickets")
    assert git(tk, "show", "--name-only", "--format=", "HEAD") == ".tickets/.gitattributes"
    assert (tk.store / ".gitattributes").read_text().startswith("*.txt text\n# Tickets")


def test_outside_a_repository_there_is_nothing_to_set_up(tk: Tk) -> None:
    tk.write(TICKET)
    assert tk("setup").code == 5


def test_a_clone_without_the_driver_is_named_by_the_doctor_as_advice(clone: Tk) -> None:
    assert "driver" not in clone("doctor").stdout
    clone("setup", "--remove")
    done = clone("doctor")
    assert "[no-driver]" in done.stdout
    assert done.code == 0


def test_a_program_with_a_strange_path_is_called_all_the_same(clone: Tk, tmp_path: Path) -> None:
    folder = tmp_path / "it's 100%P $(x)"
    folder.mkdir()
    link = folder / "tk"
    link.symlink_to(clone.command)
    assert Tk(str(link), clone.folder, clone.environment)("setup").code == 0
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, "merge", "--quiet", "--no-edit", "there")
    assert_merged(clone)
    assert "driver" not in clone("doctor").stdout


def test_git_pays_for_no_library_that_merging_does_not_need(tk: Tk) -> None:
    for name, priority, status in (("base", "2", "open"), ("mine", "1", "open"), ("hers", "2", "closed")):
        tk.write("pt-1", priority=priority, status=status).rename(tk.folder / f"{name}.md")
    words = ["merge-driver", "--tell", "base.md", "mine.md", "hers.md", "7", ".tickets/pt-1.md"]
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", "-m", "plaintickets", *words],
        cwd=tk.folder,
        env=tk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "clean\n")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "plaintickets.core.merge" in loaded
    assert loaded & {"click", "yaml", "subprocess", "json", "sqlite3", "git", "whoosh", "difflib", "shlex"} == set()


@pytest.mark.parametrize(
    ("command", "swapped", "mode"),
    [
        ("merge --no-edit there", False, "stop"),
        ("merge --no-edit there", True, "record"),
        ("rebase there", False, "record"),
        ("rebase there", True, "stop"),
        ("cherry-pick there", True, "stop"),
    ],
)
def test_a_change_of_a_removed_ticket_never_lands_in_a_new_one(
    clone: Tk, command: str, *, swapped: bool, mode: str
) -> None:
    (clone.store / "config.yml").write_text(f"merge:\n  on-conflict: {mode}\n")
    git(clone, "commit", "--quiet", "-a", "-m", "mode")
    new = taken_for_another(clone, swapped=swapped)
    done = subprocess.run(
        ["git", *command.split()], cwd=clone.folder, env=clone.environment, capture_output=True, text=True, check=False
    )
    assert "pt-9 is a new ticket, which git took for pt-1 renamed" in done.stdout + done.stderr
    assert done.returncode != 0
    assert clone.text("pt-9") == new
    assert "\t.tickets/pt-9.md" in git(clone, "ls-files", "-u")


def test_a_ticket_renamed_on_one_side_while_the_other_makes_one_like_it_keeps_both_whole(clone: Tk) -> None:
    git(clone, "checkout", "--quiet", "-b", "there")
    assert clone("mv", TICKET, "pt-3").code == 0
    assert clone("set", "pt-3", "priority=0").code == 0
    git(clone, "checkout", "--quiet", "main")
    new = put_another(clone)
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    assert clone.text("pt-9") == new
    assert clone.field("pt-3", "priority") == "0"


@pytest.mark.parametrize("mode", ["record", "stop"])
@pytest.mark.parametrize("older", ["here", "there"])
def test_later_commits_of_a_rebase_find_the_ticket_whose_id_another_one_has(clone: Tk, mode: str, older: str) -> None:
    (clone.store / "config.yml").write_text(f"merge:\n  on-conflict: {mode}\n")
    git(clone, "commit", "--quiet", "-a", "-m", "mode")
    git(clone, "checkout", "--quiet", "-b", "there")
    mine = clone.write("pt-2", "Of there", body="About valves.\n")
    mine.write_text(mine.read_text().replace("created: 2026-01-02", f"created: 2026-0{2 if older == 'here' else 1}-03"))
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "made there")
    assert clone("comment", "pt-2", "A note there").code == 0
    assert clone("close", "pt-2").code == 0
    git(clone, "checkout", "--quiet", "main")
    other = clone.write("pt-2", "Of here", body="About pipes.\n")
    other.write_text(other.read_text().replace("created: 2026-01-02", "created: 2026-01-05"))
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "made here")
    git(clone, "checkout", "--quiet", "there")
    git(clone, "rebase", "--quiet", "main", fails=True)
    # The older ticket keeps the id: the later commits find their own there, or stop.
    for last in (False, False, True) if older == "here" else (True,):
        done = clone("resolve", "--auto")
        assert done.code == 0, done.stdout + done.stderr
        assert git(clone, "ls-files", "-u") == ""
        git(clone, "-c", "core.editor=true", "rebase", "--continue", fails=not last)
    found = {path.stem: path.read_text() for path in clone.store.glob("pt-*.md") if path.stem != TICKET}
    assert len(found) == 2
    [here] = [text for text in found.values() if "# Of here" in text]
    [there] = [text for text in found.values() if "# Of there" in text]
    assert ("About pipes." in here, "A note there" in here, "status: open" in here) == (True, False, True)
    assert ("About valves." in there, "A note there" in there, "status: closed" in there) == (True, True, True)
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.parametrize("command", ["merge --no-edit", "rebase"])
def test_a_ticket_that_waits_for_one_with_a_new_id_follows_it(clone: Tk, command: str) -> None:
    git(clone, "checkout", "--quiet", "-b", "there")
    clone.write("pt-2", "Of there", body="About valves.\n")
    clone.write("pt-3", "Waits there", deps="pt-2")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "made there")
    git(clone, "checkout", "--quiet", "main")
    other = clone.write("pt-2", "Of here", body="About pipes.\n")
    other.write_text(other.read_text().replace("created: 2026-01-02", "created: 2026-01-01"))
    clone.write("pt-4", "Waits here", deps="pt-2")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "made here")
    git(clone, "checkout", "--quiet", "there")
    git(clone, *command.split(), "main", fails=True)
    done = clone("resolve", "--auto")
    assert done.code == 0, done.stdout + done.stderr
    [new] = {path.stem for path in clone.store.glob("pt-*.md")} - {TICKET, "pt-2", "pt-3", "pt-4"}
    assert (clone.field("pt-3", "deps"), clone.field("pt-4", "deps")) == (f"[{new}]", "[pt-2]")
    assert git(clone, "diff", "--name-only") == ""
    git(clone, "-c", "core.editor=true", command.split(maxsplit=1)[0], "--continue")
    assert git(clone, "status", "--porcelain") == ""
