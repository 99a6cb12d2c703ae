"""Merging is symmetric, changes nothing that nobody changed, and is clean where two changes touch different fields."""

from __future__ import annotations

import random

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from law_examples import examples
from plaintickets.core.document import parse
from plaintickets.core.merge import Merged, Rules, merge
from plaintickets.errors import UnreadableError
from soak.documents import KEYS, some_document, some_value
from soak.merging import damage_many, damaged, judged, some_triple

RULES = Rules()
SEEDS = st.integers(0, 2**32)


def documents(seed: int) -> tuple[bytes, bytes, bytes]:
    """A document of any shape, and two that came from it by setting keys."""
    chance = random.Random(seed)
    base = some_document(chance)
    sides = []
    for _ in range(2):
        document = parse(base, "")
        for key in chance.sample(KEYS, chance.randint(1, 4)):
            try:
                document = document.with_key(key, some_value(chance))
            except UnreadableError:
                continue
        sides.append(document.to_bytes())
    return base, sides[0], sides[1]


@settings(max_examples=examples(150), deadline=None)
@given(SEEDS)
def test_a_merge_is_what_an_independent_judge_expects_of_it(seed: int) -> None:
    _, faults = judged(some_triple(random.Random(seed)))
    assert faults == []


@settings(max_examples=examples(200), deadline=None)
@given(SEEDS)
def test_who_merges_makes_no_difference(seed: int) -> None:
    base, one, other = documents(seed)
    try:
        merged = merge(base, one, other, RULES)
    except UnreadableError:
        assume(False)
    assert merged == merge(base, other, one, RULES)


@settings(max_examples=examples(200), deadline=None)
@given(SEEDS)
def test_the_same_change_on_both_sides_or_on_one_is_that_change_byte_for_byte(seed: int) -> None:
    chance = random.Random(seed)
    base, one, _ = (damaged(chance, content) for content in documents(seed))
    assert merge(base, one, one, RULES) == Merged(one, ())
    assert merge(base, base, one, RULES) == Merged(one, ())
    assert merge(base, one, base, RULES) == Merged(one, ())


@settings(max_examples=examples(200), deadline=None)
@given(SEEDS, st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_changes_of_two_fields_merge_cleanly_to_both(seed: int, key: str, second: str) -> None:
    chance = random.Random(seed)
    base = some_document(chance)
    assume(key != second and {key, second} not in ({"status", "closed"}, {"id", "created"}))
    document = parse(base, "")
    try:
        one = document.with_key(key, some_value(chance)).to_bytes()
        other = document.with_key(second, some_value(chance)).to_bytes()
        merged = merge(base, one, other, RULES)
    except UnreadableError:
        assume(False)
    assert merged.conflicts == ()
    keys = parse(merged.content or b"", "").keys
    assert keys.get(key) == parse(one, "").keys.get(key)
    assert keys.get(second) == parse(other, "").keys.get(second)


@settings(max_examples=examples(200), deadline=None)
@given(SEEDS)
@example(229)  # each side removes one of the two keys below the comment
def test_a_comment_line_that_nobody_changed_stays(seed: int) -> None:
    base, one, other = documents(seed)
    try:
        merged = merge(base, one, other, RULES)
    except UnreadableError:
        assume(False)
    lines = [content.replace(b"\r\n", b"\n").split(b"\n") for content in (base, one, other, merged.content or b"")]
    common = [line for line in lines[0] if line[:1] == b"#" and line in lines[1] and line in lines[2]]
    assert [line for line in common if line not in lines[3]] == []


@settings(max_examples=examples(100), deadline=None)
@given(SEEDS)
def test_merging_the_result_again_records_each_conflict_once(seed: int) -> None:
    base, one, other = documents(seed)
    try:
        merged = merge(base, one, other, RULES._replace(marks=False))
        again = merge(base, merged.content, merged.content, RULES)
        third = merge(one, merged.content, one, RULES)
    except UnreadableError:
        assume(False)
    assert again.content == merged.content
    assert third.content == merged.content


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_damaged_files_raise_nothing_and_merge_the_same_way_for_everybody(seed: int) -> None:
    assert damage_many(seed, 10)["faults"] == []
