"""Learn from the store's own duplicates how much each kind of similarity counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.duplicates import known_originals
from plaintickets.actions.ticket_source import epoch, similar_entry
from plaintickets.core.fit import ROUNDS, Query, fit, recall
from plaintickets.core.known_duplicates import known_problems
from plaintickets.core.similar import WEIGHTS
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.actions.duplicates import Finder
    from plaintickets.core.similar import Entry
    from plaintickets.project import Project
    from plaintickets.search.duplicates import Duplicates

FEWEST = 300  # known duplicates
_MOST = 1500  # the newest of them are learned from
_STEPS = 100  # of progress for a round of fitting
_LEARNED = 0.6  # the share, oldest first, whose weights are tried on the rest
DEPTHS = (1, 5, 10)


class Learned(NamedTuple):
    """Weights, and the recall at DEPTHS on the newest duplicates: with WEIGHTS, and with weights of the others."""

    duplicates: int
    weights: dict[str, float]
    before: tuple[float, ...]
    after: tuple[float, ...]


def learn(project: Project, finder: Finder, progress: Callable[[int, int], None]) -> Learned:
    """Return weights half-way between WEIGHTS and those that fit this store best.

    Raise RefusedError if fewer than FEWEST duplicates are known.
    """
    originals, entries = _known(project)
    if len(originals) < FEWEST:
        raise RefusedError(
            f"{len(originals)} duplicates are known here (`duplicate-of`); {FEWEST} are needed to learn from",
            hint="until then the weights that come with plaintickets are the better ones.",
        )
    queries = finder.ask(lambda duplicates: _queries(duplicates, originals, entries, progress))
    cut = int(len(queries) * _LEARNED)
    shipped = list(WEIGHTS.values())
    steps = _STEPS * ROUNDS
    tried = _half_way(fit(queries[:cut], progress=lambda done, _: progress(_STEPS * done, 2 * steps)))
    weights = _half_way(fit(queries, progress=lambda done, _: progress(steps + _STEPS * done, 2 * steps)))
    before, after = (tuple(recall(one, queries[cut:], depth) for depth in DEPTHS) for one in (shipped, tried))
    return Learned(len(originals), dict(zip(WEIGHTS, weights, strict=True)), before, after)


def _half_way(own: list[float]) -> list[float]:
    return [round((one + other) / 2, 3) for one, other in zip(WEIGHTS.values(), own, strict=True)]


def _known(project: Project) -> tuple[dict[str, str], dict[str, Entry]]:
    """Return the original of each duplicate, oldest first, and the compared parts of these tickets."""
    tickets = project.reading.tickets
    known = known_originals(project)
    created = {name: epoch(tickets[name].text("created")) for name in known}
    order = sorted((when, name) for name, when in created.items() if when is not None)
    originals = {name: known[name] for _, name in order}
    return originals, {name: similar_entry(project.document(name)) for name in [*originals][-_MOST:]}


def _queries(
    duplicates: Duplicates,
    originals: dict[str, str],
    entries: dict[str, Entry],
    progress: Callable[[int, int], None],
) -> list[Query]:
    """Return each duplicate with its older candidates; duplicates created before it are known."""
    whole = duplicates.problems
    earlier = {name: original for name, original in originals.items() if name not in entries}
    created = {name: entry.created for name, entry in entries.items()}
    queries = []
    for done, (name, entry) in enumerate(entries.items(), 1):
        duplicates.problems = known_problems(earlier, created.get)
        rows = duplicates.compare(entry, entry.created)
        ends = [duplicates.problems[one].original if one in duplicates.problems else one for one, _ in rows]
        right = [whole.get(one) == whole.get(name) for one, _ in rows]
        queries.append(Query([values for _, values in rows], ends, right))
        earlier[name] = originals[name]
        progress(done, len(entries))
    duplicates.problems = whole
    return queries
