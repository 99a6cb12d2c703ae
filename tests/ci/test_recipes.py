"""The recipes for CI, run as they stand: the shell parts by a shell, the YAML's lines in their order."""

from __future__ import annotations

import json
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from ci_examples import CI, ROOT, TICKETS, path_with, read_yaml, run_job, run_script, shell
from schemas import json_faults, xml_faults

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from builders import Repository
    from forge import Forge

BASE = "origin/main"
CHECK = TICKETS / "check.sh"


def spoil(repository: Repository) -> None:
    """Makes an error that a reviewer may miss."""
    repository.tk.write("pt-1", "Parser drops the last line", status="clsoed")


def comments(forge: Forge, number: str = "7") -> dict[str, str]:
    """The variables by which comment.sh finds the forge."""
    return {
        "GITHUB_API_URL": forge.address,
        "GITHUB_REPOSITORY": "o/r",
        "PULL_REQUEST": number,
        "COMMENT_TOKEN": "secret",
        "COMMENT_WAIT_SECONDS": "0",
    }


def test_a_good_branch_passes_and_has_empty_reports(checkout: Repository) -> None:
    done = run_script(checkout, CHECK, "text", "gitlab=q.json", "junit=t.xml", "sarif=s.sarif", BASE=BASE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((checkout.folder / "q.json").read_text()) == []
    assert 'failures="0"' in (checkout.folder / "t.xml").read_text()
    assert json.loads((checkout.folder / "s.sarif").read_text())["runs"][0]["results"] == []


def test_a_bad_branch_fails_and_every_report_says_why(checkout: Repository) -> None:
    spoil(checkout)
    env = {"BASE": BASE, "SUMMARY": "summary.md", "STATUS": "status"}
    done = run_script(checkout, CHECK, "github", "gitlab=q.json", "junit=t.xml", "sarif=s.sarif", **env)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=.tickets/pt-1.md,line=3,title=pt-1%3A unknown-status::")
    [issue] = json.loads((checkout.folder / "q.json").read_text())
    assert (issue["check_name"], issue["location"]["path"]) == ("unknown-status", ".tickets/pt-1.md")
    assert json_faults("gitlab-code-quality.json", [issue]) == []
    assert xml_faults("junit-10.xsd", (checkout.folder / "t.xml").read_text()) == []
    assert json_faults("sarif-2.1.0-rtm.5.json", json.loads((checkout.folder / "s.sarif").read_text())) == []
    assert "unknown\\-status" in (checkout.folder / "summary.md").read_text()
    assert (checkout.folder / "status").read_text() == "code=1\n"


def test_where_nobody_can_look_there_is_no_pass_and_no_report(checkout: Repository) -> None:
    shutil.rmtree(checkout.tk.store)
    done = run_script(checkout, CHECK, "text", "gitlab=q.json", STATUS="status")
    assert done.returncode > 2, done.stdout
    assert not (checkout.folder / "q.json").exists()
    assert (checkout.folder / "status").read_text() == f"code={done.returncode}\n"


def test_a_base_that_is_not_there_is_no_pass(checkout: Repository) -> None:
    for script in ("check.sh", "blockers.sh", "comment.sh"):
        assert run_script(checkout, TICKETS / script, BASE="0" * 40).returncode > 2


def test_without_tk_there_is_no_pass(checkout: Repository) -> None:
    for script in ("check.sh", "blockers.sh", "comment.sh"):
        done = run_script(checkout, TICKETS / script, BASE=BASE, PATH="/usr/bin:/bin")
        assert done.returncode == 127


def test_a_report_that_is_none_is_wrong_usage(checkout: Repository) -> None:
    assert run_script(checkout, CHECK, "text", "q.json").returncode == 2
    assert run_script(checkout, CHECK, "text", "gitlap=q.json").returncode == 2
    assert run_script(checkout, CHECK, "gitlap").returncode == 2


def test_what_the_branch_adds_blocks(checkout: Repository) -> None:
    done = run_script(checkout, TICKETS / "blockers.sh", BASE=BASE, SUMMARY="summary.md")
    assert (done.returncode, done.stdout) == (1, "pt-2 [open] Leaks every secret\n"), done.stderr
    assert "Leaks every secret" in (checkout.folder / "summary.md").read_text()


def test_without_a_base_all_that_is_there_blocks(checkout: Repository) -> None:
    done = run_script(checkout, TICKETS / "blockers.sh")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 2), done.stderr


