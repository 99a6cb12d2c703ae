"""S7: every state that a repository can be in, and what tk owes its user in each."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from soak.ground import TICKET, Ground, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class State(NamedTuple):
    """How to bring a repository into a state, and the exit codes of `tk set` and `tk new` there."""

    name: str
    prepare: Callable[[Ground], Run | None]
    code: int = 0
    committed: bool = True
    new_code: int | None = None
    reads: int = 0


class Run(NamedTuple):
    """Where and how tk runs, where that is not simply in the work tree."""

    env: Mapping[str, str] = MappingProxyType({})
    folder: Path | None = None
    repo: Path | None = None
    ends: Callable[[], object] = lambda: None


class UnavailableError(Exception):
    """A state that the machine at hand cannot be brought into."""


STATES: dict[str, State] = {}
READING = (("ls", "--all"), ("show", "aa-1"), ("log", "-n", "3"), ("search", "Ticket"), ("doctor",))


def state(
    code: int = 0, *, committed: bool = True, new_code: int | None = None
) -> Callable[[Callable[[Ground], Run | None]], Callable[[Ground], Run | None]]:
    """Enters a state into the table, under the name of the function that prepares it."""

    def decorate(prepare: Callable[[Ground], Run | None]) -> Callable[[Ground], Run | None]:
        enter(State(prepare.__name__, prepare, code, committed, new_code))
        return prepare

    return decorate


def enter(new: State) -> None:
    """Enters a state into the table."""
    STATES[new.name] = new


class Snapshot(NamedTuple):
    """What must not change: the user's staged and unstaged work, and, on an error, everything."""

    files: dict[str, bytes]
    staged: str
    head: str


def snapshot(ground: Ground, repo: Path) -> Snapshot:
    """The files of the work tree, the index without tickets' stat data, and HEAD."""
    files: dict[str, bytes] = {}
    for path in sorted(repo.rglob("*")):
        if ".git" not in path.relative_to(repo).parts and path.is_file() and not path.is_symlink():
            files[str(path.relative_to(repo))] = path.read_bytes()
    staged = ground.git("ls-files", "--stage", "--", ".", ":!.tickets", check=False, cwd=repo)
    return Snapshot(files, staged, ground.git("rev-parse", "HEAD", check=False, cwd=repo))


def faults(ground: Ground, chosen: State, *, reads: bool = False) -> list[str]:
    """Brings a repository into a state, reads, changes and makes a ticket, and names every broken promise."""
    run = chosen.prepare(ground) or Run()
    found = []
    try:
        repo = run.repo or ground.repo
        if reads:
            found += _read(ground, chosen, run, repo)
        for verb, args, code in (
            ("set", ("set", "aa-1", "priority=0"), chosen.code),
            ("new", ("new", "Fresh", "-q"), chosen.code if chosen.new_code is None else chosen.new_code),
        ):
            before = snapshot(ground, repo)
            result = ground.tk(*args, cwd=run.folder or repo, env=dict(run.env))
            if result.code != code:
                found.append(f"{verb}: exit {result.code}, not {code}: {result.text.strip()[:300]}")
            found += [f"{verb}: {fault}" for fault in broken(ground, repo, before, result, committed=chosen.committed)]
    finally:
        run.ends()
    return found


def _read(ground: Ground, chosen: State, run: Run, repo: Path) -> list[str]:
    """What reading commands do that they must not: fail, write, or show a traceback."""
    found = []
    before = snapshot(ground, repo)
    index = _index(ground, repo)
    for args in READING:
        result = ground.tk(*args, cwd=run.folder or repo, env=dict(run.env))
        # Where the store itself is refused, everything is; what needs git's history may have none.
        allowed = {0, 1, 5} if args[0] in ("log", "doctor") else {0}
        if result.code not in (allowed | {4} if chosen.code == 4 or chosen.reads == 4 else allowed):
            found.append(f"{args[0]}: exit {result.code}: {result.text.strip()[:300]}")
        if "Traceback" in result.text:
            found.append(f"{args[0]}: traceback: {result.text[:300]}")
    if snapshot(ground, repo) != before or _index(ground, repo) != index:
        found.append("a reading command wrote")
    return found


