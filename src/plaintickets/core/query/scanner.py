"""Split the text of a query into tokens with their positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.query_names import is_plain

from .error import QueryError, quoted
from .nodes import Value

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from .nodes import Operator, Span

    Sign: TypeAlias = Operator | Literal[":"]
    TokenKind: TypeAlias = Literal["(", ")", "-", "AND", "OR", "NOT", "word", "phrase", "field", ""]

SIZE_LIMIT = 64 * 1024
OPERATORS: tuple[tuple[str, Operator], ...] = (
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("==", "="),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
)
SLIPS = {"=<": "<=", "=>": ">=", "<>": "!=", "=!": "!="}
QUOTE_IT = "to search for this very text, put it in quotes"


class Token:
    """One piece of a query; `field` tokens carry a name, an operator and values."""

    __slots__ = ("exact", "kind", "op", "span", "text", "values")

    def __init__(self, kind: TokenKind, text: str, span: Span) -> None:
        self.kind = kind
        self.text = text
        self.span = span
        self.op: Sign = ":"
        self.values: tuple[Value, ...] = ()
        self.exact = False


def scan(text: str) -> list[Token]:
    """Return the tokens of a query, the last one empty with the kind "".

    Raise QueryError for invalid text.
    """
    if len(text) > SIZE_LIMIT:
        message = f"it is {len(text):,} characters long; the limit is {SIZE_LIMIT:,}"
        raise QueryError(message, text[:40], (40, 40))
    scanner = Scanner(text)
    tokens = []
    while True:
        token = scanner.next()
        tokens.append(token)
        if not token.kind:
            return tokens


class Scanner:
    """Reads tokens off the text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def next(self) -> Token:
        """Return the token that begins at or after the present position."""
        text = self.text
        while text[self.at : self.at + 1].isspace():
            self.at += 1
        start = self.at
        mark = text[start : start + 1]
        if not mark:
            return Token("", "", (start, start))
        if mark == "(":
            self.at += 1
            return Token("(", mark, (start, self.at))
        if mark == ")":
            self.at += 1
            return Token(")", mark, (start, self.at))
        if mark == "-":
            return self._minus()
        if mark == '"':
            phrase = self._quoted()
            if self._operator_here():
                return self._field(phrase, start, exact=True)
            self._expect_gap()
            return Token("phrase", phrase, (start, self.at))
        return self._bare()

    def fail(self, message: str, start: int, end: int, hint: str | None = None) -> QueryError:
        """Return the error for the characters from `start` up to `end`."""
        return QueryError(message, self.text, (start, end), hint)

    def _minus(self) -> Token:
        start = self.at
        self.at += 1
        follows = self.text[self.at : self.at + 1]
        if not follows or follows.isspace() or follows == ")":
            raise self.fail("'-' has nothing to negate", start, self.at, "write -tag:api")
        if follows == "-":
            hint = "a single '-' negates; options go before the query"
            raise self.fail("'--' is not a negation", start, self.at + 1, hint)
        return Token("-", "-", (start, self.at))

    def _quoted(self) -> str:
        """Return the text between the quotes that begin here, with escaped quotes unescaped."""
        start, text = self.at, self.text
        pieces: list[str] = []
        place = start + 1
        while True:
            close = text.find('"', place)
            escape = text.find("\\", place, close if close >= 0 else len(text))
            if escape >= 0 and text[escape + 1 : escape + 2] in {'"', "\\"}:
                pieces += (text[place:escape], text[escape + 1])
                place = escape + 2
            elif escape >= 0:
                pieces.append(text[place : escape + 1])
                place = escape + 1
            elif close < 0:
                hint = 'end it with ", or write \\" for a quote within quotes'
                raise self.fail("this quote is never closed", start, start + 1, hint)
            else:
                pieces.append(text[place:close])
                self.at = close + 1
                break
        phrase = "".join(pieces)
        if not phrase.strip():
            hint = "for tickets without a value write no:assignee"
            raise self.fail("there is nothing between the quotes", start, self.at, hint)
        return phrase

    def _expect_gap(self) -> None:
        follows = self.text[self.at : self.at + 1]
        if follows and not follows.isspace() and follows not in "()":
            message = "a space is missing after the closing quote"
            raise self.fail(message, self.at, self.at + 1, "put the quotes around the whole")

    def _bare(self) -> Token:
        start = self.at
        self.at = self._run(start, ':=<>!()"')
        while self.text.startswith("!", self.at) and not self.text.startswith("!=", self.at):
            self.at = self._run(self.at + 1, ':=<>!()"')
        name = self.text[start : self.at]
        if self._operator_here():
            if is_plain(name):
                return self._field(name, start, exact=False)
            self._refuse_name(name, start)
            self.at = self._run(self.at, '()"')
        if self.text.startswith('"', self.at):
            message = "a quote in the middle of a word"
            raise self.fail(message, self.at, self.at + 1, "put the quotes around the whole")
        word = self.text[start : self.at]
        span = (start, self.at)
        if word == "AND":
            return Token("AND", word, span)
        if word == "OR":
            return Token("OR", word, span)
        return Token("NOT" if word == "NOT" else "word", word, span)

    def _refuse_name(self, name: str, start: int) -> None:
        # `12:30` is a word; `<3`, `->` and `:x` are more likely a mistake.
        if name and self.text[self.at] == ":":
            return
        sign = self.text[self.at : self.at + 1]
        end = self.at + 1
        if name:
            raise self.fail(f"{quoted(name)} is not the name of a field", start, end, QUOTE_IT)
        hint = f"write it without spaces, as in priority{'<=' if sign in '<>' else sign}1"
        raise self.fail(f"there is no field before '{sign}'", start, end, hint)

    def _run(self, place: int, stops: str) -> int:
        text, size = self.text, len(self.text)
        while place < size and text[place] not in stops and not text[place].isspace():
            place += 1
        return place

    def _operator_here(self) -> bool:
        sign = self.text[self.at : self.at + 1]
        return sign != "" and (sign in ":=<>" or self.text.startswith("!=", self.at))

    def _field(self, name: str, start: int, *, exact: bool) -> Token:
        token = Token("field", name, (start, self.at))
        token.exact = exact
        token.op = self._operator(name)
        values = [self._value()]
        while self.text.startswith(",", self.at):
            self.at += 1
            values.append(self._value())
        token.values = tuple(values)
        token.span = (start, self.at)
        return token

    def _operator(self, name: str) -> Sign:
        start, text = self.at, self.text
        sign: Sign = ":"
        if text.startswith(":", self.at):
            self.at += 1  # `created:>2026` is what other trackers write
        for written, op in OPERATORS:
            if text.startswith(written, self.at):
                self.at += len(written)
                sign = op
                break
        beyond = text[start : self.at + 1].lstrip(":")
        slip = next((right for wrong, right in SLIPS.items() if beyond.startswith(wrong)), "")
        if slip or text.startswith(("<", "=", ">", "!="), self.at):
            said = f"; did you mean {name}{slip}?" if slip and is_plain(name) else ""
            raise self.fail(f"{quoted(beyond)} is not a comparison{said}", start, self.at + 1)
        return sign

    def _value(self) -> Value:
        start = self.at
        if self.text.startswith('"', start):
            value = Value(self._quoted(), quoted=True, span=(start, self.at))
            if not self.text.startswith(",", self.at):
                self._expect_gap()
            return value
        self.at = self._run(start, '(),"')
        if self.at == start:
            hint = "no space goes before a value; for tickets without one write no:assignee"
            raise self.fail("a value is missing here", start - 1, start, hint)
        if self.text.startswith('"', self.at):
            message = "a quote in the middle of a value"
            raise self.fail(message, self.at, self.at + 1, "put the quotes around the whole")
        return Value(self.text[start : self.at], span=(start, self.at))
