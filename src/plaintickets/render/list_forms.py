"""A list of tickets in every form: a table, lines with tabs, CSV, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.table import Column, Table
from plaintickets.render import safe
from plaintickets.render.jsonform import document, dumps_lines, ticket_object
from plaintickets.render.list_columns import row_text
from plaintickets.render.list_table import ListTable
from plaintickets.render.tables import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from plaintickets.render.list_columns import Facts, Row
    from plaintickets.render.listing import Terminal

DEFAULT = ("id", "status", "priority", "type", "title", "assignee", "due", "tags", "created")
"""The columns of CSV and Markdown if the user chooses none, after those that only this list has."""


class Part(NamedTuple):
    """Rows of a list that belong together: a named group, or rows below a remark."""

    rows: Sequence[Row]
    name: str | None = None
    remark: str = ""


class Rows(NamedTuple):
    """The rows of a list.

    `line` makes the line of a row for scripts. `flat` has each row once, where some are in several parts. `own` are
    columns that only this list has. In JSON, `name` is the name of the list, `more` stands beside it, `is_nested`
    makes each part a list, and `kept` are values that chosen columns do not leave out. A table of any width says what
    the columns `said` hold.
    """

    parts: Sequence[Part]
    line: Callable[[Row], str]
    flat: Sequence[Row] | None = None
    own: tuple[str, ...] = ()
    name: str = "tickets"
    more: Mapping[str, object] = {}
    is_nested: bool = False
    kept: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def each(self) -> Sequence[Row]:
        """Return each row once."""
        return [row for part in self.parts for row in part.rows] if self.flat is None else self.flat


def table_lines(rows: Rows, columns: Sequence[str], facts: Facts, terminal: Terminal, foot: str = "") -> list[str]:
    """Return the lines of a table for a terminal: headings, the parts, and a last line."""
    table = ListTable([row for part in rows.parts for row in part.rows], facts, terminal, columns, said=rows.said)
    lines = [table.headings()]
    for number, part in enumerate(rows.parts):
        if number and not part.remark:
            lines.append("")
        if part.name is not None:
            lines.append(terminal.paint(safe.line(f"{part.name} ({len(part.rows):,})"), "bold"))
        if part.remark:
            lines.append(terminal.paint(part.remark, "quiet"))
        lines += table.lines(part.rows)
    return [*lines, terminal.paint(foot, "quiet")] if foot else lines


def plain_lines(rows: Rows) -> Iterator[str]:
    """Yield the lines for scripts: each group below its name, or a blank line between the parts."""
    for number, part in enumerate(rows.parts):
        if part.name is not None:
            yield safe.line(f"{part.name}:")
        elif number:
            yield ""
        yield from map(rows.line, part.rows)


def tab_separated(row: Row, columns: Iterable[str], facts: Facts) -> str:
    """Return the columns of a row with tabs between them, each on one line; a tree stands before the title."""
    cells = ((row.lead if name == "title" else "", row_text(name, row, facts)) for name in columns)
    return "\t".join(lead + safe.line(text) for lead, text in cells)


def as_document(form: str, rows: Rows, columns: Sequence[str], facts: Facts) -> str:
    """Return the rows as one CSV table, or each part as a Markdown table."""
    names = columns or (*rows.own, *(name for name in DEFAULT if name not in rows.own))
    if form == "csv":
        return _as_table("csv", rows.each, names, facts, "")
    several = len(rows.parts) > 1
    titles = [
        part.name or (f"Group {number}" if several and part.name is None else "Tickets")
        for number, part in enumerate(rows.parts, 1)
    ]
    texts = (_as_table("md", part.rows, names, facts, title) for part, title in zip(rows.parts, titles, strict=True))
    return "\n\n".join(texts)


def _as_table(form: str, rows: Sequence[Row], names: Sequence[str], facts: Facts, title: str) -> str:
    cells = [[row_text(name, row, facts) for name in names] for row in rows]
    return rendered(form, Table(title, [Column(name, name) for name in names], cells))


def json_text(rows: Rows, columns: Sequence[str], facts: Facts) -> str:
    """Return the rows as a JSON object."""
    if not rows.is_nested:
        return document(rows.name, objects(rows, columns, facts), **rows.more)
    lists = [[_object(row, columns, facts, with_values=False) for row in part.rows] for part in rows.parts if part.rows]
    return document(rows.name, lists, **rows.more)


def json_lines(rows: Rows, columns: Sequence[str], facts: Facts) -> str:
    """Return each row as JSON on one line."""
    return dumps_lines(objects(rows, columns, facts))


def objects(rows: Rows, columns: Sequence[str], facts: Facts) -> list[dict[str, object]]:
    """Return each row for JSON: the ticket with the row's own values, or the chosen columns."""
    found = []
    for row in rows.each:
        kept = {name: row.values[name] for name in rows.kept if name in row.values}
        found.append({**_object(row, columns, facts), **kept})
    return found


def _object(row: Row, columns: Iterable[str], facts: Facts, *, with_values: bool = True) -> dict[str, object]:
    """Return a row for JSON; a chosen column without a value is null."""
    whole = {**ticket_object(row.ticket), **(row.values if with_values or columns else {})}
    if not columns:
        return whole
    found: dict[str, object] = {}
    for name in columns:
        if name in whole:
            found[name] = whole[name]
        elif facts.computed is not None and facts.computes(name):
            found[name] = facts.computed.value(name, row.ticket)
        elif name == "blockers":
            found[name] = list(facts.blockers(row.ticket))
        else:
            found[name] = row_text(name, row, facts) or None
    return found
