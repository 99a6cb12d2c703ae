"""`tk import`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.import_output import show, sources
from plaintickets.commands.options import Known, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

_OPTIONS = (
    click.option("--ignore", multiple=True, metavar="KEY", help="Leave out a key that is no field; repeatable."),
    click.option("--map", "mapping", metavar="FILE", type=Known("file"), help="Map names of the source as FILE says."),
    click.option(
        "--write-map",
        metavar="FILE",
        type=Known("file"),
        help="Write the names of the source to FILE, as a mapping to edit.",
    ),
    click.option("--strict", is_flag=True, help="Refuse names that this store does not have."),
    click.option("--since", metavar="DATE", default="", help="Leave out records last changed before DATE."),
    click.option("--redact", type=click.Choice(["mail"]), help="Remove mail addresses."),
    click.option(
        "--markup", type=click.Choice(["textile", "markdown"]), help="What the texts of redmine are written in."
    ),
    click.option("--raw", is_flag=True, help="Keep the originals of converted texts below them."),
    click.option(
        "--attachments",
        metavar="FOLDER",
        type=Known("file"),
        help="Copy the attachments that are FOLDER/KEY/NAME.",
    ),
    click.option("--report", metavar="FILE", type=Known("file"), help="Write what has no place here to FILE, as JSON."),
    click.option("--history", is_flag=True, help="Replay the changelogs of new tickets as commits."),
    click.option("--branch", metavar="NAME", default="", help="With --history: put the commits on a new branch."),
    click.option("-n", "--dry-run", is_flag=True, help="Check every record, and write no ticket."),
)


@click.command("import")
@click.argument("form", metavar="[FORMAT]", required=False, type=Known("importer"))
@click.argument("paths", metavar="[SOURCE...]", nargs=-1, type=click.Path())
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, /, form: str | None, paths: tuple[str, ...], **chosen: object) -> None:
    """Create and update tickets from files of another system, all of them or none, in one commit.

    Without FORMAT the formats are listed. SOURCE is a file, a folder, a zip or gz archive, or `-`. A ticket's key
    in the other system becomes its `external-ref`. Importing again takes what changed there and keeps what
    changed here; contradictions are listed, and yours stay. Importing the same source twice changes nothing.
    Values without a field are kept under keys of their own, or counted. No rule fires, except those on `imported`.

    \b
    Examples:
      tk import
      tk import jira issues/ --dry-run --write-map jira.yml
      tk import jira issues/ --map jira.yml --report lost.json
      tk import csv backlog.csv
      gh issue list --json title,body --jq '.[]' | tk import jsonl -
    """
    from plaintickets.actions.import_columns import refuse_unknown_columns
    from plaintickets.actions.import_tickets import import_tickets, refuse_unknown
    from plaintickets.commands.import_output import options_of, write_files
    from plaintickets.importers import IMPORTERS, OWN, records

    if form is None:
        for name, about in IMPORTERS.items():
            context.out(f"{name:<{max(map(len, IMPORTERS))}}  {about}")
        return
    refuse_unknown(form)
    if not paths:
        raise UsageError(f"which file has the {form}?", hint=f"tk import {form} FILE, or `-` for standard input.")
    options = options_of(context, chosen)._replace(own_names=form in OWN)
    if not options.dry_run:
        context.project.require_ready()
    stdin = os.fdopen(os.dup(sys.stdin.fileno()), "rb") if "-" in paths else None
    columns = options.sections.get("columns", {})
    refuse_unknown_columns(form, columns, context.project.config)
    given = sources(context, form, paths, stdin, str(chosen["markup"] or ""), columns)
    options = options._replace(contents=given.contents)
    done = import_tickets(context.project, records(form, given), options, subject=context.subject)
    write_files(context, chosen, done)
    show(context, done, dry_run=options.dry_run)


for _option in reversed(_OPTIONS):
    _option(command)
