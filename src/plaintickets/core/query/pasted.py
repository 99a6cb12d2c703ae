"""Read text that was pasted as a query, such as an error message, as the words in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core import query_names as names

from .error import QueryError
from .nodes import And, FieldWord, Query, Word, conjoin
from .parser import parse
from .scanner import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Collection

_FEW = 3  # a text with this many words is a sentence, not a mistyped filter
_MOST_WORDS = 200
# Strings, which `re` compiles on first use: most queries are not pasted.
_RUN = r"\w+"
_CODE = r"\w[(\[{]|\w:[/\\]|\w::\w|;\s*$|\w\s+[^\w\s\"'(]+\s+\w"
_CHUNK = r"\S+"
_EDGES = "\"'`´’‘“”«»()[]{}<>*~,;:.!?=-—–|&\\"
_FILTER = r"""-?\(*"?([^\W\d][\w.-]*)"?(:|[=<>!]=?)(?=[\w"*<>=@.-])(\S*)"""
_PLAIN_VALUE = r'"?[\w.,*@+-]+"?'


def parse_or_words(text: str, fields: Collection[str] | None = None) -> tuple[Query, QueryError | None]:
    """Return the meaning of a text; if it is not a query but can be read as words, those and the error.

    Raises QueryError for a text that filters by a field: a wrong filter is not a word.
    """
    try:
        query = parse(text, fields)
        _refuse_empty_words(query)
    except QueryError as error:
        words = None if len(text) > SIZE_LIMIT or _filters(text, fields) else _words(text)
        if words is None:
            raise
        return words, error
    return query, None


def _refuse_empty_words(query: Query) -> None:
    """Refuse a word without letter and digit beside others; alone it is refused at the lookup.

    Raises QueryError.
    """
    parts = query.root.parts if isinstance(query.root, And) else ()
    for part in parts:
        if isinstance(part, Word | FieldWord) and not any(map(str.isalnum, part.text)):
            raise QueryError("there is no letter or digit to search for here", query.text, part.span)


def _filters(text: str, fields: Collection[str] | None) -> bool:
    """Return whether a word of the text filters by a known or nearly known field, or by an empty value."""
    chunks = text.split()
    unknown = 0
    for chunk in chunks:
        found = re.match(_FILTER, chunk)
        if found is None:
            continue
        name, known = found[1], fields or ()
        if name.casefold() in names.PREDICATES or names.resolve(name, known) or names.unknown_field(name, known):
            return True
        unknown += re.fullmatch(_PLAIN_VALUE, found[3]) is not None
    return unknown == len(chunks)


def _words(text: str) -> Query | None:
    """Return a query for the words of a text, without punctuation around them; None for a text of few words."""
    if len(re.findall(_RUN, text)) < _FEW and not re.search(_CODE, text):
        return None
    found: dict[str, Word] = {}
    for chunk in re.finditer(_CHUNK, text):
        word = chunk[0].strip(_EDGES)
        if any(map(str.isalnum, word)) and len(found) < _MOST_WORDS:
            found.setdefault(word, Word(word, "word", chunk.span()))
    return Query(text, conjoin(list(found.values()))) if found else None
