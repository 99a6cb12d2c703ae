"""Where git's work tree is not simply the folder of `.git`: bare with work trees, elsewhere, sparse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from builders import Repository
from store_files import Tk

if TYPE_CHECKING:
    from pathlib import Path

READERS = (
    *("ls", "ready", "blocked", "closed", "blockers", "search ticket", "similar ticket", "dep tree pt-1", "query"),
    *("dep cycle", "index"),
)
WITH_JSON = (
    *("ls", "ready", "blocked", "closed", "blockers", "search ticket", "similar ticket", "similar --all"),
    *("dep tree pt-1", "dep cycle"),
)


@pytest.fixture
def bare_root(repository: Repository, tmp_path: Path) -> Repository:
    """A folder with a bare `.bare`, a `.git` that points to it, and the work trees `main` and `side`."""
    root = tmp_path / "root"
    root.mkdir()
    repository.git("clone", "--quiet", "--bare", ".", str(root / ".bare"))
    (root / ".git").write_text("gitdir: ./.bare\n", encoding="utf-8")
    made = Repository(Tk(repository.tk.command, root, repository.tk.environment))
    made.git("worktree", "add", "-q", "main")
    made.git("worktree", "add", "-q", "-b", "side", "side")
    return made


@pytest.mark.parametrize("line", ["new T", "init", "ls", "ready", "show x", "blockers --allow-no-store"])
def test_the_root_of_a_bare_repository_is_refused_and_its_work_trees_are_named(
    line: str, bare_root: Repository
) -> None:
    head = bare_root.git("rev-parse", "main")
    done = bare_root.tk(*line.split())
    assert (done.code, done.stdout) == (4, "")
    assert "bare repository" in done.stderr
    assert str(bare_root.folder / "main") in done.stderr
    assert str(bare_root.folder / "side") in done.stderr
    assert bare_root.git("rev-parse", "main") == head
    assert sorted(path.name for path in bare_root.folder.iterdir()) == [".bare", ".git", "main", "side"]


def test_a_work_tree_of_a_bare_repository_is_as_any(bare_root: Repository) -> None:
    work = Repository(Tk(bare_root.tk.command, bare_root.folder / "main", bare_root.tk.environment))
    assert work.tk("new", "T").code == 0
    assert work.git("status", "--porcelain") == ""
    assert len(work.tk("ls").lines) == 1


@pytest.mark.parametrize("text", ["bare = true", "bare", "BARE=yes", "bare = 1", "bare = on"])
def test_bare_is_what_git_takes_for_it(text: str, repository: Repository) -> None:
    settings = repository.folder / ".git/config"
    settings.write_text(settings.read_text("utf-8").replace("bare = false", text), "utf-8")
    done = repository.tk("new", "T")
    assert (done.code, "bare repository" in done.stderr) == (4, True)


@pytest.mark.parametrize("text", ["bare = false", "bare = no", "bare = 0", "bare = off", "; bare = true"])
def test_what_is_not_bare_has_its_work_tree(text: str, repository: Repository) -> None:
    settings = repository.folder / ".git/config"
    settings.write_text(settings.read_text("utf-8").replace("bare = false", text), "utf-8")
    assert repository.tk("new", "T").code == 0
    assert repository.git("status", "--porcelain") == ""


def test_a_work_tree_that_lies_elsewhere_is_named(repository: Repository, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    repository.git("config", "core.worktree", str(elsewhere))
    done = repository.tk("new", "T")
    assert (done.code, str(elsewhere) in done.stderr) == (4, True)


def test_a_submodule_has_its_own_work_tree(repository: Repository, tmp_path: Path) -> None:
    repository.git("clone", "--quiet", ".", str(tmp_path / "part"))
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "part"), "part")
    part = Repository(Tk(repository.tk.command, repository.folder / "part", repository.tk.environment))
    assert part.tk("new", "T").code == 0
    assert part.git("status", "--porcelain") == ""
    assert part.git("log", "-1", "--format=%s").startswith("tk: new")


@pytest.fixture
def sparse(repository: Repository) -> Repository:
    """A store with the tickets `pt-1`, which waits for `pt-2`, of which only `pt-1` is checked out."""
    repository.tk.write("pt-1", deps="pt-2")
    repository.tk.write("pt-2", "Another ticket")
    (repository.tk.store / "README.md").write_text("Tickets.\n", encoding="utf-8")
    repository.commit_all()
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/.tickets/pt-2.md")
    assert not (repository.tk.store / "pt-2.md").exists()
    return repository


@pytest.mark.parametrize("line", READERS)
def test_every_reader_says_what_it_cannot_see(line: str, sparse: Repository) -> None:
    assert "pt-2.md:0: the sparse checkout leaves it out" in sparse.tk(*line.split()).stderr


@pytest.fixture
def sparse_desk(sparse: Repository) -> Repository:
    """That store with a route and rules; `pt-2` was closed long ago, and both tickets changed by hand."""
    (sparse.tk.store / "people.yml").write_text("ada: {name: Ada Lovelace, teams: [core]}\n", encoding="utf-8")
    (sparse.tk.store / "routes.yml").write_text("- {if: is:open, team: core, by: least-loaded}\n", encoding="utf-8")
    rule = "- name: late\n  on: {changed: priority}\n  if: ticket\n  do: [{tag: late}]\n"
    (sparse.tk.store / "rules.yml").write_text(rule, encoding="utf-8")
    sparse.commit_all()
    return sparse


@pytest.mark.parametrize(
    "line", ["route is:open -n", "route pt-1 --json -n", "route pt-1", "rules try late", "triage pt-1", "archive"]
)
def test_so_does_every_reader_of_the_desk(line: str, sparse_desk: Repository) -> None:
    done = sparse_desk.tk(*line.split())
    assert (done.code, "pt-2.md:0: the sparse checkout leaves it out" in done.stderr) == (0, True)
    if "--json" in line:
        assert "pt-2.md" in str(json.loads(done.stdout)["problems"])


def test_rules_are_not_recorded_as_applied_to_a_ticket_that_is_left_out(sparse_desk: Repository) -> None:
    sparse_desk.git("sparse-checkout", "disable")
    for ticket in ("pt-1", "pt-2"):
        path = sparse_desk.tk.store / f"{ticket}.md"
        path.write_text(path.read_text().replace("priority: 2", "priority: 1"), encoding="utf-8")
    sparse_desk.commit_all()
    sparse_desk.git("sparse-checkout", "set", "--no-cone", "/*", "!/.tickets/pt-2.md")
    head = sparse_desk.git("rev-parse", "HEAD")
    refused = sparse_desk.tk("rules", "apply", "HEAD~1..HEAD")
    assert (refused.code, "the sparse checkout leaves out pt-2" in refused.stderr) == (4, True)
    assert sparse_desk.git("rev-parse", "HEAD") == head
    sparse_desk.git("sparse-checkout", "disable")
    assert "2 rules fired" in sparse_desk.tk("rules", "apply", "HEAD~1..HEAD").stdout


def test_a_trailer_a_wait_and_the_latest_changes_know_a_ticket_that_is_left_out(sparse_desk: Repository) -> None:
    sparse_desk.git("commit", "--quiet", "--allow-empty", "-m", "Code\n\nCloses: pt-2")
    named = sparse_desk.tk("apply-trailers", "HEAD~1..HEAD")
    assert (named.code, "the sparse checkout leaves it out" in named.stderr) == (3, True)
    waits = sparse_desk.tk("wait", "pt-1", "--on", "pt-2")
    assert (waits.code, "sparse checkout" in waits.stderr) == (4, True)
    shown = sparse_desk.tk("status").stdout
    assert "pt-2  (cannot be read)" in shown
    assert "(removed)" not in shown


@pytest.mark.parametrize("line", WITH_JSON)
def test_so_does_its_json(line: str, sparse: Repository) -> None:
    problems = json.loads(sparse.tk(*line.split(), "--json").stdout)["problems"]
    assert any("pt-2.md" in str(problem) for problem in problems)


@pytest.mark.parametrize("line", ["show pt-2", "close pt-2", "set pt-2 priority=0", "blockers --for pt-2", "mv pt-2 x"])
def test_a_ticket_that_is_left_out_is_no_unknown_one(line: str, sparse: Repository) -> None:
    done = sparse.tk(*line.split())
    assert (done.code, "sparse checkout" in done.stderr) == (4, True)
    assert "not found" not in done.stderr


def test_nothing_takes_the_name_of_a_ticket_that_is_left_out(sparse: Repository) -> None:
    assert sparse.tk("mv", "pt-1", "pt-2").code == 3
    assert sparse.git("status", "--porcelain") == ""


def test_the_history_of_a_ticket_that_is_left_out_is_told(sparse: Repository) -> None:
    assert "created: Another ticket" in sparse.tk("log", "pt-2").stdout


def test_the_doctor_names_the_sparse_checkout_and_no_missing_ticket(sparse: Repository) -> None:
    told = sparse.tk("doctor").stdout
    assert "[not-checked-out]" in told
    assert "missing-dependency" not in told


def test_another_file_that_is_left_out_is_nobodys_problem(sparse: Repository) -> None:
    sparse.git("sparse-checkout", "set", "--no-cone", "/*", "!/.tickets/README.md")
    assert not (sparse.tk.store / "README.md").exists()
    assert (sparse.tk("ls").stderr, sparse.tk("check").code) == ("", 0)
    assert sparse.tk("blockers", "is:closed").code == 0


@pytest.mark.parametrize("line", ["init", "new T", "ls", "blockers --allow-no-store", "check"])
@pytest.mark.parametrize("folder", [".", "sub"])
def test_a_store_that_is_left_out_whole_is_not_begun_anew(line: str, folder: str, repository: Repository) -> None:
    repository.tk.write("pt-1")
    (repository.folder / "sub").mkdir()
    (repository.folder / "sub/file").write_text("x", encoding="utf-8")
    repository.commit_all()
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/.tickets/")
    assert not repository.tk.store.exists()
    done = repository.tk(*line.split(), cwd=repository.folder / folder)
    assert (done.code, "sparse checkout" in done.stderr) == (4, True)
    assert "tk init" not in done.stderr
    assert "git sparse-checkout add .tickets" in done.stderr
    assert not repository.tk.store.exists()
    repository.git("sparse-checkout", "add", ".tickets")
    assert len(repository.tk("ls").lines) == 1
