"""More states for S7: the shapes that a clone has, and the settings that a user has made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from soak.ground import TICKET, Ground
from soak.states import Run, State, UnavailableError, _staged_work, enter, state

if TYPE_CHECKING:
    from collections.abc import Callable


def _version() -> tuple[int, ...]:
    told = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", told)[:2])


@state()
def partial_clone(ground: Ground) -> Run:
    ground.git("config", "uploadpack.allowFilter", "true")
    ground.git("clone", "-q", "--filter=blob:none", f"file://{ground.repo}", "../partial")
    return Run(repo=ground.base / "partial")


@state()
def clone_with_borrowed_objects(ground: Ground) -> Run:
    ground.git("clone", "-q", "--shared", str(ground.repo), "../borrowing")
    return Run(repo=ground.base / "borrowing")


@state()
def git_folder_elsewhere(ground: Ground) -> Run:
    ground.git("clone", "-q", "--separate-git-dir", str(ground.base / "elsewhere.git"), str(ground.repo), "../apart")
    return Run(repo=ground.base / "apart")


@state()
def reftable(ground: Ground) -> None:
    if _version() < (2, 45):
        raise UnavailableError("reftable needs git 2.45")
    shutil.rmtree(ground.repo / ".git")
    ground.git("init", "-q", "--ref-format=reftable")
    ground.git("add", "-A")
    ground.git("commit", "-qm", "start")


@state()
def packed_refs(ground: Ground) -> None:
    ground.git("pack-refs", "--all")
    ground.git("gc", "-q")


@state()
def default_branch_renamed(ground: Ground) -> Run:
    ground.git("clone", "-q", str(ground.repo), "../renamed")
    ground.git("branch", "-m", "main", "trunk")
    ground.git("fetch", "-q", "--prune", cwd=ground.base / "renamed")
    return Run(repo=ground.base / "renamed")


@state()
def branch_with_an_odd_name(ground: Ground) -> None:
    ground.git("checkout", "-qb", "fix/{a}&b'ü@x")


@state()
def commits_replaced(ground: Ground) -> None:
    ground.git("commit", "-qm", "second", "--allow-empty")
    ground.git("replace", "--edit", "HEAD~1", check=False)
    ground.git("replace", "--graft", "HEAD")


@state()
def huge_index(ground: Ground) -> None:
    blob = ground.git("hash-object", "-w", "--stdin", stdin="x\n").strip()
    rows = "".join(f"100644 {blob} 0\tsrc/{number % 300}/file{number}.c\n" for number in range(60_000))
    ground.git("update-index", "--index-info", stdin=rows)
    ground.git("commit", "-qm", "many")
    ground.git("sparse-checkout", "set", "--no-cone", "/*", "!/src/")


@state()
def sparse_index(ground: Ground) -> None:
    for name in ("one", "two"):
        (ground.repo / name / "deep").mkdir(parents=True)
        (ground.repo / name / "deep" / "file").write_text("x\n")
    ground.git("add", "one", "two")
    ground.git("commit", "-qm", "folders")
    ground.git("sparse-checkout", "set", "--cone", "--sparse-index", ".tickets", "one")


@state()
def settings_of_one_work_tree(ground: Ground) -> Run:
    ground.git("config", "extensions.worktreeConfig", "true")
    ground.git("worktree", "add", "-q", "../second", "-b", "second")
    ground.git("config", "--worktree", "user.name", "Second", cwd=ground.base / "second")
    return Run(repo=ground.base / "second")


@state()
def work_tree_inside_the_work_tree(ground: Ground) -> Run:
    ground.git("worktree", "add", "-q", "inner", "-b", "inner")
    return Run(repo=ground.repo / "inner")


@state()
def safe_directory_of_another_user(ground: Ground) -> None:
    if os.geteuid() != 0:
        raise UnavailableError("only root can give a folder away")
    with (ground.base / "home" / ".gitconfig").open("a") as file:
        file.write(f"[safe]\n\tdirectory = {ground.repo}\n")
    for path in (ground.repo, *ground.repo.rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)


@state(5)
def mailbox_being_applied(ground: Ground) -> None:
    (ground.repo / "work.txt").write_text("side\n")
    ground.git("commit", "-qam", "side")
    patch = ground.git("format-patch", "--stdout", "HEAD~1")
    ground.git("reset", "-q", "--hard", "HEAD~1")
    (ground.repo / "work.txt").write_text("main\n")
    ground.git("commit", "-qam", "main")
    ground.git("am", "-q", stdin=patch, check=False)


@state(5)
def interactive_rebase_stopped_to_edit(ground: Ground) -> None:
    ground.git("commit", "-qm", "second", "--allow-empty")
    ground.environment["GIT_SEQUENCE_EDITOR"] = "sed -i s/^pick/edit/"
    ground.git("rebase", "-qi", "--keep-empty", "HEAD~1")
    del ground.environment["GIT_SEQUENCE_EDITOR"]


@state(5)
def merge_without_conflict_not_yet_committed(ground: Ground) -> None:
    ground.git("checkout", "-qb", "side")
    ground.git("commit", "-qm", "side", "--allow-empty")
    ground.git("checkout", "-q", "main")
    ground.git("commit", "-qm", "main", "--allow-empty")
    ground.git("merge", "-q", "--no-commit", "side")


@state()
def stash_with_a_ticket_in_it(ground: Ground) -> None:
    path = ground.ticket("aa-2")
    path.write_text(path.read_text() + "stashed\n")
    ground.git("stash", "-q")


@state(130)
def pre_commit_hangs_and_is_interrupted(ground: Ground) -> Run:
    # Ends when `tk`, its own parent's parent, is asked to: as by Ctrl-C.
    ground.hook("pre-commit", "kill -TERM $(ps -o ppid= $PPID); sleep 60")
    return Run()


@state()
def pre_commit_changes_another_ticket(ground: Ground) -> None:
    ground.hook("pre-commit", "echo more >> hooked.txt")


@state()
def commit_msg_adds_a_trailer(ground: Ground) -> None:
    ground.hook("commit-msg", "echo 'Change-Id: I0123' >> $1")


@state()
def signed_by_a_key(ground: Ground) -> None:
    if shutil.which("ssh-keygen") is None:
        raise UnavailableError("ssh-keygen is not installed")
    key = ground.base / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(key)), ("commit.gpgSign", "true")):
        ground.git("config", name, value)


@state(5)
def git_not_to_be_found(ground: Ground) -> Run:
    tools = ground.base / "tools"
    tools.mkdir()
    (tools / "python3").symlink_to(sys.executable)
    return Run({"PATH": str(tools)})


@state()
def home_not_set(ground: Ground) -> Run:
    ground.git("config", "user.name", "Ada")
    ground.git("config", "user.email", "ada@example.org")
    return Run({"HOME": "", "GIT_CONFIG_GLOBAL": "/dev/null"})


@state()
def store_in_a_folder_of_the_repository(ground: Ground) -> Run:
    (ground.repo / "part").mkdir()
    ground.git("mv", ".tickets", "part/.tickets")
    ground.git("commit", "-qm", "moved")
    return Run(repo=ground.repo / "part")


@state()
def path_with_odd_characters(ground: Ground) -> Run:
    odd = ground.base / "a 'b' \"c\" $(d) *?[e] \\ -f ü"
    shutil.move(ground.repo, odd)
    ground.repo.symlink_to(odd)
    return Run(repo=odd)


@state()
def path_that_is_not_utf8(ground: Ground) -> Run:
    odd = os.fsdecode(os.fsencode(ground.base) + b"/caf\xe9")
    shutil.move(str(ground.repo), odd)
    ground.repo.symlink_to(odd)
    return Run(repo=ground.repo)


@state()
def locale_in_another_language(ground: Ground) -> Run:
    del ground
    return Run({"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"})


@state(5)
def index_damaged(ground: Ground) -> None:
    path = ground.repo / ".git" / "index"
    path.write_bytes(b"nonsense" + path.read_bytes()[8:])


@state(5)
def head_damaged(ground: Ground) -> None:
    (ground.repo / ".git" / "HEAD").write_text("nonsense\n")


@state(5)
def branch_points_nowhere(ground: Ground) -> None:
    (ground.repo / ".git" / "refs" / "heads" / "main").write_text("0123456789" * 4 + "\n")


@state()
def clock_far_in_the_past(ground: Ground) -> Run:
    ground.tk("set", "aa-2", "priority=0")
    return Run({"TK_NOW": "1999-12-31T23:59:59Z", "GIT_COMMITTER_DATE": "946684799 +0000"})


@state()
def clock_in_the_year_9999(ground: Ground) -> Run:
    del ground
    return Run({"TK_NOW": "9999-12-31T23:59:59Z"})


def _settings(*rows: tuple[str, str]) -> Callable[[Ground], None]:
    def prepare(ground: Ground) -> None:
        _staged_work(ground)
        for name, value in rows:
            ground.git("config", name, value)

    return prepare


# Settings that change what git does or prints, and must not change what tk does.
for _name, _rows in {
    "ignores_case": (("core.ignoreCase", "true"),),
    "safe_crlf": (("core.safecrlf", "true"), ("core.autocrlf", "input")),
    "file_modes_not_looked_at": (("core.fileMode", "false"), ("core.symlinks", "false")),
    "untracked_cache": (("core.untrackedCache", "true"), ("index.skipHash", "true")),
    "many_files": (("feature.manyFiles", "true"),),
    "no_reflog": (("core.logAllRefUpdates", "false"),),
    "shared_with_a_group": (("core.sharedRepository", "group"),),
    "commit_message_settings": (
        ("commit.verbose", "true"), ("commit.status", "false"), ("commit.cleanup", "scissors"),
        ("core.commentChar", "t"), ("commit.template", "/nonexistent"),
    ),
    "status_settings": (
        ("status.showUntrackedFiles", "no"), ("status.short", "true"), ("status.branch", "true"),
        ("status.renames", "copies"), ("status.relativePaths", "false"),
    ),
    "log_settings": (
        ("log.follow", "true"), ("log.mailmap", "true"), ("log.date", "relative"), ("log.decorate", "full"),
        ("format.pretty", "oneline"), ("log.diffMerges", "combined"), ("core.abbrev", "5"),
    ),
    "diff_settings": (
        ("diff.external", "false"), ("diff.renames", "copies"), ("diff.mnemonicPrefix", "true"),
        ("diff.orderFile", "/dev/null"), ("diff.ignoreSubmodules", "all"), ("color.ui", "always"),
    ),
    "editor_and_pager_that_fail": (("core.editor", "false"), ("core.pager", "false"), ("sequence.editor", "false")),
    "aliases_named_as_commands": (("alias.commit", "!false"), ("alias.add", "!false"), ("alias.status", "!false")),
    "synced_to_the_disk": (("core.fsync", "all"), ("core.fsyncMethod", "batch")),
    "objects_checked": (("transfer.fsckObjects", "true"), ("core.multiPackIndex", "true")),
}.items():  # fmt: skip
    enter(State(_name, _settings(*_rows)))


@state(5)
def filter_that_fails(ground: Ground) -> None:
    (ground.repo / ".gitattributes").write_text("*.md filter=broken\n")
    ground.git("config", "filter.broken.clean", "false")
    ground.git("config", "filter.broken.required", "true")


@state()
def ticket_with_the_text_of_another_repository(ground: Ground) -> None:
    ground.ticket("zz-1").write_text(TICKET.format(id="zz-1", title="Untracked, of the user's own"))


@state()
def index_lock_of_a_running_git(ground: Ground) -> Run:
    lock = ground.repo / ".git" / "index.lock"
    process = subprocess.Popen(["sh", "-c", f": > '{lock}'; sleep 1.5; rm -f '{lock}'"])
    while not lock.exists():
        pass
    return Run(ends=process.wait)
