"""Compile the tree of a query into one function over tickets."""

from __future__ import annotations

from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING

from plaintickets.core.query_names import COMPUTED, FIXED_TYPES, TEXT_FIELDS
from plaintickets.core.ticket import DEFAULTS

from .comparison import judge, overdue_judge, strings_test, ticket_forms
from .computed import computed_test, presence_test
from .inquiry import leaves
from .nodes import And, Compare, FieldWord, Has, Id, Is, No, Node, Not, Or, Query, Word
from .wording import any_wording_test, wording_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from plaintickets.core.ticket import Ticket, Value

    RawValue = Value | tuple[str, ...]

    from .comparison import Judge
    from .context import Context
    from .nodes import WordKind

    Test: TypeAlias = Callable[[Ticket], bool]
    Hits: TypeAlias = Callable[[Word | FieldWord, Ticket], bool]

_CLASSES = frozenset(("open", "closed", "active", "waiting"))
MANY_WORDS = 20  # alternatives, from which on words of one kind are looked up together
MANY_OF_A_FIELD = 4  # conditions on one field, from which on their verdict together is remembered by its value
CACHE_LIMIT = 10_000  # raw values whose verdict is remembered, for each comparison


def compile_query(query: Query, context: Context, hits: Hits | None = None, folded: FoldedText | None = None) -> Test:
    """Return the test of the query, for many tickets.

    `hits` decides the full-text parts if an index knows them. Without it they are searched as folded
    substrings of the ticket's text; `folded` are the texts that several queries of a ticket share.

    Raise QueryError for unreadable values.
    """
    return Compiler(query.text, context, hits, folded).test(query.root)


def values_asked_for(queries: Iterable[Query], context: Context) -> Callable[[Ticket], tuple[RawValue, ...]] | None:
    """Return what reads from a ticket the values that decide about all these queries; None if other things do too."""
    fields = {_field_of(node, context) for query in queries for node, _ in leaves(query.root)}
    if "" in fields:
        return None
    readers = [_reader(field) for field in sorted(fields)]
    return lambda ticket: tuple([read(ticket) for read in readers])


def matches(query: Query, ticket: Ticket, context: Context) -> bool:
    """Tell whether one ticket satisfies the query; use `compile_query` for many."""
    return compile_query(query, context)(ticket)


