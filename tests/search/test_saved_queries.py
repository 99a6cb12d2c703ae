"""Saved queries that name one another: the result is right, or the error names the circle or the limit."""

from __future__ import annotations

from collections import UserDict

import pytest

from plaintickets.errors import UsageError
from plaintickets.query_context import EXPANDED_LIMIT, NESTED_LIMIT, expanded


class _Counted(UserDict[str, str]):
    """Saved queries that count how often one is read."""

    reads = 0

    def __getitem__(self, name: str) -> str:
        self.reads += 1
        return super().__getitem__(name)


def _chain(length: int, step: str = "@{}") -> _Counted:
    return _Counted({f"q{at}": step.format(f"q{at + 1}") for at in range(length - 1)} | {f"q{length - 1}": "is:open"})


def test_a_chain_as_deep_as_the_limit_is_expanded() -> None:
    assert expanded("@q0", _chain(NESTED_LIMIT)) == "(" * NESTED_LIMIT + "is:open" + ")" * NESTED_LIMIT


@pytest.mark.parametrize("length", [NESTED_LIMIT + 1, 1_000])
def test_a_chain_deeper_than_the_limit_is_refused_with_the_limit(length: int) -> None:
    with pytest.raises(UsageError, match=f"'@q0' names others more than {NESTED_LIMIT} deep"):
        expanded("@q0", _chain(length))


def test_a_circle_is_named_without_what_leads_to_it() -> None:
    with pytest.raises(UsageError, match=r"in a cycle: @b -> @c -> @b$"):
        expanded("@a", {"a": "@b OR @b", "b": "@c OR @c", "c": "-@b OR @a"})


def test_a_query_that_names_itself_is_a_circle() -> None:
    with pytest.raises(UsageError, match=r"in a cycle: @a -> @a$"):
        expanded("@a", {"a": "@a"})


def test_queries_that_name_the_next_twice_are_read_once_each_and_refused_by_size() -> None:
    saved = _chain(40, "@{0} OR @{0}")
    with pytest.raises(UsageError, match=f"longer than {EXPANDED_LIMIT} characters"):
        expanded("@q0", saved)
    assert saved.reads == len(saved)


def test_a_query_named_many_times_is_read_once() -> None:
    saved = _Counted({"a": "is:open"})
    assert expanded("@a OR @a OR -@a", saved) == "(is:open) OR (is:open) OR -(is:open)"
    assert saved.reads == 1
