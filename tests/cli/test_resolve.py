"""`tk resolve`: settling what a merge left, by field, by hand, or all at once from git's index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from gitwork import git
from sides import HERE, THERE, TICKET, assert_merged, change, clone_with_driver, on_both_sides, taken_for_another

if TYPE_CHECKING:
    from store_files import Tk

FIELDS = ("priority: 2", "priority: 1", "# A ticket", "# Ours", "assignee: Ada", "assignee: Bob")
OTHERS = ("priority: 2", "priority: 3", "# A ticket", "# Theirs", "assignee: Ada\n", "")


@pytest.fixture
@built_once
def clone(tk: Tk) -> Tk:
    return clone_with_driver(tk)


@pytest.fixture
def stopped(clone: Tk) -> Tk:
    """A clone in a merge that stopped at three fields and the text."""
    on_both_sides(clone, here=(*FIELDS, "One.", "Two."), there=(*OTHERS, "One.", "Three."))
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    return clone


@pytest.fixture
@built_once
def recorded(clone: Tk) -> Tk:
    """A clone with a finished merge, whose conflicts are recorded in the ticket."""
    (clone.store / "config.yml").write_text("merge:\n  on-conflict: record\n")
    git(clone, "commit", "--quiet", "-a", "-m", "record")
    on_both_sides(clone, here=(*FIELDS, "One.", "Two."), there=(*OTHERS, "One.", "Three."))
    git(clone, "merge", "--quiet", "--no-edit", "there")
    return clone


def staged(tk: Tk) -> bool:
    return git(tk, "ls-files", "-u") == "" and git(tk, "diff", "--name-only") == ""


def test_without_an_option_it_shows_what_is_left_and_answers_no(stopped: Tk) -> None:
    done = stopped("resolve", TICKET)
    assert done.code == 1
    assert done.lines[0] == "pt-1: left to resolve: title, assignee, priority, text"
    assert "  priority: 1 is kept; the other is 3" in done.lines
    assert "  assignee: Bob is kept; the other is (none)" in done.lines
    assert not staged(stopped)


@pytest.mark.parametrize(
    ("side", "parts"),
    [
        ("--ours", ("priority: 1", "assignee: Bob", "# Ours", "\nTwo.\n")),
        ("--theirs", ("priority: 3", "# Theirs", "\nThree.\n")),
    ],
)
def test_in_a_merge_a_side_is_taken_whole_and_added(stopped: Tk, side: str, parts: tuple[str, ...]) -> None:
    (stopped.folder / "code.txt").write_text("the user's own")
    done = stopped("resolve", TICKET, side)
    assert done.code == 0, done.stdout + done.stderr
    assert "Go on with: git merge --continue" in done.stdout
    text = stopped.text(TICKET)
    assert [part for part in parts if part not in text] == []
    assert "conflicts" not in text
    assert ("assignee" in text) == (side == "--ours")
    assert staged(stopped)
    assert "?? code.txt" in git(stopped, "status", "--short")
    git(stopped, "commit", "--quiet", "--no-edit")


def test_fields_are_settled_one_by_one_and_the_last_one_adds_the_file(stopped: Tk) -> None:
    assert stopped("resolve", TICKET, "--theirs", "priority").code == 1
    assert stopped.field(TICKET, "priority") == "3"
    assert not staged(stopped)
    assert stopped("resolve", TICKET, "--ours", "assignee", "title").code == 1
    assert "conflicts:" not in stopped.text(TICKET)
    assert stopped("resolve", TICKET, "--theirs", "text").code == 0
    assert "Three." in stopped.text(TICKET)
    assert staged(stopped)


def test_text_that_somebody_works_on_is_not_replaced(stopped: Tk) -> None:
    path = stopped.store / f"{TICKET}.md"
    mine = path.read_text().replace("Two.", "Two and more.")
    path.write_text(mine)
    done = stopped("resolve", TICKET, "--theirs")
    assert done.code == 3
    assert path.read_text() == mine


def test_a_file_settled_by_hand_is_added(stopped: Tk) -> None:
    path = stopped.store / f"{TICKET}.md"
    head, _, rest = path.read_text().partition("conflicts:")
    body = "---\n# Mine\n\nBoth.\n"
    path.write_text(head + body)
    assert rest
    assert stopped("resolve", TICKET).code == 0
    assert staged(stopped)


def test_recorded_conflicts_are_flagged_and_settled_in_a_commit(recorded: Tk) -> None:
    assert "note: conflicts of a merge are recorded in pt-1" in recorded("ls").stderr
    assert "records conflicts" in recorded("show", TICKET).stderr
    done = recorded("resolve", TICKET, "--theirs")
    assert done.code == 0, done.stdout + done.stderr
    text = recorded.text(TICKET)
    for part in ("priority: 3", "# Theirs", "\nThree.\n", "- [ ] first"):
        assert part in text
    assert "assignee" not in text
    assert "conflicts" not in text
    assert git(recorded, "log", "-1", "--format=%s") == "tk: resolve pt-1 Theirs"
    assert recorded("ls").stderr == ""


def test_what_stands_is_kept_for_one_field_and_the_others_stay_recorded(recorded: Tk) -> None:
    assert recorded("resolve", TICKET, "--ours", "priority", "text").code == 1
    text = recorded.text(TICKET)
    assert "priority: 1" in text
    assert "Two." in text
    assert "Three." not in text
    assert 'conflicts:\n- "# Theirs"\n- assignee\n' in text


def test_a_field_without_a_conflict_is_refused(recorded: Tk) -> None:
    before = recorded.text(TICKET)
    done = recorded("resolve", TICKET, "--ours", "status")
    assert (done.code, recorded.text(TICKET)) == (3, before)
    assert recorded("resolve", TICKET, "priority").code == 2


def test_a_lost_closing_is_taken_back_whole(recorded: Tk) -> None:
    change(recorded, "status: open", "status: in_progress")
    git(recorded, "checkout", "--quiet", "-B", "there")
    closed = "status: closed\nclosed: 2026-03-01T00:00:00Z\nresolution: fixed"
    change(recorded, "status: in_progress", closed)
    git(recorded, "checkout", "--quiet", "main")
    change(recorded, "status: in_progress", "status: open")
    git(recorded, "merge", "--quiet", "--no-edit", "there")
    assert recorded.field(TICKET, "status") == "open"
    assert recorded.field(TICKET, "closed") is None
    recorded("resolve", TICKET, "--theirs", "status")
    assert recorded.field(TICKET, "status") == "closed"
    assert recorded.field(TICKET, "closed") == "2026-03-01T00:00:00Z"
    assert recorded.field(TICKET, "resolution") == "fixed"


@pytest.mark.parametrize("command", ["merge --no-edit there", "rebase there", "cherry-pick there"])
def test_without_the_driver_auto_settles_what_git_left(clone: Tk, command: str) -> None:
    clone("setup", "--remove")
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, *command.split(), fails=True)
    done = clone("resolve", "--auto")
    assert done.code == 0, done.stdout + done.stderr
    assert "Go on with: git " in done.stdout
    assert_merged(clone)
    git(clone, "-c", "core.editor=true", command.split(maxsplit=1)[0], "--continue")
    assert git(clone, "status", "--short") == ""


def test_auto_leaves_a_true_conflict_unmerged_and_records_it(clone: Tk) -> None:
    clone("setup", "--remove")
    on_both_sides(clone, here=FIELDS, there=OTHERS)
    git(clone, "merge", "--no-edit", "there", fails=True)
    done = clone("resolve", "--auto", "--json")
    assert done.code == 1
    assert json.loads(done.stdout)["tickets"] == [
        {"id": TICKET, "left": ["title", "assignee", "priority"], "refused": None, "added": False}
    ]
    assert "<<<<" not in clone.text(TICKET)
    assert clone("resolve", TICKET, "--ours").code == 0
    assert staged(clone)


def test_auto_leaves_alone_what_somebody_has_worked_on(clone: Tk) -> None:
    clone("setup", "--remove")
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, "merge", "--no-edit", "there", fails=True)
    path = clone.store / f"{TICKET}.md"
    mine = path.read_text().replace("priority: 1", "priority: 0")
    path.write_text(mine)
    done = clone("resolve", "--auto")
    assert done.code == 1
    assert "the file was edited since" in done.stdout
    assert path.read_text() == mine


def test_auto_knows_the_styles_of_gits_markers(clone: Tk) -> None:
    clone("setup", "--remove")
    git(clone, "config", "merge.conflictStyle", "zdiff3")
    on_both_sides(clone, here=HERE, there=THERE)
    git(clone, "merge", "--no-edit", "there", fails=True)
    assert clone("resolve", "--auto").code == 0
    assert_merged(clone)


def test_auto_does_not_decide_about_a_removed_ticket(clone: Tk) -> None:
    git(clone, "checkout", "--quiet", "-b", "there")
    git(clone, "rm", "--quiet", f".tickets/{TICKET}.md")
    git(clone, "commit", "--quiet", "-m", "rm")
    git(clone, "checkout", "--quiet", "main")
    change(clone, "priority: 2", "priority: 1")
    git(clone, "merge", "--no-edit", "there", fails=True)
    done = clone("resolve", "--auto")
    assert done.code == 1
    assert "removed on one side" in done.stdout


def test_with_nothing_unmerged_auto_says_so(clone: Tk) -> None:
    done = clone("resolve", "--auto")
    assert (done.code, done.stdout) == (0, "git left no ticket unmerged\n")
    assert clone("resolve", TICKET).stdout == "pt-1: no conflicts are left\n"
    assert clone("resolve").code == 2


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("driven", [False, True])
def test_two_tickets_that_git_took_for_one_are_put_in_their_places(clone: Tk, *, driven: bool, swapped: bool) -> None:
    if not driven:
        clone("setup", "--remove")
    new = taken_for_another(clone, swapped=swapped)
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    refused = clone("resolve", "pt-9", "--ours")
    assert (refused.code, "`tk resolve --auto`" in refused.stderr) == (3, True)
    done = clone("resolve", "--auto")
    assert (done.code, "pt-1: not changed: removed on one side" in done.stdout) == (1, True)
    assert clone.text("pt-9") == new
    assert clone.field(TICKET, "status") == "in_progress"
    assert {row.split("\t")[1] for row in git(clone, "ls-files", "-u").splitlines()} == {".tickets/pt-1.md"}
    git(clone, "add", f".tickets/{TICKET}.md")
    git(clone, "commit", "--quiet", "--no-edit")
    assert git(clone, "status", "--short") == ""


@pytest.mark.parametrize("swapped", [False, True])
def test_after_a_popped_stash_each_of_two_tickets_that_git_took_for_one_keeps_its_versions(
    clone: Tk, *, swapped: bool
) -> None:
    new = taken_for_another(clone, swapped=swapped)
    git(clone, "checkout", "--quiet", "--detach", "there~")
    git(clone, "read-tree", "-u", "--reset", "there")
    git(clone, "stash", "--quiet")
    git(clone, "checkout", "--quiet", "main")
    git(clone, "stash", "pop", "--quiet", fails=True)
    changed, stage = ("main", 2) if swapped else ("there", 3)
    versions = [git(clone, "rev-parse", f"{at}:.tickets/{TICKET}.md").strip() for at in ("there~", changed)]
    assert "pt-1: not changed: removed on one side" in clone("resolve", "--auto").stdout
    assert clone.text("pt-9") == new
    rows = [f"100644 {blob} {at}\t.tickets/pt-1.md" for blob, at in zip(versions, (1, stage), strict=True)]
    assert git(clone, "ls-files", "-u").splitlines() == rows


def act(tk: Tk, act: str, *options: str) -> None:
    words = {"mv": ("mv", "pt-1", "pt-7"), "archive": ("archive", "pt-1"), "edit": ("set", "pt-1", "priority=0")}[act]
    assert tk(*words, *options).code == 0


@pytest.mark.parametrize(("stashed", "done"), [("mv", "archive"), ("archive", "mv")])
def test_a_ticket_renamed_on_one_side_of_a_popped_stash_and_archived_on_the_other_is_one(
    clone: Tk, stashed: str, done: str
) -> None:
    clone("close", TICKET)
    act(clone, stashed, "--no-commit")
    git(clone, "add", "--all")
    git(clone, "stash", "--quiet")
    clone.write("pt-2", title="Stashed later")
    git(clone, "add", "--all")
    git(clone, "stash", "--quiet")
    act(clone, done)
    git(clone, "stash", "pop", "--quiet", "stash@{1}", fails=True)
    assert len(git(clone, "ls-files", "-u").splitlines()) == 3
    resolved = clone("resolve", "--auto")
    assert (resolved.code, resolved.stdout) == (0, "pt-7: resolved, and added to git's index\n")
    assert git(clone, "ls-files", "-u") == ""
    assert clone("ls", "--all").stdout.split()[:2] == ["pt-7", "[closed]"]
    assert git(clone, "ls-files", ".tickets/archive").endswith("/pt-7.md")


def test_what_was_staged_before_a_stash_was_popped_is_not_lost(clone: Tk) -> None:
    clone("close", TICKET)
    act(clone, "archive", "--no-commit")
    git(clone, "add", "--all")
    git(clone, "stash", "--quiet")
    act(clone, "mv")
    (clone.store / "pt-7.md").write_text(clone.text("pt-7") + "\nStaged by hand.\n")
    git(clone, "add", "--all")
    git(clone, "stash", "pop", "--quiet", fails=True)
    assert "removed on one side and changed on the other" in clone("resolve", "--auto").stdout
    assert "Staged by hand." in clone.text("pt-7")


def test_an_edit_made_since_keeps_two_tickets_that_git_took_for_one_as_they_are(clone: Tk) -> None:
    new = taken_for_another(clone, swapped=False)
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    (clone.store / "pt-9.md").write_text(new + "By hand.\n")
    assert "the file was edited since" in clone("resolve", "--auto").stdout
    assert clone.text("pt-9") == new + "By hand.\n"
    assert clone.field(TICKET, "status") == "in_progress"


def test_a_name_in_use_meanwhile_keeps_two_tickets_that_git_took_for_one_as_they_are(clone: Tk) -> None:
    taken_for_another(clone, swapped=False)
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    clone.write(TICKET, title="Something else")
    assert "pt-1: not changed: the file was edited since" in clone("resolve", "--auto").stdout
    assert "Something else" in clone.text(TICKET)
    assert f".tickets/{TICKET}.md" in git(clone, "ls-files", "-u")


def test_a_comment_in_a_file_of_its_own_is_settled_with_its_ticket(clone: Tk) -> None:
    (clone.store / "config.yml").write_text("format:\n  comments: files\n")
    assert clone("comment", TICKET, "First words.").code == 0
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "--allow-empty", "-m", "comments are files")
    path = next((clone.store / f"{TICKET}.d").iterdir())
    git(clone, "checkout", "--quiet", "-b", "there")
    for branch, word in (("there", "Their"), ("main", "Our")):
        git(clone, "checkout", "--quiet", branch)
        path.write_text(path.read_text().replace("First", word))
        git(clone, "commit", "--quiet", "-a", "-m", word)
    git(clone, "merge", "--quiet", "--no-edit", "there", fails=True)
    assert clone("resolve", "--auto").code == 1
    shown = clone("resolve", TICKET)
    assert (shown.code, shown.lines[0]) == (1, "pt-1: left to resolve: text")
    assert clone("resolve", TICKET, "--theirs").code == 0
    assert "Their words." in path.read_text()
    assert "<<<<" not in path.read_text()
    assert staged(clone)
