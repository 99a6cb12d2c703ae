"""The table of promises: each a sentence, and what tries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from blackbox.place import Place

    Trial = Callable[[Place], None]


class Promise(NamedTuple):
    """A sentence that holds for every tool of this kind; `slow` ones take seconds."""

    sentence: str
    trial: Trial
    group: str
    slow: bool = False


PROMISES: dict[str, Promise] = {}


def promise(sentence: str, *, slow: bool = False) -> Callable[[Trial], Trial]:
    """Enters a promise into the table, under the name of the function that tries it."""

    def enter(trial: Trial) -> Trial:
        group = trial.__module__.rpartition(".")[2]
        PROMISES[trial.__name__] = Promise(sentence, trial, group, slow)
        return trial

    return enter
