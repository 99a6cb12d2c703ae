"""Aliases: names of a user's own for a command with its arguments. No shell reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.command_table import ALIASES, COMMANDS

if TYPE_CHECKING:
    from collections.abc import Mapping


def words_of(text: str) -> list[str]:
    """Return the words of an alias, split as a shell does.

    Raise ValueError for an open quote.
    """
    import shlex

    return shlex.split(text)


def is_built_in(name: str) -> bool:
    """Tell whether a name is that of a command of `tk`."""
    return name in COMMANDS or name in ALIASES


def expanded(name: str, aliases: Mapping[str, str]) -> list[str]:
    """Return the words that an alias means, whose first is no alias; none for a name that is no alias.

    Raise ValueError for a loop, with the names in it.
    """
    words: list[str] = []
    seen: list[str] = []
    while name in aliases and not is_built_in(name):
        if name in seen:
            raise ValueError(" -> ".join([*seen[seen.index(name) :], name]))
        seen.append(name)
        words = words_of(aliases[name]) + words[1:]
        name = words[0]
    return words
