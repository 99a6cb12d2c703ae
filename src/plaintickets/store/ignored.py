"""Files of a store that are not tickets because the setting `ignore` names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    Test: TypeAlias = Callable[[str], bool]


def ignored_test(patterns: Sequence[str]) -> Test | None:
    """Return the test of a store path, None if nothing is ignored.

    A pattern matches the path or the name alone.
    """
    if not patterns:
        return None
    from plaintickets.core.query.glob import glob_test

    tests = [glob_test(pattern) for pattern in patterns]

    def is_ignored(path: str) -> bool:
        name = path.rpartition("/")[2]
        return any(test(path) or test(name) for test in tests)

    return is_ignored
