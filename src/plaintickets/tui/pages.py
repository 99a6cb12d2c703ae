"""What the views show: each function asks the actions, on the thread of the store, and returns plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.arrange import urgent_first
from plaintickets.actions.listing import Filter, select
from plaintickets.core.ticket import Ticket, id_of
from plaintickets.render import safe
from plaintickets.render.list_columns import Facts, Row
from plaintickets.render.styled import styled, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.board import Board
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.project import Project
    from plaintickets.render.styled import Styled

MOST_CARDS = 200
MOST_CLOCKS = 500
"""The longest list that has the nearest clock of each ticket, which is computed from its history."""
MOST_FOUND = 100
_MOST_UNREADABLE = 500
_MOST_TEXT = 200_000
_BROKEN = "unreadable"


class Listed(NamedTuple):
    """The rows of a list: the tickets, then the files that cannot be read; and what their cells need to know."""

    rows: Sequence[Row]
    facts: Facts
    tickets: int
    unreadable: int
    name: str


class Page(NamedTuple):
    """A ticket with the lines of its page; without a ticket, a file that cannot be read."""

    id: str
    path: str
    ticket: Ticket | None
    lines: Sequence[Styled]


class Found(NamedTuple):
    """The rows of a search, what its cells need to know, and a remark."""

    rows: Sequence[Row]
    facts: Facts
    total: int
    remark: str


def is_broken(row: Row) -> bool:
    """Tell whether a row is a file that cannot be read."""
    return _BROKEN in row.values


def list_of(project: Project, query: str, *, closed_too: bool) -> Listed:
    """Return the tickets that match, the most urgent first, and after them every file that cannot be read."""
    found = urgent_first(select(project, Filter(query=query), closed_too=closed_too))
    broken = [problem for problem in project.reading.problems if id_of(problem.path) in project.reading.broken]
    rows = [*_rows(project, found), *map(_broken, broken[:_MOST_UNREADABLE])]
    return Listed(rows, _facts(project, found), len(found), len(broken), project.repository_name)


def _rows(project: Project, tickets: Sequence[Ticket]) -> Iterable[Row]:
    """Return the rows of tickets, with the nearest clock if the store has policies and the list is not long."""
    if not project.config.sla or len(tickets) > MOST_CLOCKS:
        return map(Row, tickets)
    from plaintickets.actions.board import nearest_clocks

    nearest = nearest_clocks(project)
    clocks = ((ticket, *nearest(ticket)) for ticket in tickets)
    return [Row(one, more={"clock": styled(words, "urgent" if is_late else "quiet")}) for one, words, is_late in clocks]


def _broken(problem: Problem) -> Row:
    ticket = Ticket(id_of(problem.path), problem.path, {}, "")
    what = styled(f"cannot be read: {problem.message}", "urgent")
    cells: dict[str, Styled] = {"title": what, "priority": styled("P?", "quiet"), "status": styled(_BROKEN, "urgent")}
    cells |= dict.fromkeys(("type", "age", "due", "clock", "assignee", "tags", "blockers"), ())
    return Row(ticket, more=cells, values={_BROKEN: True})


def _facts(project: Project, tickets: Sequence[Ticket]) -> Facts:
    """Return what cells need to know; blockers are looked up now, as later the store may not be read."""
    graph = project.graph
    blockers = {ticket.id: graph.open_blockers(ticket) for ticket in tickets if ticket.deps}
    kinds = {status.name: status.kind for status in project.config.statuses}
    return Facts(project.moment, kinds, lambda ticket: blockers.get(ticket.id, ()))


def board_of(project: Project, query: str, field: str = "status") -> Board:
    """Return the board by a field of the tickets that match."""
    from plaintickets.actions.board import Asked
    from plaintickets.actions.board import board_of as board

    return board(project, Asked(query, field, most=MOST_CARDS))


def search_for(project: Project, query: str, progress: Callable[[int, int], None]) -> Found:
    """Return the best hits of a search."""
    from plaintickets.actions.search import SearchOptions, search
    from plaintickets.render.hits import row

    answer = search(project, Filter(query=query), SearchOptions(limit=MOST_FOUND), progress)
    hits = [*answer.hits, *answer.partial]
    said = [f"read as words: {answer.slip}"] if answer.slip else []
    said += [f"no ticket has '{word}'; similar: {', '.join(near)}" for word, near in answer.suggestions.items() if near]
    if answer.partial:
        said.append(f"the last {len(answer.partial)} have most of the words only")
    return Found([*map(row, hits)], _facts(project, [hit.ticket for hit in hits]), answer.total, "; ".join(said))


def page_of(project: Project, part: str, width: int) -> Page:
    """Return the page of a ticket, or the text of one that cannot be read."""
    path = project.path_of(part)
    document = project.document_at(path)
    if document.problems:
        return Page(id_of(path), path, None, _broken_lines(document, width))
    ticket = Ticket(id_of(path), path, document.keys, document.title)
    return Page(ticket.id, path, ticket, _page_lines(project, ticket, document, width))


def _broken_lines(document: Document, width: int) -> list[Styled]:
    lines: list[Styled] = [*wrapped(styled(f"{id_of(document.path)} cannot be read", "urgent"), width)]
    for problem in document.problems:
        lines += wrapped(styled(str(problem)), width)
    lines += [
        *wrapped(styled("Fix the file with an editor; this view shows it as soon as it is saved.", "quiet"), width)
    ]
    text = safe.block(document.to_bytes()[:_MOST_TEXT].decode(errors="replace")).expandtabs(4)
    return [*lines, (), *(part for line in text.split("\n") for part in wrapped(styled(line), width))]


def _page_lines(project: Project, ticket: Ticket, document: Document, width: int) -> list[Styled]:
    from plaintickets.actions.ticket_facts import clocks_of, latest_events
    from plaintickets.render.terminal_markdown import Options
    from plaintickets.render.ticket_screen import Screen, page_lines

    apart, problems = project.comments_apart(document)
    screen = Screen(project.graph, project.config, project.now, Options(width, has_color=False), lambda text, _: text)
    lines = page_lines(document, apart, screen)
    lines += [part for problem in problems for part in wrapped(styled(str(problem), "urgent"), width)]
    for name, texts in (
        ("Clocks", clocks_of(project, ticket, document)),
        ("History", latest_events(project, ticket.id)),
    ):
        if texts:
            lines += [(), ((name, "bold"),)]
            lines += [part for text in texts for part in wrapped(styled(text), width)]
    return lines
