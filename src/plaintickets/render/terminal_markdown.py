"""Untrusted Markdown for a terminal: wrapped lines in styles, without control characters.

The parser is markdown-it-py. What it cannot take (too long, nested too deep) is shown as it is in the file.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.errors import MissingLibraryError
from plaintickets.render import safe
from plaintickets.render.styled import columns, stripped, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.render.styled import Piece, Styled

LONGEST = 100_000
_DEEPEST = 40
_PROSE = 100
_RULE = 40
_LEAST_ROOM = 16
_COMMENT = re.compile(r"\s*<!--(?:(?!-->).)*-->\s*\Z", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://|mailto:)[!-~]{1,2000}\Z")
_LIKE_ADDRESS = re.compile(r"://|\bwww\.|\w\.\w|@")
_MARKS = {"em": "italic", "strong": "bold", "s": "strike"}


class Options(NamedTuple):
    """The width of the terminal, whether it has colours, and whether links can be followed on it."""

    columns: int
    has_color: bool = False
    has_links: bool = False


def render(text: str, options: Options) -> list[Styled]:
    """Return the lines of a Markdown text."""
    if len(text) > LONGEST:
        return _as_it_is(text)
    tokens = _parser().parse(text)
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        return _as_it_is(text)
    page = _Page(options)
    for token in tokens:
        page.take(token)
    return page.lines


def _as_it_is(text: str) -> list[Styled]:
    return [((line, ""),) if line else () for line in safe.block(text).expandtabs(4).rstrip("\n").split("\n")]


@cache
def _parser() -> Any:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingLibraryError("reads Markdown for a terminal", error) from error
    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])


class _Page:
    """The lines of a text so far, and what is open around the next one."""

    def __init__(self, options: Options) -> None:
        self.lines: list[Styled] = []
        self._options = options
        self._before: list[Piece] = []  # what stands before each line: the indents of lists, the bars of quotes
        self._item: Piece | None = None  # the sign of a list item, for its first line
        self._numbers: list[int] = []  # of the open lists; 0 if it has none
        self._heading = ""
        self._is_tight = False
        self._is_first = False  # in a quote
        self._rows: list[list[Styled]] = []
        self._is_right: list[bool] = []  # of the table's columns

    def take(self, token: Any) -> None:
        """Add what a token of the parser shows."""
        take = getattr(self, f"_{token.type}", None)
        if take is not None:
            take(token)

    def _room(self) -> int:
        taken = columns(tuple(self._before))
        return max(min(self._options.columns, _PROSE) - taken, _LEAST_ROOM)

    def _add(self, line: Styled) -> None:
        before = list(self._before)
        if self._item is not None:
            before[-1] = self._item
            self._item = None
        while line == () and before and not before[-1][0].strip():
            before.pop()
        self.lines.append((*before, *line))

    def _gap(self) -> None:
        """Leave a blank line before a block, if something is above it in the same place."""
        if self.lines and self._item is None and not self._is_tight and not self._is_first:
            self.lines.append(tuple(self._before) if any(text.strip() for text, _ in self._before) else ())
        self._is_first = False

    def _heading_open(self, token: Any) -> None:
        self._heading = token.markup if token.markup[:1] == "#" else "#" * int(token.tag[1:])

    def _heading_close(self, _: Any) -> None:
        self._heading = ""

    def _paragraph_open(self, token: Any) -> None:
        self._is_tight = bool(token.hidden)

    def _paragraph_close(self, _: Any) -> None:
        self._is_tight = False

    def _inline(self, token: Any) -> None:
        if self._rows:
            self._rows[-1].append(tuple(piece for line in self._texts(token) for piece in line))
            return
        self._gap()
        for line in self._texts(token):
            pieces: Styled = line
            if self._heading:
                pieces = ((f"{self._heading} ", "bold"), *((text, style or "bold") for text, style in line))
            for part in wrapped(pieces, self._room()):
                self._add(part)

    def _bullet_list_open(self, _: Any) -> None:
        self._list(0)

    def _ordered_list_open(self, token: Any) -> None:
        self._list(int(token.attrs.get("start", 1)))

    def _list(self, number: int) -> None:
        if not self._numbers:
            self._gap()
        self._numbers.append(number)

    def _bullet_list_close(self, _: Any) -> None:
        self._numbers.pop()

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, _: Any) -> None:
        number = self._numbers[-1]
        sign = f"{number}. " if number else "• "
        if self._item is not None:  # an item that begins with a list
            self._add(())
        if number:
            self._numbers[-1] += 1
        self._before.append((" " * len(sign), ""))
        self._item = (sign, "quiet")

    def _list_item_close(self, _: Any) -> None:
        if self._item is not None:
            self._add(())
        self._before.pop()

    def _blockquote_open(self, _: Any) -> None:
        self._gap()
        self._before.append(("│ ", "quiet"))
        self._is_first = True

    def _blockquote_close(self, _: Any) -> None:
        self._is_first = False
        self._before.pop()

    def _fence(self, token: Any) -> None:
        self._gap()
        for line in _as_it_is(token.content):
            self._add((("    ", ""), *((text, "code") for text, _ in line)) if line else ())

    _code_block = _fence

    def _html_block(self, token: Any) -> None:
        if not _COMMENT.match(token.content):
            self._gap()
            for line in _as_it_is(token.content):
                self._add(tuple((text, "quiet") for text, _ in line))

    def _hr(self, _: Any) -> None:
        self._gap()
        self._add((("─" * min(self._room(), _RULE), "quiet"),))

    def _table_open(self, _: Any) -> None:
        self._is_right = []

    def _th_open(self, token: Any) -> None:
        self._is_right.append("right" in str(token.attrs.get("style", "")))

    def _tr_open(self, _: Any) -> None:
        self._rows.append([])

    def _table_close(self, _: Any) -> None:
        rows, self._rows = self._rows, []
        self._gap()
        for line in _table(rows, self._is_right, self._room()):
            self._add(line)

    def _texts(self, token: Any) -> Iterator[Styled]:
        """Yield the lines of a token's text, as they are broken in the file."""
        line: list[Piece] = []
        for piece in inline(token.children or (), self._options):
            if piece[0] == "\n":
                yield tuple(line)
                line = []
            else:
                line.append(piece)
        yield tuple(line)


