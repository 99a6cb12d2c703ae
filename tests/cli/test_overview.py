"""`tk` alone and `tk status`: the state of the store on one screen."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from clones import make_clones
from terminal import on_terminal

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Tk

pytestmark = pytest.mark.only_plaintickets
MINE = "assignee: Ada Lovelace\n"
LINES = 23


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """A ticket of every kind that the overview tells apart."""
    write = repository.tk.write
    write("pt-work", "In my hands", status="in_progress", more=MINE)
    write("pt-hers", "In other hands", status="in_progress", more="assignee: Grace Hopper\n")
    write("pt-mine", "To be begun by me", more=MINE)
    write("pt-free", "For anybody", priority="1")
    write("pt-late", "Long overdue", more="due: 2020-01-01\n")
    write("pt-kept", "Kept back", deps="pt-mine, pt-hers")
    write("pt-done", "Over", status="closed", more="due: 2020-01-01\n")
    repository.commit_all()
    return repository


def section(shown: str, title: str) -> list[str]:
    """The lines below a heading."""
    found = []
    for line in shown[shown.index(f"{title}: ") :].splitlines()[1:]:
        if not line.startswith("  "):
            break
        found.append(line.strip())
    return found


def test_the_overview_shows_each_ticket_where_its_user_looks_for_it(store: Repository) -> None:
    shown = store.tk("status")
    assert (shown.code, shown.stderr) == (0, "")
    assert store.tk().stdout == shown.stdout
    assert section(shown.stdout, "In work, yours") == ["pt-work  P2  In my hands  in_progress"]
    assert section(shown.stdout, "Waiting for you") == ["pt-mine  P2  To be begun by me  blocks pt-kept"]
    ready = [line.split()[0] for line in section(shown.stdout, "Ready")]
    assert ready == ["pt-free", "pt-late"]
    assert section(shown.stdout, "Blocked") == ["pt-kept  P2  Kept back  ⊘ pt-mine pt-hers"]
    assert [line.split()[0] for line in section(shown.stdout, "Overdue")] == ["pt-late"]
    assert "Changed since yesterday: 7" in shown.stdout.replace("2 of ", "").replace("6 of ", "").replace("5 of ", "")
    assert "pt-done  Over" not in section(shown.stdout, "Overdue")
    assert len(shown.lines) <= LINES


def test_the_json_form_has_all_sections_with_their_numbers(store: Repository) -> None:
    shown = json.loads(store.tk("status", "--json").stdout)
    counts = {name: part["count"] for name, part in shown.items() if isinstance(part, dict) and "count" in part}
    assert counts == {"in_work": 1, "waiting": 1, "ready": 2, "blocked": 1, "overdue": 1, "changed": 7}
    assert shown["blocked"]["tickets"][0]["waits_for"] == ["pt-mine", "pt-hers"]
    assert shown["git"] == {"branch": "main", "upstream": None, "unpushed": None, "behind": 0}
    assert (shown["problems"], shown["conflicts"], shown["uncommitted"]) == ([], [], [])


def test_without_a_store_tk_alone_is_the_help_and_status_an_error(tk: Tk) -> None:
    assert tk().stdout == tk("help").stdout
    assert (tk("status").code, tk("status").stdout) == (4, "")


def test_what_is_broken_or_in_conflict_is_among_the_problems_and_nothing_is_hidden(store: Repository) -> None:
    (store.tk.store / "pt-bad.md").write_text("---\nid: pt-bad\nstatus: [\n---\n# Bad\n")
    store.tk.write("pt-two", "Undecided", more="conflicts:\n  priority:\n    ours: 1\n    theirs: 2\n")
    (store.tk.store / "config.yml").write_text("stauses: [open]\n")
    shown = store.tk("status")
    assert shown.code == 0
    problems = section(shown.stdout, "Problems")
    assert any(line.startswith("pt-bad.md:3") for line in problems)
    assert any(line.startswith(".tickets/config.yml:1") for line in problems)
    assert any(line.startswith("pt-two: ") for line in problems)
    assert "2 tickets changed and not committed: pt-bad, pt-two  (tk commit)" in shown.stdout
    assert section(shown.stdout, "Ready")[0].startswith("pt-free")


def test_an_unmerged_file_and_the_merge_under_way_are_problems(store: Repository) -> None:
    for branch, title in (("one", "Title of one"), ("two", "Title of two")):
        store.git("switch", "--quiet", "--create", branch, "main")
        store.tk.write("pt-free", title)
        store.commit_all()
    merge = ["git", "merge", "one"]
    assert subprocess.run(merge, cwd=store.folder, env=store.tk.environment, check=False).returncode == 1
    problems = section(store.tk("status").stdout, "Problems")
    assert any("pt-free.md: unmerged" in line for line in problems)
    assert any("a merge is under way" in line for line in problems)


def test_commits_that_no_remote_has_are_counted_and_the_changes_of_others_named(repository: Repository) -> None:
    clones = make_clones(repository)
    assert "to push" not in clones.ada.tk().stdout
    clones.ada.tk("set", "pt-1", "priority=0")
    (clones.ada.folder / "work.txt").write_text("three\n")
    clones.ada.commit_all("no ticket")
    assert clones.ada.tk().lines[0] == "On main  1 commit to push  (tk sync)"
    shown = json.loads(clones.ada.tk("status", "--json").stdout)
    assert shown["git"] == {"branch": "main", "upstream": "origin/main", "unpushed": 1, "behind": 0}


def test_a_full_store_fits_on_a_screen_and_long_titles_are_cut_on_a_terminal_only(repository: Repository) -> None:
    for number in range(30):
        who = MINE if number % 3 else ""
        status = "in_progress" if number % 2 else "open"
        deps = "pt-0" if number % 5 == 1 else ""
        repository.tk.write(f"pt-{number}", "É" * 100, status=status, deps=deps, more=who + "due: 2020-01-01\n")
        (repository.tk.store / f"bad-{number}.md").write_text("---\n")
    shown = on_terminal(repository.tk, "status", env={"NO_COLOR": "1"})
    lines = shown.text.splitlines()
    assert len(lines) == LINES
    assert all(len(line) <= 80 for line in lines)
    assert all(f"{title}: " in shown.text for title in ("Problems", "In work, yours", "Waiting for you", "Blocked"))
    piped = repository.tk("status")
    assert len(piped.lines) == LINES
    assert "É" * 100 in piped.stdout


def test_a_hostile_title_and_name_cannot_control_the_terminal(repository: Repository) -> None:
    repository.tk.write("pt-1", "Red \x9b31m \u202e", more='assignee: "\\e]52;c;eA==\\a"\ndue: 2020-01-01\n')
    repository.git("-c", "user.name=\x1b[31mEve", "commit", "--quiet", "--allow-empty", "-m", "x")
    shown = repository.tk("status").stdout
    assert not {"\x1b", "\x9b", "\u202e", "\a"} & set(shown)


def test_an_empty_store_says_how_to_begin_and_an_unknown_user_is_told(repository: Repository) -> None:
    assert "No tickets yet; `tk new TITLE` creates one." in repository.tk().stdout
    shown = repository.tk(env={"GIT_CONFIG_GLOBAL": "/dev/null"}).stdout
    assert "git does not know your name" in shown


def test_a_ticket_in_conflict_is_neither_removed_nor_missing(repository: Repository) -> None:
    repository.tk.write("pt-1", "One", more="<<<<<<< a\npriority: 1\n=======\npriority: 2\n>>>>>>> b\n")
    repository.commit_all()
    shown = repository.tk().stdout
    assert ("pt-1  (cannot be read)" in shown, "conflict markers" in shown) == (True, True)
    assert "No tickets yet" not in shown
    assert "Hint: `tk resolve` resolves it during a merge" in repository.tk("show", "pt-1").stderr


def test_status_with_one_word_is_refused(store: Repository) -> None:
    assert store.tk("status", "pt-free").code == 2
    assert store.tk("status", "-r", "fixed").code == 2
