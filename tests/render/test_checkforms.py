"""The forms of a report of `tk check`: each as its published schema and its reader want it, whatever was found."""

from __future__ import annotations

import json
import pkgutil
import re
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plaintickets.core.checks.reported import MOST_ALIKE, Checked, Reported, curtailed, fingerprints
from plaintickets.render import checkforms
from plaintickets.render.checkforms import FORMATS, rendered
from schemas import json_faults, xml_faults

CHECKED = Checked(".tickets", 12, "0.1.0")
PAGE = "https://example.org/checks#unknown-status"
PLAIN = Reported(
    "unknown-status",
    "error",
    "unknown status 'opn'",
    "tk status pt-1 open",
    ".tickets/pt-1.md",
    3,
    "pt-1",
    "A status is one of the workflow's.",
    PAGE,
)
WHOLE = Reported("no-tickets", "warning", "there is nothing to check")
EVIL = "50% of a:b,c\r\n::error::x\n##[error]y \x1b[31m\x00\u202e\ud800 ]]> <!-- --> & \" ' | ` @all #12 !3 \ufffe"

_TEXTS = st.text(st.characters(), max_size=60) | st.sampled_from(["", EVIL, "::", "%0A", "&amp;", "~~~", "<b>"])
# What os.fsdecode gives: any characters, and bytes that are no UTF-8 as half a surrogate pair.
_PATHS = st.text(st.characters(codec="utf-8") | st.sampled_from("\udc80\udcff"), max_size=40).filter(
    lambda path: not path.startswith(("/", "./"))  # they are relative to the repository
)
_FOUND = st.builds(
    Reported,
    code=st.sampled_from(["unknown-status", "conflict-markers", "link-cycle"]),
    level=st.sampled_from(["error", "warning", "note"]),
    message=_TEXTS.filter(bool),
    remedy=_TEXTS,
    path=st.sampled_from(["", ".tickets/pt-1.md", EVIL.replace("\ud800", "\udcff")]) | _PATHS,
    line=st.integers(0, 3000),
    ticket=_TEXTS,
    summary=_TEXTS,
    page=st.sampled_from(["", PAGE]),
)


def sarif(found: list[Reported]) -> Any:
    return json.loads(rendered("sarif", found, CHECKED))


def gitlab(found: list[Reported]) -> Any:
    return json.loads(rendered("gitlab", found, CHECKED))


def suite_of(found: list[Reported]) -> ET.Element:
    suite = ET.fromstring(rendered("junit", found, CHECKED)).find("testsuite")  # noqa: S314
    assert suite is not None
    return suite


def github(found: list[Reported]) -> list[tuple[str, dict[str, str], str]]:
    """Level, properties and message of each command, taken apart as the runner does it."""
    read = []
    for line in re.split("\r\n|[\r\n]", rendered("github", found, CHECKED)):
        if not line.strip().startswith("::"):
            assert "##[" not in line
            continue
        head, _, text = line.strip()[2:].partition("::")
        level, _, properties = head.partition(" ")
        pairs = (pair.partition("=") for pair in properties.split(","))
        read.append((level, {name: _whole(value) for name, _, value in pairs}, _whole(text)))
    return read


def _whole(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_the_table_is_sorted_and_holds_every_module_of_the_folder() -> None:
    assert list(FORMATS) == sorted(FORMATS)
    assert set(FORMATS.values()) == {found.name for found in pkgutil.iter_modules(checkforms.__path__)}


@settings(deadline=None)  # the first example loads the schemas
@given(st.lists(_FOUND, max_size=5))
def test_every_form_is_valid_whatever_was_found(found: list[Reported]) -> None:
    assert json_faults("sarif-2.1.0-rtm.5.json", sarif(found)) == []
    assert json_faults("gitlab-code-quality.json", gitlab(found)) == []
    assert xml_faults("junit-10.xsd", rendered("junit", found, CHECKED)) == []
    assert len(github(found)) == len(found)
    for form in FORMATS:
        text = rendered(form, found, CHECKED)
        text.encode()
        assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) is None


def test_the_schemas_refuse_what_is_wrong() -> None:
    assert json_faults("sarif-2.1.0-rtm.5.json", {"version": "2.1.0"})
    broken = sarif([PLAIN])
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert json_faults("sarif-2.1.0-rtm.5.json", broken)
    assert json_faults("gitlab-code-quality.json", [{"description": "x"}])
    assert xml_faults("junit-10.xsd", rendered("junit", [WHOLE], CHECKED).replace("system-out", "output"))


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_form_says_where_and_what(form: str) -> None:
    text = rendered(form, [PLAIN, WHOLE], CHECKED)
    for part in ("unknown-status", "pt-1.md", "opn", "nothing to check"):
        assert part in text.replace("\\", "")


def test_github_gets_a_command_with_its_place_and_title() -> None:
    assert github([PLAIN, WHOLE]) == [
        (
            "error",
            {"file": ".tickets/pt-1.md", "line": "3", "title": "pt-1: unknown-status"},
            f"unknown status 'opn'\ntk status pt-1 open\n{PAGE}",
        ),
        ("warning", {"title": "no-tickets"}, "there is nothing to check"),
    ]


def test_github_gets_the_separators_of_a_command_escaped() -> None:
    odd = PLAIN._replace(path=".tickets/50%:a,b.md", message="100%\r\n::error::no")
    assert rendered("github", [odd], CHECKED).split("::")[1] == (
        "error file=.tickets/50%25%3Aa%2Cb.md,line=3,title=pt-1%3A unknown-status"
    )
    [(_, properties, message)] = github([odd])
    assert properties["file"] == ".tickets/50%:a,b.md"
    assert message.startswith("100%\\x0d\\x0a::error::no\n")


