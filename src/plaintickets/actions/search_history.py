"""Search for text that tickets once had, and for commit messages about tickets."""

from __future__ import annotations

import re
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from plaintickets.actions.ticket_source import open_index
from plaintickets.core.paths import git_lead
from plaintickets.errors import GitRefusedError, UsageError
from plaintickets.git.shallow import shallow_commits
from plaintickets.search import history as past
from plaintickets.search import index as parts
from plaintickets.search.query_words import QueryWords, is_decided
from plaintickets.search.segments import damage
from plaintickets.search.snippets import Snippet, snippets
from plaintickets.search.storage import DamagedError
from plaintickets.search.words import Finder
from plaintickets.store import files
from plaintickets.store.names import ticket_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from plaintickets.actions.listing import Filter
    from plaintickets.actions.sorting import Key, SortKey
    from plaintickets.core.query import Query
    from plaintickets.core.query.nodes import FieldWord, Word
    from plaintickets.core.ticket import Ticket
    from plaintickets.git.message_search import Message
    from plaintickets.project import Project
    from plaintickets.search.index import Index
    from plaintickets.search.schema import Document

    Progress = Callable[[int, int], None]

T = TypeVar("T")
WIDTH = 160
_PORTION = 1000  # documents that are read at once


class TextMatch(NamedTuple):
    """A matching piece of text, its place, and its score, which compares within one answer only."""

    text: past.PastText
    score: float
    snippet: Snippet | None


class MessageMatch(NamedTuple):
    """A matching commit message, the tickets that it changed or named, and its score."""

    message: Message
    tickets: list[str]
    score: float


class HistoryQuery(NamedTuple):
    """A query and its options; `limit` 0 is no limit, `names_all` asks for the tickets beyond it too."""

    filter: Filter
    order: str = ""
    all_branches: bool = False
    limit: int = 0
    names_all: bool = False


class Found(NamedTuple):
    """The matches, the latest first or in the requested order, and the number beyond the limit."""

    rows: list[TextMatch] | list[MessageMatch]
    total: int
    tickets: list[str]
    complete: bool


def search_texts(project: Project, asked: HistoryQuery, progress: Progress) -> Found:
    """Return the matching pieces of text that tickets have or once had."""
    search = _Past(project, asked, "tk search --history 'connection reset'")
    revisions = search.revisions()
    note = search.note(revisions)

    def make(_note: str, _count: int) -> tuple[bool, Iterator[tuple[str, Document]]]:
        from plaintickets.actions.log import history
        from plaintickets.history.past_text import text_history

        events = (history(project, revision=revision).events for revision in revisions)
        return False, (past.text_document(fragment) for found in events for fragment in text_history(found))

    part = parts.HISTORY_OF_ALL if asked.all_branches else parts.HISTORY
    index = open_index(project, past.PastDocuments(make, progress), part)
    index.refresh(note)
    found = search.answer(index, note, past.text_of, lambda text: [text.ticket], _TEXT_KEYS)
    rows = [TextMatch(text, score, _place(text, search.words)) for text, score in found.rows]
    return Found(rows, found.total, found.tickets, not search.is_shallow())


def search_messages(project: Project, asked: HistoryQuery, progress: Progress) -> Found:
    """Return the commits that changed or named tickets and have a matching message."""
    search = _Past(project, asked, "tk search --commits 'revert'")
    revisions = search.revisions()
    note = search.note(revisions)
    git, prefix = search.git, project.place.prefix

    def make(before: str, count: int) -> tuple[bool, Iterator[tuple[str, Document]]]:
        from plaintickets.git.message_search import read

        known = before.split()[1:]
        only_new = bool(known) and search.contain(revisions, known)
        wanted = [*revisions, *(f"^{commit}" for commit in known if only_new)]
        found = read(git, wanted, prefix) if revisions else []
        first = count if only_new else 0
        return only_new, (
            past.message_document(message, first + at, changes_ticket=names.are_changed(message))
            for at, message in enumerate(reversed(found))
        )

    names = _Names(set(ticket_paths(project.place.store)), prefix)
    part = parts.COMMITS_OF_ALL if asked.all_branches else parts.COMMITS
    index = open_index(project, past.PastDocuments(make, progress), part)
    index.refresh(note)
    found = search.answer(index, note, _message_of, names.of, _MESSAGE_KEYS, is_of_ticket=names.has)
    return Found(
        [MessageMatch(row, names.of(row), score) for row, score in found.rows], found.total, found.tickets, True
    )


class _Rows(NamedTuple, Generic[T]):
    rows: list[tuple[T, float]]
    total: int
    tickets: list[str]