def _index(ground: Ground, repo: Path) -> bytes:
    told = ground.git("rev-parse", "--absolute-git-dir", check=False, cwd=repo).strip()
    try:
        return (Path(told) / "index").read_bytes()
    except OSError:
        return b""


def broken(ground: Ground, repo: Path, before: Snapshot, result: Result, *, committed: bool) -> list[str]:
    """The promises that a run broke."""
    found = []
    after = snapshot(ground, repo)
    if "Traceback" in result.text or result.code == 70:
        found.append(f"traceback: {result.text[:300]}")
    prefix = ".tickets/" if (repo / ".tickets").exists() else ""
    others = {name for name in {*before.files, *after.files} if not name.startswith(prefix)}
    touched = sorted(name for name in others if before.files.get(name) != after.files.get(name))
    if touched and "hook" not in str(sorted(touched)):
        found.append(f"the user's files changed: {touched}")
    if before.staged != after.staged and "hooked.txt" not in after.staged:
        found.append("the user's index changed")
    changed = sorted(n for n in {*before.files, *after.files} if before.files.get(n) != after.files.get(n))
    tickets = [name for name in changed if name.startswith(prefix)]
    return found + (_denied if result.code else _acknowledged)(
        ground, repo, before, result, tickets, committed=committed
    )


def _denied(
    ground: Ground, repo: Path, before: Snapshot, result: Result, tickets: list[str], *, committed: bool
) -> list[str]:
    del committed
    found = []
    if tickets and "saved, not committed" not in result.text:
        found.append(f"exit {result.code}, but changed: {tickets}")
    if before.head != snapshot(ground, repo).head:
        found.append("exit not 0, but HEAD moved")
    if "Hint:" not in result.err and result.code != 130:
        found.append(f"no hint: {result.err[:200]}")
    return found


def _acknowledged(
    ground: Ground, repo: Path, before: Snapshot, result: Result, tickets: list[str], *, committed: bool
) -> list[str]:
    del before, result
    found = [] if tickets else ["exit 0, but no ticket changed"]
    for name in tickets if committed else []:
        differs = ground.git("status", "--porcelain", "--", name, check=False, cwd=repo)
        if differs:
            found.append(f"exit 0, but after it: {differs.strip()}")
    return found


def _staged_work(ground: Ground) -> None:
    (ground.repo / "work.txt").write_text("staged\ntwo\nthree\n")
    ground.git("add", "work.txt")
    (ground.repo / "work.txt").write_text("staged\ntwo\nunstaged\n")


@state()
def clean(ground: Ground) -> None:
    del ground


@state()
def staged_and_unstaged_work(ground: Ground) -> None:
    _staged_work(ground)


@state()
def unborn_branch(ground: Ground) -> None:
    ground.git("checkout", "-q", "--orphan", "fresh")
    ground.git("rm", "-rq", "--cached", ".")


@state()
def branch_whose_ref_was_deleted(ground: Ground) -> None:
    ground.git("update-ref", "-d", "refs/heads/main")


@state(5)
def detached_head(ground: Ground) -> None:
    ground.git("checkout", "-q", "--detach")


@state()
def detached_head_with_leave(ground: Ground) -> Run:
    ground.git("checkout", "-q", "--detach")
    return Run({"TK_COMMIT_DETACHED": "true"})


def _diverge(ground: Ground) -> None:
    ground.git("checkout", "-qb", "side")
    (ground.repo / "work.txt").write_text("side\n")
    ground.git("commit", "-qam", "side")
    ground.git("checkout", "-q", "main")
    (ground.repo / "work.txt").write_text("main\n")
    ground.git("commit", "-qam", "main")


@state(5)
def merge_under_way(ground: Ground) -> None:
    _diverge(ground)
    ground.git("merge", "-q", "side", check=False)


@state(5)
def rebase_under_way(ground: Ground) -> None:
    _diverge(ground)
    ground.git("rebase", "-q", "side", check=False)


@state(5)
def cherry_pick_under_way(ground: Ground) -> None:
    _diverge(ground)
    ground.git("cherry-pick", "side", check=False)


@state(5)
def revert_under_way(ground: Ground) -> None:
    _diverge(ground)
    (ground.repo / "work.txt").write_text("later\n")
    ground.git("commit", "-qam", "later")
    ground.git("revert", "--no-edit", "HEAD~1", check=False)


