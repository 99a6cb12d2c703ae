"""`tk search --history` and `--commits`: what tickets once held, and what commits say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions.search_history import MessageMatch, TextMatch
from plaintickets.render import safe
from plaintickets.render.events import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plaintickets.actions.search_history import Found
    from plaintickets.console import CommandContext
    from plaintickets.search.history import PastCommit

    Progress = Callable[[int, int], None]

DEFAULT_LIMIT = 20
_WIDTH = 160


def show(context: CommandContext, options: dict[str, Any], progress: Progress, *, files: bool, count: bool) -> int:
    """Print what the history or the messages of commits hold of a query; return how much it is."""
    from plaintickets.actions.search_history import HistoryQuery, search_messages, search_texts
    from plaintickets.commands.list_options import asked_filter
    from plaintickets.commands.listing import shown_path

    is_text = bool(options["history"])
    limit = options["limit"]
    most = 1 if count and not context.json else DEFAULT_LIMIT if limit is None else limit
    asked = HistoryQuery(asked_filter(options), options["order"] or "", options["all_branches"], most, files)
    found = (search_texts if is_text else search_messages)(context.project, asked, progress)
    if context.json:
        context.out(_json_text(found, is_text=is_text))
        return found.total
    if count:
        context.out(str(found.total))
    elif files:
        paths = (context.project.reading.tickets.get(name) for name in found.tickets)
        lines = [shown_path(context, ticket.path) for ticket in paths if ticket is not None]
        if lines:
            context.out("\n".join(lines))
    else:
        for row in found.rows:
            for line in _text_lines(context, row) if isinstance(row, TextMatch) else _message_lines(context, row):
                context.out(line)
    _remark(context, found.total if files or count else len(found.rows), found.total, complete=found.complete)
    return found.total


def _text_lines(context: CommandContext, row: TextMatch) -> tuple[str, str]:
    text = row.text
    until = f"until {_when(text.removed)}" if text.removed else "still there"
    head = f"{context.paint(safe.line(text.ticket), 'id')} {safe.line(text.field)}"
    shown = row.snippet
    if shown is None:
        place = safe.line(" ".join(text.text.split())[:_WIDTH])
    else:
        before = "…" if shown.offset else ""
        place = before + "".join(_marked(context, shown.text, shown.marks))
    return f"{head}  from {_when(text.added)}  {until}", f"    {place}"


def _marked(context: CommandContext, text: str, marks: Iterable[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in marks:
        yield safe.line(text[at:start])
        yield context.paint(safe.line(text[start:end]), "match")
        at = end
    yield safe.line(text[at:])


def _message_lines(context: CommandContext, row: MessageMatch) -> tuple[str, str]:
    message, tickets = row.message, row.tickets
    head = f"{context.paint(message.commit[:10], 'quiet')} {day_of(message.date)} {safe.line(message.author)}"
    more = f" and {len(tickets) - 5} more" if len(tickets) > 5 else ""
    return (
        f"{head}  {safe.line(message.subject)}",
        f"    {context.paint(safe.line(' '.join(tickets[:5])), 'id')}{more}",
    )


def _json_text(found: Found, *, is_text: bool) -> str:
    from plaintickets.render.past_texts import messages_json, texts_json

    if is_text:
        texts = (row for row in found.rows if isinstance(row, TextMatch))
        return texts_json(texts, found.total, complete=found.complete)
    return messages_json((row for row in found.rows if isinstance(row, MessageMatch)), found.total)


def _when(revision: PastCommit) -> str:
    return f"{day_of(revision.date)} {revision.commit[:10]} {safe.line(revision.author)}"


def _remark(context: CommandContext, shown: int, total: int, *, complete: bool) -> None:
    if not complete:
        context.note("this clone is shallow: older commits were not searched (git fetch --unshallow)")
    if shown < total:
        context.note(f"{shown} of {total:,}; --limit 0 shows all")
    if not total and context.is_terminal:
        context.note("nothing found")