class _Past:
    """A query about the past: the index finds its words, its filters test the present tickets."""

    def __init__(self, project: Project, asked: HistoryQuery, example: str) -> None:
        from plaintickets.actions.unknown_values import check_list
        from plaintickets.core.query import parse_or_words, words
        from plaintickets.query_context import expanded, known_fields

        if project.git is None:
            raise GitRefusedError("not a git repository, so there is no history")
        self._tracker, self._asked, self.git = project, asked, project.git
        text = expanded(asked.filter.query, project.config.queries)
        query, self.slip = parse_or_words(text, known_fields(project))
        self._query: Query = query
        check_list(project, self._query)
        if not words(self._query):
            raise UsageError("name the words to look for", hint=f"for example: {example}")
        self.words: QueryWords

    # which commits

    def revisions(self) -> list[str]:
        """Return the commits at which the searched history ends; none if there is no commit."""
        head = self.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        found = head.out.decode().split() if head.code == 0 else []
        if self._asked.all_branches:
            listed = self.git.read("for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes")
            found += listed.decode().split()
        return list(dict.fromkeys(found))

    def note(self, revisions: Sequence[str]) -> str:
        """Return a text that identifies this state of the history: a digest of the setting, then commits."""
        from zlib import crc32

        place, config = self._tracker.place, self._tracker.config
        setting = f"{place.prefix} {config.format_max_file_size} {self._shallow()}"
        return " ".join([f"{crc32(setting.encode('utf-8', 'surrogateescape')):08x}", *sorted(revisions)])

    def contain(self, revisions: Sequence[str], commits: Sequence[str]) -> bool:
        """Tell whether every one of the commits is reachable from one of the revisions."""
        done = self.git.run("rev-list", "--max-count=1", *commits, *(f"^{revision}" for revision in revisions), "--")
        return done.code == 0 and not done.out.strip()

    def is_shallow(self) -> bool:
        """Tell whether the clone lacks older commits."""
        return self._shallow() != ""

    def _shallow(self) -> str:
        return " ".join(sorted(shallow_commits(self._tracker.place.common_dir)))

    # the answer

    def answer(
        self,
        index: Index,
        note: str,
        make: Callable[[list[Any]], T],
        tickets_of: Callable[[T], Sequence[str]],
        keys: dict[str, Callable[[T], object]],
        *,
        is_of_ticket: Callable[[T], bool] | None = None,
    ) -> _Rows[T]:
        """Return the matching documents in order, at most the limit.

        `is_of_ticket` is asked about documents that are not marked as those of a ticket; None: all are of tickets.
        """
        from plaintickets.actions.sorting import check_order

        check_order(self._tracker, self._asked.order, [*keys, "score"])
        try:
            found = self._matching(index, make, tickets_of, keys, is_of_ticket=is_of_ticket)
            index.check()
        except DamagedError:
            index.recover(note)
            found = self._matching(index, make, tickets_of, keys, is_of_ticket=is_of_ticket)
        return found

    def _matching(
        self,
        index: Index,
        make: Callable[[list[Any]], T],
        tickets_of: Callable[[T], Sequence[str]],
        keys: dict[str, Callable[[T], object]],
        *,
        is_of_ticket: Callable[[T], bool] | None = None,
    ) -> _Rows[T]:
        self.words = QueryWords(self._query, Finder(index))
        limit = self._asked.limit
        with damage():
            numbers = self._numbers(index, make, tickets_of)
            if is_of_ticket is not None:
                marks = index.numbers_column("component")
                unmarked = [number for number in numbers if not marks[number] & 1]
                others = {number for number, row in _read(index, unmarked, make) if not is_of_ticket(row)}
                numbers = [number for number in numbers if number not in others]
            ordered = self._by_date(index, numbers)
            if limit and not self._asked.order and not self._asked.names_all:
                rows = list(_read(index, islice(ordered, limit), make))
                return _Rows([(row, self.words.score(number)) for number, row in rows], len(numbers), [])
            rows = list(_read(index, ordered, make))
        if self._asked.order:
            rows = self._sorted(rows, tickets_of, keys)
        names = dict.fromkeys(name for _, row in rows for name in tickets_of(row)) if self._asked.names_all else ()
        shown = rows[:limit] if limit else rows
        return _Rows([(row, self.words.score(number)) for number, row in shown], len(rows), list(names))

    def _numbers(
        self, index: Index, make: Callable[[list[Any]], T], tickets_of: Callable[[T], Sequence[str]]
    ) -> Collection[int]:
        """Return the documents that have the words and, if there are filters, belong to a ticket that passes."""
        from plaintickets.actions.computed_fields import ComputedFields
        from plaintickets.actions.listing import option_tests
        from plaintickets.core.query import compile_query
        from plaintickets.query_context import QueryContext

        root, options = self._query.root, option_tests(self._tracker, self._asked.filter)
        possible = self.words.possible(root)
        if possible is not None and is_decided(root) and not options:
            return possible
        asked: list[int] = [0]

        def says(node: Word | FieldWord, _ticket: Ticket) -> bool:
            return asked[0] in self.words.leaf(node).scores

        tests = [*options, compile_query(self._query, QueryContext(self._tracker, ComputedFields(self._tracker)), says)]
        only_words = not options and _has_words_only(self._query)
        found = []
        for number, row in _read(index, index.live_numbers() if possible is None else possible, make):
            asked[0] = number
            names = tickets_of(row)
            if any(all(test(ticket) for test in tests) for ticket in self._tickets(names, gone_too=only_words)):
                found.append(number)
        return found

    def _tickets(self, names: Sequence[str], *, gone_too: bool) -> Iterator[Ticket]:
        """Yield the present tickets; with `gone_too`, a removed ticket too, without fields."""
        from plaintickets.core.ticket import Ticket

        for name in names:
            ticket = self._tracker.reading.tickets.get(name)
            if ticket is not None:
                yield ticket
            elif gone_too:
                yield Ticket(name, f"{name}.md", {}, "")

    @staticmethod
    def _by_date(index: Index, numbers: Iterable[int]) -> Iterator[int]:
        """Yield the latest first, then by key, so that the order does not depend on the history of the index."""
        last, first = index.numbers_column("created"), index.numbers_column("component")
        order = sorted([(-last[number], -first[number], number) for number in numbers])
        if len({row[:2] for row in order}) == len(order):
            yield from [number for _, _, number in order]
            return
        for _, group in groupby(order, lambda row: row[:2]):
            same = [number for _, _, number in group]
            yield from sorted(same, key=index.key_of) if len(same) > 1 else same

    def _sorted(
        self,
        rows: list[tuple[int, T]],
        tickets_of: Callable[[T], Sequence[str]],
        keys: dict[str, Callable[[T], object]],
    ) -> list[tuple[int, T]]:
        """Return the rows sorted by their own keys or those of their first ticket; missing values come last."""
        from plaintickets.actions.sorting import parts_of, sort_key, sorted_by

        tickets = self._tracker.reading.tickets
        for name, is_falling in reversed(parts_of(self._asked.order)):
            own, of_ticket = keys.get(name), sort_key(self._tracker, name)

            def key(row: tuple[int, T], name: str = name, own: object = own, of_ticket: SortKey = of_ticket) -> Key:
                if name == "score":
                    return "", self.words.score(row[0])
                if callable(own):
                    value = own(row[1])
                    return (value, 0.0) if isinstance(value, str) else ("", float(value))
                ticket = next((found for one in tickets_of(row[1]) if (found := tickets.get(one))), None)
                return None if ticket is None else of_ticket(ticket)

            rows = sorted_by(key, rows, is_falling=is_falling)
        return rows