@state(5)
def bisection_under_way(ground: Ground) -> None:
    for number in range(4):
        ground.git("commit", "-qm", str(number), "--allow-empty")
    ground.git("bisect", "start", "HEAD", "HEAD~4")


@state()
def another_file_unmerged(ground: Ground) -> None:
    _diverge(ground)
    (ground.repo / "work.txt").write_text("stashed\n")
    ground.git("stash", "-q")
    (ground.repo / "work.txt").write_text("other\n")
    ground.git("commit", "-qam", "other")
    ground.git("stash", "pop", check=False)


@state(4, new_code=0)
def ticket_unmerged(ground: Ground) -> None:
    path = ground.ticket("aa-1")
    path.write_text(path.read_text().replace("priority: 2", "priority: 3"))
    ground.git("stash", "-q")
    path.write_text(path.read_text().replace("priority: 2", "priority: 4"))
    ground.git("commit", "-qam", "other")
    ground.git("stash", "pop", check=False)


@state()
def linked_worktree(ground: Ground) -> Run:
    ground.git("worktree", "add", "-q", "../second", "-b", "second")
    return Run(repo=ground.base / "second")


@state()
def submodule(ground: Ground) -> Run:
    ground.git("init", "-q", "outer", cwd=ground.base)
    ground.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(ground.repo), "sub", cwd=ground.base / "outer"
    )
    return Run(repo=ground.base / "outer" / "sub")


@state()
def sparse_checkout(ground: Ground) -> None:
    (ground.repo / "folder").mkdir()
    (ground.repo / "folder" / "file").write_text("x\n")
    ground.git("add", "folder")
    ground.git("commit", "-qm", "folder")
    ground.git("sparse-checkout", "set", "--no-cone", "/*", "!/folder/")


@state()
def sparse_checkout_without_the_store(ground: Ground) -> None:
    ground.git("sparse-checkout", "set", "--no-cone", "/*", "!/.tickets/")
    ground.store.mkdir(exist_ok=True)
    ground.ticket("aa-1").write_text(TICKET.format(id="aa-1", title="Ticket 1"))


@state(5, new_code=0)
def ticket_marked_skip_worktree(ground: Ground) -> None:
    ground.git("update-index", "--skip-worktree", ".tickets/aa-1.md")


@state()
def ticket_marked_assume_unchanged(ground: Ground) -> None:
    ground.git("update-index", "--assume-unchanged", ".tickets/aa-1.md")


@state()
def shallow_clone(ground: Ground) -> Run:
    ground.git("clone", "-q", "--depth=1", f"file://{ground.repo}", "../shallow")
    return Run(repo=ground.base / "shallow")


@state()
def index_version_4(ground: Ground) -> None:
    ground.git("update-index", "--index-version", "4")


@state()
def split_index(ground: Ground) -> None:
    ground.git("update-index", "--split-index")


def _again(ground: Ground, *options: str) -> None:
    import shutil

    shutil.rmtree(ground.repo / ".git")
    ground.git("init", "-q", *options)
    ground.git("add", "-A")
    ground.git("commit", "-qm", "start")


@state()
def sha256_repository(ground: Ground) -> None:
    _again(ground, "--object-format=sha256")
    _staged_work(ground)


@state(5)
def identity_missing(ground: Ground) -> None:
    ground.git("config", "user.useConfigOnly", "true")
    (ground.base / "home" / ".gitconfig").write_text("[init]\n\tdefaultBranch = main\n")


@state(5)
def signing_fails(ground: Ground) -> None:
    ground.git("config", "commit.gpgsign", "true")
    ground.git("config", "gpg.program", "/bin/false")


@state(5)
def pre_commit_rejects(ground: Ground) -> None:
    _staged_work(ground)
    ground.hook("pre-commit", "echo 'not today' >&2; exit 1")


@state(5)
def pre_commit_rejects_and_takes_the_change_back(ground: Ground) -> None:
    ground.hook("pre-commit", "git show HEAD:.tickets/aa-1.md > .tickets/aa-1.md; exit 1")


