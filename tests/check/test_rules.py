"""Every rule of `tk check`: a store that breaks it and one that does not."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from checked import checked, ticket, write
from plaintickets.core.checks.reported import LEVELS
from plaintickets.core.checks.rules import RULES, page

if TYPE_CHECKING:
    from builders import Repository

SOURCE = Path(__file__).parents[2] / "src/plaintickets"
MAKERS = ("Finding", "Problem", "YamlFault", "_broken", "_fault", "_report", "add", "at")
KEYS = {"duplicate-of", "external-ref"}
DOCTORS = {"kept-text", "left-over-file", "unfinished-change", "unreadable-journal"}
Files = dict[str, "str | bytes"]


class Case(NamedTuple):
    """A store that breaks a rule, at a line of its first file, and one that keeps it."""

    broken: Files
    sound: Files
    line: int = 0


def one(keys: str = "", body: str = "Text.\n", **more: str) -> Files:
    return {"a-1.md": ticket(keys=keys, body=body), **more}


def two(first: str = "", second: str = "", config: str = "") -> Files:
    files: Files = {"a-1.md": ticket(keys=first), "a-2.md": ticket("a-2", second)}
    return {**files, "config.yml": config} if config else files


def settings(text: str) -> Files:
    return {"a-1.md": ticket(), "config.yml": text}


def desk(broken: str, sound: str, name: str = "rules") -> Case:
    """Return a case of a settings file of a service desk, with people and a calendar beside it."""
    beside = {"people.yml": "ada: {teams: [core]}\n", "queues.yml": "support: {team: core}\n"}
    files: list[Files] = [{**one(), **beside, f"{name}.yml": text + "\n"} for text in (broken, sound)]
    return Case(files[0], files[1])


def article(broken: str, sound: str, line: int, body: str = "", other: str = "") -> Case:
    """Return a case of an article, by its keys after the title, and its text."""

    def files(keys: str, text: str) -> Files:
        return {"kb/t.md": f"---\ntitle: Title\n{keys}\n---\n{text}", **one()}

    return Case(files(broken, body), files(sound, other), line)


def rule(part: str) -> str:
    return f"- {{name: a, on: created, {part}}}"


def raw(content: str | bytes) -> Files:
    return {"a-1.md": content}


BUG = "types:\n  task: x\n  bug:\n    required: [component]\n    required_to_close: [resolution]\n"
FORM = "types:\n  task: {sections: [Steps to reproduce], sections_to_close: [Cause]}\n"
STEPS = "## Steps to Reproduce ##\n\n### On Linux\n\n1. start it\n"
ACCEPTANCE = "## Acceptance Criteria\n\n- [{}] it works\n\n```\n- [ ] in code\n```\n\n## Notes\n\n- [ ] a remark\n"
COMMENT = "---\ndate: 2026-01-02T03:04:05Z\n---\nHello.\n"
TOLD = "It stops after the third page.\n"
REMNANT = "one\n=======\ntwo\n>>>>>>> theirs\n"
HEADING = "Heading\n=======\n\n> >>>>>>> quoted\n"

CASES = {
    "automation-contradiction": desk(
        rule("do: [{set: {queue: support}}]") + "\n- {name: b, on: created, do: [{set: {queue: ''}}]}",
        rule("do: [{set: {queue: support}}]") + "\n- {name: b, on: closed, do: [{set: {queue: ''}}]}",
    ),
    "automation-loop": desk(
        "- {name: a, on: closed, do: [{status: open}]}\n- {name: b, on: reopened, do: [{status: closed}]}",
        "- {name: a, on: closed, do: [{status: open}]}\n- {name: b, on: reopened, do: [{tag: x}]}",
    ),
    "automation-never": desk(rule("if: is:closed is:open, do: [stop]"), rule("if: is:open, do: [stop]")),
    "broken-query": Case(settings("queries:\n  late: is:opne\n"), settings("queries:\n  late: is:open\n")),
    "broken-reply": Case(
        {"replies/hi.md": "Hi,\n{nmae}\n", **one()}, {"replies/hi.md": "Hi,\n{reporter} {{nmae}}\n", **one()}, 2
    ),
    "broken-article": article("status: publishd", "status: published", 3),
    "broken-article-link": article("status: draft", "status: draft", 5, "[a](b.md)\n", "[a](../a-1.md) `[b](c.md)`\n"),
    "orphaned-article": article("related: [a-1, a-9]", "related: [a-1]", 3),
    "overdue-review": article(
        "status: published\nreviewed: bo@2026-01-01\nreview_every: 4w",
        "status: published\nreviewed: bo@2026-01-01\nreview_every: 10w",
        4,
    ),
    "bad-date": Case(one("due: soon"), one("due: 2026-12-24"), 9),
    "bad-priority": Case(one("priority: huge"), one("priority: high"), 8),
    "bad-value": Case(one("component: {name: parser}"), one("component: parser"), 9),
    "broken-template": Case(
        {"templates/bug.md": "---\npriority: 2\ntags: [a\n---\n", "a-1.md": ticket()},
        {"templates/bug.md": "---\npriority: 2\ntags: [a]\n---\n## Steps\n", "a-1.md": ticket()},
        4,
    ),
    "wrong-shape": Case(one("assignee: {name: Ann}"), one("assignee: Ann"), 9),
    "closed-before-created": Case(
        one("status: closed\nclosed: 2025-12-30"), one("status: closed\nclosed: 2026-01-02"), 9
    ),
    "closed-with-open-blockers": Case(two("status: closed\ndeps: [a-2]"), two("status: closed"), 3),
    "closed-with-open-children": Case(
        two("status: closed", "parent: a-1"), two("status: closed", "parent: a-1\nstatus: closed"), 3
    ),
    "closed-with-unticked-items": Case(
        one("status: closed", ACCEPTANCE.format(" ")), one("status: closed", ACCEPTANCE.format("x")), 14
    ),
    "conflict-markers": Case(one(body="<<<<<<< ours\n"), one(body=" <<<<<<< ours\n"), 12),
    "conflict-remnants": Case(one(body=REMNANT), one(body=HEADING), 15),
    "dependency-cycle": Case(two("deps: [a-2]", "deps: [a-1]"), two("deps: [a-2]"), 4),
    "depends-on-itself": Case(one("deps: [a-1]"), one(), 4),
    "duplicate-id": Case({"archive/2026/a-1.md": ticket(), "a-1.md": ticket()}, {"archive/2026/a-1.md": ticket()}),
    "duplicate-key": Case(raw("---\nid: a-1\nid: a-1\n---\n# A\n"), one(), 3),
    "duplicate-reference": Case(
        {"a-2.md": ticket("a-2", "external-ref: x:1"), **one("external-ref: x:1")},
        two("external-ref: x:1", "external-ref: x:2"),
        9,
    ),
    "encoding": Case(raw(ticket().encode() + b"\xe9\n"), raw((ticket() + "é\n").encode()), 13),
    "id-mismatch": Case(raw(ticket("a-2")), raw(ticket()), 2),
    "key-not-text": Case(one("? [a]\n: b"), settings("prefix: b\n"), 9),
    "linked-to-itself": Case(one("links: [a-1]"), one(), 5),
    "look-alike-ids": Case(
        {"a-1.md": ticket(), "A-1.md": ticket("A-1")}, {"a-1.md": ticket(), "A-2.md": ticket("A-2")}, 2
    ),
    "merge-key": Case(one("<<: {a: b}"), one('"<<": b'), 9),
    "missing-dependency": Case(one("deps: [gone]"), two("deps: [a-2]"), 4),
    "missing-field": Case(
        {**one("type: bug"), "config.yml": BUG}, {**one("type: bug\ncomponent: ui"), "config.yml": BUG}, 1
    ),
    "missing-link": Case(one("links: [gone]"), two("links: [a-2]", "links: [a-1]"), 5),
    "missing-original": Case(one("duplicate-of: gone"), two("duplicate-of: a-2"), 9),
    "missing-parent": Case(one("parent: gone"), two("parent: a-2"), 9),
    "missing-section": Case(
        {**one(body="## Steps to reproduce\n\n## Other\n\nText.\n"), "config.yml": FORM},
        {**one(body=STEPS), "config.yml": FORM},
        1,
    ),
    "no-front-matter": Case(raw("# A ticket\n"), one(), 1),
    "no-title": Case({"a-1.md": ticket(title="")}, one(), 1),
    "not-a-file": Case({"a-1.md/x": ""}, one()),
    "not-a-mapping": Case(raw("---\n- a\n---\n# A\n"), one(), 2),
    "one-sided-link": Case(two("links: [a-2]"), two("links: [a-2]", "links: [a-1]"), 5),
    "orphan-comments": Case({"a-2.d/x.md": COMMENT, **one()}, {"a-1.d/x.md": COMMENT, **one()}),
    "parent-cycle": Case(two("parent: a-2", "parent: a-1"), two("parent: a-2"), 9),
    "recorded-conflict": Case(one("conflicts: [{priority: 1}]"), one("conflicts: []"), 9),
    "same-ticket-twice": Case(
        {"a-2.md": ticket("a-2", body=TOLD), "a-1.md": ticket(body=TOLD + "\n## Notes\n\nMore.\n")},
        {"a-2.md": ticket("a-2", body=TOLD), "a-1.md": ticket(body=TOLD + "\nMore.\n")},
        6,
    ),
    "suspicious-text": Case(one(body="red \x1b[31m\n"), one(body="tab\tand \u200f\n"), 12),
    "too-deep": Case(one("tags: " + "[" * 30 + "]" * 30), settings("prefix: a\n"), 9),
    "too-large": Case(
        {**one(body="x" * 2000), "config.yml": "format.max_file_size: 1 KiB\n"},
        {**one(), "config.yml": "format.max_file_size: 1 KiB\n"},
    ),
    "too-many-keys": Case(raw("---\n" + "".join(f'k{n}: "x"\n' for n in range(2001)) + "---\n# A\n"), one(), 2002),
    "too-many-in-status": Case(
        {"a-1.md": ticket("a-1"), "a-2.md": ticket("a-2"), "config.yml": "limits: {open: 1}\n"},
        {"a-1.md": ticket("a-1"), "a-2.md": ticket("a-2"), "config.yml": "limits: {open: 2}\n"},
    ),
    "unclosed-front-matter": Case(raw("---\nid: a-1\n"), one(), 1),
    "unknown-person": Case(
        {**one("assignee: Ada Lovelce"), "config.yml": "people: [Ada Lovelace <ada@example.org>]\n"},
        {**one("assignee: ada@example.org\nreporter: Anybody"), "config.yml": "people: [A <ADA@example.org>]\n"},
        9,
    ),
    "unknown-resolution": Case(one("status: closed\nresolution: fixd"), one("status: closed\nresolution: fixed"), 9),
    "unknown-status": Case(one("status: opne"), one("status: open"), 3),
    "unknown-type": Case(one("type: bugg"), one("type: bug"), 7),
    "unknown-value": Case(
        {**one("tier: huge"), "config.yml": "fields: {tier: {type: enum, values: [small]}}\n"},
        {**one("tier: small"), "config.yml": "fields: {tier: {type: enum, values: [small]}}\n"},
        9,
    ),
    "unsafe-name": Case({"-rf.md": ticket("-rf")}, one()),
    "unused-silence": Case(
        {**one(), "config.yml": "check.silence: [{rule: no-title, reason: x}]\n"},
        {"a-1.md": ticket(title=""), "config.yml": "check.silence: [{rule: no-title, reason: x}]\n"},
    ),
    "yaml-alias": Case(one("tags: &x [a]"), one("tags: [a]"), 9),
    "yaml-character": Case(one('tags: "\x01"'), one('tags: "\\x31"'), 9),
    "yaml-documents": Case(settings("prefix: a\n---\nprefix: b\n"), settings("---\nprefix: a\n")),
    "yaml-size": Case(settings("resolutions: [" + "a, " * 10_000 + "b]\n"), settings("resolutions: [a, b]\n")),
    "yaml-syntax": Case(one("tags: [a"), one("tags: [a]"), 9),
    "yaml-tag": Case(one("tags: !!x y"), one("tags: y"), 9),
    "config-duplicate": Case(settings("commit.mode: off\ncommit: {mode: off}\n"), settings("commit.mode: off\n")),
    "config-foreign": Case(settings("project: x\nauto_commit: true\n"), settings("prefix: a\n")),
    "config-layer": Case(settings("me: Ada\n"), settings("prefix: a\n")),
    "config-missing": Case(settings("check.silence: [{rule: no-title}]\n"), settings("prefix: a\n")),
    "config-problems": Case(settings("".join(f"k{n}: x\n" for n in range(60))), settings("prefix: a\n")),
    "config-reserved": Case(settings("fields: {sort: string}\n"), settings("fields: {sorts: string}\n")),
    "config-type": Case(settings("statuses: [open]\n"), settings("types: [task]\n")),
    "config-unknown-calendar": desk("support: {calendar: offce}", "support: {calendar: always}", "queues"),
    "config-unknown-clock": desk("- {name: a, targets: {respons: 1h}}", "- {name: a, targets: {update: 1h}}", "sla"),
    "config-unknown-commenter": desk(
        "- {name: a, on: {commented: requestor}, do: [stop]}", "- {name: a, on: {commented: requester}, do: [stop]}"
    ),
    "config-unknown-day": desk(
        "a: {zone: UTC, hours: {mno: 09:00-10:00}}", "a: {zone: UTC, hours: {mon: 09:00-10:00}}", "calendars"
    ),
    "config-unknown-effect": desk(rule("do: [{tga: x}]"), rule("do: [{tag: x}]")),
    "config-unknown-holidays": desk(
        "a: {zone: UTC, hours: {mon: 09:00-10:00}, holidays: nowhere}", "a: {dates: {12-25: x}}", "calendars"
    ),
    "config-unknown-owner": desk("web: {owner: Eve}", "web: {owner: ada}", "services"),
    "config-unknown-person": desk(rule("do: [{assign: Eve}]"), rule("do: [{assign: ada}]")),
    "config-unknown-placeholder": desk(rule("do: [{comment: '{nmae}'}]"), rule("do: [{comment: '{title}'}]")),
    "config-unknown-query": desk(rule("if: '@a', do: [stop]"), rule("if: tag:a, do: [stop]")),
    "config-unknown-queue": desk(rule("do: [{set: {queue: lost}}]"), rule("do: [{set: {queue: support}}]")),
    "config-unknown-resolution": desk(
        rule("do: [{status: closed, resolution: fixd}]"), rule("do: [{status: closed, resolution: fixed}]")
    ),
    "config-unknown-team": desk(rule("do: [{assign: team:leads}]"), rule("do: [{assign: team:core}]")),
    "config-unknown-time-zone": desk(
        "a: {zone: Here, hours: {mon: 09:00-10:00}}", "a: {zone: UTC, hours: {mon: 09:00-10:00}}", "calendars"
    ),
    "config-unknown-trigger": desk("- {name: a, on: creatd, do: [stop]}", rule("do: [stop]")),
    "config-unknown-field": Case(
        settings("types: {task: {required: [compnent]}}\n"), settings("types: {task: {offered: [component]}}\n")
    ),
    "config-unknown-key": Case(settings("prefx: a\n"), settings("prefix: a\n")),
    "config-unknown-priority": Case(settings("default_priority: hihg\n"), settings("default_priority: high\n")),
    "config-unknown-rule": Case(settings("check.rules: {no-titel: off}\n"), settings("check.rules: {no-title: off}\n")),
    "config-unknown-status": Case(
        settings("statuses: {open: {class: open, transitions: [clsed]}, closed: done}\n"),
        settings("statuses: {open: {class: open, transitions: [closed]}, closed: done}\n"),
    ),
    "config-unknown-type": Case(settings("default_type: tsk\n"), settings("default_type: task\n")),
    "config-value": Case(settings("color: auto\ncommit.mode: atuo\n"), settings("commit.mode: auto\n")),
}
CASES["status-not-in-pipeline"] = Case(
    {**one(), "config.yml": "pipelines:\n  a: {types: [task], statuses: {in_progress: [closed], closed: []}}\n"},
    {**one(), "config.yml": "pipelines:\n  a: {types: [task], statuses: {open: [closed], closed: []}}\n"},
)
PRINTER = "---\nname: Printer\n{}---\n"
CASES |= {
    "broken-asset": Case({"assets/p 1.md": PRINTER.format("")}, {**one(), "assets/p-1.md": PRINTER.format("")}),
    "unknown-concern": Case(
        {**one("concerns: [p-1, emial]"), "assets/p-1.md": PRINTER.format(""), "services.yml": "email: {}\n"},
        {**one("concerns: [p-1, email]"), "assets/p-1.md": PRINTER.format(""), "services.yml": "email: {}\n"},
        9,
    ),
    "unknown-name-in-asset": Case(
        {"assets/p-1.md": PRINTER.format("service: emial\n"), "services.yml": "email: {}\n"},
        {"assets/p-1.md": PRINTER.format("service: email\n"), "services.yml": "email: {}\n"},
        3,
    ),
    "config-unknown-policy": desk("web: {sla: gold}", "web: {owner: ada}", "services"),
    "config-unknown-recurring": desk("web: {maintenance: [clean]}", "web: {maintenance: []}", "services"),
}
# Those that need git, or a file that the system refuses, have tests of their own here and in test_check.py.
APART = {
    *("attribute", "branch-names-open-ticket", "id-on-both-sides", "ignored-store", "line-ends"),
    *("forbidden-by-policy", "guard-not-met", "invalid-approval", "transition-not-allowed", "unmerged", "unreadable"),
    *("code-owners", "holidays-not-installed", "unreviewed-article"),
}


def codes(folder: Path, files: Files, environment: dict[str, str]) -> dict[str, int]:
    """The codes found, each with its line."""
    write(folder, files)
    return {found.code: found.line for found in checked(folder, environment).found}


def test_every_rule_has_a_case() -> None:
    assert set(CASES) | APART == set(RULES)


@pytest.mark.parametrize("code", CASES)
def test_a_breach_is_found_at_its_line(code: str, tmp_path: Path, environment: dict[str, str]) -> None:
    found = codes(tmp_path, CASES[code].broken, environment)
    assert code in found
    assert not CASES[code].line or found[code] == CASES[code].line


@pytest.mark.parametrize("code", CASES)
def test_nothing_is_found_where_nothing_is_wrong(code: str, tmp_path: Path, environment: dict[str, str]) -> None:
    found = codes(tmp_path, CASES[code].sound, environment)
    assert code not in found


def literals(path: Path) -> set[str]:
    """The words with a hyphen that a module hands to what makes problems and findings."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = [getattr(call.func, "attr", getattr(call.func, "id", "")) for call in calls]
    values = [
        value.value
        for call, name in zip(calls, names, strict=True)
        if name in MAKERS
        for value in call.args
        if isinstance(value, ast.Constant)
    ]
    return {value for value in values if isinstance(value, str) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", value)}


def test_every_code_that_reading_gives_has_a_rule() -> None:
    folders = [SOURCE / "core", SOURCE / "core/checks", SOURCE / "store"]
    given = set().union(*(literals(path) for folder in folders for path in folder.glob("*.py"))) - DOCTORS - KEYS
    assert len(given) > 40
    assert given <= set(RULES)


def test_every_rule_says_what_it_is_for() -> None:
    for rule in RULES.values():
        assert rule.summary.endswith(".")
        assert rule.explanation.endswith(".")
        assert f"### `{rule.code}`" in page()
        assert rule.level in (*LEVELS, "off")


def test_a_folder_of_comments_that_is_a_link_is_named_and_not_entered(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    write(tmp_path, {"a-1.md": ticket()})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x.md").write_text("broken")
    (tmp_path / ".tickets/a-1.d").symlink_to(tmp_path / "elsewhere")
    assert list(codes(tmp_path, {}, environment)) == ["not-a-file"]


def test_each_circle_of_parents_is_told_once(tmp_path: Path, environment: dict[str, str]) -> None:
    parents = {"a": "b", "b": "c", "c": "b", "d": "a", "e": "e"}
    write(tmp_path, {f"{name}.md": ticket(name, f"parent: {parent}") for name, parent in parents.items()})
    found = [one.message for one in checked(tmp_path, environment).found if one.code == "parent-cycle"]
    assert found == ["is its own ancestor: b -> c -> b", "is its own ancestor: e -> e"]


def test_a_file_that_the_system_refuses_is_named(repository: Repository) -> None:
    write(repository.folder, one())
    (repository.folder / ".tickets/a-2.d").mkdir()
    (repository.folder / ".tickets/a-2.d/x.md").mkdir()
    found = codes(repository.folder, {"a-2.md": ticket("a-2")}, repository.tk.environment)
    assert "unreadable" in found