def _table(rows: Sequence[Sequence[Styled]], is_right: Sequence[bool], room: int) -> Iterator[Styled]:
    """Yield the lines of a table: aligned if it fits, else a wrapped line for each row."""
    count = max(map(len, rows))
    widths = [max(columns(row[at]) if at < len(row) else 0 for row in rows) for at in range(count)]
    is_wide = sum(widths) + 3 * (count - 1) > room
    for number, row in enumerate(rows):
        style = "" if number else "bold"
        line: list[Piece] = []
        for at, cell in enumerate(row):
            painted = tuple((text, own or style) for text, own in cell)
            blanks = (" " * (0 if is_wide else widths[at] - columns(cell)), "")
            line += [*([(" │ ", "quiet")] if at else []), *((blanks, *painted) if is_right[at] else (*painted, blanks))]
        yield from wrapped(tuple(line), room) if is_wide else (stripped(line),)
        if not number and not is_wide:
            yield (("─┼─".join("─" * wide for wide in widths), "quiet"),)


def inline(tokens: Sequence[Any], options: Options) -> Iterator[Piece]:
    """Yield the pieces of a text; a line end is a piece of its own."""
    styles: list[str] = []
    links: list[tuple[str, list[Piece]]] = []
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        found: list[Piece] = []
        if token.type == "link_open":
            links.append((str(token.attrs.get("href", "")), []))
        elif token.type == "link_close":
            found = list(_link(*links.pop(), options))
        elif kind in _MARKS and token.nesting > 0:
            styles.append(_MARKS[kind])
        elif kind in _MARKS:
            styles.pop()
        else:
            found = _leaf(token, styles[-1] if styles else "", options)
        if links:
            links[-1][1].extend(found)
        else:
            yield from found


def _leaf(token: Any, style: str, options: Options) -> list[Piece]:
    """Return the piece of a token that holds no others."""
    if token.type in ("softbreak", "hardbreak"):
        return [("\n", "")]
    text = safe.line(token.content)
    if token.type == "code_inline":
        return [(text if options.has_color else f"`{text}`", "code")]
    if token.type == "image":
        return [(f"[image: {text}] <{safe.line(str(token.attrs.get('src', '')))}>", "quiet")]
    return [(text, "quiet" if token.type == "html_inline" else style)] if text else []


def _link(address: str, pieces: Sequence[Piece], options: Options) -> Iterator[Piece]:
    """Yield a link: one that can be followed, else with its address behind it.

    The address is also shown if the text looks like another one.
    """
    text = "".join(piece for piece, _ in pieces)
    is_same = address in (text, f"mailto:{text}")
    can_follow = options.has_links and bool(_ADDRESS.match(address))
    style = f"link {address}" if can_follow else "link"
    yield from ((piece, style if piece != "\n" else "") for piece, _ in pieces)
    if not is_same and (not can_follow or _LIKE_ADDRESS.search(text)):
        yield (safe.line(f" <{address}>"), "quiet")
