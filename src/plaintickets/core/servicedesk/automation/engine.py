"""Which rules fire for the changes of a ticket: in the order as written, each once, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.core.servicedesk.automation.triggers import Occurrence

LONGEST_CHAIN = 20
MOST_TICKETS = 50  # that rules reach from one change of a person
MOST_FIRINGS = 200  # that one change of a person may lead to by way of other rules


class ChainError(RefusedError):
    """A chain of rules that does not end."""

    def __init__(self, source: str, path: tuple[str, ...], message: str) -> None:
        self.path = path
        shown = path if len(path) <= 6 else (*path[:3], "…", *path[-2:])
        super().__init__(f"{source}: {message}: {' -> '.join(shown)}; nothing was changed")
        self.hint = "let one of these rules do less, or add `stop`; `tk check` finds rules that fire each other."


class Performed(NamedTuple):
    """What the effects of a rule did: occurrences by ticket, and whether no further rule may fire."""

    happened: dict[str, list[Occurrence]]
    stops: bool = False


class Asked(NamedTuple):
    """The questions that the engine has: the rules in order, and what they are and do.

    `triggers(rule, occurrence)` tells whether a rule listens to it, `matches(rule, ticket)` whether the ticket is one
    of its query now, `perform(rule, ticket, occurrence)` changes tickets. `source(rule)` is where it stands.
    """

    rules: list[str]
    triggers: Callable[[str, Occurrence], bool]
    matches: Callable[[str, str], bool]
    perform: Callable[[str, str, Occurrence], Performed]
    source: Callable[[str], str]


def run(asked: Asked, changes: Iterable[tuple[str, list[Occurrence]]]) -> None:
    """Fire rules for the changes of each ticket, and for what those rules change.

    Raise ChainError for a chain of more than 20 rules, and for more than 50 tickets or 200 firings that one change
    leads to.
    """
    fired: set[tuple[str, str]] = set()
    for ticket, happened in changes:
        waiting = [(ticket, happened)]
        later = 0
        reached: set[str] = set()
        stopped: set[str] = set()
        while waiting:
            part, news = waiting.pop(0)
            for rule in asked.rules:
                why = _reason(asked, rule, news) if (rule, part) not in fired and part not in stopped else None
                if why is None or not asked.matches(rule, part):
                    continue
                path = (*why.path, rule)
                later += bool(why.path)
                if len(path) > LONGEST_CHAIN:
                    raise ChainError(asked.source(rule), path, f"rules fire each other more than {LONGEST_CHAIN} times")
                if later > MOST_FIRINGS:
                    raise ChainError(asked.source(rule), path, f"one change lets rules fire {MOST_FIRINGS} times more")
                fired.add((rule, part))
                done = asked.perform(rule, part, why)
                if done.stops:
                    stopped.add(part)
                reached |= done.happened.keys()
                if len(reached) > MOST_TICKETS:
                    raise ChainError(
                        asked.source(rule), path, f"one change lets rules change {MOST_TICKETS} tickets more"
                    )
                waiting += [
                    (other, [one._replace(path=path) for one in rows]) for other, rows in done.happened.items() if rows
                ]


def _reason(asked: Asked, rule: str, news: list[Occurrence]) -> Occurrence | None:
    return next((one for one in news if asked.triggers(rule, one)), None)
