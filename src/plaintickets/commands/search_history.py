"""`tk search --history` and `--commits`: what tickets once held, and what commits say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.errors import UsageError
from plaintickets.render import safe
from plaintickets.render.events import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.console import CommandContext
    from plaintickets.core.event import Revision

DEFAULT_LIMIT = 20
_WIDTH = 160


def refuse_others(options: Mapping[str, Any], *, count: bool, files: bool) -> None:
    """Raises UsageError for options and parts of a query that a search of the past would pass over."""
    from plaintickets.core.query import parse
    from plaintickets.core.query.nodes import And, Word

    mode = "--history" if options["history"] else "--commits"
    given = {
        "--count": count, "--files": files, "--sort": options["order"], "--assignee": options["assignee"],
        "--tag": options["tag"], "--type": options["kind"], "--priority": options["priority"],
        "--parent": options["parent"], "--status": options.get("status"),
    }  # fmt: skip
    for name in (name for name, value in given.items() if value):
        raise UsageError(f"{name} cannot be used with {mode}", hint=f"{mode} takes words and phrases.")
    root = parse(" ".join(options["query"])).root
    parts = root.parts if isinstance(root, And) else (root,)
    if not all(isinstance(part, Word) for part in parts):
        raise UsageError(f"{mode} takes words and phrases: no filters, no OR, nothing negated")


def show_history(context: CommandContext, query: str, limit: int | None, *, all_branches: bool) -> int:
    """Prints the pieces of text that match, with the commits that brought and took them; returns how many there are."""
    from plaintickets.actions.search_history import recall, snippet

    found = recall(context.project, query, all_branches=all_branches)
    shown = found.fragments[: DEFAULT_LIMIT if limit is None else limit or None]
    if context.json:
        from plaintickets.render.jsonform import document

        rows = [
            {
                "ticket": fragment.ticket,
                "field": fragment.field,
                "text": fragment.text,
                "added": _revision(fragment.added),
                "removed": _revision(fragment.removed) if fragment.removed else None,
            }
            for fragment in shown
        ]
        context.out(document("fragments", rows, total=len(found.fragments), complete=found.complete))
        return len(found.fragments)
    for fragment in shown:
        until = f"until {_when(fragment.removed)}" if fragment.removed else "still there"
        head = f"{context.paint(safe.line(fragment.ticket), 'id')} {safe.line(fragment.field)}"
        context.out(f"{head}  from {_when(fragment.added)}  {until}")
        context.out(f"    {safe.line(snippet(fragment.text, query, _WIDTH))}")
    _remark(context, len(shown), len(found.fragments), complete=found.complete)
    return len(found.fragments)


def show_commits(context: CommandContext, query: str, limit: int | None, *, all_branches: bool) -> int:
    """Prints the commits about tickets whose message matches; returns how many there are."""
    from plaintickets.actions.search_history import mentions

    found = mentions(context.project, query, all_branches=all_branches)
    shown = found[: DEFAULT_LIMIT if limit is None else limit or None]
    if context.json:
        from plaintickets.render.jsonform import document

        rows = [
            {
                "commit": message.commit,
                "author": message.author,
                "date": day_of(message.date, full=True),
                "subject": message.subject,
                "body": message.body,
                "tickets": tickets,
            }
            for message, tickets in shown
        ]
        context.out(document("commits", rows, total=len(found)))
        return len(found)
    for message, tickets in shown:
        head = f"{context.paint(message.commit[:10], 'quiet')} {day_of(message.date)} {safe.line(message.author)}"
        context.out(f"{head}  {safe.line(message.subject)}")
        more = f" and {len(tickets) - 5} more" if len(tickets) > 5 else ""
        context.out(f"    {context.paint(safe.line(' '.join(tickets[:5])), 'id')}{more}")
    _remark(context, len(shown), len(found), complete=True)
    return len(found)


def _revision(revision: Revision) -> dict[str, str]:
    return {
        "commit": revision.commit,
        "author": revision.author,
        "email": revision.email,
        "date": day_of(revision.date, full=True),
        "subject": revision.subject,
    }


def _when(revision: Revision) -> str:
    return f"{day_of(revision.date)} {revision.commit[:10]} {safe.line(revision.author)}"


def _remark(context: CommandContext, shown: int, total: int, *, complete: bool) -> None:
    if not complete:
        context.note("this clone is shallow: what is older than its history was not searched (git fetch --unshallow)")
    if shown < total:
        context.note(f"{shown} of {total:,}; --limit 0 shows all")
    if not total and context.is_terminal:
        context.note("nothing found")
