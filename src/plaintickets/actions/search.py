"""Find tickets by their words, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.computed_fields import ComputedFields
from plaintickets.actions.ticket_source import TicketSource, open_index
from plaintickets.core.query.nodes import And, FieldWord, Is, Node, Not, Or, Query, Word
from plaintickets.core.ticket import id_of
from plaintickets.errors import UsageError
from plaintickets.search.query_words import QueryWords, is_decided, is_indexed
from plaintickets.search.schema import FIELDS
from plaintickets.search.snippets import Snippet, marks_of, snippets
from plaintickets.search.storage import DamagedError
from plaintickets.search.words import Finder

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.actions.listing import Filter
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.query_context import QueryContext
    from plaintickets.search.index import Index

    Progress = Callable[[int, int], None]
    Stamp = tuple[int, int, int, int]

RANKED_LIMIT = 20
FEW = 10  # with fewer tickets, those that have most of the words follow
SNIPPETS = 2


class Hit(NamedTuple):
    """A found ticket; the score has no unit and compares within one answer only. Without words it is 0."""

    ticket: Ticket
    score: float
    title_marks: tuple[tuple[int, int], ...]
    snippets: tuple[Snippet, ...]
    missing: tuple[str, ...] = ()  # words of the query that the ticket lacks in any form


class SearchOptions(NamedTuple):
    """The form of the answer: its order if not by score, the limit, with snippets, with partial matches.

    `limit` None is RANKED_LIMIT if there are words to rank by, else no limit; 0 is no limit.
    """

    order: str = ""
    limit: int | None = None
    places: bool = True
    partial: bool = True


class Answer(NamedTuple):
    """The found tickets, the number beyond the limit, and suggestions for words that no ticket has.

    `partial` are tickets that have most of the words only; `slip` is why the query was read as plain words.
    """

    hits: list[Hit]
    total: int
    suggestions: dict[str, list[str]]
    partial: list[Hit]
    slip: str = ""


def search(project: Project, asked: Filter, options: SearchOptions, progress: Progress) -> Answer:
    """Return the tickets that pass, by score and id, or in the requested order.

    Raise QueryError and UsageError.
    """
    from plaintickets.actions.sorting import check_order
    from plaintickets.core.query import parse_or_words
    from plaintickets.query_context import expanded, known_fields

    if not any(value.strip() for value in asked):
        raise UsageError("what should be searched for?", hint="for example: tk search 'parser crash'")
    check_order(project, options.order)
    text = expanded(asked.query, project.config.queries)
    query, slip = parse_or_words(text)
    if slip or not _names_no_field(query.root):  # else the keys of tickets are not needed
        query, slip = parse_or_words(text, known_fields(project))
        from plaintickets.actions.unknown_values import check_list

        check_list(project, query)
    source = TicketSource(project, progress)
    index = open_index(project, source)
    index.refresh()
    try:
        answer = _Search(project, query, source, index, asked).answer(options)
        index.check()
    except DamagedError:
        index.recover()
        answer = _Search(project, query, source, index, asked).answer(options)
    return answer._replace(slip=slip.message) if slip else answer


class _Search:
    """A query with one state of the index and the files."""

    def __init__(self, project: Project, query: Query, source: TicketSource, index: Index, asked: Filter) -> None:
        self._tracker, self._query, self._index, self._asked = project, query, index, asked
        self._source = source
        self._finder = Finder(index)
        self._asked_words = QueryWords(query, self._finder)
        self._words = self._asked_words.words

    def answer(self, options: SearchOptions) -> Answer:
        """Return the hits in order, at most the limit."""
        limit = options.limit
        if limit is None:
            limit = RANKED_LIMIT if self._words else 0
        found: list[tuple[float, Ticket]] | None = None
        if not options.order:
            found, total = self._ranked(limit)
        if found is None:
            tickets = self._matching(options.order)
            total = len(tickets)
            found = [(self._score(ticket.path), ticket) for ticket in (tickets[:limit] if limit else tickets)]
        hits = [self._hit(ticket, score, shows_places=options.places) for score, ticket in found]
        partial = self._partial(total, limit, {hit.ticket.id for hit in hits}, options) if options.partial else []
        return Answer(hits, total, self._suggestions(), partial)

    def _partial(self, total: int, limit: int, shown: set[str], options: SearchOptions) -> list[Hit]:
        """Return the best tickets that have at least half of the words, if few tickets have all of them."""
        from plaintickets.actions.listing import option_tests
        from plaintickets.core.query import compile_query
        from plaintickets.query_context import QueryContext

        filters = self._asked_words.filters()
        if total >= FEW or options.order or filters is None:
            return []
        wanted = min(FEW, limit or FEW) - len(shown)
        tests = option_tests(self._tracker, self._asked)
        questions = QueryContext(self._tracker, ComputedFields(self._tracker))
        tests += [compile_query(Query(self._query.text, node), questions, self._says(questions)) for node in filters]
        tickets = self._tracker.reading.tickets
        rows = sorted(
            (-score, id_of(self._index.key_of(number))) for number, score in self._asked_words.partial(FEW).items()
        )
        found: list[Hit] = []
        for score, name in rows:
            if len(found) >= wanted:
                break
            if name not in shown and name in tickets and all(test(tickets[name]) for test in tests):
                hit = self._hit(tickets[name], -score, shows_places=options.places)
                missing = self._asked_words.missing(self._index.number_of(hit.ticket.path))
                found.append(hit._replace(missing=missing))
        return found

    def _ranked(self, limit: int) -> tuple[list[tuple[float, Ticket]] | None, int]:
        """Return the best tickets if the index alone decides, so that no other is read; else None."""
        from plaintickets.actions.listing import option_tests

        root = self._query.root
        possible = self._asked_words.possible(root) if is_decided(root) else None
        if possible is None or option_tests(self._tracker, self._asked):
            return None, 0
        key_of, scores = self._index.key_of, self._asked_words.scores(possible)
        # Only the best are named: ids, which decide between equal scores, cost much where a word is frequent.
        least = sorted(scores.values(), reverse=True)[limit - 1] if 0 < limit < len(scores) else float("-inf")
        rows = sorted((-score, id_of(key_of(number))) for number, score in scores.items() if score >= least)
        tickets = self._tracker.reading.tickets
        return [(-score, tickets[name]) for score, name in (rows[:limit] if limit else rows)], len(scores)

    def _matching(self, order: str) -> list[Ticket]:
        from plaintickets.actions.listing import option_tests
        from plaintickets.actions.sorting import sort
        from plaintickets.core.query import compile_query
        from plaintickets.query_context import QueryContext

        tests = option_tests(self._tracker, self._asked)
        questions = QueryContext(self._tracker, ComputedFields(self._tracker))
        tests.append(compile_query(self._query, questions, self._says(questions)))
        possible = self._asked_words.possible(self._query.root)
        tickets = self._tracker.reading.tickets.values() if possible is None else self._tickets(possible)
        found = [ticket for ticket in tickets if all(test(ticket) for test in tests)]
        scores = {ticket.id: self._score(ticket.path) for ticket in found} if self._words else {}
        found.sort(key=lambda ticket: (-scores.get(ticket.id, 0.0), ticket.id))
        return sort(self._tracker, found, order) if order else found

    def _says(self, questions: QueryContext) -> Callable[[Word | FieldWord, Ticket], bool]:
        from plaintickets.core.query.wording import wording_test

        number_of, fold = self._index.number_of, questions.fold

        def says(node: Word | FieldWord, ticket: Ticket) -> bool:
            if isinstance(node, FieldWord) and not is_indexed(node):
                return wording_test(fold(node.text), node.kind)(fold("\n".join(ticket.items(node.field))))
            return number_of(ticket.path) in self._asked_words.leaf(node).scores

        return says

    def _tickets(self, numbers: set[int]) -> list[Ticket]:
        tickets = self._tracker.reading.tickets
        paths = map(self._index.key_of, numbers)
        found = (tickets.get(id_of(path)) for path in paths)
        return [ticket for ticket in found if ticket is not None]

    def _score(self, path: str) -> float:
        return self._asked_words.score(self._index.number_of(path))

    def _hit(self, ticket: Ticket, score: float, *, shows_places: bool) -> Hit:
        if not self._words or not shows_places:
            return Hit(ticket, score, (), ())
        document = self._tracker.document_at(ticket.path)
        entry = self._source.entry(document)
        found: list[Snippet] = []
        for field, texts in zip(FIELDS[1:], entry.texts()[1:], strict=True):
            if len(found) < SNIPPETS:
                places = ((field, text) for text in texts)
                found += snippets(places, self._asked_words.marks(field), SNIPPETS - len(found))
        return Hit(ticket, score, tuple(marks_of(ticket.title, self._asked_words.marks("title"))), tuple(found))

    def _suggestions(self) -> dict[str, list[str]]:
        """Return similar words that tickets have, for each word that no ticket has."""
        found: dict[str, list[str]] = {}
        for node in self._words:
            if node.kind == "word" and not self._asked_words.leaf(node).scores:
                field = node.field if isinstance(node, FieldWord) else ""
                near = self._finder.suggest(node.text, field)
                written = [self._as_written(term, self._index.key_of(number)) for term, number in near]
                found[node.text] = list(dict.fromkeys(written))
        return found

    def _as_written(self, term: str, path: str) -> str:
        from plaintickets.core.words import tokens

        entry = self._source.entry(self._tracker.document_at(path))
        for texts in entry.texts():
            for text in texts:
                for token in tokens(text):
                    if token.term == term:
                        return text[token.start : token.end].lower()
        return term


def _names_no_field(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(map(_names_no_field, node.parts))
    return _names_no_field(node.part) if isinstance(node, Not) else isinstance(node, Word | Is)
