"""`tk import`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.import_tickets import ImportResult
    from plaintickets.console import CommandContext
    from plaintickets.importers.sources import Sources


@click.command("import")
@click.argument("form", metavar="[FORMAT]", required=False, type=Known("importer"))
@click.argument("paths", metavar="[SOURCE...]", nargs=-1, type=click.Path())
@click.option("--ignore", multiple=True, metavar="KEY", help="Leave out a key that is no field; repeatable.")
@click.option("-n", "--dry-run", is_flag=True, help="Check every record, and create nothing.")
@json_option
@writes()
@click.pass_obj
def command(
    context: CommandContext, form: str | None, paths: tuple[str, ...], ignore: tuple[str, ...], *, dry_run: bool
) -> None:
    """Create tickets from a file of another system, all of them or none, in one commit.

    Without FORMAT the formats are listed. Keys and columns are the names of fields; `title` is the title,
    `text` the text, `key` the ticket's key in the other system, which becomes `external-ref`. A ticket with
    that `external-ref` stays as it is, and fields that differ are named; so importing twice changes nothing.
    `deps`, `links`, `parent` and `duplicate-of` hold keys of the source or ids.

    \b
    Examples:
      tk import
      tk import csv backlog.csv --dry-run
      gh issue list --json title,body --jq '.[]' | tk import jsonl -
    """
    from plaintickets.actions.import_tickets import import_tickets, refuse_unknown
    from plaintickets.importers import IMPORTERS, records

    if form is None:
        for name, about in IMPORTERS.items():
            context.out(f"{name:<8}  {about}")
        return
    refuse_unknown(form)
    if not paths:
        raise UsageError(f"which file has the {form}?", hint=f"tk import {form} FILE, or `-` for standard input.")
    if not dry_run:
        context.project.require_ready()
    done = import_tickets(
        context.project,
        records(form, _sources(context, paths)),
        ignored=ignore,
        dry_run=dry_run,
        subject=context.subject,
    )
    _show(context, done, dry_run=dry_run)


def _sources(context: CommandContext, paths: tuple[str, ...]) -> Sources:
    """Return the sources; raise UsageError for a path that nobody can read."""
    from plaintickets.importers.sources import Sources

    found = [path if path == "-" else os.path.join(context.around.folder, path) for path in paths]
    for path, name in zip(found, paths, strict=True):
        if path != "-" and not (os.path.isfile(path) or os.path.isdir(path)):
            why = "not a regular file" if os.path.lexists(path) else "No such file or directory"
            raise UsageError(f"cannot read {safe.line(name)}: {why}")
    return Sources(found, os.fdopen(os.dup(sys.stdin.fileno()), "rb") if "-" in paths else None)


def _show(context: CommandContext, done: ImportResult, *, dry_run: bool) -> None:
    if not context.json:
        would = "would be " if dry_run else ""
        context.say(f"{len(done.created)} {would}imported, {len(done.kept)} here already")
        for kept in done.kept:
            if kept.differs:
                context.note(
                    safe.line(f"{kept.id} ({kept.key}) stays as it is; it differs in {', '.join(kept.differs)}")
                )
        for what, count in done.left_out.items():
            context.note(safe.line(f"left out: {what} ({count})"))
    shown = {"created": done.created, "kept": [kept._asdict() for kept in done.kept], "left_out": done.left_out}
    if done.outcome is not None:
        finish(context, done.outcome, **shown)
    elif context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, "commit": None, **shown}))