class Compiler:
    """Compiles the tests of one query, which share the values read from a ticket."""

    def __init__(self, text: str, context: Context, hits: Hits | None, folded: FoldedText | None = None) -> None:
        self.text = text
        self.context = context
        self.hits = hits
        self.folded = folded or FoldedText(context)

    def test(self, node: Node) -> Test:
        """Return the test of a part of the query."""
        if isinstance(node, And):
            return _every(self._joined(node.parts, _every))
        if isinstance(node, Or):
            return _either(self._alternatives(node.parts))
        if isinstance(node, Not):
            part = self.test(node.part)
            return lambda ticket: not part(ticket)
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Is):
            return self._state(node.word)
        if isinstance(node, Has):
            return self._presence(node.field)
        if isinstance(node, No):
            present = self._presence(node.field)
            return lambda ticket: not present(ticket)
        if isinstance(node, Id):
            return _ids_test([node])
        if isinstance(node, Word | FieldWord):
            return self._words(node)
        raise TypeError(node)

    def _tests(self, parts: Iterable[Node]) -> list[Test]:
        return [self.test(part) for part in sorted(parts, key=_cost)]

    def _joined(self, parts: Sequence[Node], join: Callable[[list[Test]], Test]) -> list[Test]:
        """Return the tests of parts, those of many that ask about one field joined to one."""
        if len(parts) < MANY_OF_A_FIELD:
            return self._tests(parts)
        fields: dict[str, list[Node]] = {}
        for part in parts:
            fields.setdefault(self._only_field(part), []).append(part)
        many = {field: nodes for field, nodes in fields.items() if field and len(nodes) >= MANY_OF_A_FIELD}
        joined = [_by_value(field, join(self._tests(nodes))) for field, nodes in many.items()]
        return joined + self._tests(part for part in parts if self._only_field(part) not in many)

    def _only_field(self, node: Node) -> str:
        """Return the field on whose value alone a part of the query depends, empty for none."""
        if isinstance(node, Not):
            return self._only_field(node.part)
        if isinstance(node, And | Or):
            fields = {self._only_field(part) for part in node.parts}
            return fields.pop() if len(fields) == 1 else ""
        return "" if isinstance(node, FieldWord | Id) else _field_of(node, self.context)

    def _alternatives(self, parts: Sequence[Node]) -> list[Test]:
        ids = [part for part in parts if isinstance(part, Id)]
        others = [part for part in parts if not isinstance(part, Id)]
        tests = [_ids_test(ids)] if ids else []
        if len(others) >= MANY_WORDS and self.hits is None:
            many, others = _many_words(others)
            tests += [self._any_word(field, kind, words) for (field, kind), words in many.items()]
        return tests + self._joined(others, _either)

    def _any_word(self, field: str, kind: WordKind, words: list[str]) -> Test:
        says, folded = any_wording_test([self.context.fold(word) for word in words], kind), self.folded
        return lambda ticket: says(folded.of(ticket, field))

    def _compare(self, node: Compare) -> Test:
        if node.field in COMPUTED and self.context.is_computed(node.field):
            return computed_test(node, self.context, self.text)
        kind = FIXED_TYPES.get(node.field) or self.context.type_of(node.field)
        if kind == "text" and node.op in {"=", "!="} and node.field not in TEXT_FIELDS:
            parts: list[Node] = [FieldWord(node.field, value.text, "phrase", value.span) for value in node.values]
            words = _either(self._tests(parts))
            if node.op == "=":
                return words
            present = self._presence(node.field)
            return lambda ticket: present(ticket) and not words(ticket)
        return _field_test(node.field, judge(node, self.context, self.text), node.op == "!=")

    def _presence(self, field: str) -> Test:
        if field in {"body", "comments"}:
            text = self.context.text
            return lambda ticket: bool(text(ticket, field).strip())
        if field in COMPUTED and self.context.is_computed(field):
            return presence_test(field, self.context)
        read = _reader(field)
        return lambda ticket: bool(read(ticket))

    def _state(self, word: str) -> Test:
        context = self.context
        if word == "ready":
            return context.is_ready
        if word == "blocked":
            return context.is_blocked
        if word == "overdue":
            return _overdue_test(context)
        if word in {"active", "waiting"}:
            return lambda ticket: context.status_class(ticket.status) == word
        is_open = word == "open"
        return lambda ticket: (context.status_class(ticket.status) != "done") is is_open

    def _words(self, node: Word | FieldWord) -> Test:
        hits = self.hits
        if hits is not None:
            return lambda ticket: hits(node, ticket)
        says = wording_test(self.context.fold(node.text), node.kind)
        folded, field = self.folded, node.field if isinstance(node, FieldWord) else ""
        return lambda ticket: says(folded.of(ticket, field))


class FoldedText:
    """The folded texts of the present ticket, cached so that ten words fold them once."""

    __slots__ = ("context", "texts", "ticket")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.ticket: Ticket | None = None
        self.texts: dict[str, str] = {}

    def of(self, ticket: Ticket, field: str) -> str:
        """Return the folded text of one field, or of all."""
        if ticket is not self.ticket:
            self.ticket, self.texts = ticket, {}
        text = self.texts.get(field)
        if text is None:
            if field and field not in TEXT_FIELDS:
                raw = "\n".join(_strings(ticket.keys.get(field, "")))
            else:
                raw = self.context.text(ticket, field)
            text = self.texts[field] = self.context.fold(raw)
        return text


