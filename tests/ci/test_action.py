"""The GitHub Action: its steps run in their order, as a runner runs them, with the forge on this machine."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ci_examples import ACTION, ROOT, evaluate, filled_in, read_yaml, shell

if TYPE_CHECKING:
    from builders import Repository
    from forge import Forge


class Run(NamedTuple):
    """The exit code of each step that ran, what was printed, and the summaries and outputs."""

    codes: dict[str, int]
    text: str
    summary: str
    outputs: dict[str, str]


def run_action(repository: Repository, forge: Forge, event: str = "pull_request", **given: str) -> Run:
    """Runs the action with some inputs given, in a checkout."""
    action = read_yaml(ACTION)
    inputs: dict[str, str] = {name: str(row["default"]) for name, row in action["inputs"].items()}
    base = repository.git("rev-parse", "origin/main")
    known: dict[str, str] = {
        "github.event_name": event,
        "github.event.pull_request.base.sha": base if event == "pull_request" else "",
        "github.event.pull_request.head.sha": repository.git("rev-parse", "HEAD"),
        "github.event.pull_request.number": "7" if event == "pull_request" else "",
        "github.event.merge_group.base_sha": base if event == "merge_group" else "",
        "github.repository": "o/r",
        "github.server_url": "https://github.example",
        "github.token": "secret",
        "runner.temp": str(repository.folder.parent / "temp"),
    }
    inputs |= {"install": "false", **{name.replace("_", "-"): value for name, value in given.items()}}
    known |= {f"inputs.{name}": filled_in(value, known) for name, value in inputs.items()}
    files = {name: repository.folder.parent / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_PATH")}
    fixed = {name: str(path) for name, path in files.items()} | {
        "COMMENT_WAIT_SECONDS": "0",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_API_URL": forge.address,
        "GITHUB_REPOSITORY": "o/r",
    }
    for path in files.values():
        path.write_text("")
    codes, text, failed = {}, "", False
    for step in action["runs"]["steps"]:
        condition = str(step.get("if", "success()"))
        if not _runs(condition, known, failed=failed):
            continue
        env = {name: filled_in(str(value), known) for name, value in step["env"].items()}
        assert known["inputs.working-directory"] == "."
        done = shell(repository, step["run"], env={**fixed, **env}, interpreter="bash")
        codes[step["name"]] = done.returncode
        failed = failed or done.returncode != 0
        text += done.stdout + done.stderr
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    return Run(codes, text, files["GITHUB_STEP_SUMMARY"].read_text(), outputs)


def _runs(condition: str, known: dict[str, Any], *, failed: bool) -> bool:
    """Whether a step runs: without a word on how the others ended it does not after a failure."""
    text = condition.removeprefix("${{").removesuffix("}}").strip()
    if text == "success()":
        return not failed
    return bool(evaluate(text, known)) and ("cancelled()" in text or not failed)


CHECK, BLOCKERS, COMMENT = "Check the tickets", "Look for blockers", "Say what happens to the tickets"


def test_on_a_good_pull_request_it_passes_and_tells_what_happens(checkout: Repository, forge: Forge) -> None:
    run = run_action(checkout, forge)
    assert run.codes == {CHECK: 0, COMMENT: 0}, run.text
    [body] = forge.bodies(forge.user)
    assert "https://github.example/o/r/blob/" in body
    assert "Leaks every secret" in run.summary
    assert run.outputs == {"code": "0"}


def test_on_a_bad_pull_request_it_fails_and_still_tells_what_happens(checkout: Repository, forge: Forge) -> None:
    checkout.tk.write("pt-1", "Parser drops the last line", status="clsoed")
    run = run_action(checkout, forge, blockers="true", sarif="tickets.sarif")
    assert run.codes == {CHECK: 1, BLOCKERS: 1, COMMENT: 0}, run.text
    assert "::error file=.tickets/pt-1.md,line=3" in run.text
    assert (checkout.folder / "tickets.sarif").is_file()
    assert len(forge.comments) == 1


@pytest.mark.parametrize(("query", "code"), [("true", 1), ("is:open title:house", 0), ("is:open title:secret", 1)])
def test_what_blocks_can_be_said(checkout: Repository, forge: Forge, query: str, code: int) -> None:
    assert run_action(checkout, forge, blockers=query).codes[BLOCKERS] == code


def test_on_a_push_the_whole_store_is_judged_and_nobody_told(checkout: Repository, forge: Forge) -> None:
    run = run_action(checkout, forge, event="push", blockers="is:open title:house")
    assert run.codes == {CHECK: 0, BLOCKERS: 1}, run.text
    assert forge.requests == []


def test_in_the_merge_queue_what_the_branch_adds_is_judged_and_nobody_told(checkout: Repository, forge: Forge) -> None:
    run = run_action(checkout, forge, event="merge_group", blockers="is:open title:house")
    assert run.codes == {CHECK: 0, BLOCKERS: 0}, run.text
    assert forge.requests == []


def test_a_pull_request_from_a_fork_gets_a_warning_instead_of_a_comment(checkout: Repository, forge: Forge) -> None:
    forge.faults = [("POST", 403)]
    run = run_action(checkout, forge)
    assert run.codes == {CHECK: 0, COMMENT: 0}
    assert "::warning::no comment" in run.text


def test_inputs_are_words_and_not_shell_text(checkout: Repository, forge: Forge) -> None:
    evil = "\"; touch gone; $(touch gone) `touch gone`'"
    run = run_action(checkout, forge, blockers=evil, sarif=evil, base=evil, token=evil)
    assert all(run.codes.values())
    assert not (checkout.folder / "gone").exists()


@pytest.mark.soak
def test_the_action_installs_what_its_lock_file_names(checkout: Repository, forge: Forge) -> None:
    done = run_action(checkout, forge, install="true", python=shutil.which("python3") or "python3")
    assert done.codes["Install tk"] == 0, done.text
    bin_folder = (checkout.folder.parent / "GITHUB_PATH").read_text().strip()
    assert shutil.which("tk", path=bin_folder)
