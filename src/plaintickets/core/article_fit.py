"""Whether an article fits a ticket: by its keywords and by the words that both have, with the reasons."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.comments import without_notes
from plaintickets.core.quoting import quoted
from plaintickets.core.ticket import id_of, list_of
from plaintickets.core.words import fold, terms, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from plaintickets.core.article import Article
    from plaintickets.core.document import Document

LEAST = 0.4
"""The least score of an article that is suggested. It needs a keyword in the title, or two words in common."""
RELATED = 0.95
_KEYWORD = 0.6
_KEYWORD_BELOW = 0.3  # in the text only
_TITLE = 0.8
_TEXT = 0.5
_LONE = 0.3  # one word in common is chance more often than not
_MOST_TERMS = 400
_SHOWN = 3


class Asker(NamedTuple):
    """What asks for articles: the id of a ticket (empty for a text), its title, its text and its tags."""

    id: str
    title: str
    text: str = ""
    tags: Sequence[str] = ()


def asker_of(document: Document) -> Asker:
    """Return a ticket as what asks for articles: without its comments, which may be about anything."""
    return Asker(
        id_of(document.path), document.title, without_notes(document.body), tuple(list_of(document.keys.get("tags")))
    )


class Fit(NamedTuple):
    """An article that fits, with a score from 0 to 1 and the reasons, the weightiest first."""

    article: Article
    score: float
    reasons: tuple[str, ...]


class AskerTerms:
    """The terms of what asks, prepared for several articles."""

    def __init__(self, asker: Asker) -> None:
        self.id = asker.id
        self.tags = {fold(tag) for tag in asker.tags}
        self.title = terms(asker.title)[:_MOST_TERMS]
        self.text = terms(asker.text[:20_000])[:_MOST_TERMS]
        self.head = [term for term in dict.fromkeys(self.title) if not _is_common(term)]

    def all(self) -> list[str]:
        """Return each term once, those of the title first, without common words."""
        return [term for term in dict.fromkeys([*self.title, *self.text]) if not _is_common(term)]


def fit(asked: AskerTerms, article: Article, held_by: Mapping[str, int], count: int) -> Fit:
    """Return how well an article fits.

    `held_by` is how many of the `count` articles have a term: one that many have says little.
    """
    misses, reasons = 1.0, list[tuple[float, str]]()

    def because(share: float, reason: str) -> None:
        nonlocal misses
        misses *= 1 - share
        reasons.append((share, reason))

    if asked.id and asked.id in article.related:
        because(RELATED, "related")
    found = [(keyword, _keyword_share(asked, keyword)) for keyword in article.keywords]
    for share, word in ((share, keyword) for keyword, share in found if share):
        because(share, f"keyword {quoted(word)}")

    def weight(term: str) -> float:
        held = held_by.get(term, 0)
        return log(1 + (count - held + 0.5) / (held + 0.5))

    own = [term for term in dict.fromkeys(terms(article.title)) if not _is_common(term)]
    shared = _shared(own, {*asked.title, *asked.text}, weight)
    if shared.terms:
        lone = _LONE if len(shared.terms) == 1 and len(own) > 1 else 1.0
        because(_TITLE * shared.share * lone, _in_title(article.title, shared.terms))
    inside = _shared(asked.head, set(terms(article.body[:20_000])), weight)
    if len(inside.terms) > 1:
        because(_TEXT * inside.share, f"{len(inside.terms)} words of the title in its text")
    reasons.sort(key=lambda one: -one[0])
    return Fit(article, round(1 - misses, 2), tuple(reason for _, reason in reasons[:_SHOWN]))


def best(fits: Iterable[Fit], limit: int, least: float = LEAST) -> list[Fit]:
    """Return the best of some articles, with at least the least score."""
    return sorted((one for one in fits if one.score >= least), key=lambda one: (-one.score, one.article.slug))[:limit]


class _Shared(NamedTuple):
    terms: list[str]
    share: float


def _shared(own: Sequence[str], others: Collection[str], weight: Callable[[str], float]) -> _Shared:
    """Return which of some terms others have, and their share of the weight of all."""
    total = sum(map(weight, own))
    found = [term for term in own if term in others]
    return _Shared(found, sum(map(weight, found)) / total if total else 0.0)


def _keyword_share(asked: AskerTerms, keyword: str) -> float:
    """Return how much a keyword counts: in the title or the tags more than in the text."""
    if fold(keyword) in asked.tags:
        return _KEYWORD
    sought = terms(keyword)
    if not sought:
        return 0.0
    return _KEYWORD if _holds(asked.title, sought) else _KEYWORD_BELOW if _holds(asked.text, sought) else 0.0


def _holds(row: Sequence[str], part: Sequence[str]) -> bool:
    """Tell whether terms follow each other in a row of terms."""
    size = len(part)
    return any(row[at : at + size] == part for at in range(len(row) - size + 1))


def _in_title(title: str, shared: Collection[str]) -> str:
    """Return the shared words as the title of the article has them."""
    known = set(shared)
    words = dict.fromkeys(title[token.start : token.end].lower() for token in tokens(title) if token.term in known)
    shown = ", ".join([*words][:_SHOWN])
    return f"{'words' if len(words) > 1 else 'word'} {quoted(shown)}"


def _is_common(term: str) -> bool:
    """Tell whether a term says nothing of the subject of a text: a single letter, or a word of English grammar."""
    return len(term) == 1 or term in COMMON


COMMON = frozenset(
    terms(
        "a about after all also am an and any are as at be because been before but by can cannot could did do does "
        "don't done for from get gets got had has have how i if in into is it its just like me more my need no not "
        "now of off on one or our out over please problem should so some than that the their them then there these "
        "they this those to too under up use used using very via want was we what when where which while who why "
        "will with without won't work works would you your doesn't can't"
    )
)