def _has_words_only(query: Query) -> bool:
    from plaintickets.core.query import mentioned

    return not mentioned(query) - {"title", "body", "comments", "tags", "ids", "values"}


def _read(index: Index, numbers: Iterable[int], make: Callable[[list[Any]], T]) -> Iterator[tuple[int, T]]:
    """Yield the documents of these numbers, each with its number."""
    rest = iter(numbers)
    while portion := list(islice(rest, _PORTION)):
        yield from zip(portion, map(make, past.read_facts(map(index.facts_of, portion))), strict=True)


def _message_of(facts: list[Any]) -> Message:
    from plaintickets.git.message_search import Message

    return Message(*facts)


_TEXT_KEYS: dict[str, Callable[[past.PastText], object]] = {
    "date": lambda text: (text.removed or text.added).date,
    "author": lambda text: text.added.author.casefold(),
    "field": lambda text: text.field,
    "id": lambda text: text.ticket,
    "ticket": lambda text: text.ticket,
}
_MESSAGE_KEYS: dict[str, Callable[[Message], object]] = {
    "date": lambda message: message.date,
    "author": lambda message: message.author.casefold(),
    "commit": lambda message: message.commit,
    "subject": lambda message: message.subject.casefold(),
}


def _place(text: past.PastText, words: QueryWords) -> Snippet | None:
    field = past.index_field(text.field)
    found = snippets([(field, " ".join(text.text.split()))], words.marks(field), 1)
    return found[0] if found else None


class _Names:
    """The tickets that a commit changed or named; the answer for each commit is cached."""

    def __init__(self, known: set[str], prefix: str) -> None:
        self._known, self._prefix = known, git_lead(prefix)
        self._found: dict[str, list[str]] = {}
        self._ids: dict[str, str] = {}

    def are_changed(self, message: Message) -> bool:
        """Tell whether the commit changed one."""
        return any(map(self._id_of, message.paths))

    def has(self, message: Message) -> bool:
        """Tell whether there is one; the words of most messages need not be looked at for that."""
        return self.are_changed(message) or bool(self.of(message))

    def _id_of(self, path: str) -> str:
        """Return the id of the ticket that a path of git belongs to, or an empty string."""
        found = self._ids.get(path)
        if found is None:
            ticket = files.ticket_path(path.removeprefix(self._prefix))
            found = self._ids[path] = files.id_of(ticket) if files.is_ticket_path(ticket) else ""
        return found

    def of(self, message: Message) -> list[str]:
        """Return the ids, those of changed tickets first."""
        if message.commit not in self._found:
            changed = [name for name in map(self._id_of, message.paths) if name]
            words = re.findall(r"[\w.-]+", f"{message.subject}\n{message.body}")
            named = [word if word in self._known else word.rstrip(".-") for word in words]
            self._found[message.commit] = list(dict.fromkeys([*changed, *(n for n in named if n in self._known)]))
        return self._found[message.commit]