def test_github_gets_the_errors_before_it_stops_showing() -> None:
    many = [*[WHOLE] * 11, PLAIN]
    assert [level for level, _, _ in github(many)] == ["error", *["warning"] * 11]
    assert rendered("github", many, CHECKED).splitlines()[-1] == (
        "tk check: 1 error, 11 warnings in 12 tickets; 10 of each level are shown in the files, all of them in this log"
    )


def test_gitlab_gets_a_path_and_a_line_also_for_the_whole_store() -> None:
    [plain, whole] = gitlab([PLAIN, WHOLE])
    assert plain["location"] == {"path": ".tickets/pt-1.md", "lines": {"begin": 3}}
    assert whole["location"] == {"path": ".tickets", "lines": {"begin": 1}}
    assert [plain["severity"], whole["severity"]] == ["major", "minor"]


def test_a_fingerprint_stays_when_the_line_moves() -> None:
    assert fingerprints([PLAIN]) == fingerprints([PLAIN._replace(line=40, remedy="another", page="")])


@given(st.lists(_FOUND, max_size=8))
def test_fingerprints_are_unique(found: list[Reported]) -> None:
    doubled = [*found, *found]
    assert len(set(fingerprints(doubled))) == len(doubled)


def test_a_store_without_faults_is_one_passed_test() -> None:
    suite = suite_of([])
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert [(case.get("name"), len(case)) for case in suite] == [("12 tickets", 0)]


def test_an_error_is_a_failed_test_and_a_warning_a_passed_one() -> None:
    suite = suite_of([PLAIN, WHOLE])
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [[inner.tag for inner in case] for case in suite] == [["failure"], ["system-out"]]


@given(st.lists(_FOUND, max_size=6))
def test_tests_are_told_apart_by_their_names(found: list[Reported]) -> None:
    suite = suite_of([*found, *found])
    names = [(case.get("classname"), case.get("name")) for case in suite]
    assert len(set(names)) == len(names)


def test_sarif_has_a_rule_with_help_for_each_code() -> None:
    run = sarif([PLAIN, WHOLE, PLAIN])["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["unknown-status", "no-tickets"]
    assert rules[0]["helpUri"] == PAGE
    assert run["tool"]["driver"]["informationUri"] == PAGE.partition("#")[0]
    # What GitHub's code scanning asks for beyond the schema.
    assert all({"id", "shortDescription", "fullDescription", "help"} <= set(rule) for rule in rules)
    assert rules[0]["help"]["text"] == f"A status is one of the workflow's. See {PAGE}"
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1, 0]


def test_a_rule_without_an_address_names_the_command_that_prints_it() -> None:
    offline = PLAIN._replace(page="", manual="tk help unknown-status")
    driver = sarif([offline])["runs"][0]["tool"]["driver"]
    assert "informationUri" not in driver
    assert "helpUri" not in driver["rules"][0]
    assert driver["rules"][0]["help"]["text"].endswith(" See `tk help unknown-status`.")
    assert rendered("github", [offline], CHECKED).splitlines()[0].endswith("%0Atk help unknown-status")
    assert "\ntk help unknown-status</failure>" in ET.tostring(suite_of([offline]), encoding="unicode")
    assert "](" not in rendered("markdown", [offline], CHECKED)


@given(st.text(st.characters(codec="utf-8")))
def test_a_path_in_sarif_is_a_relative_reference_that_reads_back(path: str) -> None:
    [result] = sarif([PLAIN._replace(path=path or "x")])["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert re.fullmatch("[A-Za-z0-9._~/%-]+", place["uri"])
    assert unquote_to_bytes(place["uri"]).decode() == (path or "x")


def test_a_path_that_is_no_utf8_keeps_its_bytes_in_sarif() -> None:
    [result] = sarif([PLAIN._replace(path="a\udcff.md")])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%FF.md"


def test_markdown_is_a_table_with_the_worst_first() -> None:
    rule = f"[<code>unknown\\-status</code>]({PAGE})"
    assert rendered("markdown", [WHOLE, PLAIN], CHECKED).splitlines() == [
        "### Tickets: 1 error, 1 warning in 12 tickets",
        "",
        "| level | where | what |",
        "|---|---|---|",
        f"| error | <code>.tickets/pt\\-1.md:3</code> | unknown status 'opn' {rule}<br>tk status pt\\-1 open |",
        "| warning | <code>.tickets</code> | there is nothing to check <code>no\\-tickets</code> |",
    ]


def test_markdown_of_many_says_how_many_more_there_are() -> None:
    lines = rendered("markdown", [PLAIN] * 250, CHECKED).splitlines()
    assert sum(line.startswith("| error") for line in lines) == 200
    assert lines[-1] == "… and 50 more."


def test_of_findings_that_are_alike_only_the_first_are_kept_and_the_others_counted() -> None:
    many = [PLAIN._replace(line=number) for number in range(1, MOST_ALIKE + 251)]
    other = PLAIN._replace(path=".tickets/pt-2.md", ticket="pt-2")
    *first, more, last = curtailed([*many, other])
    assert (first, last) == (many[:MOST_ALIKE], other)
    assert (more.code, more.level, more.path) == (PLAIN.code, PLAIN.level, PLAIN.path)
    assert more.message == "and 250 more like these in this file"
    assert curtailed(many[:MOST_ALIKE]) == many[:MOST_ALIKE]
