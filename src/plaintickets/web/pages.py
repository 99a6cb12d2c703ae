"""The pages: each asks an action and fills a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from plaintickets.actions import ticket_inputs
from plaintickets.actions.arrange import urgent_first
from plaintickets.actions.concerns import concerned_rows
from plaintickets.actions.edit_seen import TEXT, Stale
from plaintickets.actions.listing import Filter, select
from plaintickets.actions.sorting import check_order, sort
from plaintickets.actions.ticket_facts import clocks_of, latest_events
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.ticket import Ticket, id_of
from plaintickets.core.ticket_graph import neighbourhood
from plaintickets.core.ticket_parts import text_of
from plaintickets.core.workflow import allowed_moves
from plaintickets.errors import NotFoundError, RefusedError, UnknownNameError, UsageError
from plaintickets.render.ticket_graph import small_svg
from plaintickets.web.attachment_pages import markdown_of
from plaintickets.web.refusals import refusal_on_page
from plaintickets.web.tables import no_address, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.responses import Response

    from plaintickets.core.board import Cell, Column
    from plaintickets.core.document import Document
    from plaintickets.project import Project
    from plaintickets.web.visit import Visit

PER_PAGE = 100
MOST_CARDS = 50


def tickets(visit: Visit) -> Response:
    """Show the list of a query, a page at a time."""
    query, order = visit.asked("q").strip(), visit.asked("sort").strip()
    number = max(1, int(visit.asked("page")[:6])) if visit.asked("page").isdecimal() else 1
    error: Exception | None = None
    found: list[Ticket] = []
    total, pages = 0, 1
    try:
        found = select(visit.project, Filter(query=query), closed_too=bool(visit.asked("all")))
        check_order(visit.project, order)
        total = len(found)
        pages = max(1, -(-total // PER_PAGE))
        if number > pages:
            raise NotFoundError(f"there is no page {number}", hint=f"the last one is page {pages}.")
        found = sort(visit.project, found, order) if order else urgent_first(found, number * PER_PAGE)
    except (UsageError, RefusedError) as refused:
        error = refused
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    refusal, status = refusal_on_page(error)
    return visit.page(
        "list.html",
        status,
        query=query,
        order=order,
        every=bool(visit.asked("all")),
        rows=shown,
        total=total,
        number=number,
        pages=pages,
        saved=sorted(visit.project.config.queries),
        problems=len(visit.project.reading.problems),
        refusal=refusal,
    )


def board(visit: Visit, error: Exception | None = None) -> Response:
    """Show the board of a query, by status or by another field; cards of a board by status can be moved."""
    from plaintickets.actions.board import Asked, board_of

    query = (visit.asked("q") or visit.form.get("q", "")).strip()
    field = visit.asked("by").strip() or "status"
    columns: list[tuple[Column, Cell]] = []
    try:
        shown = board_of(visit.project, Asked(query, field, most=MOST_CARDS))
        field = shown.field
        columns = [(column, lane.cells[at]) for lane in shown.lanes for at, column in enumerate(shown.columns)]
    except (UsageError, RefusedError) as refused:
        error = error or refused
    refusal, status = refusal_on_page(error)
    return visit.page(
        "board.html",
        status,
        query=query,
        by=field,
        columns=columns,
        in_column=lambda name: in_status(name, query),
        moves=_moves(visit.project, [card.ticket for _, cell in columns for card in cell.cards]),
        refusal=refusal,
    )


def in_status(name: str, query: str) -> str:
    """Return the query of the tickets of a query that have a status; one that begins with the status has it."""
    of_status = f"status:{name}"
    if query == of_status or query.startswith(f"{of_status} "):
        return query
    return f"{of_status} ({query})" if query else of_status


def _moves(project: Project, shown: Iterable[Ticket]) -> dict[str, tuple[str, ...]]:
    """Return the statuses that each ticket may get."""
    config = project.config
    if config.pipelines:
        return {ticket.id: allowed_moves(ticket.status, config, ticket) for ticket in shown}
    of_status: dict[str, tuple[str, ...]] = {}
    return {
        ticket.id: of_status.get(ticket.status)
        or of_status.setdefault(ticket.status, allowed_moves(ticket.status, config))
        for ticket in shown
    }


def search(visit: Visit) -> Response:
    """Show what a search finds."""
    from plaintickets.actions.search import Answer, SearchOptions
    from plaintickets.actions.search import search as find

    query = visit.asked("q").strip()
    answer, error = Answer([], 0, {}, []), None
    try:
        if query:
            answer = find(visit.project, Filter(query=query), SearchOptions(), lambda _done, _total: None)
    except UsageError as refused:
        error = refused
    refusal, status = refusal_on_page(error)
    return visit.page("search.html", status, query=query, answer=answer, refusal=refusal)


def ticket(visit: Visit, error: Exception | None = None) -> Response:
    """Show a ticket, or the text of one that cannot be read."""
    project = visit.project
    path = project.path_of(visit.ticket)
    document = project.document_at(path)
    refusal, status = refusal_on_page(error)
    if document.problems:
        text = document.to_bytes().decode(errors="replace")[:_MOST_TEXT]
        return visit.page("broken.html", status, id=id_of(path), text=text, problems=document.problems, refusal=refusal)
    comments, problems = project.comments(document), project.comments_apart(document)[1]
    shown = Ticket(id_of(path), path, document.keys, document.title)
    config, markdown = project.config, markdown_of(project.place.store, path)
    return visit.page(
        "ticket.html",
        status,
        ticket=shown,
        fields=_fields(document),
        text=markdown(text_of(document)),
        comments=[(one, markdown(one.text)) for one in comments[-_MOST_COMMENTS:]],
        more_comments=max(0, len(comments) - _MOST_COMMENTS),
        problems=problems,
        relations=_relations(project, shown),
        graph=_picture(project, shown),
        concerned=concerned_rows(project, shown),
        clocks=clocks_of(project, shown, document),
        history="\n".join(latest_events(project, shown.id)),
        moves=allowed_moves(shown.status, config, shown),
        done={one.name for one in config.statuses if config.is_done(one.name)},
        resolutions=config.resolutions,
        typed=visit.form,
        refusal=refusal,
    )


_MOST_TEXT = 200_000
_MOST_COMMENTS = 200
_MOST_RELATED = 100
_OWN_PLACE = ("id", "title", "status", "deps", "links", "parent")


def _fields(document: Document) -> list[tuple[str, str]]:
    """Return the fields of a ticket that have no other place on its page."""
    rows = []
    for name, value in list(document.keys.items())[:200]:
        if name not in _OWN_PLACE and value not in ("", [], {}):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            rows.append((name, text[:2000]))
    return rows


def _relations(project: Project, shown: Ticket) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the related tickets by relation: id, status, title; the status says if one is missing or broken."""
    graph = project.graph
    groups: Iterable[tuple[str, Sequence[str]]] = (
        ("Part of", (shown.parent,) if shown.parent else ()),
        ("Waits for", shown.deps),
        ("Blocks", graph.blocking(shown.id)),
        ("Children", graph.children(shown.id)),
        ("Linked", shown.links),
        ("Duplicate of", shown.items("duplicate-of")),
    )
    found = []
    for name, ids in groups:
        rows = []
        for other_id in ids[:_MOST_RELATED]:
            other = graph.tickets.get(other_id)
            absent = "unreadable" if other_id in graph.broken else "missing"
            rows.append((other_id, other.status if other else absent, other.title if other else ""))
        if rows:
            found.append((name, rows))
    return found


