"""Searching what tickets once held: text at any commit, and the messages of commits about tickets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.query import Word, parse, words
from plaintickets.errors import GitRefusedError, UsageError
from plaintickets.query_context import folded
from plaintickets.store import files
from plaintickets.store.names import ticket_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plaintickets.core.query import FieldWord
    from plaintickets.git.message_search import Message
    from plaintickets.history.past_text import Fragment
    from plaintickets.project import Project

    Passes = Callable[[str], bool]


class Recalled(NamedTuple):
    """The fragments that match, the latest first, and whether the whole history was there to look at."""

    fragments: list[Fragment]
    complete: bool


class Mentioned(NamedTuple):
    """A commit's message and the tickets that it changed or named."""

    message: Message
    tickets: list[str]


def recall(project: Project, query: str, *, all_branches: bool = False) -> Recalled:
    """The pieces of text that tickets hold or once held, in which every word of the query occurs."""
    from plaintickets.actions.log import history
    from plaintickets.history.past_text import text_history

    asked = words(parse(query))
    if not asked:
        raise UsageError("name the words to look for", hint='for example: tk search --history "connection reset"')
    tests = [_test(word) for word in asked]
    seen: set[tuple[str, str, str, str, str]] = set()
    found, complete = [], True
    for revision in _revisions(project, all_branches=all_branches):
        past = history(project, revision=revision)
        complete = complete and past.complete
        for fragment in text_history(past.events):
            key = (fragment.ticket, fragment.field, fragment.text, fragment.added.commit, _removed(fragment))
            if key not in seen and all(test(fragment) for test in tests):
                seen.add(key)
                found.append(fragment)
    found.sort(key=lambda fragment: (_last_date(fragment), fragment.added.date), reverse=True)
    return Recalled(found, complete)


def _removed(fragment: Fragment) -> str:
    return fragment.removed.commit if fragment.removed else ""


def _last_date(fragment: Fragment) -> int:
    return fragment.removed.date if fragment.removed else fragment.added.date


def _revisions(project: Project, *, all_branches: bool) -> Iterator[str]:
    yield "HEAD"
    if all_branches:
        if project.git is None:
            raise GitRefusedError("not a git repository, so there is no history")
        listed = project.git.read("for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes")
        yield from dict.fromkeys(listed.decode().split())


def _test(word: Word | FieldWord) -> Callable[[Fragment], bool]:
    passes = word_test(word.text, word.kind)
    field = getattr(word, "field", "")
    if field:
        return lambda fragment: fragment.field == field.removesuffix("s") and passes(fragment.text)
    return lambda fragment: passes(fragment.text)


def word_test(text: str, kind: str) -> Passes:
    """Whether a text has a word: as it stands or inflected, a phrase, or a word's beginning."""
    from plaintickets.core.words import terms

    needle = folded(text)
    if kind == "phrase":
        return lambda where: needle in folded(where)
    if kind == "prefix":
        pattern = re.compile(r"(?<!\w)" + re.escape(needle))
        return lambda where: pattern.search(folded(where)) is not None
    wanted = set(terms(text))
    # A stem shares at least its first letters with the word: a cheap test before the thorough one.
    start = needle[: max(1, min(3, len(needle) - 1))]
    return lambda where: start in folded(where) and wanted.issubset(terms(where))


def snippet(text: str, query: str, width: int) -> str:
    """The part of a text, on one line, that begins a little before the first word of the query that it has."""
    line = " ".join(text.split())
    needles = [folded(word.text)[: max(3, len(word.text) - 2)] for word in words(parse(query))]
    places = [place for needle in needles if (place := folded(line).find(needle)) >= 0]
    start = max(0, min(places, default=0) - width // 4)
    cut = line[start : start + width]
    return f"{'…' if start else ''}{cut}{'…' if start + width < len(line) else ''}"


def mentions(project: Project, query: str, *, all_branches: bool = False) -> list[Mentioned]:
    """The commits whose message holds every word and that changed or name tickets, newest first."""
    from plaintickets.git.message_search import search

    if project.git is None:
        raise GitRefusedError("not a git repository, so there is no history")
    asked = [word.text for word in words(parse(query))]
    if not asked:
        raise UsageError("name the words to look for", hint='for example: tk search --commits "revert"')
    known = set(ticket_paths(project.place.store))
    found = []
    for message in search(project.git, asked, project.place.prefix, all_branches=all_branches):
        changed = [files.id_of(path) for path in message.paths if path.endswith(".md")]
        named = _named(f"{message.subject}\n{message.body}", known)
        tickets = list(dict.fromkeys([*changed, *named]))
        if tickets:
            found.append(Mentioned(message, tickets))
    return found


def _named(text: str, known: Iterable[str]) -> list[str]:
    """The known ids that a text has as words."""
    ids = set(known)
    found = (word if word in ids else word.rstrip(".-") for word in re.findall(r"[\w.-]+", text))
    return [word for word in found if word in ids]
