"""What differs between two states of a store, and the store as it was."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from builders import NOW, Repository
from plaintickets.errors import GitRefusedError, RefusedError, TicketNotFoundError
from plaintickets.git.process import GitProcess
from plaintickets.history import compare
from plaintickets.history.compare import INDEX, WORK_TREE, base_commit, between
from plaintickets.past_project import at
from plaintickets.project import Project, Surroundings
from store_files import Tk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import Popen


def git_of(repository: Repository) -> GitProcess:
    return GitProcess(str(repository.folder / ".git"), str(repository.folder), repository.tk.environment)


def tracker_of(repository: Repository) -> Project:
    environ = repository.tk.environment
    around = Surroundings(
        str(repository.folder), environ, lambda: datetime.fromisoformat(NOW).astimezone(UTC), lambda _: 0, print
    )
    return Project.open(around)


def kinds(repository: Repository, base: str, head: str, prefix: str = ".tickets") -> dict[str, tuple[str, str]]:
    return {row.path: (row.old_kind, row.new_kind) for row in between(git_of(repository), prefix, base, head)}


@pytest.fixture
def base(repository: Repository) -> str:
    """A commit with tickets of every place, and what is no ticket."""
    tk = repository.tk
    for name in ("pt-1", "pt-2", "pt-3"):
        tk.write(name)
    (tk.store / "archive" / "2025").mkdir(parents=True)
    shutil.copy(tk.store / "pt-1.md", tk.store / "archive" / "2025" / "pt-old.md")
    (tk.store / "pt-1.d").mkdir()
    (tk.store / "pt-1.d" / "2026-01-01T000000Z-ab.md").write_text("---\ndate: 2026-01-01T00:00:00Z\n---\nHello.\n")
    (tk.store / "deep").mkdir()
    (tk.store / "deep" / "no-ticket.md").write_text("text\n")
    (tk.store / "README.md").write_text("text\n")
    return repository.commit_all()


def test_between_two_commits_only_what_differs_is_told_with_both_contents(repository: Repository, base: str) -> None:
    tk = repository.tk
    old = (tk.store / "pt-1.md").read_bytes()
    tk.write("pt-1", "Another title")
    (tk.store / "pt-2.md").unlink()
    tk.write("pt-4")
    for path in ("deep/no-ticket.md", "README.md", "config.yml", "pt-1.d/2026-01-01T000000Z-ab.md"):
        (tk.store / path).write_text("# other\n")
    head = repository.commit_all()
    found = compare.difference(git_of(repository), ".tickets", base, head)
    assert {row.path: (row.old_kind, row.new_kind) for row in found.files} == {
        "pt-1.d/2026-01-01T000000Z-ab.md": ("file", "file"),
        "pt-1.md": ("file", "file"),
        "pt-2.md": ("file", "absent"),
        "pt-4.md": ("absent", "file"),
    }
    assert found.others == ["README.md", "config.yml", "deep/no-ticket.md"]
    changed = next(row for row in found.files if row.path == "pt-1.md")
    assert (changed.old, changed.new) == (old, (tk.store / "pt-1.md").read_bytes())


def test_the_work_tree_counts_with_untracked_and_ignored_files(repository: Repository, base: str) -> None:
    tk = repository.tk
    (repository.folder / ".git" / "info" / "exclude").write_text("pt-new.md\n")
    tk.write("pt-new")
    tk.write("pt-2", "Changed")
    repository.git("rm", "--quiet", "--cached", ".tickets/pt-3.md")
    (tk.store / "pt-1.md").unlink()
    assert kinds(repository, base, WORK_TREE) == {
        "pt-1.md": ("file", "absent"),
        "pt-2.md": ("file", "file"),
        "pt-new.md": ("absent", "file"),
    }


def test_the_index_counts_and_not_what_stands_in_the_work_tree(repository: Repository, base: str) -> None:
    staged = repository.tk.write("pt-2", "Staged").read_bytes()
    repository.git("add", "--all")
    repository.tk.write("pt-2", "Changed again")
    repository.tk.write("pt-5")
    (row,) = between(git_of(repository), ".tickets", base, INDEX)
    assert (row.path, row.new) == ("pt-2.md", staged)


def test_a_file_whose_stamp_alone_changed_is_no_change(repository: Repository, base: str) -> None:
    for path in repository.tk.store.glob("*.md"):
        os.utime(path, (1, 1))
    assert kinds(repository, base, WORK_TREE) == {}


def test_what_is_not_merged_is_read_as_it_stands_in_the_work_tree(repository: Repository, base: str) -> None:
    repository.git("switch", "--quiet", "-c", "other")
    repository.tk.write("pt-1", "Theirs")
    repository.commit_all()
    repository.git("switch", "--quiet", "main")
    repository.tk.write("pt-1", "Ours")
    repository.commit_all()
    repository.tk.write("pt-1", "Neither")
    repository.git("stash", "--quiet")
    with pytest.raises(AssertionError):
        repository.git("merge", "--quiet", "other")
    for head in (WORK_TREE, INDEX):
        (row,) = between(git_of(repository), ".tickets", base, head)
        assert b"<<<<<<<" in (row.new or b""), head
        assert row.old_kind == "file", head


def test_links_and_submodules_and_large_files_have_a_kind_and_no_bytes(repository: Repository, base: str) -> None:
    tk = repository.tk
    (tk.store / "pt-1.md").unlink()
    (tk.store / "pt-1.md").symlink_to("/etc/passwd")
    tk.write("pt-2", body="x" * (1 << 20))
    (tk.store / "pt-3.md").unlink()
    os.mkfifo(tk.store / "pt-3.md")
    expected = {"pt-1.md": ("file", "link"), "pt-2.md": ("file", "too-large")}
    assert kinds(repository, base, WORK_TREE).items() >= expected.items()
    (tk.store / "pt-3.md").unlink()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{base},.tickets/pt-3.md")
    repository.git("add", ".tickets/pt-1.md", ".tickets/pt-2.md")
    expected["pt-3.md"] = ("file", "submodule")
    assert kinds(repository, base, INDEX) == expected
    rows = between(git_of(repository), ".tickets", base, INDEX)
    assert [row.new for row in rows] == [None, None, None]


def test_a_store_that_lay_in_another_folder_is_followed(repository: Repository, base: str) -> None:
    tk = repository.tk
    (repository.folder / "old").mkdir()
    repository.git("mv", ".tickets", "old/.tickets")
    moved = repository.commit_all()
    repository.git("mv", "old/.tickets", ".tickets")
    shutil.rmtree(repository.folder / "old", ignore_errors=True)
    tk.write("pt-2", "Changed on the way")
    for head in (WORK_TREE, INDEX, "HEAD"):
        repository.commit_all()
        assert kinds(repository, moved, head) == {"pt-2.md": ("file", "file")}, head
    past = at(tracker_of(repository), moved)
    assert sorted(past.reading.tickets) == ["pt-1", "pt-2", "pt-3", "pt-old"]
    assert past.place.store == str(repository.folder / "old" / ".tickets")


def test_another_store_that_is_still_there_is_not_taken_for_a_former_place(repository: Repository, base: str) -> None:
    shutil.copytree(repository.tk.store, repository.folder / "part" / ".tickets")
    repository.commit_all()
    found = kinds(repository, base, "HEAD", "part/.tickets")
    assert set(found.values()) == {("absent", "file")}


def test_at_a_base_without_a_store_every_ticket_is_new(repository: Repository, base: str) -> None:
    start = repository.git("rev-list", "--max-parents=0", "HEAD")
    assert set(kinds(repository, start, base).values()) == {("absent", "file")}
    empty = repository.git("hash-object", "-t", "tree", os.devnull)
    assert len(kinds(repository, empty, WORK_TREE)) == 5
    repository.git("rm", "-r", "--quiet", ".tickets")
    repository.git("commit", "--quiet", "-m", "no store")
    repository.git("checkout", "--quiet", base, "--", ".tickets")
    past = at(tracker_of(repository), "HEAD")
    assert (past.existed, dict(past.reading.tickets), past.reading.problems) == (False, {}, [])


def test_two_states_take_three_git_processes(
    repository: Repository, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.tk.write("pt-2", "Changed")
    started: list[str] = []
    start = GitProcess.start

    def counted(self: GitProcess, arguments: Sequence[str], **more: bool) -> Popen[bytes]:
        started.append(arguments[0])
        return start(self, arguments, **more)

    monkeypatch.setattr(GitProcess, "start", counted)
    between(git_of(repository), ".tickets", base, WORK_TREE)
    assert len(started) == 3


def test_the_base_is_where_the_branch_left_the_default_branch(repository: Repository, base: str) -> None:
    git = git_of(repository)
    assert base_commit(git, None) == base
    repository.git("switch", "--quiet", "-c", "topic")
    repository.tk.write("pt-1", "Changed")
    repository.commit_all()
    repository.git("switch", "--quiet", "main")
    repository.tk.write("pt-2", "Changed")
    repository.commit_all()
    repository.git("switch", "--quiet", "topic")
    assert base_commit(git, None) == base
    assert base_commit(git, "main") == base
    repository.git("switch", "--quiet", "--detach")
    assert base_commit(git, None) == base


def test_the_base_is_the_upstream_unless_that_is_the_branchs_own_copy(repository: Repository, base: str) -> None:
    git = git_of(repository)
    repository.git("clone", "--quiet", "--bare", ".", str(repository.folder.parent / "far.git"))
    repository.git("remote", "add", "origin", str(repository.folder.parent / "far.git"))
    repository.git("fetch", "--quiet", "origin")
    repository.git("switch", "--quiet", "-c", "topic")
    repository.tk.write("pt-1", "Changed")
    first = repository.commit_all()
    repository.git("push", "--quiet", "-u", "origin", "topic")
    assert base_commit(git, None) == base
    repository.git("switch", "--quiet", "-c", "side", "--track", "origin/topic")
    assert base_commit(git, None) == first
    repository.git("update-ref", "-d", "refs/remotes/origin/topic")
    assert base_commit(git, None) == base


def test_before_the_first_commit_the_base_is_empty(tk: Tk, tk_command: str) -> None:
    repository = Repository(tk)
    repository.git("init", "--quiet")
    tk.write("pt-1")
    git = git_of(repository)
    assert kinds(repository, base_commit(git, None), WORK_TREE) == {"pt-1.md": ("absent", "file")}


@pytest.mark.parametrize("name", ["nope", "--output=x", "HEAD:.tickets", "@{u}", "main..HEAD", "", "a\nb"])
def test_an_unknown_revision_is_refused(repository: Repository, base: str, name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        base_commit(git_of(repository), name)
    assert f"unknown revision '{name}'" in str(caught.value)
    with pytest.raises(RefusedError):
        at(tracker_of(repository), name)


def test_unrelated_histories_are_refused(repository: Repository, base: str) -> None:
    repository.git("switch", "--quiet", "--orphan", "island")
    repository.git("commit", "--quiet", "--allow-empty", "-m", "island")
    with pytest.raises(RefusedError, match="unrelated"):
        base_commit(git_of(repository), "main")


def test_a_shallow_clone_without_the_base_says_how_to_fetch_it(repository: Repository, base: str) -> None:
    repository.git("switch", "--quiet", "-c", "topic")
    repository.tk.write("pt-1", "Changed")
    repository.commit_all()
    repository.git("switch", "--quiet", "main")
    repository.commit_all("later")
    clone = repository.folder.parent / "clone"
    repository.git("clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{repository.folder}", str(clone))
    shallow = Repository(Tk(repository.tk.command, clone, repository.tk.environment))
    shallow.git("switch", "--quiet", "topic")
    with pytest.raises(GitRefusedError) as caught:
        base_commit(git_of(shallow), "origin/main")
    assert "--unshallow" in (caught.value.hint or "")
    with pytest.raises(RefusedError) as unknown:
        base_commit(git_of(shallow), base)
    assert "--deepen" in (unknown.value.hint or "")
    shallow.git("fetch", "--quiet", "--unshallow")
    assert base_commit(git_of(shallow), "origin/main") == base


def test_the_store_as_it_was_reads_as_it_read_then(repository: Repository, base: str) -> None:
    tk = repository.tk
    (tk.store / "config.yml").write_text("statuses:\n  open: {class: open}\n  gone: {class: done}\n")
    tk.write("pt-2", deps="pt-1", status="gone")
    tk.write("-bad")
    (tk.store / "pt-4.md").write_text("no front matter\n")
    (tk.store / "pt-5.md").symlink_to("pt-1.md")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{base},.tickets/pt-6.md")
    (tk.store / "pt-6.md").mkdir()
    shutil.copy(tk.store / "pt-1.md", tk.store / "archive" / "2025" / "pt-1.md")
    head = repository.commit_all()
    now = tracker_of(repository)
    then = at(now, head)
    assert {name: ticket.keys for name, ticket in then.reading.tickets.items()} == {
        name: ticket.keys for name, ticket in now.reading.tickets.items()
    }
    submodule = "pt-6.md"
    assert [str(problem) for problem in then.reading.problems if problem.path != submodule] == [
        str(problem) for problem in now.reading.problems if problem.path != submodule
    ]
    assert then.reading.broken == now.reading.broken
    assert then.config.status_names == ("open", "gone")
    assert then.path_of("1", guess=True) == "pt-1.md"
    assert then.path_of("old") == "archive/2025/pt-old.md"
    document = then.document("pt-1")
    assert [comment.text for comment in then.comments(document)] == ["Hello."]
    assert then.graph.open_blockers(then.find("pt-2")) == ["pt-1"]
    with pytest.raises(TicketNotFoundError):
        then.path_of("pt-9")
    with pytest.raises(RefusedError):
        then.edit("close")


def test_a_broken_configuration_of_then_is_read_as_far_as_it_can_be(repository: Repository, base: str) -> None:
    (repository.tk.store / "config.yml").write_text("prefix: ok\nstatuses: 7\n")
    head = repository.commit_all()
    (repository.tk.store / "config.yml").unlink()
    then = at(tracker_of(repository), head)
    assert [problem.line for problem in then.tolerate_config()] == [2]
    assert then.config.prefix == "ok"
    assert not (repository.folder / ".git" / "plaintickets" / "config.json").exists()