def test_a_query_says_what_blocks(checkout: Repository) -> None:
    odd = 'is:open title:"$(touch gone); --summary=x"'
    assert run_script(checkout, TICKETS / "blockers.sh", QUERY=odd).returncode == 0
    assert run_script(checkout, TICKETS / "blockers.sh", QUERY="is:open title:secret").returncode == 1
    assert checkout.git("status", "--porcelain") == ""


def test_the_diff_is_told_and_brought_up_to_date(checkout: Repository, forge: Forge) -> None:
    env = {**comments(forge), "BASE": BASE, "SUMMARY": "summary.md", "LINK_BASE": "https://forge.example/blob/1"}
    done = run_script(checkout, TICKETS / "comment.sh", **env)
    assert (done.returncode, done.stdout) == (0, "comment: posted\n"), done.stderr
    [body] = forge.bodies(forge.user)
    assert "Leaks every secret" in body
    assert "https://forge.example/blob/1/.tickets/pt-2.md" in body
    assert (checkout.folder / "summary.md").read_text() == body
    assert run_script(checkout, TICKETS / "comment.sh", **env).stdout == "comment: up to date\n"
    checkout.git("checkout", "--quiet", "--detach", BASE)
    assert run_script(checkout, TICKETS / "comment.sh", **env).stdout == "comment: brought up to date\n"
    [body] = forge.bodies(forge.user)
    assert "Leaks every secret" not in body


def test_a_branch_that_leaves_the_tickets_alone_gets_no_comment(checkout: Repository, forge: Forge) -> None:
    checkout.git("checkout", "--quiet", "--detach", BASE)
    done = run_script(checkout, TICKETS / "comment.sh", **comments(forge), BASE=BASE)
    assert (done.returncode, forge.comments) == (0, {}), done.stderr


def test_without_a_token_the_diff_stands_in_the_summary(checkout: Repository) -> None:
    done = run_script(checkout, TICKETS / "comment.sh", BASE=BASE, SUMMARY="summary.md")
    assert (done.returncode, done.stdout) == (0, "no comment: there is no token\n"), done.stderr
    assert "Leaks every secret" in (checkout.folder / "summary.md").read_text()


def test_a_diff_that_nobody_can_make_is_not_told(checkout: Repository, forge: Forge) -> None:
    done = run_script(checkout, TICKETS / "comment.sh", **comments(forge), BASE="no-such-branch")
    assert done.returncode > 2
    assert forge.requests == []


def test_the_gates_write_nothing_that_they_are_not_told_to(checkout: Repository) -> None:
    before = _files(checkout.folder)
    run_script(checkout, CHECK, BASE=BASE)
    run_script(checkout, TICKETS / "blockers.sh", BASE=BASE)
    run_script(checkout, TICKETS / "comment.sh", BASE=BASE)
    assert _files(checkout.folder) == before


