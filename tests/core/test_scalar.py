"""What is written into the front matter reads back as it was, beside whatever stands there."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.document import parse
from plaintickets.errors import UnreadableError

HEADS = [
    "x: old",
    "x: 'old'",
    'x: "old" # why',
    "x:   old   # why",
    "x:",
    "x: |\n  old\n  lines",
    "x: >-\n  old",
    "x:\n  old\n  more",
    "x: [a, 'b']  # list",
    "x:\n- a\n- b # last",
    "x:\n    - a\n\n    - b",
    "x: {a: 1}",
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TRICKY = st.sampled_from(
    ["", " ", "~", "null", "- a", "a: b", "a #b", "#", "'", '"', "\\", "@x", "%", "`", "[a", "{", "&a", "*a", "!t", "|",
     ">", "a\nb", "---", "...", "0755", "yes", "\ufeff", "\x85", "\u2028", "a,b", "a:", ":", "?", "? a", "=", "<<"]
)  # fmt: skip


def ticket(head: str) -> str:
    return f"---\nid: a\n{head}\nlast: 'kept'  # as it is\n---\n# T\n"


@given(st.sampled_from(HEADS), TEXT | TRICKY)
def test_a_text_reads_back_and_no_other_line_changes(head: str, value: str) -> None:
    before = parse(ticket(head).encode(), "a.md")
    assert not before.problems
    after = parse(before.with_key("x", value).to_bytes(), "a.md")
    assert after.keys == {**before.keys, "x": value}
    text = after.to_bytes().decode()
    assert text.startswith("---\nid: a\n")
    assert text.endswith("\nlast: 'kept'  # as it is\n---\n# T\n")


@given(st.sampled_from(HEADS), st.lists(TEXT | TRICKY, max_size=4))
def test_a_list_reads_back_and_no_other_line_changes(head: str, items: list[str]) -> None:
    before = parse(ticket(head).encode(), "a.md")
    try:
        after = parse(before.with_key("x", list(items)).to_bytes(), "a.md")
    except UnreadableError:
        pytest.fail(f"{head!r} does not take {items!r}")
    assert after.keys == {**before.keys, "x": items}
    assert after.to_bytes().decode().endswith("\nlast: 'kept'  # as it is\n---\n# T\n")


@given(TEXT | TRICKY)
def test_another_yaml_parser_reads_the_same_text(value: str) -> None:
    written = parse(ticket("x: old").encode(), "a.md").with_key("x", value).to_bytes().decode()
    front = written.split("---\n")[1]
    if any(sign in value for sign in "\x85\u2028\u2029"):
        return  # YAML 1.1 breaks lines there, 1.2 does not
    read = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    assert read["x"] == value


@given(st.sampled_from(HEADS))
def test_a_key_taken_away_takes_its_lines_and_no_others(head: str) -> None:
    before = parse(ticket(head).encode(), "a.md")
    assert before.with_key("x", None).to_bytes().decode() == ticket(head).replace(head + "\n", "")
