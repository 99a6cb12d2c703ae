"""The comment on a pull or merge request: the script as it is, against a server that keeps comments.

It is run in this process, with the variables and streams of a run of its own; one test starts it as a program.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from ci_examples import TICKETS

if TYPE_CHECKING:
    from pathlib import Path

    from forge import Forge

SCRIPT = TICKETS / "post_comment.py"
BODY = "<!-- plaintickets:diff -->\n\n**1 closed** — ünïcode `$(x)`\n"


@pytest.fixture(params=["github", "gitlab"])
def settings(request: pytest.FixtureRequest, forge: Forge) -> dict[str, str]:
    waits = {"COMMENT_TOKEN": "secret", "COMMENT_WAIT_SECONDS": "0"}
    if request.param == "github":
        return {**waits, "GITHUB_API_URL": forge.address, "GITHUB_REPOSITORY": "o/r", "PULL_REQUEST": "7"}
    return {**waits, "CI_API_V4_URL": forge.address, "CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "7"}


def post(settings: dict[str, str], folder: Path, body: str = BODY, *options: str) -> subprocess.CompletedProcess[str]:
    file = folder / "comment.md"
    file.write_text(body, encoding="utf-8")
    out, err = StringIO(), StringIO()
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(settings)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = runpy.run_path(str(SCRIPT))["main"]([*options, str(file)])
    finally:
        os.environ.clear()
        os.environ.update(before)
    return subprocess.CompletedProcess([*options, str(file)], code, out.getvalue(), err.getvalue())


def test_the_first_time_a_comment_is_made(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    forge.add("ada", "Looks good.")
    done = post(settings, tmp_path)
    assert (done.returncode, done.stdout) == (0, "comment: posted\n"), done.stderr
    assert forge.bodies(forge.user) == [BODY]


def test_it_is_a_program(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "comment.md"
    for text, code, out in ((BODY, 0, "comment: posted\n"), (BODY, 0, "comment: up to date\n"), ("Hello\n", 2, "")):
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-I", str(SCRIPT), str(file)]
        done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False, timeout=600)
        assert (done.returncode, done.stdout) == (code, out), done.stderr
    assert forge.bodies(forge.user) == [BODY]


def test_later_the_same_comment_is_changed(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    post(settings, tmp_path)
    done = post(settings, tmp_path, BODY.replace("1 closed", "2 closed"))
    assert done.stdout == "comment: brought up to date\n"
    assert forge.bodies(forge.user) == [BODY.replace("1 closed", "2 closed")]


def test_what_says_the_same_is_left_alone(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    post(settings, tmp_path)
    [number] = forge.comments
    forge.comments[number]["body"] = BODY.replace("\n", "\r\n").rstrip()  # as forges give it back
    forge.requests.clear()
    assert post(settings, tmp_path).stdout == "comment: up to date\n"
    assert {request.split()[0] for request in forge.requests} == {"GET"}


def test_a_strangers_comment_with_our_mark_is_not_touched(
    forge: Forge, settings: dict[str, str], tmp_path: Path
) -> None:
    forge.add("mallory", BODY)
    post(settings, tmp_path, BODY.replace("1 closed", "9 closed"))
    assert forge.bodies("mallory") == [BODY]
    assert forge.bodies(forge.user) == [BODY.replace("1 closed", "9 closed")]


def test_our_comments_of_another_kind_are_not_touched(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    forge.add(forge.user, "<!-- plaintickets:blockers -->\nNone.")
    forge.add(forge.user, f"> {BODY}quoted")
    post(settings, tmp_path)
    assert len(forge.bodies(forge.user)) == 3


def test_the_comment_is_found_behind_hundreds_of_others(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    for number in range(230):
        forge.add("ada", f"Comment {number}")
    forge.add(forge.user, BODY)
    assert post(settings, tmp_path).stdout == "comment: up to date\n"


def test_nothing_new_makes_no_comment(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    assert post(settings, tmp_path, BODY, "--update-only").returncode == 0
    assert forge.comments == {}
    post(settings, tmp_path)
    assert post(settings, tmp_path, "<!-- plaintickets:diff -->\nNothing.\n", "--update-only").returncode == 0
    assert forge.bodies(forge.user) == ["<!-- plaintickets:diff -->\nNothing.\n"]


def test_a_token_that_may_not_write_is_a_warning(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    forge.faults = [("POST", 403)]
    done = post(settings, tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("::warning::no comment: the token may not write comments here")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_forge_that_stumbles_is_asked_again(
    forge: Forge, settings: dict[str, str], tmp_path: Path, status: int
) -> None:
    post(settings, tmp_path)
    forge.faults = [("GET", status), ("GET", status), ("PATCH", status), ("PUT", status)]
    assert post(settings, tmp_path, BODY + "more\n").stdout == "comment: brought up to date\n"


@pytest.mark.parametrize("status", [302, 404, 422])
def test_a_refusal_is_a_failure(forge: Forge, settings: dict[str, str], tmp_path: Path, status: int) -> None:
    forge.faults = [("POST", status)]
    done = post(settings, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"POST {forge.requests[-1].split()[1]}: {status}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_comment_whose_answer_was_lost_is_not_made_twice(
    forge: Forge, settings: dict[str, str], tmp_path: Path
) -> None:
    forge.faults = [("POST", 502)]
    assert post(settings, tmp_path).returncode == 1
    assert sum(request.startswith("POST") for request in forge.requests) == 1


def test_a_wrong_token_is_a_failure_and_is_not_shown(settings: dict[str, str], tmp_path: Path) -> None:
    done = post({**settings, "COMMENT_TOKEN": "stolen"}, tmp_path)
    assert done.returncode == 1
    assert "stolen" not in done.stdout + done.stderr


def test_nobody_there_is_a_failure(settings: dict[str, str], tmp_path: Path) -> None:
    closed = {name: "http://127.0.0.1:9" for name in settings if name.endswith(("API_URL", "API_V4_URL"))}
    done = post({**settings, **closed}, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"COMMENT_TOKEN": ""}, "COMMENT_TOKEN must be set"),
        ({"PULL_REQUEST": "7/../8", "CI_MERGE_REQUEST_IID": "7/../8"}, "is not the number"),
        ({"GITHUB_API_URL": "http://forge.example", "CI_API_V4_URL": "http://forge.example"}, "not an https address"),
    ],
)
def test_wrong_settings_are_named(
    settings: dict[str, str], tmp_path: Path, change: dict[str, str], sentence: str
) -> None:
    known = {name: value for name, value in change.items() if name in settings}
    done = post({**settings, **known}, tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_text_without_a_mark_is_not_posted(forge: Forge, settings: dict[str, str], tmp_path: Path) -> None:
    assert post(settings, tmp_path, "Hello\n").returncode == 2
    assert forge.requests == []
