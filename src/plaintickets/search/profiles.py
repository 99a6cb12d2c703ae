"""The words and facts of a ticket in the index, for the detailed comparison of duplicates."""

from __future__ import annotations

import json
import math
import zlib
from typing import TYPE_CHECKING, Any

from plaintickets.core.similar import Facts, Profile, Words, count_words, entry_facts, entry_terms

if TYPE_CHECKING:
    from plaintickets.core.similar import Entry

_MOST = 4_000_000  # characters; a body is cut at a smaller size


def component_number(component: str) -> int:
    """Return a number for a component; 0 for none."""
    return zlib.crc32(component.encode("utf-8", "surrogatepass")) if component else 0


def columns_of(entry: Entry) -> tuple[float, int, bytes]:
    """Return the time when a ticket was created, its component as a number, and its profile."""
    titles, bodies = entry_terms(entry)
    words, facts = count_words(titles, bodies), entry_facts(entry, titles)
    content = json.dumps([*facts, words.title, words.body, list(words.counts)], separators=(",", ":"))
    created = math.nan if facts.created is None else facts.created
    return created, component_number(facts.component), zlib.compress(content.encode(), 1)


def read_words(content: bytes) -> tuple[Words, Profile]:
    """Return the words and the profile that `columns_of` packed.

    Raises ValueError, zlib.error or TypeError.
    """
    name, shape, created, component, kind, titles, bodies, counts = _unpacked(content)
    when = None if created is None else float(created)
    words = Words(titles, bodies, bytes(counts))
    return words, Profile(words, Facts(str(name), str(shape), when, str(component), str(kind)))


def read_terms(content: bytes) -> set[str]:
    """Return the terms alone, in half of the time; raise as `read_words` does."""
    *_, titles, bodies, _ = _unpacked(content)
    return {*titles, *bodies}


def _unpacked(content: bytes) -> Any:
    reader = zlib.decompressobj()
    text = reader.decompress(content, _MOST)
    if not reader.eof:
        raise ValueError("a profile has more text than a ticket can have")
    return json.loads(text)