def _field_of(node: Node, context: Context) -> str:
    """Return the field on whose value alone a condition depends, empty for none."""
    if isinstance(node, Is):
        return "status" if node.word in _CLASSES else ""
    if isinstance(node, Id):
        return "id"
    if not isinstance(node, Compare | Has | No | FieldWord) or node.field in {"body", "comments"}:
        return ""
    return "" if node.field in COMPUTED and context.is_computed(node.field) else node.field


def _by_value(field: str, test: Test) -> Test:
    """Return a test that depends on one field only, remembered by its value."""
    return _remembered(field, lambda _raw, ticket: test(ticket), {})


def _remembered(
    field: str, decide: Callable[[RawValue, Ticket], bool], seen: dict[str | tuple[str, ...], bool]
) -> Test:
    """Return the test that decides by the value of a field, each value once; `seen` are those that are decided."""
    read = _reader(field)

    def test(ticket: Ticket) -> bool:
        raw = read(ticket)
        if not isinstance(raw, str | tuple):
            return decide(raw, ticket)
        known = seen.get(raw)
        if known is None:
            known = decide(raw, ticket)
            if len(seen) < CACHE_LIMIT:
                seen[raw] = known
        return known

    return test


def _many_words(parts: list[Node]) -> tuple[dict[tuple[str, WordKind], list[str]], list[Node]]:
    """Return the words of each kind that are looked for in each field, and the other parts."""
    groups: dict[tuple[str, WordKind], list[str]] = {}
    others: list[Node] = []
    for part in parts:
        if isinstance(part, Word | FieldWord) and part.kind in {"word", "prefix"}:
            field = part.field if isinstance(part, FieldWord) else ""
            groups.setdefault((field, part.kind), []).append(part.text)
        else:
            others.append(part)
    return groups, others


def _cost(node: Node) -> int:
    if isinstance(node, And | Or):
        return max(map(_cost, node.parts), default=0)
    if isinstance(node, Not):
        return _cost(node.part)
    if isinstance(node, Compare | Has | No) and node.field in COMPUTED:
        return 2
    return 1 if isinstance(node, Word | FieldWord) else 0


def _every(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda ticket: first(ticket) and second(ticket)

    def every(ticket: Ticket) -> bool:
        for test in tests:  # noqa: SIM110 -- a generator costs a frame and half the speed
            if not test(ticket):
                return False
        return True

    return every


def _either(tests: list[Test]) -> Test:
    def either(ticket: Ticket) -> bool:
        for test in tests:  # noqa: SIM110 -- as above
            if test(ticket):
                return True
        return False

    return either


def _ids_test(nodes: list[Id]) -> Test:
    fits = strings_test([node.glob for node in nodes])
    return lambda ticket: any(fits(form) for form in ticket_forms(ticket.id))


def _field_test(field: str, verdict: Judge, negated: bool) -> Test:
    """Return the test of a field's value; a ticket without a status, type or priority has the usual one."""
    default = DEFAULTS.get(field, "")

    def decide(raw: RawValue, _ticket: Ticket) -> bool:
        if isinstance(raw, str):
            text = raw or default
            return bool(text) and verdict(text) is (not negated)
        verdicts = [verdict(item) for item in _strings(raw)]
        if negated:
            return False in verdicts and True not in verdicts
        return True in verdicts

    return _remembered(field, decide, {} if default else {"": False})


def _reader(field: str) -> Callable[[Ticket], RawValue]:
    if field in {"title", "id", "tags", "deps", "links"}:
        return attrgetter(field)
    return methodcaller("raw", field)


def _strings(raw: RawValue) -> list[str]:
    """Return the words in a value; items nested deeper than a list are ignored."""
    if isinstance(raw, str):
        return [raw] if raw else []
    if isinstance(raw, list | tuple):
        return [item for item in raw if isinstance(item, str) and item]
    return []


def _overdue_test(context: Context) -> Test:
    passed = _field_test("due", overdue_judge(context.now), negated=False)

    def overdue(ticket: Ticket) -> bool:
        return passed(ticket) and context.status_class(ticket.status) != "done"

    return overdue
