"""CODEOWNERS as GitHub reads it: the cases of its manual, and hostile ones."""

from __future__ import annotations

import time

import pytest

from plaintickets.core.servicedesk.codeowners import name_fits, owners_of, parsed

MANUAL = r"""
# the example of the manual
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat-logs
/apps/ @octocat
/apps/github
with\ space/a.txt @space
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ("@global-owner1", "@global-owner2")),
        ("src/a/b.js", ("@js-owner",)),
        ("x.go", ("docs@example.com",)),
        ("build/logs/a", ("@octocat-logs",)),
        ("deep/down/logs/a/b", ("@octocat-logs",)),
        ("docs/a.md", ("@doctocat",)),
        ("x/apps/a", ("@octocat",)),
        ("apps/github/x", ()),
        ("apps/github", ()),
        ("./apps//other", ("@octocat",)),
        ("with space/a.txt", ("@space",)),
        ("scripts", ("@doctocat", "@octocat")),
    ],
)
def test_the_last_rule_that_matches_decides(path: str, owners: tuple[str, ...]) -> None:
    rules, problems = parsed(MANUAL, "CODEOWNERS")
    assert problems == []
    assert owners_of(rules, path).owners == owners


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/build/a.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("docs", "x/docs/a/b", True),
        ("/docs", "x/docs", False),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z/below", True),
        ("a/**", "a/b/c", True),
        ("a/**", "b/a/c", False),
        ("*", "a/b/c", True),
        ("**", "a", True),
        ("/*", "a/b", False),
        ("a?.c", "x/ab.c", True),
        ("a?.c", "x/abb.c", False),
        ("*.c", "src/*.c", True),
        ("src/net/", "src/net/**", True),
        ("src/net/", "src/network", False),
        ("A", "a", False),
        ("/", "a", False),
    ],
)
def test_a_pattern_matches_as_in_gitignore(pattern: str, path: str, matches: bool) -> None:
    rules, _ = parsed(f"{pattern} @ada", "CODEOWNERS")
    assert (owners_of(rules, path).line == 1) is matches


def test_a_line_that_is_no_rule_is_a_problem_with_its_line() -> None:
    rules, problems = parsed("a @x\n!b @x\n[Section] @x\na***b @x\n", "CODEOWNERS")
    assert len(rules) == 1
    assert [problem.line for problem in problems] == [2, 3, 4]


def test_a_hostile_pattern_takes_little_time() -> None:
    started = time.process_time()
    assert not name_fits("*a" * 100 + "b", "a" * 200)
    rules, _ = parsed("/".join(["**", "a"] * 200) + " @x", "CODEOWNERS")
    owners_of(rules, "/".join(["a"] * 250) + "/b")
    assert time.process_time() - started < 5
