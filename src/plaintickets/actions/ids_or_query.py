"""Words on the command line that are ids of tickets or a query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.project import Project

_SYNTAX = r"""[\s:<>=!()"'*~@]|\A-|\A(?:AND|OR|NOT)\Z"""


def is_query(words: Sequence[str]) -> bool:
    """Tell whether a word has a sign of the query language."""
    return any(re.search(_SYNTAX, word.strip()) for word in words)


def ids_or_query(project: Project, words: Sequence[str]) -> tuple[list[str], str]:
    """Return the ids that the words name and an empty query, or no ids and the query that the words are.

    Words without any sign of the query language are ids. So a mistyped id, or an empty one from an unset
    variable, is refused and not searched for.
    """
    if any(is_query((word,)) and not project.existing_path(word) for word in words):
        return [], " ".join(words).strip()
    return [project.find(word).id for word in words], ""
