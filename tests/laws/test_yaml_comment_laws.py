"""A YAML comment that a side wrote, or that both sides kept, stands in the merged front matter, and once."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from law_examples import examples
from plaintickets.core.document import parse
from plaintickets.core.merge import Rules, merge

RULES = Rules()
HEADS = ("deps:", "tags:", '"quoted key":', "clé:", "two words:")
KEYS = (
    "status: open",
    "priority: 2",
    "assignee: Ann",
    '"odd key": x',
    "schlüssel: y",
    "with blank: z",
    "due: 2026-12-01",
)


def some_front(chance: random.Random) -> list[str]:
    lines = ["id: aa-1"]
    for number, key in enumerate(chance.sample(KEYS, chance.randint(1, 4))):
        lines.append(key)
        if chance.random() < 0.4:
            lines.append(chance.choice(["", "  "]) + f"# below {number}")
    at = chance.randint(1, len(lines))
    indent = chance.choice(["", "  "])
    block = [chance.choice(HEADS)]
    for name in "abcd"[: chance.randint(1, 4)]:
        if chance.random() < 0.3:
            block.append(f"{indent}# above {name}")
        block.append(f"{indent}- {name}" + chance.choice(["", "", f"  # on {name}"]))
    return [*lines[:at], *block, *lines[at:]]


def changed(chance: random.Random, front: list[str], side: str) -> list[str]:
    """The lines with a few changes that a person makes: comments put in, items added and removed, a value set."""
    lines = list(front)
    for number in range(chance.randint(1, 4)):
        items = [at for at, line in enumerate(lines) if line.lstrip().startswith("- ")]
        draw = chance.random()
        if draw < 0.4:
            lines.insert(chance.randint(1, len(lines)), chance.choice(["", "  "]) + f"# {side}{number}")
        elif draw < 0.5:
            lines.insert(chance.randint(1, len(lines)), "# both")
        elif draw < 0.75 and items:
            at = chance.choice(items)
            indent = lines[at].partition("-")[0]
            lines.insert(at + chance.randint(0, 1), f"{indent}- {side}{number}")
        elif draw < 0.9 and len(items) > 1:
            del lines[chance.choice(items)]
        else:
            at = next((at for at, line in enumerate(lines) if line.startswith("priority:")), 0)
            if at:
                lines[at] = f"priority: {chance.randint(0, 4)}"
    return lines


def content(front: list[str]) -> bytes:
    return "\n".join(["---", *front, "---", "# Title", ""]).encode()


def comments(front: list[str]) -> Counter[str]:
    return Counter("#" + line.partition("#")[2] for line in front if "#" in line)


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(0, 2**32))
@example(269)
@example(240838)
@example(2**32)
def test_no_comment_is_lost_or_doubled_by_a_merge(seed: int) -> None:
    chance = random.Random(seed)
    base = some_front(chance)
    one, other = (changed(chance, base, side) for side in "xy")
    merged = merge(content(base), content(one), content(other), RULES)
    assert merged.content is not None
    document = parse(merged.content, "aa-1.md")
    assert document.problems == []
    before, left, right, after = (comments(lines) for lines in (base, one, other, document._front))
    written = (left | right) - before
    written["# both"] = min(written["# both"], 1)  # of several on an item that goes, one stays
    assert not written - after, f"lost {written - after}"
    assert not (kept := (before & left & right)) - after, f"lost {kept - after}"
    doubled = after - (left | right)
    del doubled["# both"]  # above two items it stands twice
    assert not doubled, f"doubled {doubled}"


def front_of(*lines: str) -> bytes:
    return content(["id: aa-1", *lines])


@pytest.mark.parametrize("key", ["clé", '"quoted"', "with blank", "plain"])
def test_a_comment_below_a_list_belongs_to_no_key_whatever_the_other_keys_are(key: str) -> None:
    base = front_of("deps:", "- a", "- b", f"{key}: x")
    one = front_of("deps:", "- a", "- b", "# why", f"{key}: x")
    other = front_of("deps:", "- b", "- c", f"{key}: x")
    assert merge(base, one, other, RULES) == (front_of("deps:", "- b", "- c", "# why", f"{key}: x"), (), None)


def test_a_comment_line_below_a_plain_key_is_no_conflict() -> None:
    base = front_of("status: open", "assignee: ann")
    one = front_of("status: open", "assignee: ann", "  # until May")
    other = front_of("status: open", "assignee: bob")
    assert merge(base, one, other, RULES) == (front_of("status: open", "assignee: bob", "  # until May"), (), None)


def test_comments_between_and_behind_items_stay_when_the_other_side_changes_the_list() -> None:
    base = front_of("deps:", "- a", "- b", "- c")
    one = front_of("deps:", "- a", "# above b", "- b  # behind b", "- c")
    other = front_of("deps:", "- b", "- c", "- d")
    merged = front_of("deps:", "# above b", "- b  # behind b", "- c", "- d")
    assert merge(base, one, other, RULES) == (merged, (), None)


def test_a_comment_that_both_sides_add_stands_once() -> None:
    base = front_of("deps:", "- a", "type: bug")
    one = front_of("deps:", "- a", "# see the wiki", "parent: p-1", "type: bug")
    other = front_of("deps:", "- a", "- b", "# see the wiki", "type: bug")
    merged = merge(base, one, other, RULES).content
    assert merged is not None
    assert merged.count(b"# see the wiki") == 1


@pytest.mark.parametrize("indent", ["", "  "])
def test_removing_an_item_leaves_the_comment_above_the_next_one(indent: str) -> None:
    lines = ("deps:", f"{indent}- a", f"{indent}# above b", f"{indent}- b", f"{indent}# above c", f"{indent}- c")
    document = parse(front_of(*lines), "aa-1.md")
    without_a = front_of("deps:", *lines[2:])
    assert document.with_key("deps", ["b", "c"]).to_bytes() == without_a
    assert document.with_key("deps", ["a", "c"]).to_bytes() == front_of(*lines[:2], *lines[4:])
    assert parse(without_a, "aa-1.md").with_key("deps", ["c"]).to_bytes() == front_of("deps:", lines[2], *lines[4:])


def test_an_item_in_the_place_of_another_keeps_its_comments() -> None:
    document = parse(front_of("deps:", "- a", "# above b", "-   b   # behind b"), "aa-1.md")
    assert document.with_key("deps", ["a", "new"]).to_bytes() == front_of(
        "deps:", "- a", "# above b", "-   new   # behind b"
    )


def test_emptying_a_list_keeps_what_is_said_of_the_whole() -> None:
    document = parse(front_of("deps:  # hard ones", "# see the wiki", "- a  # behind a", "type: bug"), "aa-1.md")
    assert document.with_key("deps", []).to_bytes() == front_of("deps: []  # hard ones", "# see the wiki", "type: bug")


def test_lines_of_a_text_that_begin_with_a_hash_are_no_comments() -> None:
    content_ = front_of("about: |", "  one", "  # two", "", "# a comment", "type: bug")
    document = parse(content_, "aa-1.md")
    assert document.keys["about"] == "one\n# two\n"
    assert document.with_key("about", None).to_bytes() == front_of("", "# a comment", "type: bug")
