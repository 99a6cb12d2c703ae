"""The policy in real repositories: who may change what, judged by the settings before the change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

SETTINGS = """\
prefix: pt
people:
  ada: {mail: ada@example.com, teams: [leads]}
  eve: {mail: eve@example.com}
approvals: {committers: [noreply@forge.example]}
policy:
"""
RULE = "  - {name: %s, who: [team:leads], %s}\n"


def put_policy(desk: Repository, *rules: str) -> None:
    listed = "".join(RULE % (f"rule{number or ''}", rule) for number, rule in enumerate(rules))
    (desk.tk.store / "config.yml").write_text(SETTINGS + listed, "utf-8")
    desk.commit_all("policy")
    desk.git("branch", "-f", "base")


def become(desk: Repository, name: str, mail: str = "") -> None:
    desk.git("config", "user.name", name)
    desk.git("config", "user.email", mail or f"{name}@example.com")


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    become(repository, "ada")
    one = repository.tk.write("pt-1", "One")
    one.write_text(one.read_text("utf-8").replace("type: task", "type: incident"), "utf-8")
    repository.tk.write("pt-2", "Two")
    (repository.tk.store / "config.yml").write_text(SETTINGS.removesuffix("policy:\n"), "utf-8")
    repository.commit_all("first")
    return repository


def codes(desk: Repository, *words: str) -> list[str]:
    done = desk.tk("check", *words, "--json")
    found = json.loads(done.stdout)["findings"]
    assert (done.code == 1) == bool(found), done.stdout
    return [one["message"] for one in found if one["code"] == "forbidden-by-policy"]


def by_hand(desk: Repository, path: str, old: str, new: str) -> None:
    file = desk.tk.store / path
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    desk.git("add", "-A")
    desk.git("commit", "-qm", "by hand")


CASES = {
    "a field": ("fields: [priority]", ["set", "pt-1", "priority=0"], ["set", "pt-1", "component=x"]),
    "the title": ("fields: [title]", ["set", "pt-1", "title=New"], ["comment", "pt-1", "x"]),
    "a status": ("statuses: [closed]", ["close", "pt-1"], ["start", "pt-1"]),
    "a status of some": ("if: 'type:incident', statuses: [closed]", ["close", "pt-1"], ["close", "pt-2"]),
    "everything of some": ("if: 'type:incident'", ["tag", "pt-1", "x"], ["tag", "pt-2", "x"]),
    "out of the query": ("if: 'type:incident'", ["set", "pt-1", "type=task"], ["set", "pt-2", "type=bug"]),
    "into the query": ("if: 'type:incident'", ["set", "pt-2", "type=incident"], ["set", "pt-2", "type=bug"]),
    "a field at creation": ("fields: [priority]", ["new", "x", "-p", "0"], ["new", "x"]),
    "a new ticket": ("do: [create]", ["new", "x"], ["close", "pt-1"]),
    "a removal": ("do: remove", ["rm", "pt-2"], ["close", "pt-2"]),
    "a comment": ("do: [comment]", ["comment", "pt-1", "x"], ["close", "pt-1"]),
    "an approval": ("do: [approve]", ["approve", "pt-1"], ["close", "pt-1"]),
    "another id": ("fields: [id]", ["mv", "pt-2", "pt-9"], ["close", "pt-2"]),
    "everything": ("do: [create, remove], files: ['*']", ["new", "x"], ["close", "pt-1"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_forbids_what_it_is_about_to_those_it_does_not_name(desk: Repository, case: str) -> None:
    rule, forbidden, free = CASES[case]
    put_policy(desk, rule)
    become(desk, "eve")
    assert desk.tk(*free).code == 0
    assert codes(desk, "--policy", "base..HEAD") == []
    assert desk.tk(*forbidden).code == 0
    [message] = codes(desk, "--policy", "base..HEAD")
    assert "only team:leads may, and eve did; rule rule of the policy, .tickets/config.yml:7" in message
    if case in {"a field", "a removal"}:
        assert codes(desk, "--base", "base") == [message]
    desk.git("reset", "-q", "--hard", "base")
    become(desk, "ada")
    assert desk.tk(*forbidden).code == 0
    assert codes(desk, "--policy", "base..HEAD") == []


def test_files_of_the_store_and_articles(desk: Repository) -> None:
    put_policy(desk, "files: [config.yml]", "do: [publish]")
    become(desk, "eve")
    (desk.tk.store / "kb").mkdir()
    (desk.tk.store / "kb" / "login.md").write_text("---\ntitle: Login\nstatus: draft\n---\n", "utf-8")
    desk.commit_all("draft")
    assert codes(desk, "--policy", "base..HEAD") == []
    by_hand(desk, "kb/login.md", "draft", "published")
    by_hand(desk, "config.yml", "team:leads", "eve")
    found = codes(desk, "--policy", "base..HEAD")
    assert ["publishes kb/login.md" in found[-1], "changes config.yml" in found[0]] == [True, True]


def test_a_branch_allows_itself_nothing(desk: Repository) -> None:
    put_policy(desk, "fields: [priority]")
    become(desk, "eve")
    by_hand(desk, "config.yml", "eve@example.com}", "eve@example.com, teams: [leads]}\ncheck: {rules: {no-title: off}}")
    by_hand(desk, "config.yml", "fields: [priority]", "fields: [severity]")
    desk.tk("set", "pt-1", "priority=0")
    assert len(codes(desk, "--policy", "base..HEAD")) == len(codes(desk, "--base", "base")) == 1


def test_the_committer_counts_too_and_a_forge_may_commit(desk: Repository) -> None:
    put_policy(desk, "fields: [priority]")
    become(desk, "eve")
    desk.tk("set", "pt-1", "priority=0")
    desk.git("commit", "-q", "--amend", "--no-edit", "--author", "ada <ada@example.com>")
    [message] = codes(desk, "--policy", "base..HEAD")
    assert "only team:leads may, and eve committed it" in message
    become(desk, "Forge", "noreply@forge.example")
    desk.git("commit", "-q", "--amend", "--no-edit")
    assert codes(desk, "--policy", "base..HEAD") == []


def test_what_is_not_committed_is_the_users(desk: Repository) -> None:
    put_policy(desk, "fields: [priority], files: [config.yml]")
    become(desk, "eve")
    file = desk.tk.store / "pt-1.md"
    file.write_text(file.read_text("utf-8").replace("priority: 2", "priority: 0"), "utf-8")
    assert len(codes(desk, "--base", "base")) == 1
    assert codes(desk, "--staged") == []
    desk.git("add", "-A")
    [message] = codes(desk, "--staged")
    assert "an uncommitted change changes priority" in message
    become(desk, "ada")
    assert codes(desk, "--staged") == codes(desk, "--base", "base") == []


def test_a_merge_counts_only_for_what_it_decides_itself(desk: Repository) -> None:
    put_policy(desk, "fields: [priority]")
    desk.git("checkout", "-q", "-b", "side")
    desk.tk("set", "pt-1", "priority=0")
    desk.git("checkout", "-q", "-")
    become(desk, "eve")
    desk.tk("set", "pt-2", "component=x")
    desk.git("merge", "-q", "--no-edit", "side")
    assert codes(desk, "--policy", "base..HEAD") == []
    file = desk.tk.store / "pt-2.md"
    file.write_text(file.read_text("utf-8").replace("priority: 2", "priority: 1"), "utf-8")
    desk.git("commit", "-q", "-a", "--amend", "--no-edit")
    assert len(codes(desk, "--policy", "base..HEAD")) == 1


def test_a_rule_may_ask_for_a_signature(desk: Repository) -> None:
    (desk.tk.store / "config.yml").write_text(SETTINGS + "  - {fields: [priority], signed: true}\n", "utf-8")
    desk.commit_all("policy")
    desk.git("branch", "-f", "base")
    desk.tk("set", "pt-1", "priority=0")
    [message] = codes(desk, "--policy", "base..HEAD")
    assert "it is not signed" in message


FAULTS = {
    "who: [team:leeds]": "unknown team 'leeds'. Did you mean 'leads'?",
    "who: [adda]": "unknown person 'adda'. Did you mean 'ada'?",
    "who: []": "the policy rule locks everybody out: `who` names nobody",
    "who: [ada], fields: [prioritty]": "unknown field 'prioritty'. Did you mean 'priority'?",
    "who: [ada], statuses: [clsed]": "unknown status 'clsed'. Did you mean 'closed'?",
    "who: [ada], do: [publsh]": "policy.do cannot be 'publsh'. Must be one of",
    "who: [ada], files: [confg.yml]": "unknown file 'confg.yml'. Did you mean 'config.yml'?",
    "who: [ada], if: 'crash'": "`if` of a policy searches the text; it can ask for fields of tickets only",
    "who: [ada], if: 'left<2h'": "`if` of a policy asks for left; it can ask for fields of tickets only",
    "who: [ada], if: 'tpe:bug'": "unknown field 'tpe'. Did you mean 'type'?",
    "who: [ada], if: 'a:b', files: [x]": "the policy rule asks for tickets with `if`, but names files",
    "whom: [ada]": "unknown key 'whom'. Did you mean 'who'?",
    "fields: [priority]": "the policy rule forbids nothing: it needs `who`, `signed: true` or both",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_of_the_policy_is_named_at_its_line(desk: Repository, text: str) -> None:
    (desk.tk.store / "policy.yml").write_text(f"# who may\n- {{name: rule, {text}}}\n", "utf-8")
    done = desk.tk("check")
    assert done.code == 1
    assert ".tickets/policy.yml:2: error: " in done.stdout
    assert FAULTS[text] in done.stdout


def test_a_range_that_is_none_or_more_than_a_range_is_refused(desk: Repository) -> None:
    put_policy(desk, "do: [create]")
    for words, code, message in (
        (["--policy", "base"], 2, "'base' is no range of commits"),
        (["--policy", "bse..HEAD"], 3, "unknown revision 'bse'"),
        (["--policy", "base..HEAD", "--base", "base"], 2, "it cannot be combined"),
        (["--policy", "base..HEAD", "pt-1"], 2, "it cannot be combined"),
        (["--policy", "base..HEAD", "--fix"], 2, "--fix changes the work tree"),
    ):
        done = desk.tk("check", *words)
        assert (done.code, message in done.stderr) == (code, True), done.stderr


def test_a_shallow_clone_that_lacks_commits_does_not_pass(desk: Repository) -> None:
    put_policy(desk, "do: [create]")
    become(desk, "eve")
    for title in "abc":
        desk.tk("new", title)
    clone = desk.folder.parent / "shallow"
    desk.git("clone", "-q", "--depth", "2", f"file://{desk.folder}", str(clone))
    desk.git("-C", str(clone), "fetch", "-q", "--depth", "1", "origin", "base:base")
    done = desk.tk("-C", str(clone), "check", "--policy", "base..HEAD")
    assert (done.code, "this clone is shallow" in done.stderr) == (5, True), done.stderr + done.stdout