def _picture(project: Project, shown: Ticket) -> Markup:
    """Return a picture of the relations."""
    graph = project.graph
    referring = {*graph.blocking(shown.id), *graph.children(shown.id)}
    near = neighbourhood(shown, [graph.tickets[name] for name in sorted(referring)], graph.tickets)
    return Markup(small_svg(near))  # noqa: S704 - every text in it is escaped


def new(visit: Visit, error: Exception | None = None) -> Response:
    """Show the form of a new ticket of a type."""
    config = visit.project.config
    kind = visit.form.get("type") or visit.asked("type") or config.default_type
    if not config.ticket_type(kind):
        names = [one.name for one in config.types]
        near = did_you_mean(kind, names) or f"there are {', '.join(names)}."
        error = error or UnknownNameError(f"no type '{kind}'", hint=near)
        kind = config.default_type
    refusal, status = refusal_on_page(error)
    return visit.page(
        "new.html",
        status,
        kind=kind,
        kinds=[one.name for one in config.types],
        title=visit.form.get("title", visit.asked("title")),
        description=visit.form.get("description", ticket_inputs.headings_of(visit.project, kind)),
        inputs=ticket_inputs.new_inputs(config, kind, visit.form),
        refusal=refusal,
    )


def likely_duplicates(visit: Visit) -> Response:
    """Show the tickets that are like a title which somebody is typing: a part of a page."""
    from plaintickets.actions.duplicates import alike_while_typing

    found, note = alike_while_typing(visit.project, visit.asked("title"))
    return visit.page("duplicates.html", found=found, note=note)


def edit(visit: Visit, error: Exception | None = None, stale: Sequence[Stale] = ()) -> Response:
    """Show the form of a ticket; after a refusal with what was typed, and beside a stale value with both."""
    document = visit.project.document(visit.ticket)
    inputs = ticket_inputs.edit_inputs(visit.project.config, document, visit.form)
    seen = ticket_inputs.seen_of(document, inputs)
    if error is not None and not stale:  # what was seen stays what was seen
        seen = {name: visit.form.get(f"seen:{name}", text) for name, text in seen.items()}
    refusal, status = refusal_on_page(error)
    values = {**seen, **{name: visit.form[name] for name in ("title", TEXT) if name in visit.form}}
    return visit.page(
        "edit.html",
        status,
        id=id_of(document.path),
        title=values["title"],
        text=values[TEXT],
        inputs=inputs,
        seen=seen,
        stale=stale,
        typed=visit.form,
        text_name=TEXT,
        refusal=refusal,
    )


def problems(visit: Visit) -> Response:
    """Show the files that cannot be read."""
    found = visit.project.reading.problems
    rows = [(str(problem), id_of(problem.path)) for problem in found[:500]]
    return visit.page("problems.html", rows=rows, total=len(found))


def settings(visit: Visit) -> Response:
    """Show rules, policies, statuses and saved queries; nothing of it changes here."""
    from plaintickets.render.settings import setting_text
    from plaintickets.reports.automation import rules_table

    config = visit.project.config
    rules = shown(rules_table(config.rules, config.sources), no_address) if config.rules else None
    policies = [(name, setting_lines(policy)) for name, policy in config.sla.items()]
    keys = ("statuses", "types", "priorities", "resolutions", "people")
    return visit.page(
        "settings.html",
        rules=rules,
        policies=policies,
        queries=list(config.queries.items()),
        basics=[(key, setting_text(config, key)) for key in keys],
    )


def setting_lines(value: object, indent: str = "") -> str:
    """Return a nested setting as lines of `key: value`."""
    if not isinstance(value, dict):
        return f"{indent}{value}"
    lines = []
    for key, inner in value.items():
        is_nested = isinstance(inner, dict) and bool(inner)
        lines.append(f"{indent}{key}:" if is_nested else f"{indent}{key}: {inner}")
        lines += [setting_lines(inner, indent + "  ")] if is_nested else []
    return "\n".join(lines)
