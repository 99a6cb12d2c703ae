"""What forms change: each calls one action, which commits; a refused one shows the form with all that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.utils import url_quote

from plaintickets.actions.change_status import left_open
from plaintickets.actions.comment import comment as add_comment
from plaintickets.actions.edit_seen import TEXT, StaleEditError, change_seen_status, edit_seen
from plaintickets.actions.ticket_inputs import draft_of, edited
from plaintickets.core.ticket import id_of
from plaintickets.errors import TicketsError
from plaintickets.web import pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from plaintickets.web.visit import Visit

_SEEN = "seen:"
_NO_VALUES = ("csrf", "title", "description", "type")


def new(visit: Visit) -> Response:
    """Create a ticket."""
    from plaintickets.actions.new import create

    form = visit.form
    values = {name: text for name, text in form.items() if name not in _NO_VALUES}
    try:
        draft = draft_of(form.get("title", ""), form.get("description", ""), form.get("type", ""), values)
        created = create(visit.project, draft)
    except (TicketsError, OSError) as error:
        return pages.new(visit, error)
    ticket_id = id_of(created.document.path)
    return visit.go(f"/t/{ticket_id}", f"Created {ticket_id}")


def edit(visit: Visit) -> Response:
    """Change fields and the text of a ticket."""
    seen = {name.removeprefix(_SEEN): text for name, text in visit.form.items() if name.startswith(_SEEN)}
    wanted = {name: _typed(name, visit.form[name]) for name in seen if name in visit.form}
    try:
        done = edit_seen(visit.project, visit.ticket, wanted, seen)
    except StaleEditError as error:
        return pages.edit(visit, error, error.stale)
    except (TicketsError, OSError) as error:
        return pages.edit(visit, error)
    return visit.go(f"/t/{done.tickets[0].id}", edited(done, wanted, seen))


def _typed(name: str, text: str) -> str:
    return text if name == TEXT else text.strip()


def comment(visit: Visit) -> Response:
    """Add a comment."""
    text = visit.form.get("text", "")
    try:
        document = add_comment(visit.project, visit.ticket, text, internal=visit.form.get("internal") == "yes")[0]
    except (TicketsError, OSError) as error:
        return pages.ticket(visit, error)
    ticket_id = id_of(document.path)
    return visit.go(f"/t/{ticket_id}", f"Comment added to {ticket_id}")


def status(visit: Visit) -> Response:
    """Change the status of a ticket, from its page or from the board."""
    form = visit.form
    on_board = form.get("from") == "board"
    try:
        done = change_seen_status(
            visit.project,
            visit.ticket,
            form.get("to", ""),
            form.get("seen", ""),
            resolution=form.get("resolution"),
            comment=form.get("text", "").strip(),
        )
    except (TicketsError, OSError) as error:
        return pages.board(visit, error) if on_board else pages.ticket(visit, error)
    moved = done.tickets[0]
    said = f"{moved.id} is {moved.status}" if moved.id in done.changed else f"{moved.id}: nothing to change"
    notes = left_open(visit.project, done.tickets) if moved.id in done.changed else []
    query = form.get("q", "")
    board = f"/board?q={url_quote(query, for_qs=True)}" if query else "/board"
    return visit.go(f"{board}#card-{moved.id}" if on_board else f"/t/{moved.id}", said, *notes)