def _files(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def test_a_shallow_clone_is_enough_where_there_is_no_base(checkout: Repository, branch: Repository) -> None:
    shutil.rmtree(checkout.folder)
    url = branch.folder.as_uri()
    branch.git("clone", "--quiet", "--depth=1", "--branch=work", url, str(checkout.folder))
    assert run_script(checkout, CHECK).returncode == 0
    assert run_script(checkout, TICKETS / "blockers.sh").returncode == 1
    done = run_script(checkout, CHECK, "github", BASE=branch.git("rev-parse", "main"))
    assert done.returncode > 2, done.stderr
    assert "fetch" in done.stderr
    assert done.stdout == (
        f"::error title=tickets::nobody could look, exit code {done.returncode}"
        " (the clone is shallow: fetch-depth: 0); the log says why\n"
    )


@pytest.mark.parametrize(("status", "tag", "code"), [("open", "v2.0", 1), ("closed", "v2.0", 0), ("closed", "v3", 3)])
def test_a_release_waits_for_its_milestone(checkout: Repository, status: str, tag: str, code: int) -> None:
    checkout.tk.write("pt-0", "Burns the house down", status=status, priority="0", more="milestone: 2.0\n")
    done = run_job(checkout, "release.yml", "gate", GITHUB_REF_NAME=tag, GITHUB_STEP_SUMMARY="summary.md")
    assert done.returncode == code, done.stderr
    assert "### Blockers" in (checkout.folder / "summary.md").read_text()


def test_the_nightly_run_lists_what_is_overdue(checkout: Repository) -> None:
    checkout.tk.write("pt-3", "Renew the certificate", more="due: 2020-01-01\n")
    done = run_job(checkout, "nightly.yml", "tickets")
    assert (done.returncode, "Renew the certificate" in done.stdout) == (0, True), done.stderr


def test_the_jobs_of_gitlab(checkout: Repository, forge: Forge) -> None:
    shutil.copytree(TICKETS, checkout.folder / "ci" / "tickets")
    jobs = read_yaml(CI / "gitlab" / "tickets.gitlab-ci.yml")
    [rule] = jobs["tickets comment"]["rules"]
    env = {
        "CI_API_V4_URL": forge.address,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": BASE,
        "CI_PROJECT_URL": "https://gitlab.example/o/r",
        "CI_COMMIT_SHA": checkout.git("rev-parse", "HEAD"),
        "TICKETS_TOKEN": "secret",
    }
    codes = {}
    for name in ("tickets check", "tickets blockers", "tickets comment"):
        named = {**rule["variables"], **jobs[name].get("variables", {})}
        variables = {key: shell(checkout, f'printf %s "{value}"', env=env).stdout for key, value in named.items()}
        done = shell(checkout, "\n".join(jobs[name]["script"]), env={**env, **variables})
        codes[name] = done.returncode
    assert codes == {"tickets check": 0, "tickets blockers": 1, "tickets comment": 0}
    for report in jobs["tickets check"]["artifacts"]["reports"].values():
        assert (checkout.folder / report).is_file()
    [body] = forge.bodies(forge.user)
    assert f"https://gitlab.example/o/r/-/blob/{env['CI_COMMIT_SHA']}/.tickets/pt-2.md" in body


@pytest.fixture
def voted(tmp_path: Path) -> Callable[..., tuple[int, dict[str, object]]]:
    """Runs the recipe for Gerrit with an `ssh` that keeps what it is given; the exit code and the review."""
    folder = tmp_path / "programs"
    folder.mkdir()
    ssh = folder / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/words\ncat >{tmp_path}/review\n')
    ssh.chmod(0o755)

    def vote(repository: Repository) -> tuple[int, dict[str, object]]:
        env = {
            "GERRIT_HOST": "gerrit.example",
            "GERRIT_BRANCH": "main",
            "GERRIT_PATCHSET_REVISION": repository.git("rev-parse", "HEAD"),
            "PATH": path_with(repository, folder),
        }
        done = run_script(repository, CI / "gerrit" / "vote.sh", **env)
        words = (tmp_path / "words").read_text().split()
        assert words == ["-p", "29418", "--", "gerrit.example", "gerrit", "review", "--json", words[-1]]
        return done.returncode, json.loads((tmp_path / "review").read_text())

    return vote


def test_gerrit_gets_a_vote(checkout: Repository, voted: Callable[..., tuple[int, dict[str, object]]]) -> None:
    code, review = voted(checkout)
    assert (code, review["labels"], review["comments"]) == (0, {"Verified": 1}, {})


def test_gerrit_gets_a_remark_at_the_line(
    checkout: Repository, voted: Callable[..., tuple[int, dict[str, object]]]
) -> None:
    spoil(checkout)
    code, review = voted(checkout)
    assert (code, review["labels"]) == (1, {"Verified": -1})
    remarks = review["comments"]
    assert isinstance(remarks, dict)
    [remark] = remarks[".tickets/pt-1.md"]
    assert (remark["line"], remark["unresolved"]) == (3, True)
    assert remark["message"].endswith("[unknown-status]")


def test_gerrit_gets_no_vote_where_nobody_could_look(
    checkout: Repository, voted: Callable[..., tuple[int, dict[str, object]]]
) -> None:
    shutil.rmtree(checkout.tk.store)
    code, review = voted(checkout)
    assert code > 2
    assert review["labels"] == {}
    assert f"nobody could look (exit code {code})" in str(review["message"])


@pytest.fixture
def server(branch: Repository) -> Path:
    """A bare repository that the branch is pushed to, with the hook."""
    folder = branch.folder.parent / "server.git"
    branch.git("init", "--quiet", "--bare", str(folder))
    hook = folder / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    shutil.copy(CI / "server" / "pre-receive", hook)
    assert hook.stat().st_mode & stat.S_IXUSR
    branch.git("remote", "add", "server", str(folder))
    return folder


def push(repository: Repository, *refs: str) -> subprocess.CompletedProcess[str]:
    return shell(repository, 'git push --quiet server "$@"', *refs)


def test_a_server_takes_good_tickets(branch: Repository, server: Path) -> None:
    done = push(branch, "main", "work")
    assert done.returncode == 0, done.stderr
    branch.git("tag", "v1")
    assert push(branch, "v1", ":work").returncode == 0


def test_a_server_refuses_tickets_that_break_a_rule(branch: Repository, server: Path) -> None:
    spoil(branch)
    branch.commit_all("spoilt")
    done = push(branch, "work")
    assert done.returncode == 1
    assert "unknown-status" in done.stderr
    assert done.stderr.index("in .tickets:") < done.stderr.index("unknown-status")
    assert "Nothing wrong" not in done.stderr
    assert "tickets on refs/heads/work: the check ended with 1" in done.stderr
    assert branch.git("ls-remote", "server") == ""


def test_a_server_looks_at_every_store_and_none_can_hide(branch: Repository, server: Path) -> None:
    store = branch.folder / "services" / "a b" / ".tickets"
    store.mkdir(parents=True)
    (store / "sv-1.md").write_text(branch.tk.text("pt-1"), encoding="utf-8")
    (branch.folder / ".gitattributes").write_text("services export-ignore\n")
    branch.commit_all("a second store")
    good = push(branch, "work")
    assert good.returncode == 1, "the id is another one's"
    assert "id-mismatch" in good.stderr
    assert "in services/a b/.tickets" in good.stderr
    (store / "sv-1.md").unlink()
    (store / "pt-1.md").write_text(branch.tk.text("pt-1"), encoding="utf-8")
    branch.commit_all("mended")
    assert push(branch, "work").returncode == 0
    (branch.folder / "web").mkdir()
    (branch.folder / "web" / ".tickets").symlink_to(branch.folder)
    branch.commit_all("a link")
    assert push(branch, "work").returncode == 1


def test_a_server_takes_a_branch_without_tickets(branch: Repository, server: Path) -> None:
    branch.git("rm", "-r", "--quiet", ".tickets")
    branch.commit_all("no tickets")
    assert push(branch, "work").returncode == 0


def test_the_hook_of_pre_commit_looks_at_what_is_staged(branch: Repository) -> None:
    [hook] = [hook for hook in read_yaml(ROOT / ".pre-commit-hooks.yaml") if hook["id"] == "tk-check"]
    spoil(branch)
    assert shell(branch, hook["entry"]).returncode == 0, "spoilt in the work tree only"
    branch.git("add", ".tickets")
    done = shell(branch, hook["entry"])
    assert done.returncode == 1
    assert "unknown-status" in done.stdout
    branch.tk.write("pt-1", "Parser drops the last line")
    assert shell(branch, hook["entry"]).returncode == 1, "mended in the work tree only"


def test_the_hook_before_a_push_looks_at_everything(branch: Repository) -> None:
    [hook] = [hook for hook in read_yaml(ROOT / ".pre-commit-hooks.yaml") if hook["id"] == "tk-check-all"]
    assert shell(branch, hook["entry"]).returncode == 0
    spoil(branch)
    assert shell(branch, hook["entry"]).returncode == 1


POLICY = """\
people:
  ada: {mail: ada@example.com, teams: [leads]}
  eve: {mail: eve@example.com}
policy:
  - {name: leads-remove, who: [team:leads], do: [remove]}
  - {name: settings, who: [team:leads], files: ["*.yml"]}
"""


def eve(repository: Repository) -> None:
    repository.git("config", "user.name", "eve")
    repository.git("config", "user.email", "eve@example.com")


@pytest.mark.parametrize("what", ["a ticket", "the policy", "the store", "a new branch"])
def test_a_server_holds_the_policy_of_the_branch_before_the_push(branch: Repository, server: Path, what: str) -> None:
    with (branch.tk.store / "config.yml").open("a", encoding="utf-8") as file:
        file.write(POLICY)
    branch.commit_all("a policy")
    assert push(branch, "HEAD:main").returncode == 0
    branch.git("--git-dir", str(server), "symbolic-ref", "HEAD", "refs/heads/main")
    eve(branch)
    branch.git("commit", "--quiet", "--allow-empty", "-m", "nothing of tickets")
    assert push(branch, "HEAD:main").returncode == 0, "the policy is about what changes"
    if what == "the store":
        branch.git("rm", "-r", "-q", ".tickets")
    elif what == "the policy":
        text = (branch.tk.store / "config.yml").read_text("utf-8").replace("team:leads", "eve")
        (branch.tk.store / "config.yml").write_text(text, "utf-8")
    else:
        branch.git("rm", "-q", ".tickets/pt-1.md")
    branch.git("commit", "--quiet", "-a", "-m", "mine")
    done = push(branch, "HEAD:other" if what == "a new branch" else "HEAD:main")
    assert done.returncode == 1
    assert "forbidden-by-policy" in done.stderr
    assert "only team:leads may, and eve did" in done.stderr
