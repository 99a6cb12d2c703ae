"""Forms of types: read as strings, cut at their headings, filled with what is given."""

from __future__ import annotations

import pytest

from plaintickets.core.template import Section, filled, read, sections
from plaintickets.errors import UnreadableError


def test_values_are_the_strings_that_were_typed() -> None:
    form = read("---\npriority: 1\ntags: [a, b]\nx: no\n---\n# T\n\nText.\n\n## Steps\n\n1.\n", "t.md")
    assert form.values == {"priority": "1", "tags": "a,b", "x": "no"}
    assert form.sections == [Section("", "Text."), Section("Steps", "1.")]


def test_a_form_needs_no_front_matter() -> None:
    assert read("## Steps\r\n\r\n1.\r\n", "t.md").sections == [Section("", ""), Section("Steps", "1.")]


@pytest.mark.parametrize(
    ("front", "line"), [("a: &x 1", 2), ("a: *x", 2), ("b: 1\na: !t 1", 3), ("a: 1\na: 2", 3), ("a: [", 3)]
)
def test_what_a_ticket_may_not_hold_a_form_may_not_either(front: str, line: int) -> None:
    with pytest.raises(UnreadableError, match=rf"t\.md:{line}:"):
        read(f"---\n{front}\n---\n", "t.md")


def test_a_heading_in_fenced_code_is_no_section() -> None:
    text = "```\n## not\n```\n## Steps\n~~~\n```\n## neither\n~~~"
    assert [section.heading for section in sections(text)] == ["", "Steps"]


def test_odd_line_separators_stay_in_the_text() -> None:
    assert sections("a\x0bb\u2028c\n## S\nd\x0ce") == [Section("", "a\x0bb\u2028c"), Section("S", "d\x0ce")]


def test_what_is_given_stands_in_its_place_and_the_rest_after() -> None:
    form = [Section("", "Intro."), Section("Steps", "1."), Section("Empty", "")]
    assert filled(form, {"Steps": "Mine.", "Design": "New."}) == (
        "Intro.\n\n## Steps\n\nMine.\n\n## Empty\n\n## Design\n\nNew."
    )
    assert filled(form[1:], {"": "First."}) == "First.\n\n## Steps\n\n1.\n\n## Empty"
