"""The files for CI services: as their published schemas want them, and safe to run on a stranger's branch."""

from __future__ import annotations

import json
import os
import re
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ci_examples import CI, ROOT
from schemas import json_faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTION = ROOT / "action.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
WORKFLOWS = sorted((CI / "github").glob("*.yml"))
GITLAB = sorted((CI / "gitlab").glob("*.yml"))
SCRIPTS = sorted(
    path for path in CI.rglob("*") if path.is_file() and path.read_bytes().startswith((b"#!/bin/sh", b"#!/usr/bin/env"))
)
# What is read from a stranger's branch or event: in a shell text it would be run.
EXPRESSION = re.compile(r"\$\{\{")
INPUT = re.compile(r"\binputs\.([\w-]+)")


@cache
def read(path: Path) -> Any:
    """The file as JSON's types have it; YAML takes the key `on` for a truth value."""
    loaded = yaml.safe_load(re.sub(r"^on:", "'on':", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    return json.loads(json.dumps(loaded))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Every step of a workflow or of the action."""
    content = read(path)
    yield from content.get("runs", {}).get("steps", [])
    for job in content.get("jobs", {}).values():
        yield from job.get("steps", [])


def test_the_action_fits_its_schema() -> None:
    assert json_faults("github-action.json", read(ACTION)) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_fits_its_schema(path: Path) -> None:
    assert json_faults("github-workflow.json", read(path)) == []


@pytest.mark.parametrize("path", GITLAB, ids=lambda path: path.name)
def test_a_template_of_gitlab_fits_its_schema(path: Path) -> None:
    assert json_faults("gitlab-ci.json", read(path)) == []


def test_the_schemas_refuse_what_is_wrong() -> None:
    assert json_faults("github-action.json", {**read(ACTION), "runs": {"using": "composite"}})
    assert json_faults("github-workflow.json", {**read(WORKFLOWS[0]), "permissions": "all"})
    assert json_faults("gitlab-ci.json", {**read(GITLAB[0]), "tickets check": {"script": 3}})


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
    assert set(read(path)["permissions"].values()) <= {"read", "write"}
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.strip().endswith(": write")] == []


def test_the_action_uses_every_input_and_no_other() -> None:
    text = json.dumps(read(ACTION)["runs"])
    assert set(INPUT.findall(text)) == set(read(ACTION)["inputs"])
    assert all(step["shell"] == "bash" for step in steps(ACTION))


def test_the_action_calls_scripts_that_are_there() -> None:
    called = [name for step in steps(ACTION) for name in re.findall(r'"\$GITHUB_ACTION_PATH/([\w./-]+)"', step["run"])]
    assert len(called) == len(read(ACTION)["runs"]["steps"])
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
    hooks = read(HOOKS)
    assert [hook["id"] for hook in hooks] == sorted({hook["id"] for hook in hooks})
    stages = {"commit-msg", "manual", "pre-commit", "pre-merge-commit", "pre-push", "prepare-commit-msg"}
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert hook["language"] == "python"
        assert set(hook["stages"]) <= stages
        assert hook["minimum_pre_commit_version"] == "3.2.0", "the first with these names of stages"
        re.compile(hook.get("files", ""))
