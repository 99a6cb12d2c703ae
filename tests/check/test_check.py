"""`tk check`: what is looked at, what a branch and the index add, what is mended, and when it is no pass."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from checked import checked, ticket, write
from plaintickets.actions.check import CheckScope
from plaintickets.errors import GitRefusedError, RefusedError, UsageError
from prefork.start import quick

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from store_files import Tk

FLOW = """\
statuses:
  open: {class: open, transitions: [review]}
  review: {class: active, transitions: [open, closed]}
  closed: {class: done, transitions: []}
"""


def codes(repository: Repository, *paths: str, base: str = "", staged: bool = False, branch: str = "") -> list[str]:
    """The codes that are found, with the ticket of each."""
    outcome = checked(repository.folder, repository.tk.environment, CheckScope(paths, base, staged, branch))
    return [f"{found.code} {found.ticket}".rstrip() for found in outcome.found]


def put(repository: Repository, *, config: str = "", **keys: str) -> str:
    """Writes tickets by id, `_` standing for `-`, and commits everything; the commit."""
    ids = {name.replace("_", "-"): lines for name, lines in keys.items()}
    write(repository.folder, {f"{ticket_id}.md": ticket(ticket_id, lines) for ticket_id, lines in ids.items()})
    if config:
        write(repository.folder, {"config.yml": config})
    return repository.commit_all()


def test_a_finding_stands_at_its_path_in_the_repository(repository: Repository) -> None:
    nested = repository.folder / "sub"
    write(nested, {"a-1.md": ticket(keys="status: opne"), "config.yml": "prefx: a\n"})
    found = checked(nested, repository.tk.environment).found
    assert [(one.path, one.line) for one in found] == [("sub/.tickets/a-1.md", 3), ("sub/.tickets/config.yml", 1)]


def test_outside_git_the_store_alone_is_looked_at(tk: Tk) -> None:
    tk.write("a-1", status="opne")
    done = tk("check")
    assert done.code == 1
    assert done.lines[0] == ".tickets/a-1.md:3: error: unknown status 'opne' [unknown-status]"
    assert tk("check", "--base", "main").code == 5
    assert tk("check", "--staged").code == 5


def test_exit_codes_follow_the_level_that_is_asked_for(tk: Tk) -> None:
    tk.write("a-1", status="closed", deps="a-2")
    tk.write("a-2")
    assert [tk("check", *options).code for options in ((), ("--strict",), ("--level", "warning"))] == [0, 1, 1]
    (tk.store / "config.yml").write_text("check.rules: {closed-with-open-blockers: note}\n")
    assert [tk("check", *options).code for options in (("--strict",), ("--level", "note"))] == [0, 1]
    (tk.store / "config.yml").write_text("check.rules: {closed-with-open-blockers: off}\n")
    assert tk("check", "--level", "note").stdout == "Nothing wrong in 2 tickets\n"


def test_a_level_that_is_raised_fails(tk: Tk) -> None:
    tk.write("a-1", status="closed", deps="a-2")
    tk.write("a-2")
    (tk.store / "config.yml").write_text("check.rules: {closed-with-open-blockers: error}\n")
    assert tk("check").code == 1


def test_what_is_silenced_is_counted_and_only_for_its_tickets(tk: Tk) -> None:
    tk.write("old-1", status="opne")
    tk.write("a-1", status="opne")
    (tk.store / "config.yml").write_text("check.silence: [{rule: unknown-status, ticket: old-*, reason: imported}]\n")
    shown = json.loads(tk("check", "--json").stdout)
    assert [found["ticket"] for found in shown["findings"]] == ["a-1"]
    assert (shown["silenced"], shown["counts"]) == (1, {"error": 1, "warning": 0, "note": 0})


def test_no_store_is_not_a_pass(tk: Tk) -> None:
    assert tk("check").code == 4


def test_a_store_of_no_ticket_says_so(repository: Repository) -> None:
    assert repository.tk("check").stdout == "Nothing wrong in 0 tickets\n"


def test_a_mistake_in_the_settings_hides_nothing(tk: Tk) -> None:
    tk.write("a-1", status="opne")
    (tk.store / "config.yml").write_text("prefx: a\n")
    assert {found["code"] for found in json.loads(tk("check", "--json").stdout)["findings"]} == {
        "config-unknown-key",
        "unknown-status",
    }


@pytest.mark.parametrize("form", ["text", "json", "github", "gitlab", "junit", "sarif"])
def test_every_format_names_the_finding_and_has_the_exit_code(tk: Tk, form: str) -> None:
    tk.write("a-1", "red \u202e\x1b[31m", status="opne", more="assignee: \u202ex\n")
    done = tk("check", "--format", form)
    assert done.code == 1
    assert "unknown-status" in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)


def test_a_summary_is_appended(tk: Tk) -> None:
    tk.write("a-1", status="opne")
    summary = tk.folder / "summary.md"
    summary.write_text("before\n")
    tk("check", "--summary", "summary.md", "--quiet")
    assert summary.read_text().startswith("before\n### Tickets: 1 error in 1 ticket\n")


def test_a_rule_is_explained_without_a_store(tk: Tk) -> None:
    assert "Links are symmetric" in tk("check", "--explain", "one-sided-link").stdout
    unknown = tk("check", "--explain", "one-sided-lnk")
    assert (unknown.code, "one-sided-link" in unknown.stderr) == (2, True)


# Paths


def test_paths_folders_and_ids_limit_what_is_reported(repository: Repository) -> None:
    put(repository, a_1="deps: [gone]", a_2="links: [a-1]")
    write(repository.folder, {"archive/2026/b-1.md": ticket("b-1", "status: opne"), "a-1.d/x.md": "no"})
    assert codes(repository, "a-2") == ["one-sided-link a-2"]
    assert codes(repository, ".tickets/a-1.md") == ["no-front-matter a-1", "missing-dependency a-1"]
    assert codes(repository, ".tickets/a-1.d/x.md") == ["no-front-matter a-1"]
    assert codes(repository, ".tickets/archive") == ["unknown-status b-1"]
    assert len(codes(repository, ".")) == len(codes(repository)) == 4


def test_a_path_that_is_none_of_the_store_is_refused(repository: Repository) -> None:
    put(repository, a_1="")
    (repository.folder / "code.py").write_text("")
    (repository.folder / ".tickets/templates").mkdir()
    for path in ("code.py", "/etc/passwd", ".tickets/templates", ".tickets/../code.py"):
        with pytest.raises(UsageError):
            codes(repository, path)
    for path in ("nope", "", " "):
        with pytest.raises(RefusedError):
            codes(repository, path)


# What a branch adds


def branch(repository: Repository) -> None:
    repository.git("switch", "-qc", "work")


def test_base_reports_what_the_branch_adds_and_nothing_else(repository: Repository) -> None:
    put(repository, a_1="deps: [gone]", a_2="status: opne")
    branch(repository)
    # Lines move, and what was wrong stays wrong.
    put(repository, a_1="created: 2026-01-01T00:00:00Z\ndeps: [gone]\ntags: [x]", a_3="links: [a-1]")
    assert codes(repository, base="main") == ["one-sided-link a-3"]
    assert len(codes(repository)) == 3


def test_a_second_fault_like_one_that_was_there_is_added(repository: Repository) -> None:
    put(repository, a_1="")
    write(repository.folder, {"a-1.md": ticket(body="\x1b[1m\n")})
    repository.commit_all()
    branch(repository)
    write(repository.folder, {"a-1.md": ticket(body="new\n\x1b[1m\n\x1b[1m\n")})
    assert codes(repository, base="main") == ["suspicious-text a-1"]


def test_a_branch_that_removes_what_others_refer_to_adds_their_faults(repository: Repository) -> None:
    put(repository, a_1="deps: [a-2]", a_2="")
    branch(repository)
    (repository.folder / ".tickets/a-2.md").unlink()
    assert codes(repository, base="main") == ["missing-dependency a-1"]


def test_a_branch_is_checked_by_the_settings_of_its_base_and_says_which_it_changes(repository: Repository) -> None:
    put(repository, a_1="type: bug", a_2="type: bug\ncomponent: ui")
    branch(repository)
    write(repository.folder, {"config.yml": "types:\n  bug: {required: [component]}\n"})
    assert codes(repository, base="main") == []
    assert codes(repository) == ["missing-field a-1"]
    assert "this branch changes types in config.yml" in repository.tk("check", "--base", "main").stderr


def test_an_unborn_store_at_the_base_makes_everything_new(repository: Repository) -> None:
    shutil.rmtree(repository.folder / ".tickets")
    repository.commit_all()
    branch(repository)
    write(repository.folder, {"a-1.md": ticket(keys="status: opne")})
    assert codes(repository, base="main") == ["unknown-status a-1"]


def test_attributes_that_were_there_are_not_the_branchs_fault(repository: Repository) -> None:
    attributes = repository.folder / ".gitattributes"
    attributes.write_text("*.md ident\n")
    put(repository, a_1="")
    branch(repository)
    put(repository, a_2="")
    assert codes(repository, base="main") == []
    attributes.write_text("*.md filter=x\n")
    assert codes(repository, base="main") == ["attribute"]


@pytest.mark.parametrize("line", ["*.md working-tree-encoding=UTF-16", "*.md ident", "*.md filter=x", "*.md eol=crlf"])
def test_attributes_that_rewrite_tickets_are_found(repository: Repository, line: str) -> None:
    put(repository, a_1="")
    (repository.folder / ".tickets/.gitattributes").write_text(line + "\n")
    assert "attribute" in codes(repository)
    assert "attribute" not in codes(repository, staged=True)
    repository.git("add", ".tickets/.gitattributes")
    (repository.folder / ".tickets/.gitattributes").write_text("*.md eol=lf\n")
    assert "attribute" in codes(repository, staged=True)
    assert "attribute" not in codes(repository)


def test_an_unknown_and_an_unrelated_base_are_refused(repository: Repository) -> None:
    put(repository, a_1="")
    with pytest.raises(RefusedError):
        codes(repository, base="nope")
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit_all()
    with pytest.raises(RefusedError):
        codes(repository, base="main")


# Moves


def test_each_commit_is_judged_by_the_workflow(repository: Repository) -> None:
    put(repository, config=FLOW, a_1="", a_2="")
    branch(repository)
    put(repository, a_1="status: review")
    put(repository, a_1="status: closed")
    assert codes(repository, base="main") == []
    put(repository, a_2="status: closed")
    put(repository, a_2="status: review")
    found = checked(repository.folder, repository.tk.environment, CheckScope(base="main")).found
    moves = {one.message.partition(" in ")[0] for one in found}
    assert moves == {"went from open to closed", "went from closed to review"}
    assert {one.path for one in found} == {".tickets/a-2.md"}


def test_what_is_not_committed_is_judged_too(repository: Repository) -> None:
    put(repository, config=FLOW, a_1="")
    write(repository.folder, {"a-1.md": ticket(keys="status: closed")})
    assert codes(repository) == []
    assert codes(repository, base="main") == ["transition-not-allowed a-1"]
    assert codes(repository, staged=True) == []
    repository.git("add", ".")
    assert codes(repository, staged=True) == ["transition-not-allowed a-1"]


def test_a_ticket_that_is_unreadable_for_a_while_is_judged_over_the_gap(repository: Repository) -> None:
    put(repository, config=FLOW, a_1="", a_2="")
    branch(repository)
    for content in (b"\xff", b"\xfe"):
        write(repository.folder, {"a-1.md": content, "a-2.md": content})
        repository.commit_all()
    put(repository, a_1="status: closed", a_2="status: review")
    assert codes(repository, base="main") == ["transition-not-allowed a-1"]


def test_a_merge_is_judged_for_what_it_decided_itself(repository: Repository) -> None:
    put(repository, config=FLOW, a_1="", a_2="", a_3="")
    branch(repository)
    put(repository, a_1="status: review")
    repository.git("switch", "-q", "main")
    put(repository, a_2="status: review")
    put(repository, a_2="status: closed")
    repository.git("switch", "-q", "work")
    repository.git("merge", "-q", "--no-edit", "main")
    assert codes(repository, base="main") == []
    # Another side is merged, and the merge itself closes a ticket that was open on both.
    repository.git("switch", "-qc", "side", "main")
    put(repository, a_4="")
    repository.git("switch", "-q", "work")
    repository.git("merge", "-q", "--no-commit", "side")
    put(repository, a_3="status: closed")
    assert codes(repository, base="main") == ["transition-not-allowed a-3"]


def test_a_ticket_closed_on_the_base_and_reviewed_here_is_no_move_of_the_merge(repository: Repository) -> None:
    put(repository, config=FLOW, a_1="")
    branch(repository)
    put(repository, a_1="status: review")
    repository.git("switch", "-q", "main")
    put(repository, a_1="status: review\npriority: 0")
    put(repository, a_1="status: closed\npriority: 0")
    repository.git("switch", "-q", "work")
    repository.git("merge", "-q", "--no-edit", "-X", "theirs", "main")
    assert codes(repository, base="main") == []


def test_a_ticket_that_both_sides_created_is_found(repository: Repository) -> None:
    put(repository, a_1="")
    branch(repository)
    put(repository, a_2="created: 2026-02-01T00:00:00Z", a_3="", a_4="")
    repository.git("switch", "-q", "main")
    put(repository, a_2="created: 2026-02-02T00:00:00Z", a_3="tags: [taken, over]", a_5="")
    repository.git("switch", "-q", "work")
    assert codes(repository, base="main") == ["id-on-both-sides a-2"]


def test_a_shallow_clone_without_the_base_is_no_pass(repository: Repository, tmp_path: Path) -> None:
    put(repository, config=FLOW, a_1="")
    branch(repository)
    put(repository, a_1="status: review")
    put(repository, a_1="status: closed")
    source = f"file://{repository.folder}"
    repository.git("clone", "-q", "--depth=1", "--no-single-branch", "--branch=work", source, str(tmp_path / "clone"))
    clone = type(repository)(type(repository.tk)(repository.tk.command, tmp_path / "clone", repository.tk.environment))
    assert codes(clone) == []
    with pytest.raises(GitRefusedError, match="shallow"):
        codes(clone, base="origin/main")
    clone.git("fetch", "-q", "--unshallow")
    assert codes(clone, base="origin/main") == []


# The index


def test_staged_looks_at_the_index_and_not_at_the_work_tree(repository: Repository) -> None:
    put(repository, a_1="", a_2="", a_3="")
    write(repository.folder, {"a-1.md": ticket(keys="status: opne"), "b-1.md": ticket("b-1", "status: opne")})
    repository.git("add", ".tickets/a-1.md")
    write(repository.folder, {"a-1.md": ticket(), "a-2.md": ticket("a-2", "status: opne")})
    repository.git("rm", "-q", "--cached", ".tickets/a-3.md")
    outcome = checked(repository.folder, repository.tk.environment, CheckScope(staged=True))
    assert [(one.code, one.ticket, one.line) for one in outcome.found] == [("unknown-status", "a-1", 3)]
    assert outcome.checked.tickets == 2
    assert codes(repository) == ["unknown-status a-2", "unknown-status b-1"]


def test_staged_settings_count(repository: Repository) -> None:
    put(repository, a_1="status: odd")
    write(repository.folder, {"config.yml": "statuses: {odd: open, closed: done}\n"})
    assert codes(repository) == []
    assert codes(repository, staged=True) == ["unknown-status a-1"]
    repository.git("add", ".")
    (repository.folder / ".tickets/config.yml").unlink()
    assert codes(repository, staged=True) == []


def test_staged_works_before_the_first_commit(tk: Tk) -> None:
    tk.write("a-1", status="opne")
    assert run(tk, "init", "-q") == 0
    assert tk("check", "--staged").stdout == "Nothing wrong in 0 tickets\n"
    run(tk, "add", ".")
    assert tk("check", "--staged").code == 1


def run(tk: Tk, *arguments: str) -> int:
    return subprocess.run(["git", *arguments], cwd=tk.folder, env=tk.environment, check=False).returncode


@pytest.mark.parametrize("words", ["commit -qm x", "commit -qam x", "commit -qm x -- .tickets"])
def test_a_hook_judges_what_its_commit_takes(repository: Repository, words: str) -> None:
    put(repository, a_1="", a_2="")
    hook = repository.folder / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {quick(repository.tk.command)} check --staged --base HEAD\n")
    hook.chmod(0o755)
    write(repository.folder, {"a-1.md": ticket(keys="status: opne")})
    if words == "commit -qm x":
        repository.git("add", ".")
    assert run(repository.tk, *words.split()) == 1
    write(repository.folder, {"a-1.md": ticket(keys="status: closed")})
    if words == "commit -qm x":
        repository.git("add", ".")
    assert run(repository.tk, *words.split()) == 0


# Mending


def test_fix_mends_links_in_one_commit_and_leaves_the_rest(repository: Repository) -> None:
    put(repository, a_1="links: [a-2, a-3, a-1]", a_2="links: [a-1]", a_3="status: opne", b_1="links: [b-2]", b_2="")
    before = repository.git("rev-list", "--count", "HEAD")
    done = repository.tk("check", "--fix", "a-1")
    assert done.code == 0
    assert "Repaired: unlinked a-1 from itself" in done.lines
    assert "Repaired: linked a-3 back to a-1" in done.lines
    assert (repository.tk.field("a-1", "links"), repository.tk.field("a-3", "links")) == ("[a-2, a-3]", "[a-1]")
    assert int(repository.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert repository.git("status", "--porcelain") == ""
    assert codes(repository) == ["unknown-status a-3", "one-sided-link b-1"]


def test_fix_goes_with_the_work_tree_alone(repository: Repository) -> None:
    put(repository, a_1="")
    assert repository.tk("check", "--fix", "--staged").code == 2
    assert repository.tk("check", "--fix", "--base", "HEAD").code == 2


def test_what_is_silenced_is_not_mended(repository: Repository) -> None:
    silence = "check.silence: [{rule: one-sided-link, reason: no}]\n"
    put(repository, config=silence, a_1="links: [a-2]", a_2="")
    before = repository.git("rev-parse", "HEAD")
    assert repository.tk("check", "--fix").code == 0
    assert repository.git("rev-parse", "HEAD") == before


# The branch's name

NAMED = "check.rules: {branch-names-open-ticket: error}\n"


def test_a_branch_must_name_an_open_ticket_where_that_is_asked(repository: Repository) -> None:
    put(repository, config=NAMED, pt_7f3k="", pt_1="status: closed")
    assert codes(repository) == []
    for name, wrong in (("fix/PT-7f3k-parser", 0), ("pt-7f3kx", 1), ("pt-1", 1), ("mend", 1), ("x_pt-7f3k", 0)):
        repository.git("switch", "-qc", name)
        assert codes(repository) == ["branch-names-open-ticket"] * wrong, name


def test_a_detached_head_takes_the_branch_from_the_job_or_is_no_pass(repository: Repository) -> None:
    put(repository, config=NAMED, a_1="")
    repository.git("switch", "-q", "--detach")
    with pytest.raises(GitRefusedError):
        codes(repository)
    assert codes(repository, branch="a-1-it") == []
    assert codes(repository, branch="it") == ["branch-names-open-ticket"]
    assert repository.tk("check", env={"GITHUB_HEAD_REF": "it"}).code == 1


# Git


def test_an_unmerged_an_ignored_and_a_crlf_ticket_are_found(repository: Repository) -> None:
    put(repository, a_1="priority: 2")
    branch(repository)
    put(repository, a_1="priority: 1")
    repository.git("switch", "-q", "main")
    put(repository, a_1="priority: 3")
    run(repository.tk, "merge", "-q", "work")
    assert sorted(codes(repository)) == ["conflict-markers a-1", "unmerged"]
    repository.git("merge", "--abort")
    (repository.folder / ".gitignore").write_text(".tickets/\n")
    assert codes(repository) == ["ignored-store"]
    (repository.folder / ".gitignore").unlink()
    (repository.folder / ".tickets/.gitattributes").unlink()
    write(repository.folder, {"a-1.md": ticket().replace("\n", "\r\n")})
    repository.commit_all()
    assert codes(repository) == []
    (repository.folder / ".gitattributes").write_text("*.md text\n")
    assert codes(repository) == ["line-ends"]


def test_a_sparse_checkout_without_the_tickets_is_no_pass(repository: Repository) -> None:
    put(repository, a_1="", a_2="")
    repository.git("update-index", "--skip-worktree", ".tickets/a-1.md")
    assert codes(repository) == []
    (repository.folder / ".tickets/a-1.md").unlink()
    with pytest.raises(GitRefusedError, match="sparse"):
        codes(repository)


def test_a_read_only_detached_checkout_without_an_identity_is_checked_and_stays_as_it_was(
    repository: Repository, tmp_path: Path
) -> None:
    put(repository, config=FLOW, a_1="", a_2="links: [a-1]")
    branch(repository)
    put(repository, a_1="status: closed")
    repository.git("switch", "-q", "--detach")
    before = tree(repository.folder)
    home = tmp_path / "empty"
    home.mkdir()
    nobody = {"HOME": str(home), "GIT_CONFIG_GLOBAL": "/dev/null"}
    read_only(repository.folder, 0o555)
    try:
        done = repository.tk("check", "--base", "main", "--json", env=nobody)
    finally:
        read_only(repository.folder, 0o755)
    assert [found["code"] for found in json.loads(done.stdout)["findings"]] == ["transition-not-allowed"]
    assert (done.code, done.stderr) == (1, "")
    assert {path: state for path, state in tree(repository.folder).items() if "/plaintickets" not in path} == before
    assert list(home.iterdir()) == []


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for above, _, names in os.walk(folder):
        for name in names:
            state = os.lstat(os.path.join(above, name))
            found[os.path.join(above, name)] = (state.st_mtime_ns, state.st_size)
    return found


def read_only(folder: Path, mode: int) -> None:
    for above, _, _ in os.walk(folder):
        os.chmod(above, mode)


def test_the_number_of_git_processes_does_not_depend_on_the_tickets(repository: Repository, tmp_path: Path) -> None:
    log = tmp_path / "git.log"
    folder = tmp_path / "bin"
    folder.mkdir()
    real = shutil.which("git")
    (folder / "git").write_text(f'#!/bin/sh\necho x >>"{log}"\nexec {real} "$@"\n')
    (folder / "git").chmod(0o755)
    path = {"PATH": f"{folder}{os.pathsep}{repository.tk.environment['PATH']}"}

    def processes(*options: str) -> int:
        log.write_text("")
        done = repository.tk("check", *options, env=path)
        assert done.code == 0, done.stdout + done.stderr
        return len(log.read_text().splitlines())

    put(repository, config=FLOW, a_0="")
    branch(repository)
    counts = []
    for total in (3, 60):
        for number in range(total):
            write(repository.folder, {f"a-{number}.md": ticket(f"a-{number}", "status: review")})
        repository.commit_all()
        write(repository.folder, {f"b-{total}-{number}.md": ticket(f"b-{total}-{number}") for number in range(total)})
        repository.git("add", ".tickets")
        counts.append([processes(), processes("--staged"), processes("--base", "main")])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 25


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"---\npriority: soon\n---\n", "priority"),
        (b"---\nassignee: &a x\n---\n", "anchor"),
        (b"---\ntags: [\xff]\n---\n", "UTF-8"),
        (b"---\nid: x-1\n---\n", "'id'"),
        (b"---\nparent: gone-1\n---\n", "gone-1"),
    ],
)
def test_a_template_that_new_would_refuse_is_named_before_anybody_files_a_ticket(
    repository: Repository, content: bytes, said: str
) -> None:
    tk = repository.tk
    tk.write("a-1")
    folder = tk.store / "templates"
    folder.mkdir()
    (folder / "bug.md").write_bytes(content)
    refused = tk("new", "-t", "bug", "Title")
    assert refused.code in (2, 4), refused
    found = tk("check")
    assert found.code == 1
    assert ".tickets/templates/bug.md" in found.stdout
    assert said in found.stdout
    assert "broken-template" in tk("doctor").stdout


def test_a_template_of_no_type_a_link_and_a_pipe_are_named_or_passed_over(repository: Repository) -> None:
    tk = repository.tk
    tk.write("a-1")
    folder = tk.store / "templates"
    folder.mkdir()
    (folder / "bgu.md").write_text("## Steps\n")
    os.mkfifo(folder / "task.md")
    (folder / "epic.md").symlink_to(folder / "bgu.md")
    (folder / "README.md").write_text("How to write one.\n")
    found = tk("check").stdout
    assert "Did you mean 'bug'?" in found
    assert [name for name in ("bgu", "task", "epic", "README") if f"templates/{name}.md" in found] == [
        *("bgu", "task", "epic")
    ]


def test_under_a_base_a_broken_template_counts_where_the_branch_touched_it(repository: Repository) -> None:
    tk = repository.tk
    tk.write("a-1")
    (tk.store / "templates").mkdir()
    template = tk.store / "templates" / "bug.md"
    template.write_text("---\npriority: soon\n---\n")
    base = repository.commit_all()
    tk.write("a-2")
    repository.commit_all()
    assert tk("check", "--base", base).code == 0
    template.write_text("---\npriority: sooner\n---\n")
    repository.commit_all()
    assert "broken-template" in tk("check", "--base", base).stdout


def test_a_comment_apart_from_an_archived_ticket_says_where_the_ticket_is(repository: Repository) -> None:
    comment = "---\nauthor: Bo\ndate: 2026-01-01T10:00:00Z\n---\n\nOne.\n"
    write(repository.folder, {"archive/2026/a-1.md": ticket("a-1", "status: closed"), "a-1.d/x.md": comment})
    found = repository.tk("check")
    assert found.code == 1
    assert "a-1.d/x.md: error: a comment of 'a-1', whose file is archive/2026/a-1.md [orphan-comments]" in found.stdout
    assert "remove it" not in found.stdout, "it may be the only copy"
