"""Two sides with one base: which value is kept where they differ, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

T = TypeVar("T")
K = TypeVar("K", bound="Hashable")
MAX_BYTES = 1 << 20


class Rules(NamedTuple):
    """The settings of a merge beside the three versions.

    `statuses` are in the order of the workflow, `done` are those of the class done. With `marks`, overlapping
    text gets git's markers; else it is recorded in the ticket. `favour` names the side, `ours` or `theirs`,
    that wins conflicts without a record. `are_one` tells that the caller knows the versions as those of one ticket,
    however little they have in common.
    """

    statuses: tuple[str, ...] = ("open", "in_progress", "closed")
    done: frozenset[str] = frozenset(("closed",))
    marks: bool = True
    marker_size: int = 7
    favour: str = ""
    max_bytes: int = MAX_BYTES
    are_one: bool = False


class Conflict(NamedTuple):
    """A field that both sides changed, and the entry that the ticket records for the rejected value, if any."""

    field: str
    lost: str


class Referee:
    """Decides between two sides, the same way in every clone, and records rejected values."""

    def __init__(self, rules: Rules, favoured: int | None) -> None:
        self.rules = rules
        self.conflicts: list[Conflict] = []
        self._favoured = favoured

    @property
    def favours(self) -> bool:
        """Whether one side wins every conflict."""
        return self._favoured is not None

    def choose(self, field: str, sides: tuple[T, T], lost: tuple[str, str], first: int = 0) -> T:
        """Return the winning side, `first` unless one is favoured; `lost` is the record of each if it loses."""
        if self._favoured is not None:
            return sides[self._favoured]
        self.conflicts.append(Conflict(field, lost[1 - first]))
        return sides[first]

    def mark(self, field: str) -> None:
        """Record a conflict that is in the text, between markers."""
        self.conflicts.append(Conflict(field, ""))


def trivial_merge(base: Any, one: T, other: T) -> tuple[T, bool]:
    """Return the value and True if at most one side changed it; else any value and False."""
    if one in (other, base):
        return other, True
    return one, other == base


def merged_order(base: Iterable[K], one: Sequence[K], other: Sequence[K], rank: Callable[[K], Any]) -> list[K]:
    """Return the keys of both sides in the order of the side that reordered them.

    A new key follows its predecessor. Keys that both sides added at one place are sorted by `rank`.
    """
    known = list(base)
    both = set(one) & set(other)
    common = [key for key in known if key in both]
    leading, following = (
        (other, one)
        if [key for key in one if key in both and key in set(common)] == common
        else (
            one,
            other,
        )
    )
    present, elsewhere = set(leading), set(following)
    behind: dict[K | None, list[K]] = {}
    anchor: K | None = None
    for key in following:
        if key in present:
            anchor = key
        else:
            behind.setdefault(anchor, []).append(key)
    result: list[K] = []
    run: list[K] = []
    waiting = behind.get(None, [])
    for key in leading:
        if key not in elsewhere:
            run.append(key)
            continue
        result += _woven(run, waiting, rank)
        result.append(key)
        run, waiting = [], behind.get(key, [])
    return result + _woven(run, waiting, rank)


def _woven(one: list[K], other: list[K], rank: Callable[[K], Any]) -> list[K]:
    result: list[K] = []
    at = place = 0
    while at < len(one) and place < len(other):
        if rank(one[at]) <= rank(other[place]):
            result.append(one[at])
            at += 1
        else:
            result.append(other[place])
            place += 1
    return result + one[at:] + other[place:]
