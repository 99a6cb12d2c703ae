"""Ids: long enough, never taken, and found by any part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.ids import (
    ALPHABET,
    COLLISION_CHANCE,
    choose_prefix,
    matching,
    near,
    new_id,
    prefix_from_name,
    suffix_length,
)


@given(st.integers(0, 10_000_000))
def test_two_clones_that_double_a_store_hardly_ever_meet(tickets: int) -> None:
    length = suffix_length(tickets)
    assert tickets**2 / len(ALPHABET) ** length <= COLLISION_CHANCE
    assert length == 4 or tickets**2 / len(ALPHABET) ** (length - 1) > COLLISION_CHANCE


def test_a_taken_id_is_not_given_again() -> None:
    rolls = iter([0, 0, 0, 0, 0, 0, 0, 1])
    assert new_id("pt", {"pt-2222"}, lambda _limit: next(rolls)) == "pt-2223"


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("my-project", "mp"),
        ("plaintickets", "pla"),
        ("My_Big.Thing-x", "mbx"),
        ("--", "tk"),
        ("日本", "tk"),
        ("a", "a"),
        ("-x-", "x"),
    ],
)
def test_a_repository_gives_its_initials_or_first_letters(name: str, prefix: str) -> None:
    assert prefix_from_name(name) == prefix


def test_the_prefix_is_that_of_the_configuration_then_the_commonest() -> None:
    assert choose_prefix("web", ["a-1", "a-2"], lambda: "my-project") == "web"
    assert choose_prefix("", ["b-1", "a-1", "a-b-1", "a-b-2"], lambda: "my-project") == "a-b"
    assert choose_prefix("", ["b-1", "a-1"], lambda: "my-project") == "a"
    assert choose_prefix("", ["123", "-x"], lambda: "my-project") == "mp"


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("pt-1", ["pt-1"]),
        ("pt", ["pt-1", "pt-12", "pt-21"]),
        ("1", ["pt-1", "pt-12"]),
        ("21", ["pt-21"]),
        ("2", ["pt-21"]),
        ("t-2", ["pt-21"]),
        ("", []),
        ("PT-1", []),
    ],
)
def test_a_part_names_exactly_then_by_beginning_then_from_within(part: str, found: list[str]) -> None:
    assert matching(part, ["pt-21", "pt-12", "pt-1"]) == found


@given(st.lists(st.text(min_size=1), unique=True), st.data())
def test_every_id_is_found_by_itself(ids: list[str], data: st.DataObject) -> None:
    if ids:
        asked = data.draw(st.sampled_from(ids))
        assert matching(asked, ids) == [asked]


def test_a_change_takes_an_id_a_suffix_or_three_characters_of_a_beginning_and_nothing_from_the_middle() -> None:
    from plaintickets.core.ids import named

    known = ["fix-null-pointer", "e-23", "sv-8jf", "sv-8jf.5", "validate-tokens"]
    for part in ("null", "id", "alid", "ull", "2", "3", "e-", ""):
        assert named(part, known) == [], part
    assert named("23", known) == ["e-23"]
    assert named("8jf", known) == ["sv-8jf"]
    assert named("8jf.", known) == ["sv-8jf.5"]
    assert named("val", known) == ["validate-tokens"]
    assert named("tok", known) == ["validate-tokens"]
    assert named("sv-", known) == ["sv-8jf", "sv-8jf.5"]
    assert named("tokens", known) == ["validate-tokens"]


def test_a_mistyped_suffix_is_near_to_the_id_as_the_whole_id_is() -> None:
    ids = ["a-duva", "a-jsbe", "b-jsbf", "release"]
    assert near("a-duvb", ids) == near("duvb", ids) == near("DUWA", ids) == ("a-duva",)
    assert near("jsbd", ids) == ("a-jsbe", "b-jsbf")
    assert near("relaese", ids) == ("release",)
    assert near("zzzz", ids) == near("", ids) == ()
