"""Which tickets are known to be one problem, from what each repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.known_duplicates import Problem, known_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

CREATED = {"a": 1.0, "b": 2.0, "c": 3.0}
IDS = st.integers(0, 12).map(str)


def test_a_chain_of_duplicates_is_one_problem_and_its_end_goes_on() -> None:
    problem = Problem("a", 2, 3.0)
    assert known_problems({"c": "b", "b": "a"}, CREATED.get) == {"a": problem, "b": problem, "c": problem}
    assert known_problems({}, CREATED.get) == {}


def test_a_circle_is_one_problem_whatever_leads_into_it() -> None:
    found = known_problems({"b": "c", "c": "b", "a": "c"}, CREATED.get)
    assert found == dict.fromkeys("abc", Problem("b", 2, 3.0))


@given(st.dictionaries(IDS, IDS))
def test_two_tickets_are_one_problem_where_links_join_them(originals: Mapping[str, str]) -> None:
    group = {one: {one} for one in {*originals, *originals.values()}}
    for one, other in originals.items():
        joined = group[one] | group[other]
        group.update(dict.fromkeys(joined, joined))
    found = known_problems(originals, lambda _: None)
    expected = {one: joined for one, joined in group.items() if len(joined) > 1}
    assert set(found) == set(expected)
    for one, joined in expected.items():
        assert {other for other in found if found[other] == found[one] and found[other].original in joined} == joined
        assert found[one].repeats == len(joined) - 1
        assert found[one].original in joined


def test_a_long_chain_takes_one_step_a_link() -> None:
    chain = {str(n): str(n + 1) for n in range(50_000)}
    assert known_problems(chain, lambda _: None)["0"].original == "50000"
