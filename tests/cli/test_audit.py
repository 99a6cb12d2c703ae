"""`tk audit` in real repositories: who changed what, and what cannot be vouched for."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def audited(repository: Repository) -> Repository:
    repository.tk.write("pt-1", "One")
    repository.tk.write("pt-2", "=cmd()")
    (repository.tk.store / "config.yml").write_text("prefix: pt\n", "utf-8")
    repository.commit_all("first")
    repository.tk("set", "pt-1", "priority=0")
    repository.tk("rm", "pt-2")
    return repository


def rows(repository: Repository, *words: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(repository.tk("audit", *words, "--json").stdout)["rows"]
    return found


def test_every_change_has_its_values_and_its_people(audited: Repository) -> None:
    found = rows(audited, "--field", "priority")
    [row] = found
    me = "{} <{}>".format(*(audited.git("config", f"user.{name}").strip() for name in ("name", "email")))
    assert (row["ticket"], row["before"], row["after"], row["signature"]) == ("pt-1", "2", "0", "none")
    assert row["author"] == row["committer"] == me
    assert row["commit"] == audited.git("rev-parse", "HEAD^").strip()
    kinds = {(one["ticket"], one["kind"]) for one in rows(audited)}
    assert kinds >= {("pt-2", "deleted"), ("pt-1", "created"), ("", "file")}
    assert {one["ticket"] for one in rows(audited, "priority:0")} == {"pt-1"}


def test_a_table_for_a_spreadsheet_holds_no_formula(audited: Repository) -> None:
    read = [*csv.DictReader(io.StringIO(audited.tk("audit", "--format", "csv").stdout))]
    assert len(read) == len(rows(audited))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in read for cell in row.values())


def test_what_cannot_be_vouched_for_is_named(audited: Repository) -> None:
    audited.tk("comment", "pt-1", "mine")
    file = audited.tk.store / "pt-1.md"
    me = audited.git("config", "user.name").strip()
    file.write_text(file.read_text("utf-8").replace(me, "Somebody Else"), "utf-8")
    audited.commit_all("under another name")
    audited.tk("close", "pt-1")
    lost = audited.git("rev-parse", "HEAD").strip()
    audited.git("commit", "-q", "--amend", "--no-edit", "--date", "2037-01-01T00:00:00Z")
    found = rows(audited, "--verify")
    by_code = {row["code"]: row for row in found}
    assert by_code.keys() == {"unsigned", "comment-of-another", "rewritten", "clock-went-back"}
    assert f"{me} wrote a comment under the name Somebody Else" in by_code["comment-of-another"]["what"]
    assert by_code["rewritten"]["commit"] == lost
    assert by_code["clock-went-back"]["commit"] == audited.git("rev-parse", "HEAD").strip()
    assert audited.tk("audit", "--verify").code == 1


def test_a_commit_before_its_parent_is_named(audited: Repository) -> None:
    audited.tk("close", "pt-1")
    environment = {"GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z"}
    audited.tk.environment.update(environment)
    audited.git("commit", "-q", "--amend", "--no-edit", "--date", "2001-01-01T00:00:00Z")
    assert any("committed before its parent" in row["what"] for row in rows(audited, "--verify"))


def test_a_rule_of_automation_is_named(repository: Repository) -> None:
    repository.tk.write("pt-1", "One")
    rule = "- {name: urgent, on: [changed:priority], if: 'priority:0', do: [{tag: now}]}\n"
    (repository.tk.store / "rules.yml").write_text(rule, "utf-8")
    repository.commit_all("rules")
    assert repository.tk("set", "pt-1", "priority=0").code == 0
    assert [row["rule"] for row in rows(repository, "--field", "tags")] == ["urgent"]


def test_wrong_names_are_errors(audited: Repository) -> None:
    for words, code, message in (
        (["type:bgu"], 3, "no ticket has the type 'bgu'"),
        (["--field", "bogus"], 3, "there is no field 'bogus'"),
        (["--since", "nevr"], 2, "invalid date 'nevr'"),
    ):
        done = audited.tk("audit", *words)
        assert message in done.stderr, done.stderr
        assert done.code == code, done.stderr


@pytest.mark.parametrize("verify", [(), ("--verify",)])
def test_a_shallow_clone_vouches_for_nothing(audited: Repository, verify: tuple[str, ...]) -> None:
    shallow = audited.folder.parent / "shallow"
    audited.git("clone", "-q", "--depth", "1", f"file://{audited.folder}", str(shallow))
    done = audited.tk("-C", str(shallow), "audit", *verify)
    assert done.code == 4
    assert "this clone is shallow" in done.stderr
    assert "--partial" in done.stderr
    partial = audited.tk("-C", str(shallow), "audit", "--partial", *verify)
    assert partial.code == len(verify)
    assert "this clone is shallow: older commits are not shown" in partial.stdout
