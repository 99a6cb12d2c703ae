"""An article of the knowledge base: what its file says, and what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import parse
from plaintickets.core.markdown import blanked
from plaintickets.core.problem import Problem
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.approvals import parts_of
from plaintickets.core.servicedesk.duration import FORMS, seconds_of
from plaintickets.core.split import joined
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.ticket import list_of
from plaintickets.core.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from plaintickets.core.document import Document
    from plaintickets.core.frontmatter import Value

DRAFT, REVIEWED, PUBLISHED, RETIRED = STATUSES = ("draft", "reviewed", "published", "retired")
INTERNAL, PUBLIC = AUDIENCES = ("internal", "public")
BROKEN = "broken-article"
MOST_LINKS = 1000
_LONGEST_SLUG = 60
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LINK = re.compile(r"\]\([ \t]*<?([^\s()<>\"']{1,500})")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?([^\s<>]{1,500})", re.MULTILINE)
_CODE = re.compile(r"(?<!`)(`++)[^\n]*?(?<!`)\1(?!`)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|/")


class Article(NamedTuple):
    """An article; a value that its file does not have, or that cannot be read, is the default or empty.

    `reviewed` is `name@date`, `review_every` a duration; `body` is the text below the keys.
    """

    slug: str
    path: str
    title: str
    status: str
    audience: str
    keywords: tuple[str, ...]
    related: tuple[str, ...]
    reviewed: str
    review_every: str
    body: str

    @property
    def is_published(self) -> bool:
        """Tell whether it is published."""
        return self.status == PUBLISHED


def article_of(document: Document) -> Article:
    """Return the article that a file holds."""
    keys = document.keys

    def text(key: str) -> str:
        value = keys.get(key)
        return value if isinstance(value, str) else ""

    return Article(
        document.path.rpartition("/")[2].removesuffix(".md"), document.path, document.title,
        text("status") or DRAFT, text("audience") or INTERNAL, tuple(list_of(keys.get("keywords"))),
        tuple(list_of(keys.get("related"))), text("reviewed"), text("review_every"), document.body,
    )  # fmt: skip


def problems_of(document: Document) -> list[Problem]:
    """Return what is wrong with the file of an article; one that cannot be read has only that."""
    if document.problems:
        return list(document.problems)
    return [Problem(document.path, line, BROKEN, message) for line, message in _faults(document)]


def _faults(document: Document) -> Iterator[tuple[int, str]]:
    keys = document.keys
    if not document.title.strip():
        yield 1, "the article has no title"
    for key, known in (("status", STATUSES), ("audience", AUDIENCES)):
        value = keys.get(key, "")
        if value not in ("", *known):
            near = did_you_mean(value, known) if isinstance(value, str) else ""
            shown = quoted(value) if isinstance(value, str) else "a list or mapping"
            yield document.line_of(key), f"{key} is {shown}, not one of {', '.join(known)}. {near}".rstrip()
    for key in ("keywords", "related"):
        value = keys.get(key, [])
        if value != "" and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            yield document.line_of(key), f"{key} is not a list of words"
    every = keys.get("review_every", "")
    if every != "" and not (isinstance(every, str) and seconds_of(every)):
        yield document.line_of("review_every"), f"review_every is not a duration: write {FORMS}"
    reviewed = keys.get("reviewed", "")
    if reviewed != "" and not (isinstance(reviewed, str) and parts_of(reviewed)):
        yield document.line_of("reviewed"), "reviewed is not written as NAME@2026-11-25"


def slug_of(title: str) -> str:
    """Return a name for the file of an article, from its title; empty if no letter or digit of ASCII is in it."""
    slug = _NOT_PLAIN.sub("-", fold(title)).strip("-")
    return slug if len(slug) <= _LONGEST_SLUG else slug[: _LONGEST_SLUG + 1].rpartition("-")[0] or slug[:_LONGEST_SLUG]


def readable_part(document: Document) -> tuple[str, str, str]:
    """Return what readers of an article read: its title, its audience, and its text. A review is about these."""
    article = article_of(document)
    return article.title, article.audience, article.body.replace("\r\n", "\n").strip()


def days_overdue(article: Article, now: datetime) -> int:
    """Return for how many days the next review of an article is due, 0 for none."""
    from datetime import UTC, timedelta
    from datetime import datetime as moment

    parts, every = parts_of(article.reviewed), seconds_of(article.review_every)
    if parts is None or not every:
        return 0
    try:
        due = moment.fromisoformat(parts[1][:10]).replace(tzinfo=UTC) + timedelta(seconds=every)
    except (ValueError, OverflowError):
        return 0
    return max(0, (now - due).days)


def file_links(body: str) -> list[tuple[str, int]]:
    """Return the first 1,000 relative links of a text, without their fragments, each with its line from 0."""
    text = _CODE.sub(lambda match: " " * len(match[0]), blanked(body))
    found: list[tuple[str, int]] = []
    for match in sorted((*_LINK.finditer(text), *_DEFINITION.finditer(text)), key=lambda match: match.start()):
        target = match[1].partition("#")[0].partition("?")[0]
        if target and not _SCHEME.match(match[1]):
            found.append((target, text.count("\n", 0, match.start())))
        if len(found) == MOST_LINKS:
            break
    return found


def draft_of(path: str, title: str, keys: Mapping[str, Value], body: str) -> Document:
    """Return a new article, as a draft; keys without a value are left out."""
    text = body.replace("\r\n", "\n").strip("\n")
    below = f"\n{text}\n" if text else ""
    document = parse(joined(f"title: x\nstatus: {DRAFT}\n", below), path)
    for key, value in {"title": title, **keys}.items():
        document = document.with_key(key, value or None)
    return document


def answer_text(problem: str, answers: Sequence[str]) -> str:
    """Return the text of an article that is drafted from a ticket: the problem, and what was answered."""
    shown = [text for text in map(str.strip, answers) if text] or ["What to do."]
    return "\n\n".join(["## Problem", problem.strip() or "What the reader sees.", "## Answer", *shown])
