"""What a search of the history found, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.events import day_of
from plaintickets.render.jsonform import document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.actions.search_history import MessageMatch, TextMatch
    from plaintickets.search.history import PastCommit


def texts_json(rows: Iterable[TextMatch], total: int, *, complete: bool) -> str:
    """Return texts that tickets once had; `complete` is false in a shallow clone."""
    return document("fragments", map(_text_object, rows), total=total, complete=complete)


def messages_json(rows: Iterable[MessageMatch], total: int) -> str:
    """Return messages of commits with the tickets that they change or name."""
    return document("commits", map(_message_object, rows), total=total)


def _text_object(row: TextMatch) -> dict[str, object]:
    text = row.text
    removed = _revision(text.removed) if text.removed else None
    return {
        "ticket": text.ticket,
        "field": text.field,
        "text": text.text,
        "added": _revision(text.added),
        "removed": removed,
    }


def _message_object(row: MessageMatch) -> dict[str, object]:
    message = row.message
    return {
        "commit": message.commit,
        "author": message.author,
        "date": day_of(message.date, full=True),
        "subject": message.subject,
        "body": message.body,
        "tickets": row.tickets,
    }


def _revision(revision: PastCommit) -> dict[str, str]:
    return {
        "commit": revision.commit,
        "author": revision.author,
        "email": revision.email,
        "date": day_of(revision.date, full=True),
        "subject": revision.subject,
    }