@state()
def pre_commit_reformats_and_adds(ground: Ground) -> None:
    ground.hook("pre-commit", "for f in .tickets/aa-1.md; do echo >> $f; git add $f; done")


@state()
def pre_commit_adds_another_file(ground: Ground) -> None:
    ground.hook("pre-commit", "date +%N >> hooked.txt; git add hooked.txt")


@state()
def pre_commit_leaves_a_process_behind(ground: Ground) -> None:
    ground.hook("pre-commit", "sleep 30 & exit 0")


@state(5)
def commit_msg_rejects(ground: Ground) -> None:
    ground.hook("commit-msg", "echo 'no issue key' >&2; exit 1")


@state()
def commit_msg_rewrites(ground: Ground) -> None:
    ground.hook("commit-msg", "echo changed > $1")


@state()
def post_commit_fails(ground: Ground) -> None:
    ground.hook("post-commit", "exit 1")


@state(5)
def hooks_in_another_folder(ground: Ground) -> None:
    ground.hook("pre-commit", "exit 1", ground.repo / "hooks-folder")
    ground.git("config", "core.hooksPath", "hooks-folder")


@state()
def crlf_by_attributes(ground: Ground) -> None:
    (ground.repo / ".gitattributes").write_text("*.md text eol=crlf\n")
    ground.git("add", ".gitattributes")
    ground.git("commit", "-qm", "attributes")
    ground.git("rm", "-q", "--cached", "-r", ".tickets")
    ground.git("reset", "-q", "--hard")


@state()
def autocrlf(ground: Ground) -> None:
    ground.git("config", "core.autocrlf", "true")
    path = ground.ticket("aa-1")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    ground.git("add", ".tickets")


@state(committed=False)
def ignored_store(ground: Ground) -> None:
    (ground.repo / ".gitignore").write_text(".tickets/\n")
    ground.git("rm", "-rq", "--cached", ".tickets")
    ground.git("add", ".gitignore")
    ground.git("commit", "-qm", "ignore")


@state()
def untracked_ticket(ground: Ground) -> None:
    ground.git("rm", "-q", "--cached", ".tickets/aa-1.md")
    ground.git("commit", "-qm", "untracked")


@state()
def ticket_intended_to_add(ground: Ground) -> None:
    untracked_ticket(ground)
    ground.git("add", "-N", ".tickets/aa-1.md")


@state()
def partially_staged_ticket(ground: Ground) -> None:
    path = ground.ticket("aa-1")
    path.write_text(path.read_text() + "staged\n")
    ground.git("add", ".tickets")
    path.write_text(path.read_text() + "unstaged\n")


@state(5)
def index_lock_held(ground: Ground) -> None:
    (ground.repo / ".git" / "index.lock").write_text("")


@state(5)
def branch_lock_left(ground: Ground) -> None:
    (ground.repo / ".git" / "refs" / "heads" / "main.lock").write_text("")


@state()
def index_lock_held_for_a_second(ground: Ground) -> Run:
    lock = ground.repo / ".git" / "index.lock"
    lock.write_text("")
    process = subprocess.Popen(["sh", "-c", f"sleep 1; rm -f '{lock}'"])
    return Run(ends=process.wait)


@state(committed=False)
def inside_a_hook(ground: Ground) -> Run:
    return Run({"GIT_INDEX_FILE": str(ground.repo / ".git" / "index")})


@state()
def git_dir_of_another_repository_set(ground: Ground) -> Run:
    ground.git("init", "-q", "other", cwd=ground.base)
    return Run({"GIT_DIR": str(ground.base / "other" / ".git"), "GIT_WORK_TREE": str(ground.base / "other")})


@state(committed=False)
def tickets_dir_outside_the_repository(ground: Ground) -> Run:
    outside = ground.base / "outside"
    outside.mkdir()
    (outside / "aa-1.md").write_text(TICKET.format(id="aa-1", title="Outside"))
    return Run({"TICKETS_DIR": str(outside)}, folder=ground.repo, repo=outside.parent / "outside")


@state()
def tickets_dir_inside_the_repository(ground: Ground) -> Run:
    return Run({"TICKETS_DIR": "../.tickets"}, folder=_folder(ground))


