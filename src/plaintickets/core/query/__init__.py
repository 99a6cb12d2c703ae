"""The query language: `status:open priority<=1 (crash OR hang) -tag:later`.

`parse` reads a query, `compile_query` makes it a test of tickets, `matches` asks about
one, `describe` writes it back, `words` and `mentioned` say what it is about. The manual is
docs/reference/query.md. Pure: what a query needs to know comes in a `context.Context`.
"""

from __future__ import annotations

from .compiler import FoldedText, compile_query, matches, values_asked_for
from .error import QueryError
from .inquiry import has_words, mentioned, words
from .limits import ConditionCount
from .nodes import And, Compare, FieldWord, Has, Id, Is, No, Node, Not, Or, Query, Value, Word
from .parser import parse
from .pasted import parse_or_words
from .writer import describe

__all__ = [
    "And",
    "Compare",
    "ConditionCount",
    "FieldWord",
    "FoldedText",
    "Has",
    "Id",
    "Is",
    "No",
    "Node",
    "Not",
    "Or",
    "Query",
    "QueryError",
    "Value",
    "Word",
    "compile_query",
    "describe",
    "has_words",
    "matches",
    "mentioned",
    "parse",
    "parse_or_words",
    "values_asked_for",
    "words",
]
