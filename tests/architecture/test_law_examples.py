"""The parts of a sweep that `make test` runs."""

from __future__ import annotations

from collections import Counter

from law_examples import part


def test_the_parts_of_a_sweep_share_its_cases_evenly() -> None:
    counts = Counter(case for turn in range(10) for case in part("abcde", 2, turn))
    assert (sorted(counts), len(set(counts.values()))) == ([*"abcde"], 1)
