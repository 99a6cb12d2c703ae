"""Run an intake, show its progress and what became of each message."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from plaintickets.actions.intake_mail import FAILED, HELD, KNOWN, RESULTS, Row, largest_mail, take_in
from plaintickets.errors import TicketsError, UsageError
from plaintickets.importers.mailboxes import Message, messages, messages_of
from plaintickets.render import safe
from plaintickets.render.tables import rendered
from plaintickets.reports.intake import held_table, taken_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.console import CommandContext

MOST_SHOWN = 40
_STEP = 100


def take_mail(context: CommandContext, sources: Sequence[str], *, dry_run: bool) -> None:
    """Take the messages of the sources in."""
    rows: list[Row] = []
    try:
        for row in take_in(context.project, _messages(context, sources), dry_run=dry_run, subject=context.subject):
            rows.append(row)
            _show_progress(context, len(rows))
    except TicketsError:
        if rows and not context.json:
            _show(context, rows, dry_run=dry_run)
        raise
    _show(context, rows, dry_run=dry_run)


def _messages(context: CommandContext, sources: Sequence[str]) -> Iterator[Message]:
    limit = largest_mail(context.project)
    places = [source if source == "-" else os.path.join(context.around.folder, source) for source in sources]
    for source, place in zip(sources, places, strict=True):
        if source != "-" and not os.path.exists(place):
            raise UsageError(
                f"no such file or folder: {safe.line(source)}", hint="name a mail, an mbox or a Maildir, or `-`."
            )
    for source, place in zip(sources, places, strict=True):
        try:
            if source == "-":
                yield from messages_of(sys.stdin.buffer, "standard input", limit)
            else:
                yield from messages(place, limit)
        except OSError as error:
            yield Message(source, b"", f"cannot be read: {error.strerror or 'not a regular file'}")


def _show_progress(context: CommandContext, count: int) -> None:
    if count % _STEP == 0 and not context.quiet and sys.stderr.isatty():
        sys.stderr.write(f"\r{count:,} messages\x1b[K")
        sys.stderr.flush()


def _show(context: CommandContext, rows: Sequence[Row], *, dry_run: bool) -> None:
    if sys.stderr.isatty() and len(rows) >= _STEP and not context.quiet:
        sys.stderr.write("\r\x1b[K")
    failed = [row for row in rows if row.result == FAILED]
    if context.json:
        context.out(rendered("json", taken_table(rows, dry_run=dry_run)))
    elif not context.quiet:
        shown = [row for row in rows if row.result not in {KNOWN, FAILED}]
        if shown and len(shown) <= MOST_SHOWN:
            context.out(rendered("text", taken_table(shown, dry_run=dry_run)))
        counts = [(name, sum(row.result == name for row in rows)) for name in RESULTS]
        said = ", ".join(f"{count:,} {name}" for name, count in counts if count) or "no messages"
        context.say(f"Would be: {said}" if dry_run else said)
    for row in failed[:MOST_SHOWN]:
        context.warn(safe.line(f"{row.where}: {row.why}"))
    if len(failed) > MOST_SHOWN:
        context.warn(f"… and {len(failed) - MOST_SHOWN:,} more; `--json` lists them all")
    if not dry_run:
        if any(row.result == HELD for row in rows):
            context.note("`tk intake held` lists the held mails")
        context.note_uncommitted()
    if failed:
        context.exit(1)


def show_held(context: CommandContext) -> None:
    """List the held mails."""
    from plaintickets.actions.held_mail import held

    rows = [*held(context.project)]
    if context.json:
        context.out(rendered("json", held_table(rows)))
    elif rows:
        context.page(rendered("text", held_table(rows)))
    else:
        context.say("No mail is held.")


def release(context: CommandContext, names: Sequence[str]) -> None:
    """File held mails."""
    from plaintickets.actions import held_mail

    _show(context, held_mail.release(context.project, names, subject=context.subject), dry_run=False)


def drop(context: CommandContext, names: Sequence[str]) -> None:
    """Remove held mails."""
    from plaintickets.actions import held_mail
    from plaintickets.commands.options import finish

    gone, outcome = held_mail.drop(context.project, names, subject=context.subject)
    context.say(f"Removed {len(gone)} held mail{'s' if len(gone) != 1 else ''}")
    finish(context, outcome, dropped=gone)


def take_json(context: CommandContext, map_name: str, sources: Sequence[str], *, dry_run: bool) -> None:
    """Create tickets of JSON."""
    from plaintickets.actions import intake_json
    from plaintickets.commands.stdin import file_text, read_stdin

    intake_json.map_named(context.project, map_name)
    texts = []
    for source in sources:
        if source == "-":
            texts.append(("standard input", read_stdin()))
            continue
        texts.append((source, file_text(os.path.join(context.around.folder, source), source)))
    rows = intake_json.take_json(context.project, map_name, texts, dry_run=dry_run, subject=context.subject)
    _show(context, rows, dry_run=dry_run)
