"""The files for CI services: as their published schemas want them, and safe to run on a stranger's branch."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from ci_examples import ACTION, CI, ROOT, read_yaml, read_yaml_text
from schemas import json_faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOOKS = ROOT / ".pre-commit-hooks.yaml"
WORKFLOWS = sorted((CI / "github").glob("*.yml"))
GITLAB = sorted((CI / "gitlab").glob("*.yml"))
SCRIPTS = sorted(
    path for path in CI.rglob("*") if path.is_file() and path.read_bytes().startswith((b"#!/bin/sh", b"#!/usr/bin/env"))
)
# What is read from a stranger's branch or event: in a shell text it would be run.
EXPRESSION = re.compile(r"\$\{\{")
INPUT = re.compile(r"\binputs\.([\w-]+)")


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Every step of a workflow or of the action."""
    content = read_yaml(path)
    yield from content.get("runs", {}).get("steps", [])
    for job in content.get("jobs", {}).values():
        yield from job.get("steps", [])


def test_the_action_fits_its_schema() -> None:
    assert json_faults("github-action.json", read_yaml(ACTION)) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_fits_its_schema(path: Path) -> None:
    assert json_faults("github-workflow.json", read_yaml(path)) == []


@pytest.mark.parametrize("path", GITLAB, ids=lambda path: path.name)
def test_a_template_of_gitlab_fits_its_schema(path: Path) -> None:
    assert json_faults("gitlab-ci.json", read_yaml(path)) == []


def test_the_schemas_refuse_what_is_wrong() -> None:
    assert json_faults("github-action.json", {**read_yaml(ACTION), "runs": {"using": "composite"}})
    assert json_faults("github-workflow.json", {**read_yaml(WORKFLOWS[0]), "permissions": "all"})
    assert json_faults("gitlab-ci.json", {**read_yaml(GITLAB[0]), "tickets check": {"script": 3}})


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_no_expression_is_written_into_shell_text(path: Path) -> None:
    texts = [step["run"] for step in steps(path) if "run" in step]
    assert texts or path.name == "tickets.yml"
    assert [text for text in texts if EXPRESSION.search(text)] == []


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_no_text_of_a_stranger_is_used_at_all(path: Path) -> None:
    used = re.findall(r"github\.event\.[\w.]+|github\.head_ref", path.read_text(encoding="utf-8"))
    harmless = {
        *("github.event.pull_request.base.sha", "github.event.pull_request.head.sha"),
        *("github.event.pull_request.number", "github.event.merge_group.base_sha"),
        *("github.event.before", "github.event.after"),
    }
    assert set(used) <= harmless
    assert "pull_request_target" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_asks_for_the_permissions_that_it_needs_and_says_why(path: Path) -> None:
    assert set(read_yaml(path)["permissions"].values()) <= {"read", "write"}
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.strip().endswith(": write")] == []


def test_the_action_uses_every_input_and_no_other() -> None:
    text = json.dumps(read_yaml(ACTION)["runs"])
    assert set(INPUT.findall(text)) == set(read_yaml(ACTION)["inputs"])
    assert all(step["shell"] == "bash" for step in steps(ACTION))


def test_the_action_calls_scripts_that_are_there() -> None:
    called = [name for step in steps(ACTION) for name in re.findall(r'"\$GITHUB_ACTION_PATH/([\w./-]+)"', step["run"])]
    assert len(called) == len(read_yaml(ACTION)["runs"]["steps"])
    assert [name for name in called if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_and_can_be_parsed(path: Path) -> None:
    assert os.access(path, os.X_OK)
    if path.suffix == ".py":
        compile(path.read_bytes(), path, "exec")
        return
    done = subprocess.run(["sh", "-n", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_hook_of_pre_commit_has_what_pre_commit_asks_for() -> None:
    hooks = read_yaml(HOOKS)
    assert [hook["id"] for hook in hooks] == sorted({hook["id"] for hook in hooks})
    stages = {"commit-msg", "manual", "pre-commit", "pre-merge-commit", "pre-push", "prepare-commit-msg"}
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert hook["language"] == "python"
        assert set(hook["stages"]) <= stages
        assert hook["minimum_pre_commit_version"] == "3.2.0", "the first with these names of stages"
        re.compile(hook.get("files", ""))


def test_the_guide_shows_the_workflow_that_is_there_to_copy() -> None:
    guide = (ROOT / "docs" / "guide" / "ci.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```yaml\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert read_yaml_text(shown[0]) == read_yaml(CI / "github" / "tickets.yml")


def test_the_guide_names_every_input_and_its_default() -> None:
    guide = (ROOT / "docs" / "guide" / "ci.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \|.*\| (?:`(.*)`|.*) \|$", guide, re.MULTILINE))
    for name, given in read_yaml(ACTION)["inputs"].items():
        assert name in rows
        assert rows[name] == given["default"] or "${{" in given["default"] or not given["default"]


def test_the_guide_and_the_hooks_agree() -> None:
    guide = (ROOT / "docs" / "guide" / "ci.md").read_text(encoding="utf-8")
    shown = re.findall(r"^ +- id: ([\w-]+)$", guide, re.MULTILINE)
    assert sorted(shown) == [hook["id"] for hook in read_yaml(HOOKS)]


def test_every_file_of_a_folder_is_named_by_the_readme_of_the_examples() -> None:
    readme = (CI / "README.md").read_text(encoding="utf-8")
    files = {path.relative_to(CI).as_posix() for path in CI.rglob("*") if path.is_file() and "cache" not in str(path)}
    unnamed = {name for name in files if "/" in name and f"({name})" not in readme}
    assert unnamed == {"gerrit/review.py", "github/install.sh"}, "called by others that are named"


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "guide").glob("*.md")), ids=lambda page: page.stem)
def test_no_expression_is_written_into_shell_text_of_the_guide(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    steps = [step for block in shown for step in _shell_texts(read_yaml_text(block))]
    assert [step for step in steps if EXPRESSION.search(step)] == []


def _shell_texts(value: Any) -> Iterator[str]:
    """What stands under a key `run`, however deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and isinstance(value.get("run"), str):
        yield value["run"]
    for item in inner:
        yield from _shell_texts(item)
