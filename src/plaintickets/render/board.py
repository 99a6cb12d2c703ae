"""A board as columns for a terminal, as lines for a script, as Markdown and as JSON."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from plaintickets.core.shortened import shortened as shortened_list
from plaintickets.render import markdown, safe
from plaintickets.render.jsonform import FORMAT, dumps, ticket_object
from plaintickets.render.styled import columns as wide
from plaintickets.render.styled import contained, painted, shortened, styled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from plaintickets.core.board import Board, Card, Cell, Column
    from plaintickets.render.listing import Terminal
    from plaintickets.render.styled import Styled

NARROWEST = 20
"""The terminal columns below which a column of the board is folded."""
WIDEST = 44
_GAP = 2
_TITLE_LINES = 2
_FOLDED_NAMES = 12


def head(column: Column) -> str:
    """Return the name of a column, its count, and its limit."""
    counts = f"{column.matching:,}"
    if column.limit:
        of = f"{column.total:,} in all, " if column.total != column.matching else ""
        counts += f"; {of}limit {column.limit:,}" if of else f"/{column.limit:,}"
    return f"{column.name} ({counts}){' OVER' if column.is_over else ''}"


def terminal_lines(board: Board, terminal: Terminal) -> list[str]:
    """Return the columns side by side, and below them which are folded because they do not fit."""
    shown = fitting(board.columns, terminal.columns)
    if not shown:
        return []
    room = min((terminal.columns - _GAP * (len(shown) - 1)) // len(shown), WIDEST)
    heads = [head_line(board.columns[place], room) for place in shown]
    lines = [_row(heads, room, terminal), _row([(("─" * room, "quiet"),)] * len(shown), room, terminal)]
    for lane in board.lanes:
        if board.swimlane:
            name = shortened(styled(f"{lane.name} ({lane.size:,})", "bold"), terminal.columns)
            lines.append(painted(contained(name), terminal.paint))
        stacks = [_stack(lane.cells[place], room) for place in shown]
        lines += [_row(row, room, terminal) for row in zip_longest(*stacks, fillvalue=())]
    folded = [head(column) for place, column in enumerate(board.columns) if place not in shown]
    if folded:
        text = f"folded, because they do not fit: {shortened_list(folded, _FOLDED_NAMES)}"
        lines += [painted(line, terminal.paint) for line in wrapped(styled(text, "quiet"), terminal.columns)]
    return lines


def fitting(columns: Sequence[Column], room: int) -> list[int]:
    """Return the places of the columns that fit: empty ones are folded first, then closed ones, then from the right."""
    most = max((room + _GAP) // (NARROWEST + _GAP), 1)
    places = list(range(len(columns)))
    if len(places) > most:
        rank = {place: (not columns[place].matching, columns[place].kind == "done", place) for place in places}
        places = sorted(sorted(places, key=rank.__getitem__)[:most])
    return places


def head_line(column: Column, room: int) -> Styled:
    """Return the name and the counts of a column, shortened to fit."""
    style = "urgent" if column.is_over else column.kind or "bold"
    whole = styled(head(column), style)
    if wide(whole) <= room:
        return whole
    tail = head(column)[len(column.name) :]
    if len(tail) > room // 2:
        tail = f" ({column.matching:,}){' OVER' if column.is_over else ''}"
    return (*shortened(styled(column.name, style), max(room - len(tail), 1)), (tail, style))


def _stack(cell: Cell, room: int) -> list[Styled]:
    lines: list[Styled] = []
    for card in cell.cards:
        lines += [*card_lines(card, room), ()]
    if cell.hidden:
        lines += [styled(f"… {cell.hidden:,} more", "quiet"), ()]
    return lines


def card_lines(card: Card, room: int) -> Iterator[Styled]:
    """Yield the lines of a card: its id, its title, its assignee and clock."""
    ticket = card.ticket
    number = ticket.priority
    style = "urgent" if number is not None and number <= 1 else "quiet"
    mark = (("⊘ ", "waiting"),) if card.blockers else ()
    yield (*mark, (f"P{'?' if number is None else number} ", style), *styled(ticket.id, "id"))
    lines = wrapped(styled(ticket.title or "(no title)"), room)
    yield from lines[: _TITLE_LINES - 1]
    if len(lines) >= _TITLE_LINES:
        rest = lines[_TITLE_LINES - 1]
        yield rest if len(lines) == _TITLE_LINES else shortened((*rest, ("…", "")), room)
    who = styled(f"@{ticket.assignee}") if ticket.assignee else ()
    clock = styled(card.clock, "urgent" if card.is_late else "quiet")
    if who and clock and wide(who) + 1 + wide(clock) > room:
        yield who
        yield clock
    elif who or clock:
        yield (*who, *(((" ", ""),) if who and clock else ()), *clock)


def _row(cells: Sequence[Styled], room: int, terminal: Terminal) -> str:
    line, blanks = "", 0
    for cell in cells:
        shown = shortened(cell, room)
        if shown:
            line += " " * blanks + painted(contained(shown), terminal.paint)
            blanks = 0
        blanks += room - wide(shown) + _GAP
    return line


def plain_lines(board: Board) -> Iterator[str]:
    """Yield a line for each column, then its cards; with lanes, each lane below its name."""
    for number, lane in enumerate(board.lanes):
        if board.swimlane:
            yield from [""] * bool(number)
            yield safe.line(f"{board.swimlane}: {lane.name} ({lane.size:,})")
        for column, cell in zip(board.columns, lane.cells, strict=True):
            yield safe.line(head(column))
            yield from (safe.line(f"  {_words(card)}") for card in cell.cards)
            if cell.hidden:
                yield f"  … {cell.hidden:,} more"


def _words(card: Card) -> str:
    return f"{card.ticket.id} {_details(card)}"


def _details(card: Card) -> str:
    ticket = card.ticket
    parts = [f"[P{'?' if ticket.priority is None else ticket.priority}] {ticket.title or '(no title)'}"]
    parts += [f"@{ticket.assignee}"] if ticket.assignee else []
    parts += [f"<- [{', '.join(card.blockers)}]"] if card.blockers else []
    parts += [f"({card.clock})"] if card.clock else []
    return " ".join(parts)


def markdown_lines(board: Board) -> Iterator[str]:
    """Yield a heading for each lane and column, and a list of its cards; text of tickets is escaped."""
    yield f"## Board by {markdown.line(board.field)}"
    for lane in board.lanes:
        if board.swimlane:
            yield from ("", f"### {markdown.line(f'{board.swimlane}: {lane.name}')} ({lane.size:,})")
        for column, cell in zip(board.columns, lane.cells, strict=True):
            yield from ("", f"{'####' if board.swimlane else '###'} {markdown.line(head(column))}", "")
            yield from (f"- {markdown.code(card.ticket.id)} {markdown.line(_details(card))}" for card in cell.cards)
            if cell.hidden:
                yield f"- … {cell.hidden:,} more"


def json_text(board: Board, problems: Iterable[str]) -> str:
    """Return the board as a JSON object: its columns, and its lanes with a cell for each column."""
    heads = [
        {
            "name": column.name,
            "class": column.kind or None,
            "count": column.matching,
            "total": column.total,
            "limit": column.limit or None,
            "over": column.is_over,
        }
        for column in board.columns
    ]
    lanes = [
        {
            "name": lane.name or None,
            "count": lane.size,
            "cells": [
                {"column": column.name, "hidden": cell.hidden, "cards": [*map(_object, cell.cards)]}
                for column, cell in zip(board.columns, lane.cells, strict=True)
            ],
        }
        for lane in board.lanes
    ]
    shown = {"by": board.field, "swimlane": board.swimlane or None, "columns": heads, "lanes": lanes}
    return dumps({"format": FORMAT, **shown, "problems": [*problems]})


def _object(card: Card) -> dict[str, object]:
    more = {"blockers": [*card.blockers], "clock": card.clock or None, "late": card.is_late}
    return {"ticket": ticket_object(card.ticket), **more}