def _folder(ground: Ground) -> Path:
    path = ground.repo / "deep"
    path.mkdir()
    return path


@state(4)
def store_is_a_symbolic_link(ground: Ground) -> None:
    ground.store.rename(ground.base / "elsewhere")
    ground.store.symlink_to(ground.base / "elsewhere")


@state()
def reached_through_a_symbolic_link(ground: Ground) -> Run:
    link = ground.base / "link"
    link.symlink_to(ground.repo)
    return Run({"PWD": str(link)}, folder=link)


@state(4)
def bare_repository(ground: Ground) -> Run:
    ground.git("init", "-q", "--bare", "bare.git", cwd=ground.base)
    return Run(repo=ground.base / "bare.git")


@state(4)
def store_with_a_planted_repository(ground: Ground) -> None:
    ground.git("init", "-q", "--bare", ".tickets")


@state()
def nested_repository(ground: Ground) -> Run:
    inner = ground.repo / "vendor"
    ground.git("init", "-q", "vendor")
    (inner / ".tickets").mkdir()
    (inner / ".tickets" / "aa-1.md").write_text(TICKET.format(id="aa-1", title="Inner"))
    return Run(repo=inner)


@state(5)
def read_only_git_folder(ground: Ground) -> Run:
    git_dir = str(ground.repo / ".git")
    bound = subprocess.run(["mount", "--bind", git_dir, git_dir], capture_output=True, check=False)
    if bound.returncode != 0:
        raise UnavailableError("mount --bind is not permitted")
    subprocess.run(["mount", "-o", "remount,ro,bind", git_dir], capture_output=True, check=True)
    return Run(ends=lambda: subprocess.run(["umount", git_dir], check=True))


@state(4)
def read_only_store(ground: Ground) -> Run:
    store = str(ground.store)
    bound = subprocess.run(["mount", "--bind", store, store], capture_output=True, check=False)
    if bound.returncode != 0:
        raise UnavailableError("mount --bind is not permitted")
    subprocess.run(["mount", "-o", "remount,ro,bind", store], capture_output=True, check=True)
    return Run(ends=lambda: subprocess.run(["umount", store], check=True))


@state()
def file_system_monitor_planted(ground: Ground) -> None:
    planted = ground.base / "planted"
    planted.write_text(f"#!/bin/sh\ntouch {ground.repo}/work.txt-stolen\n")
    planted.chmod(0o755)
    ground.git("config", "core.fsmonitor", str(planted))


@state(5)
def repository_of_another_user(ground: Ground) -> None:
    if os.geteuid() != 0:
        raise UnavailableError("only root can give a folder away")
    ground.hook("pre-commit", "touch work.txt-stolen")
    for path in (ground.repo, *ground.repo.rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)


@state()
def latin1_commit_encoding(ground: Ground) -> None:
    ground.git("config", "i18n.commitEncoding", "ISO-8859-1")


@state()
def signatures_shown_in_the_log(ground: Ground) -> None:
    ground.git("config", "log.showSignature", "true")
    ground.git("config", "diff.noprefix", "true")


@state()
def stale_lock_of_a_dead_tk(ground: Ground) -> None:
    (ground.repo / ".git" / "plaintickets").mkdir()
    (ground.repo / ".git" / "plaintickets" / "lock").write_text("999999999\n")


@state()
def damaged_journal(ground: Ground) -> None:
    (ground.repo / ".git" / "plaintickets").mkdir()
    (ground.repo / ".git" / "plaintickets" / "journal.json").write_text('{"schema": 2')


def run_all(base: Path, *, every: int = 1) -> tuple[int, list[str], dict[str, list[str]]]:
    """How many states, or each so many-th, were entered, those that this machine lacks, and the faults of each."""
    entered, missing = 0, []
    found = {}
    for name, chosen in list(STATES.items())[::every]:
        ground = Ground.make(base / f"{name}-{time.monotonic_ns()}")
        try:
            problems = faults(ground, chosen, reads=True)
        except UnavailableError as error:
            missing.append(f"{name}: {error}")
            continue
        entered += 1
        if problems:
            found[name] = problems
        with contextlib.suppress(OSError):
            subprocess.run(["rm", "-rf", str(ground.base)], check=False)
    return entered, missing, found
