"""The text of a query read into its tree.

- query: nothing, or an either
- either: every, then any number of `OR` every
- every: negated, then any number of negated, with or without `AND` between
- negated: `NOT` or `-` and a negated, or `(` either `)`, or a term
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core import query_names as names

from .error import QueryError, quoted
from .nodes import (
    And,
    Compare,
    FieldWord,
    Has,
    Id,
    Is,
    No,
    Not,
    Query,
    Value,
    Word,
    conjoin,
    disjoin,
)
from .scanner import QUOTE_IT, scan

if TYPE_CHECKING:
    from collections.abc import Collection

    from .nodes import Node, Operator, Span, WordKind
    from .scanner import Token

DEPTH_LIMIT = 100
INEXACT_LIMIT = 64


def parse(text: str, fields: Collection[str] | None = None, text_fields: Collection[str] = ()) -> Query:
    """Return the meaning of a query; an empty one means everything.

    `fields` are the names beside those of the format (configured, or used as a key by a ticket); None accepts
    any name. `text_fields` are the custom fields of type text, whose values are searched as words.

    Raise QueryError for an invalid query.
    """
    return Query(text, Parser(text, fields, text_fields).query())


class Parser:
    """Walks the tokens once, without going back."""

    def __init__(self, text: str, fields: Collection[str] | None, text_fields: Collection[str]) -> None:
        self.text = text
        self.tokens = scan(text)
        self.at = 0
        self.depth = 0
        self.fields = fields
        self.text_fields = text_fields

    def query(self) -> Node:
        """Return the whole query."""
        if not self._here().kind:
            return And(())
        node = self._either()
        token = self._here()
        if token.kind:
            raise self._fail("this ')' closes nothing", token.span, QUOTE_IT)
        return node

    def _here(self) -> Token:
        return self.tokens[self.at]

    def _fail(self, message: str, span: Span, hint: str | None = None) -> QueryError:
        return QueryError(message, self.text, span, hint)

    def _either(self) -> Node:
        start = self._here().span[0]
        parts = [self._every()]
        while self._here().kind == "OR":
            self.at += 1
            parts.append(self._every())
        return disjoin(parts, (start, self.tokens[self.at - 1].span[1]))

    def _every(self) -> Node:
        start = self._here().span[0]
        parts = [self._negated()]
        while self._here().kind not in {"OR", ")", ""}:
            if self._here().kind == "AND":
                self.at += 1
            parts.append(self._negated())
        return conjoin(parts, (start, self.tokens[self.at - 1].span[1]))

    def _negated(self) -> Node:
        token = self._here()
        if token.kind not in {"NOT", "-", "("}:
            return self._term()
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            message = f"it is nested more than {DEPTH_LIMIT} levels deep"
            raise self._fail(message, token.span)
        self.at += 1
        if token.kind == "(":
            node = self._group(token)
        else:
            part = self._negated()
            node = Not(part, (token.span[0], part.span[1]))
        self.depth -= 1
        return node

    def _group(self, opening: Token) -> Node:
        if self._here().kind == ")":
            span = (opening.span[0], self._here().span[1])
            raise self._fail("there is nothing between the parentheses", span, QUOTE_IT)
        node = self._either()
        if self._here().kind != ")":
            raise self._fail("this '(' is never closed", opening.span, QUOTE_IT)
        self.at += 1
        return node

    def _term(self) -> Node:
        token = self._here()
        if token.kind == "word":
            node: Node = Word(*self._word(token.text, token.span), token.span)
        elif token.kind == "phrase":
            node = Word(token.text, "phrase", token.span)
        elif token.kind == "field":
            node = self._field(token)
        else:
            raise self._misplaced(token)
        self.at += 1
        return node

    def _misplaced(self, token: Token) -> QueryError:
        before = self.tokens[self.at - 1] if self.at else None
        if before is not None and before.kind in {"AND", "OR", "NOT", "-"}:
            message = f"{quoted(before.text)} has nothing on its right"
            return self._fail(message, before.span, self._as_word(before))
        if token.kind in {"AND", "OR"}:
            message = f"{quoted(token.text)} has nothing on its left"
            return self._fail(message, token.span, self._as_word(token))
        if before is not None and before.kind == "(":  # any other token, or the end, begins no part
            return self._fail("there is nothing after this '('", before.span, QUOTE_IT)
        return self._fail("this ')' closes nothing", token.span, QUOTE_IT)

    def _as_word(self, token: Token) -> str:
        return f'to search for the word, write "{token.text}" with the quotes'

    def _word(self, text: str, span: Span) -> tuple[str, WordKind]:
        """Return the word without its mark, and the kind that the mark means."""
        kind: WordKind = "word"
        if len(text) > 1 and text[-1] in "*~":
            kind = "prefix" if text[-1] == "*" else "fuzzy"
            text = text[:-1]
            if len(text) > INEXACT_LIMIT:
                message = f"a word with * or ~ has at most {INEXACT_LIMIT} characters"
                raise self._fail(message, span)
        if "*" in text:
            message = "'*' ends the beginning of a word, as in crash*"
            raise self._fail(message, span, QUOTE_IT)
        return text, kind

    def _field(self, token: Token) -> Node:
        name = token.text.casefold()
        if name in names.PREDICATES and not token.exact:
            return self._predicate(name, token)
        field = self._resolve(token)
        op: Operator = "=" if token.op == ":" else token.op
        if field == "id":
            return self._id(token)
        if field in names.TEXT_FIELDS or field in self.text_fields:
            if token.op == ":" or (op == "=" and field != "title"):
                return self._field_words(field, token)
            if field in {"body", "comments"}:
                raise self._fail(f"{field} is searched for words: write {field}:word", token.span)
        if op not in {"=", "!="} and len(token.values) > 1:
            message = f"{quoted(token.op)} compares with one value, not with several"
            raise self._fail(message, token.values[1].span)
        return Compare(field, op, token.values, token.span)

    def _resolve(self, token: Token) -> str:
        name, span = token.text, (token.span[0], token.span[0] + len(token.text))
        if token.exact:
            field = name if names.is_known(name, self.fields) else None
        else:
            field = names.resolve(name, self.fields)
        if field is None:
            offer = names.unknown_field(name, self.fields or ())
            hint = "to search for text with a colon, put it in quotes"
            raise self._fail(f"there is no field {quoted(name)}{offer}", span, hint)
        return field

    def _id(self, token: Token) -> Node:
        if token.op not in {":", "=", "!="}:
            raise self._fail("ids have no order: use id: or id!=", token.span)
        node = disjoin([Id(value, value.span) for value in token.values], token.span)
        return Not(node, token.span) if token.op == "!=" else node

    def _field_words(self, field: str, token: Token) -> Node:
        parts: list[Node] = []
        for value in token.values:
            if value.quoted:
                parts.append(FieldWord(field, value.text, "phrase", value.span))
            else:
                parts.append(FieldWord(field, *self._word(value.text, value.span), value.span))
        return disjoin(parts, token.span)

    def _predicate(self, name: str, token: Token) -> Node:
        if token.op not in {":", "="}:
            raise self._fail(f"'{name}' goes with a colon: {name}:…", token.span)
        make = {"is": self._state, "has": self._has, "no": self._no}[name]
        return disjoin([make(value) for value in token.values], token.span)

    def _state(self, value: Value) -> Node:
        word = value.text.casefold()
        word = names.STATE_ALIASES.get(word, word)
        if word not in names.STATES:
            offer = names.nearest(word, names.STATES)
            hint = f"a ticket is {', '.join(names.STATES[:-1])} or {names.STATES[-1]}"
            raise self._fail(f"there is no state {quoted(value.text)}{offer}", value.span, hint)
        return Is(word, value.span)

    def _has(self, value: Value) -> Node:
        return Has(self._named(value), value.span)

    def _no(self, value: Value) -> Node:
        return No(self._named(value), value.span)

    def _named(self, value: Value) -> str:
        if value.quoted:
            field = value.text if names.is_known(value.text, self.fields) else None
        else:
            field = names.resolve(value.text, self.fields)
        if field is None:
            offer = names.unknown_field(value.text, self.fields or ())
            raise self._fail(f"there is no field {quoted(value.text)}{offer}", value.span)
        return field
