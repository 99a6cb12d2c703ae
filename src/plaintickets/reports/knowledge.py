"""The report on the knowledge base: articles that are used, articles that are not, and questions without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.article import RETIRED
from plaintickets.core.table import Chart, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.article import Article
    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

COLUMNS = (
    Column("name", "article or ticket"),
    Column("kind", "kind"),
    Column("tickets", "tickets", "count"),
    Column("last", "last", "date"),
    Column("title", "title"),
)
LEAST = 3
"""How many tickets ask the same before it counts as a question that recurs."""


class Knowledge(NamedTuple):
    """The articles, the tickets that name each by its slug, with the day, and groups of tickets that ask the same."""

    articles: Sequence[Article]
    uses: Mapping[str, Mapping[str, str]]
    questions: Sequence[Sequence[Ticket]]


def report(asked: Asked) -> Table:
    """Return the articles by use, those never used, and the questions that recur without an article.

    An article is used by a ticket that names it, in its text or a comment: `kb/NAME.md`.
    """
    known = asked.knowledge or Knowledge((), {}, ())
    used: list[tuple[Cell, ...]] = []
    idle: list[tuple[Cell, ...]] = []
    for article in known.articles:
        tickets = known.uses.get(article.slug, {})
        if tickets:
            used.append((article.slug, "used", len(tickets), max(tickets.values()) or None, article.title))
        elif article.status != RETIRED:
            kind = "never used" if article.is_published else article.status
            idle.append((article.slug, kind, 0, None, article.title))
    questions = [
        (group[0].id, "no article", len(group), max(one.created[:10] for one in group) or None, group[0].title)
        for group in known.questions
    ]
    order = sorted(used, key=lambda row: (-int(row[2] or 0), str(row[0])))
    order += sorted(idle, key=lambda row: (row[1] != "never used", str(row[1]), str(row[0])))
    order += sorted(questions, key=lambda row: (-int(row[2] or 0), str(row[0])))
    notes = [f"a question recurs if the titles of {LEAST} tickets share two telling words; the oldest one is shown"]
    return Table("Knowledge base", COLUMNS, order, notes, Chart("bars", "name", ("tickets",)))
