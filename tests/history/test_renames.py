"""Ids that renames connect."""

from __future__ import annotations

from itertools import pairwise

import pytest

from plaintickets.history.renames import connected, related


class _Counted(str):
    """An id that counts how often ids are looked up."""

    __slots__ = ()
    lookups = 0

    def __hash__(self) -> int:
        _Counted.lookups += 1
        return super().__hash__()

    __eq__ = str.__eq__


def test_ids_are_related_through_renames_in_either_direction() -> None:
    renamings = [("b", "c"), ("a", "b"), ("x", "y"), ("z", "c")]
    assert related(renamings, "z") == {"a", "b", "c", "z"}
    assert related(renamings, "y") == {"x", "y"}


def test_an_id_that_no_rename_names_is_related_to_itself_only() -> None:
    assert related([("a", "b")], "c") == {"c"}


def test_connected_ids_share_one_set_even_in_a_circle() -> None:
    groups = connected([("a", "b"), ("b", "a"), ("c", "c")])
    assert groups == {"a": {"a", "b"}, "b": {"a", "b"}, "c": {"c"}}
    assert groups["a"] is groups["b"]


@pytest.mark.parametrize("order", [1, -1])
def test_lookups_grow_with_the_length_of_a_chain_not_with_its_square(order: int) -> None:
    names = [_Counted(f"t-{at}") for at in range(5_000)]
    chain = list(pairwise(names))[::order]
    _Counted.lookups = 0
    found = related(chain, names[0])
    assert _Counted.lookups <= 10 * len(names)
    assert len(found) == len(names)
