"""The tree of a query, made of small frozen values.

Equality and hash depend on the meaning, never on `span`, the place in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal, NoReturn, TypeAlias

    Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">="]
    WordKind: TypeAlias = Literal["word", "phrase", "prefix", "fuzzy"]
    Span: TypeAlias = tuple[int, int]

NOWHERE = (0, 0)


class Node:
    """One part of a query; `span` is where it stands, in characters, half open."""

    __slots__ = ("span",)
    span: Span

    def _fill(self, span: Span, *values: object) -> None:
        object.__setattr__(self, "span", span)
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    def _meaning(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        message = f"{type(self).__name__}.{name} is read-only"
        raise AttributeError(message)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return type(self) is type(other) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._meaning()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._meaning()))})"


class And(Node):
    """Every part holds; no parts: everything matches."""

    __slots__ = ("parts",)
    parts: tuple[Node, ...]

    def __init__(self, parts: tuple[Node, ...], span: Span = NOWHERE) -> None:
        self._fill(span, parts)


class Or(Node):
    """At least one part holds."""

    __slots__ = ("parts",)
    parts: tuple[Node, ...]

    def __init__(self, parts: tuple[Node, ...], span: Span = NOWHERE) -> None:
        self._fill(span, parts)


class Not(Node):
    """The part does not hold."""

    __slots__ = ("part",)
    part: Node

    def __init__(self, part: Node, span: Span = NOWHERE) -> None:
        self._fill(span, part)


class Value(Node):
    """One value to compare with; quoted, `*`, `me` and names of days are plain text."""

    __slots__ = ("quoted", "text")
    text: str
    quoted: bool

    def __init__(self, text: str, quoted: bool = False, span: Span = NOWHERE) -> None:
        self._fill(span, quoted, text)

    @property
    def is_glob(self) -> bool:
        """Return whether `*` in it matches any characters."""
        return not self.quoted and "*" in self.text


class Compare(Node):
    """A field compared with a value, or with any of several (`=` and `!=`)."""

    __slots__ = ("field", "op", "values")
    field: str
    op: Operator
    values: tuple[Value, ...]

    def __init__(self, field: str, op: Operator, values: tuple[Value, ...], span: Span = NOWHERE) -> None:
        self._fill(span, field, op, values)


class Is(Node):
    """A state of the ticket: one of `names.STATES`."""

    __slots__ = ("word",)
    word: str

    def __init__(self, word: str, span: Span = NOWHERE) -> None:
        self._fill(span, word)


class Has(Node):
    """The field is there and not empty."""

    __slots__ = ("field",)
    field: str

    def __init__(self, field: str, span: Span = NOWHERE) -> None:
        self._fill(span, field)


class No(Node):
    """The field is missing or empty."""

    __slots__ = ("field",)
    field: str

    def __init__(self, field: str, span: Span = NOWHERE) -> None:
        self._fill(span, field)


class Id(Node):
    """The ticket's id is the value, or matches it as a glob."""

    __slots__ = ("glob",)
    glob: Value

    def __init__(self, glob: Value, span: Span = NOWHERE) -> None:
        self._fill(span, glob)


class Word(Node):
    """Full text: the ticket contains this somewhere."""

    __slots__ = ("kind", "text")
    text: str
    kind: WordKind

    def __init__(self, text: str, kind: WordKind = "word", span: Span = NOWHERE) -> None:
        self._fill(span, kind, text)


class FieldWord(Node):
    """Full text in one field: title, body, comments, or a custom field of type text."""

    __slots__ = ("field", "kind", "text")
    field: str
    text: str
    kind: WordKind

    def __init__(self, field: str, text: str, kind: WordKind = "word", span: Span = NOWHERE) -> None:
        self._fill(span, field, kind, text)


class Query:
    """A parsed query: its text, for errors, and its meaning."""

    __slots__ = ("root", "text")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.root = root

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Query) and self.root == other.root

    def __hash__(self) -> int:
        return hash(self.root)

    def __repr__(self) -> str:
        return f"Query({self.root!r})"


def conjoin(parts: list[Node], span: Span = NOWHERE) -> Node:
    """Return `And` of the parts, with nested ones flattened; a single part is returned itself."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else (part,))
    return flat[0] if len(flat) == 1 else And(tuple(flat), span)


def disjoin(parts: list[Node], span: Span = NOWHERE) -> Node:
    """Return `Or` of the parts, with nested ones flattened; a single part is returned itself."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat), span)
