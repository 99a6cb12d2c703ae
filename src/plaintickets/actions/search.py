"""Tickets found by their words, best first."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from plaintickets.core.comments import heading_start
from plaintickets.core.document import title_match
from plaintickets.core.query.nodes import And, FieldWord, Is, Node, Not, Or, Word
from plaintickets.core.ticket import id_of
from plaintickets.errors import UsageError
from plaintickets.search.hits import Finder
from plaintickets.search.index import SearchIndex
from plaintickets.search.schema import FIELDS, Entry
from plaintickets.search.segment import DamagedError
from plaintickets.search.snippets import Snippet, marks_of, snippets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.actions.listing import Filter
    from plaintickets.core.document import Document
    from plaintickets.core.query import Query
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.query_context import QueryContext
    from plaintickets.search.hits import Leaf

    Progress = Callable[[int, int], None]
    Stamp = tuple[int, int, int, int]

RANKED_LIMIT = 20
SNIPPETS = 2
FOLDER = "search"
_COMMENT_TIME = re.compile(r"^\*\*\d{4}-\d\d-\d\dT[0-9:.+Z-]{6,30}\*\*|^## Notes[ \t]*\r?$", re.MULTILINE)


class Hit(NamedTuple):
    """A ticket found; the score has no unit and compares within one answer only. Without words it is 0."""

    ticket: Ticket
    score: float
    title_marks: tuple[tuple[int, int], ...]
    snippets: tuple[Snippet, ...]


class Wish(NamedTuple):
    """How the answer is to be: its order if not by score, how many tickets, and whether with the places found.

    `limit` None is RANKED_LIMIT where there are words to rank by, else no limit; 0 is none.
    """

    order: str = ""
    limit: int | None = None
    places: bool = True


class Answer(NamedTuple):
    """The tickets found, how many there are beyond the limit, and for words nobody wrote what was perhaps meant."""

    hits: list[Hit]
    total: int
    suggestions: dict[str, list[str]]


class TicketSource:
    """The tickets of a tracker as the index takes them."""

    def __init__(self, project: Project, progress: Progress) -> None:
        self._tracker = project
        self.progress = progress
        reading, store = project.reading, project.place.store
        self._stamps: dict[str, Stamp] = {found[0]: found[1:] for found in reading.files}
        for problem in reading.problems:
            if problem.code != "id-mismatch":
                self._stamps.pop(problem.path, None)
        for path in with_comment_files(store):
            if path in self._stamps:
                self._stamps[path] = _with_comments(store, path, self._stamps[path])

    def stamps(self) -> Mapping[str, Stamp]:
        """The state of the file of every readable ticket, its comment files with it."""
        return self._stamps

    def load(self, path: str) -> tuple[Stamp, Entry] | None:
        """The state of a file and its texts."""
        store = self._tracker.place.store
        try:
            state = os.lstat(f"{store}/{path}")
        except OSError:
            return None
        stamp = _with_comments(store, path, (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino))
        document = self._tracker.document_at(path)
        return None if document.problems else (stamp, self.entry(document))

    def entry(self, document: Document) -> Entry:
        """The texts of a ticket."""
        apart, _ = self._tracker.comments_apart(document)
        return entry_of(document, [f"{comment.author}\n{comment.text}" for comment in apart])


def with_comment_files(store: str) -> list[str]:
    """The paths of the tickets that may have comments in files of their own."""
    folders = [""] + [f"archive/{year}/" for year in _names(f"{store}/archive") if len(year) == 4 and year.isdigit()]
    names = ((folder, name) for folder in folders for name in _names(f"{store}/{folder}") if name[-2:] == ".d")
    return [f"{folder}{name[:-2]}.md" for folder, name in names]


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _with_comments(store: str, path: str, stamp: Stamp) -> Stamp:
    """The stamp of a ticket file together with those of its comment files."""
    folder = f"{store}/{path.removesuffix('.md')}.d"
    if not os.path.isdir(folder):
        return stamp
    mtime, ctime, size, inode = stamp
    known = []
    for name in sorted(_names(folder)):
        try:
            state = os.lstat(f"{folder}/{name}")
        except OSError:
            continue
        known.append(f"{name} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_size} {state.st_ino}")
        ctime = max(ctime, state.st_ctime_ns)
    return mtime, ctime, size, inode ^ crc32("\n".join(known).encode("utf-8", "surrogateescape"))


def entry_of(document: Document, comments_apart: list[str]) -> Entry:
    """The texts of a ticket, each place apart: the heading that is the title is no part of the body."""
    from plaintickets.store.reading import ticket_of

    ticket = ticket_of(document)
    body, comments = document.body, ""
    notes = heading_start(body)
    if notes >= 0:
        body, comments = body[:notes], _COMMENT_TIME.sub(lambda match: " " * len(match[0]), body[notes:])
    heading = None if ticket.text("title") else title_match(body)
    if heading:
        body = body[: heading.start()] + " " * len(heading[0]) + body[heading.end() :]
    said = ([comments] if comments else []) + comments_apart
    return Entry((ticket.title,), (body,), tuple(said), ticket.tags, (ticket.id, *ticket.items("external-ref")))


def open_index(project: Project, source: TicketSource) -> SearchIndex:
    """The index of a tracker: in git's folder, else in the user's cache, else in memory."""
    from hashlib import sha256

    where, environ = project.place, project.around.environ
    places: list[tuple[str, ...]] = [(where.git_dir, os.path.basename(where.derived), FOLDER)] if where.git_dir else []
    cache = environ.get("XDG_CACHE_HOME") or os.path.join(environ.get("HOME", ""), ".cache")
    if os.path.isabs(cache):
        key = sha256(os.fsencode(where.store)).hexdigest()[:16]
        places.append((os.path.dirname(cache), os.path.basename(cache), "plaintickets", f"{FOLDER}-{key}"))
    return SearchIndex.at(source, *places)


def search(project: Project, asked: Filter, wish: Wish, progress: Progress) -> Answer:
    """The tickets that pass, by score and id, or in the order asked for; raises QueryError and UsageError."""
    from plaintickets.actions.listing import check_order
    from plaintickets.core.query import parse
    from plaintickets.query_context import expanded, known_fields

    if not any(value.strip() for value in asked):
        raise UsageError("what should be searched for?", hint="for example: tk search 'parser crash'")
    check_order(project, wish.order)
    text = expanded(asked.query, project.config.queries)
    query = parse(text)
    if not _names_no_field(query.root):  # else no ticket needs to be asked for its keys
        query = parse(text, known_fields(project))
        from plaintickets.actions.unknown_values import check_list

        check_list(project, query)
    source = TicketSource(project, progress)
    index = open_index(project, source)
    index.refresh()
    try:
        answer = _Search(project, query, source, index, asked).answer(wish)
        index.check()
    except DamagedError:
        index.recover()
        answer = _Search(project, query, source, index, asked).answer(wish)
    return answer


class _Search:
    """One query asked of one state of the index and the files."""

    def __init__(self, project: Project, query: Query, source: TicketSource, index: SearchIndex, asked: Filter) -> None:
        from plaintickets.core.query import words

        self._tracker, self._query, self._index, self._asked = project, query, index, asked
        self._source = source
        self._finder = Finder(index)
        self._leaves: dict[int, Leaf] = {}  # by identity: nodes hash their whole meaning
        self._words = list(dict.fromkeys(node for node in words(query) if _is_indexed(node)))

    def answer(self, wish: Wish) -> Answer:
        """The hits in order, cut at the limit."""
        limit = wish.limit
        if limit is None:
            limit = RANKED_LIMIT if self._words else 0
        found: list[tuple[float, Ticket]] | None = None
        if not wish.order:
            found, total = self._ranked(limit)
        if found is None:
            tickets = self._matching(wish.order)
            total = len(tickets)
            found = [(self._score(ticket.path), ticket) for ticket in (tickets[:limit] if limit else tickets)]
        hits = [self._hit(ticket, score, shows_places=wish.places) for score, ticket in found]
        return Answer(hits, total, self._suggestions())

    def _ranked(self, limit: int) -> tuple[list[tuple[float, Ticket]] | None, int]:
        """The best tickets where the index alone decides, so that no other needs to be read; None where it does not."""
        from plaintickets.actions.listing import option_tests

        root = self._query.root
        possible = self._possible(root) if _is_decided(root) else None
        if possible is None or option_tests(self._tracker, self._asked):
            return None, 0
        paths = map(self._index.path_of, possible)
        rows = sorted((-self._score(path), id_of(path)) for path in paths)
        tickets = self._tracker.reading.tickets
        return [(-score, tickets[name]) for score, name in (rows[:limit] if limit else rows)], len(rows)

    def _matching(self, order: str) -> list[Ticket]:
        from plaintickets.actions.listing import option_tests, sort
        from plaintickets.core.query import compile_query
        from plaintickets.query_context import QueryContext

        tests = option_tests(self._tracker, self._asked)
        questions = QueryContext(self._tracker)
        tests.append(compile_query(self._query, questions, self._says(questions)))
        possible = self._possible(self._query.root)
        tickets = self._tracker.reading.tickets.values() if possible is None else self._tickets(possible)
        found = [ticket for ticket in tickets if all(test(ticket) for test in tests)]
        scores = {ticket.id: self._score(ticket.path) for ticket in found} if self._words else {}
        found.sort(key=lambda ticket: (-scores.get(ticket.id, 0.0), ticket.id))
        return sort(found, order) if order else found

    def _says(self, questions: QueryContext) -> Callable[[Word | FieldWord, Ticket], bool]:
        from plaintickets.core.query.wording import wording_test

        number_of, fold = self._index.number_of, questions.fold

        def says(node: Word | FieldWord, ticket: Ticket) -> bool:
            if isinstance(node, FieldWord) and not _is_indexed(node):
                return wording_test(fold(node.text), node.kind)(fold("\n".join(ticket.items(node.field))))
            return number_of(ticket.path) in self._leaf(node).scores

        return says

    def _leaf(self, node: Word | FieldWord) -> Leaf:
        leaf = self._leaves.get(id(node))
        if leaf is None:
            found = self._finder.find(node.text, node.kind, node.field if isinstance(node, FieldWord) else "")
            if found is None:
                from plaintickets.core.query import QueryError

                message = "there is no letter and no digit to search for here"
                raise QueryError(message, self._query.text, node.span, hint="`tk ls` looks for any text, this one too.")
            leaf = self._leaves[id(node)] = found
        return leaf

    def _possible(self, node: Node) -> set[int] | None:
        """The numbers of the tickets that the words leave over; None where the words alone exclude none."""
        if isinstance(node, Word | FieldWord):
            return set(self._leaf(node).scores) if _is_indexed(node) else None
        if isinstance(node, And):
            sets = [found for part in node.parts if (found := self._possible(part)) is not None]
            return set.intersection(*sets) if sets else None
        if isinstance(node, Or):
            every = [self._possible(part) for part in node.parts]
            return set().union(*(found for found in every if found)) if None not in every else None
        return None

    def _tickets(self, numbers: set[int]) -> list[Ticket]:
        tickets = self._tracker.reading.tickets
        paths = map(self._index.path_of, numbers)
        found = (tickets.get(id_of(path)) for path in paths)
        return [ticket for ticket in found if ticket is not None]

    def _score(self, path: str) -> float:
        number = self._index.number_of(path)
        return sum([scores.get(number, 0.0) for scores in self._found])

    @cached_property
    def _found(self) -> list[dict[int, float]]:
        return [self._leaf(node).scores for node in self._words]

    def _hit(self, ticket: Ticket, score: float, *, shows_places: bool) -> Hit:
        if not self._words or not shows_places:
            return Hit(ticket, score, (), ())
        document = self._tracker.document_at(ticket.path)
        entry = self._source.entry(document)
        found: list[Snippet] = []
        for field, texts in zip(FIELDS[1:], entry[1:], strict=True):
            if len(found) < SNIPPETS:
                found += snippets(((field, text) for text in texts), self._marks(field), SNIPPETS - len(found))
        return Hit(ticket, score, tuple(marks_of(ticket.title, self._marks("title"))), tuple(found))

    def _marks(self, field: str) -> Callable[[str], bool]:
        """Whether a term is to be marked in a field."""
        leaves = [node for node in self._words if not isinstance(node, FieldWord) or node.field == field]
        tests = [self._leaf(node).marks for node in leaves]
        return lambda term: any(test(term) for test in tests)

    def _suggestions(self) -> dict[str, list[str]]:
        """For each word that nothing has, words that something has."""
        found: dict[str, list[str]] = {}
        for node in self._words:
            if node.kind == "word" and not self._leaf(node).scores:
                field = node.field if isinstance(node, FieldWord) else ""
                near = self._finder.suggest(node.text, field)
                written = [self._as_written(term, self._index.path_of(number)) for term, number in near]
                found[node.text] = list(dict.fromkeys(written))
        return found

    def _as_written(self, term: str, path: str) -> str:
        from plaintickets.core.words import tokens

        entry = self._source.entry(self._tracker.document_at(path))
        for texts in entry:
            for text in texts:
                for token in tokens(text):
                    if token.term == term:
                        return text[token.start : token.end].lower()
        return term


def _names_no_field(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(map(_names_no_field, node.parts))
    return _names_no_field(node.part) if isinstance(node, Not) else isinstance(node, Word | Is)


def _is_decided(node: Node) -> bool:
    """Whether the index alone says which tickets match."""
    if isinstance(node, And | Or):
        return all(map(_is_decided, node.parts)) and bool(node.parts)
    return isinstance(node, Word | FieldWord) and _is_indexed(node)


def _is_indexed(node: Word | FieldWord) -> bool:
    return isinstance(node, Word) or node.field in FIELDS
