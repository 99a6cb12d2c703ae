"""What two clones did to one ticket comes together by the ticket's identity, in every way to join."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from clones import Clones, make_clones

if TYPE_CHECKING:
    from builders import Repository

METHODS = [("--method", "rebase"), ("--method", "merge"), ("--on-conflict", "record")]


@pytest.fixture
@built_once
def clones(repository: Repository) -> Clones:
    repository.tk.store.mkdir(exist_ok=True)
    (repository.tk.store / "config.yml").write_text("format:\n  comments: files\n")
    return make_clones(repository)


def pull(clone: Repository) -> int:
    command = ["git", "pull", "--quiet", "--no-rebase", "--no-edit"]
    done = subprocess.run(command, cwd=clone.folder, env=clone.tk.environment, capture_output=True, check=False)
    return done.returncode


def files(clone: Repository) -> list[str]:
    store = clone.tk.store
    return sorted(str(path.relative_to(store)) for path in store.rglob("pt-*.md"))


@pytest.mark.parametrize("method", METHODS)
def test_a_comment_file_stays_with_its_ticket_when_git_sees_its_folder_renamed(
    clones: Clones, method: tuple[str, str]
) -> None:
    for turn in range(3):
        assert clones.bo.tk("comment", "pt-1", f"Long enough to be alike, number {turn}.").code == 0
    clones.bo.tk("sync")
    clones.ada.tk("sync")
    folder = clones.bo.tk.store / "pt-1.d"
    folder.rename(clones.bo.tk.store / "pt-2.d")
    (clones.bo.tk.store / "pt-1.md").unlink()
    clones.bo.commit_all("pt-1 is gone, its comments are those of pt-2 now")
    assert clones.bo.tk("sync").code == 0
    clones.ada.tk("comment", "pt-1", "For pt-1 alone.")
    done = clones.ada.tk("sync", *method)
    assert done.code == (0 if "record" in method else 5)
    held = [path.parent.name for path in clones.ada.tk.store.rglob("*.md") if "For pt-1 alone." in path.read_text()]
    assert held == ["pt-1.d"]
    assert (clones.ada.tk.store / "pt-1.md").exists()


@pytest.mark.parametrize("method", METHODS)
def test_a_ticket_archived_here_and_changed_there_is_one_ticket(clones: Clones, method: tuple[str, str]) -> None:
    clones.bo.tk("close", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("sync")
    clones.bo.tk("comment", "pt-1", "A long talk. " * 40)
    clones.bo.tk("archive", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("set", "pt-1", "priority=0")
    assert clones.ada.tk("sync", *method).code == 0
    assert files(clones.ada) == ["archive/2026/pt-1.md", "pt-2.md"]
    assert "priority: 0" in (clones.ada.tk.store / "archive" / "2026" / "pt-1.md").read_text()
    assert len(list((clones.ada.tk.store / "archive" / "2026" / "pt-1.d").iterdir())) == 1


def test_an_archived_ticket_that_was_reopened_elsewhere_is_out_of_the_archive(clones: Clones) -> None:
    clones.bo.tk("close", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("sync")
    clones.bo.tk("archive", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("reopen", "pt-1")
    assert clones.ada.tk("sync").code == 0
    assert files(clones.ada) == ["pt-1.md", "pt-2.md"]


@pytest.mark.parametrize("method", METHODS)
def test_a_dependency_on_an_id_that_the_other_side_renamed_follows(clones: Clones, method: tuple[str, str]) -> None:
    clones.bo.tk("mv", "pt-1", "pt-9")
    clones.bo.tk("sync")
    clones.ada.tk("dep", "pt-2", "pt-1")
    assert clones.ada.tk("sync", *method).code == 0
    assert clones.ada.tk.field("pt-2", "deps") == "[pt-9]"
    assert clones.ada.tk("check").code == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_dependency_on_a_ticket_that_the_other_side_removed_is_told(clones: Clones, method: tuple[str, str]) -> None:
    clones.bo.tk("rm", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("dep", "pt-2", "pt-1")
    synced = clones.ada.tk("sync", "--dry-run", *method)
    assert synced.stderr == "pt-2: deps has pt-1, which the other side removed\n"
    synced = clones.ada.tk("sync", "--json", *method)
    assert json.loads(synced.stdout)["dangling"] == [{"ticket": "pt-2", "field": "deps", "removed": "pt-1"}]
    assert clones.bo.tk("sync").stderr == "", "what came from the other side alone is not told again"


@pytest.mark.parametrize("method", METHODS)
def test_two_tickets_made_under_one_id_stay_two(clones: Clones, method: tuple[str, str]) -> None:
    for clone, title, minute in ((clones.bo, "Of Bo", "01"), (clones.ada, "Of Ada", "02")):
        path = clone.tk.write("pt-7", title=title, body=f"All {title}.\n")
        path.write_text(path.read_text().replace("03:04:05", f"03:{minute}:05"))
        clone.tk("commit")
        clone.tk("dep", "pt-2" if clone is clones.ada else "pt-1", "pt-7")
    clones.bo.tk("sync")
    done = json.loads(clones.ada.tk("sync", *method, "--json").stdout)
    [renamed] = done["renamed"]
    assert (renamed["ticket"], renamed["title"]) == ("pt-7", "Of Ada")
    assert "# Of Bo" in clones.ada.tk.text("pt-7")
    assert "# Of Ada" in clones.ada.tk.text(renamed["id"])
    assert clones.ada.tk.field("pt-1", "deps") == "[pt-7]"
    assert clones.ada.tk.field("pt-2", "deps") == f"[{renamed['id']}]"


def test_after_a_pull_auto_joins_an_archived_ticket_with_its_change(clones: Clones) -> None:
    assert clones.ada.tk("setup").code == 0
    clones.bo.tk("close", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("sync")
    text = clones.bo.tk.text("pt-1").replace("Text.\n", "Another text, and a longer one.\n" * 30)
    (clones.bo.tk.store / "pt-1.md").write_text(text)
    clones.bo.tk("commit")
    clones.bo.tk("archive", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("set", "pt-1", "priority=0")
    assert pull(clones.ada) == 1
    done = clones.ada.tk("resolve", "--auto")
    assert done.code == 0, done.stdout
    assert files(clones.ada) == ["archive/2026/pt-1.md", "pt-2.md"]
    assert "priority: 0" in (clones.ada.tk.store / "archive" / "2026" / "pt-1.md").read_text()
    clones.ada.git("commit", "--quiet", "--no-edit")
    assert clones.ada.git("status", "--porcelain") == ""


@pytest.mark.parametrize(("side", "left"), [("--ours", ["pt-2.md", "pt-a.md"]), ("--theirs", ["pt-2.md", "pt-b.md"])])
def test_resolve_ends_a_stop_where_both_sides_renamed(clones: Clones, side: str, left: list[str]) -> None:
    clones.bo.tk("mv", "pt-1", "pt-b")
    clones.bo.tk("sync")
    clones.ada.tk("mv", "pt-1", "pt-a")
    assert pull(clones.ada) == 1
    rows = clones.ada.git("ls-files", "-u", "-z").split("\0")
    stages = {path: meta[-1] for meta, _, path in (row.partition("\t") for row in rows if row)}
    assert stages == {".tickets/pt-1.md": "1", ".tickets/pt-a.md": "2", ".tickets/pt-b.md": "3"}
    for ticket in ("pt-1", "pt-a", "pt-b"):
        done = clones.ada.tk("resolve", ticket, side)
        assert done.code == 0, done.stdout + done.stderr
    assert clones.ada.git("ls-files", "-u") == ""
    assert files(clones.ada) == left


def test_auto_makes_one_ticket_of_one_that_both_sides_renamed(clones: Clones) -> None:
    clones.bo.tk("mv", "pt-1", "pt-b")
    clones.bo.tk("sync")
    clones.ada.tk("mv", "pt-1", "pt-a")
    assert pull(clones.ada) == 1
    assert clones.ada.tk("resolve", "--auto").code == 1
    assert clones.ada.tk("resolve", "pt-a", "--ours").code == 0
    assert files(clones.ada) == ["pt-2.md", "pt-a.md"]
    assert re.search("^id: pt-a$", clones.ada.tk.text("pt-a"), re.MULTILINE)


def test_auto_parts_two_tickets_of_one_id_that_the_driver_did_not_fuse(clones: Clones) -> None:
    (clones.ada.tk.store / "config.yml").write_text("merge:\n  on-conflict: record\n")
    clones.ada.commit_all()
    clones.ada.tk("sync")
    clones.bo.tk("sync")
    clones.ada.tk("setup")
    for clone, title in ((clones.bo, "Of Bo"), (clones.ada, "Of Ada")):
        clone.tk.write("pt-7", title=title, body=f"All {title}.\n")
        clone.tk("commit")
    clones.bo.tk("sync")
    assert pull(clones.ada) == 1
    done = clones.ada.tk("resolve", "--auto")
    assert (done.code, "had the id pt-7 on one side" in done.stdout) == (0, True)
    titles = sorted(re.findall("# (.*)", (clones.ada.tk.store / name).read_text())[0] for name in files(clones.ada))
    assert titles == ["Of Ada", "Of Bo", "Ticket 1", "Ticket 2"]
    clones.ada.git("commit", "--quiet", "--no-edit")
    assert clones.ada.git("status", "--porcelain") == ""
