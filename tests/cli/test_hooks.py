"""`tk hooks`: tickets closed in the commit that says so, and the user's hooks and files left as they were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from prefork.start import quick

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from store_files import Tk


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """Two tickets and a file, with the hook installed and this `tk` on PATH."""
    environment = repository.tk.environment
    environment["PATH"] = f"{os.path.dirname(quick(repository.tk.command))}{os.pathsep}{environment['PATH']}"
    for ticket in ("pt-1", "pt-2"):
        repository.tk.write(ticket, f"Ticket {ticket[3:]}")
    for name in ("a", "b"):
        (repository.folder / name).write_text("1\n")
    repository.commit_all("The tickets")
    assert repository.tk("hooks", "install").code == 0
    return repository


def change(store: Repository, *names: str) -> None:
    for name in names:
        with (store.folder / name).open("a") as file:
            file.write("more\n")


def run(store: Repository, *words: str, cwd: Path | None = None) -> str:
    """What git prints on both streams; it must succeed."""
    done = subprocess.run(
        ["git", *words],
        cwd=cwd or store.folder,
        env=store.tk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def head_files(store: Repository) -> list[str]:
    return sorted(store.git("show", "--name-only", "--format=", "HEAD").splitlines())


MESSAGE = "Mend it\n\nText.\n\nFixes: pt-1\nSigned-off-by: A <a@b>"


@pytest.mark.parametrize(
    ("words", "held", "left"),
    [
        (["commit", "-m", MESSAGE], ["a"], " M b"),
        (["commit", "-a", "-m", MESSAGE], ["a", "b"], ""),
        (["commit", "-m", MESSAGE, "--", "b"], ["b"], "M  a"),
        (["commit", "--include", "-m", MESSAGE, "--", "b"], ["a", "b"], ""),
    ],
)
def test_a_commit_that_names_a_ticket_holds_it_closed(
    store: Repository, words: list[str], held: list[str], left: str
) -> None:
    change(store, "a", "b")
    store.git("add", "a")
    said = run(store, *words)
    assert head_files(store) == [".tickets/pt-1.md", *held]
    assert store.git("status", "--porcelain") == left, "what was staged or edited is as it was, and nothing more"
    assert (store.tk.field("pt-1", "status"), store.tk.field("pt-1", "resolution")) == ("closed", "fixed")
    assert store.git("log", "-1", "--format=%B").strip() == MESSAGE
    assert store.git("rev-list", "--count", "HEAD") == "3"
    assert store.git("rev-parse", "--short=10", "HEAD") in said
    assert store.git("fsck", "--strict", "--no-dangling") == ""


def test_a_commit_without_a_trailer_is_left_alone(store: Repository) -> None:
    change(store, "a")
    assert "tk:" not in run(store, "commit", "-a", "-m", "About pt-1\n\nIt does not close it.")
    assert store.git("reflog", "-1", "--format=%gs").startswith("commit: About")
    assert store.tk.field("pt-1", "status") == "open"


def test_author_date_and_parents_stay(store: Repository) -> None:
    run(store, "commit", "--allow-empty", "-m", MESSAGE, "--author=Bo <bo@example.org>", "--date=@1577934245 +0000")
    assert store.git("log", "-1", "--format=%an %ae %at") == "Bo bo@example.org 1577934245"
    assert head_files(store) == [".tickets/pt-1.md"]
    run(store, "commit", "--amend", "-m", MESSAGE + "\nCloses: pt-2")
    assert head_files(store) == [".tickets/pt-1.md", ".tickets/pt-2.md"]
    assert store.git("rev-list", "--count", "HEAD") == "3"


def test_the_commit_that_concludes_a_merge_keeps_its_parents(store: Repository) -> None:
    store.git("switch", "--quiet", "--create", "topic")
    change(store, "a")
    store.git("commit", "--quiet", "-am", "topic")
    store.git("switch", "--quiet", "main")
    change(store, "b")
    store.git("commit", "--quiet", "-am", "main")
    store.git("merge", "--quiet", "--no-commit", "topic")
    run(store, "commit", "-m", MESSAGE)
    assert len(store.git("log", "-1", "--format=%P").split()) == 2
    assert (store.tk.field("pt-1", "status"), store.git("status", "--porcelain")) == ("closed", "")


@pytest.mark.parametrize("staged", [False, True])
def test_a_ticket_with_changes_of_the_users_is_left_open_and_named(store: Repository, staged: bool) -> None:
    store.tk.write("pt-1", "My draft")
    if staged:
        store.git("add", ".tickets")
        change(store, "a")
    mine = store.tk.text("pt-1")
    words = ["commit", "-m", MESSAGE + "\nCloses: pt-2", *(["--", "a"] if staged else ["--allow-empty"])]
    said = run(store, *words)
    assert "pt-1 stays as it is: it has changes" in said
    assert store.tk.text("pt-1") == mine
    assert store.git("status", "--porcelain") == ("M  " if staged else " M ") + ".tickets/pt-1.md"
    assert store.tk.field("pt-2", "status") == "closed"


def test_unknown_and_forbidden_ones_are_named_and_fail_nothing(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("types:\n  task: {required_to_close: [component]}\n", "utf-8")
    store.commit_all()
    said = run(store, "commit", "--allow-empty", "-m", "x\n\nCloses: pt-zz, pt-1")
    assert "pt-zz stays as it is: there is no such ticket" in said
    assert "pt-1 stays as it is:" in said
    assert store.tk.field("pt-1", "status") == "open"
    (store.tk.store / "config.yml").write_text("nonsense: 1\n", "utf-8")
    assert "config.yml:1" in run(store, "commit", "--allow-empty", "-m", MESSAGE)


def test_commits_replayed_by_a_rebase_or_cherry_pick_are_not_touched(store: Repository) -> None:
    store.git("switch", "--quiet", "--create", "topic")
    for name in ("a", "b"):
        change(store, name)
        store.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-am", f"{name}\n\nCloses: pt-1")
    store.git("switch", "--quiet", "main")
    store.git("commit", "--quiet", "--allow-empty", "-m", "main")
    run(store, "cherry-pick", "topic~1", "topic")
    assert store.git("status", "--porcelain") == ""
    store.git("reset", "--quiet", "--hard", "HEAD~2")
    store.git("switch", "--quiet", "topic")
    run(store, "rebase", "--force-rebase", "main")
    assert store.git("rev-list", "--count", "main..topic") == "2"
    assert (store.tk.field("pt-1", "status"), store.git("status", "--porcelain")) == ("open", "")


def test_a_signed_commit_stays_as_it_is(store: Repository) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen to sign with")
    key = store.folder.parent / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    settings = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={key}.pub"]
    said = run(store, *settings, "commit", "-S", "--allow-empty", "-m", MESSAGE)
    assert "the commit is signed" in said
    assert "gpgsig" in store.git("cat-file", "commit", "HEAD")
    assert store.tk.field("pt-1", "status") == "open"


def test_a_commit_in_a_subfolder_a_linked_work_tree_and_on_a_detached_head(store: Repository, tmp_path: Path) -> None:
    (store.folder / "sub").mkdir()
    run(store, "commit", "--allow-empty", "-m", MESSAGE, cwd=store.folder / "sub")
    assert store.tk.field("pt-1", "status") == "closed"
    store.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    run(store, "commit", "--allow-empty", "-m", "x\n\nCloses: pt-2", cwd=tmp_path / "linked")
    assert "status: closed" in (tmp_path / "linked" / ".tickets" / "pt-2.md").read_text()
    assert store.git("-C", str(tmp_path / "linked"), "status", "--porcelain") == ""
    assert store.tk.field("pt-2", "status") == "open", "the other work tree is not touched"


def test_a_store_below_the_top_and_line_ends_of_another_system(tk: Tk) -> None:
    tk.environment["PATH"] = f"{os.path.dirname(tk.command)}{os.pathsep}{tk.environment['PATH']}"

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=tk.folder, env=tk.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    git("init", "--quiet", "--object-format=sha256")
    inner = tk.folder / "my project"
    (inner / ".tickets").mkdir(parents=True)
    tk.write("pt-1")
    shutil.move(tk.store / "pt-1.md", inner / ".tickets" / "pt-1.md")
    tk.store.rmdir()
    git("config", "core.autocrlf", "true")
    git("add", ".")
    git("commit", "--quiet", "-m", "start")
    (inner / ".tickets" / "pt-1.md").unlink()
    git("checkout", "--quiet", ".")
    assert tk("hooks", "install", cwd=inner).code == 0
    git("commit", "--quiet", "--allow-empty", "-m", MESSAGE)
    text = (inner / ".tickets" / "pt-1.md").read_bytes()
    assert b"status: closed\r\n" in text
    assert (git("status", "--porcelain"), git("show", "HEAD:my project/.tickets/pt-1.md").count("\r")) == ("", 0)


def test_a_commit_works_when_tk_is_gone_and_says_so_where_it_matters(store: Repository) -> None:
    hook = store.folder / ".git" / "hooks" / "post-commit"
    for command in (store.tk.command, quick(store.tk.command)):
        hook.write_text(hook.read_text().replace(command, "/nowhere/tk"))
    store.tk.environment["PATH"] = os.pathsep.join(
        folder for folder in store.tk.environment["PATH"].split(os.pathsep) if not os.path.exists(f"{folder}/tk")
    )
    assert "tk is not installed" in run(store, "commit", "--allow-empty", "-m", MESSAGE)
    assert "tk" not in run(store, "commit", "--allow-empty", "-m", "Nothing")


def test_a_hook_that_is_there_runs_after_ours_and_comes_back_byte_for_byte(store: Repository) -> None:
    store.tk("hooks", "remove")
    hook = store.folder / ".git" / "hooks" / "post-commit"
    theirs = "#!/bin/sh\ngit rev-parse HEAD > seen\nexit 3 # odd \xff\n".encode("latin-1")
    hook.write_bytes(theirs)
    hook.chmod(0o750)
    installed = store.tk("hooks", "install")
    assert "post-commit.before-tk" in installed.stdout
    run(store, "commit", "--allow-empty", "-m", MESSAGE)
    assert (store.folder / "seen").read_text().strip() == store.git("rev-parse", "HEAD"), "it sees the final commit"
    assert store.tk("hooks", "install").code == 0, "installing twice keeps theirs"
    assert "restored" in store.tk("hooks", "remove").stdout
    assert (hook.read_bytes(), hook.stat().st_mode & 0o777) == (theirs, 0o750)
    assert sorted(path.name for path in hook.parent.iterdir() if "post-commit" in path.name) == ["post-commit"]


def test_a_link_that_is_the_hook_comes_back_as_a_link(store: Repository) -> None:
    store.tk("hooks", "remove")
    hook = store.folder / ".git" / "hooks" / "post-commit"
    hook.symlink_to("../../hook.sh")
    assert store.tk("hooks", "install").code == 0
    assert store.tk("hooks", "remove").code == 0
    assert os.readlink(hook) == "../../hook.sh"


def test_removing_takes_away_what_is_ours_only(store: Repository) -> None:
    hook = store.folder / ".git" / "hooks" / "post-commit"
    assert store.tk("hooks", "remove").code == 0
    assert not hook.exists()
    assert store.tk("hooks", "remove").stdout.startswith("not installed")
    store.tk("hooks", "install")
    with hook.open("a") as file:
        file.write("echo mine\n")
    edited = hook.read_bytes()
    for action in ("remove", "install"):
        assert store.tk("hooks", action).code == 3
    assert hook.read_bytes() == edited
    assert "edited since" in store.tk("hooks", "status").stdout


def test_a_hook_that_replaced_ours_is_not_touched(store: Repository) -> None:
    hook = store.folder / ".git" / "hooks" / "post-commit"
    store.tk("hooks", "remove")
    hook.write_text("#!/bin/sh\n")
    store.tk("hooks", "install")
    hook.write_text("#!/bin/sh\n# another program's\n")
    assert store.tk("hooks", "install").code == 3
    assert store.tk("hooks", "remove").code == 0
    assert hook.read_text().endswith("another program's\n")


@pytest.mark.parametrize("where", ["in the project", "elsewhere"])
def test_a_shared_folder_of_hooks_is_left_to_its_owner(store: Repository, tmp_path: Path, where: str) -> None:
    folder = store.folder / ".husky" if where == "in the project" else tmp_path / "my-hooks"
    folder.mkdir()
    store.git("config", "core.hooksPath", ".husky" if where == "in the project" else str(folder))
    refused = store.tk("hooks", "install")
    assert refused.code == 3
    assert "tk -C . hooks post-commit || :" in refused.stderr
    assert list(folder.iterdir()) == []
    (folder / "post-commit").write_text("#!/bin/sh\ntk -C . hooks post-commit || :\n")
    (folder / "post-commit").chmod(0o755)
    run(store, "commit", "--allow-empty", "-m", MESSAGE)
    assert store.tk.field("pt-1", "status") == "closed", "the line that is offered works"


def test_status_tells_and_the_hidden_action_is_for_git_alone(store: Repository) -> None:
    shown = json.loads(store.tk("hooks", "status", "--json").stdout)
    assert (shown["state"], shown["kept"]) == ("installed", None)
    assert store.tk("hooks", "post-commit").code == 3
    assert store.tk("hooks", "instal").code == 2
    assert store.tk("hooks", "status", cwd=store.folder.parent).code == 4


def test_a_commit_made_meanwhile_is_not_replaced(store: Repository) -> None:
    """Another process moves HEAD while the hook works: the ticket's file comes back, and nothing is lost."""
    late = store.folder.parent / "late"
    inner = "git -c core.hooksPath=/dev/null commit --quiet --allow-empty -m two"
    late.write_text(
        f"#!/bin/sh\n[ ! -e {late}.once ] || [ -e .git/index.lock ] || {{ rm {late}.once; {inner}; }}\ncat\n"
    )
    late.chmod(0o755)
    store.git("config", "filter.late.clean", str(late))
    (store.folder / ".git" / "info").mkdir(exist_ok=True)
    (store.folder / ".git" / "info" / "attributes").write_text("*.md filter=late\n")
    (late.parent / "late.once").touch()
    before = store.tk.text("pt-1")
    said = run(store, "commit", "--allow-empty", "-m", MESSAGE)
    assert "HEAD could not be changed" in said
    assert store.git("log", "--format=%s", "-2").splitlines() == ["two", "Mend it"]
    assert (store.tk.text("pt-1"), store.git("status", "--porcelain")) == (before, "")


def test_what_a_rule_changes_in_a_closed_ticket_is_in_the_same_commit(store: Repository) -> None:
    rule = '- name: thanks\n  on: closed\n  do: [{tag: done}, {comment: "Closed."}]\n'
    (store.tk.store / "rules.yml").write_text(rule, encoding="utf-8")
    store.commit_all("A rule")
    change(store, "a")
    run(store, "commit", "--quiet", "--all", "--message", "Mend it\n\nCloses: pt-1")
    assert store.git("status", "--porcelain") == ""
    assert head_files(store) == [".tickets/pt-1.md", "a"]
    text = store.git("show", "HEAD:.tickets/pt-1.md")
    assert ("tags: [done]" in text, text.count("Closed.")) == (True, 1)
