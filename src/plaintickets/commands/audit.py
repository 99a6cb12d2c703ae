"""`tk audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known, json_option, one_form

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

_FORMS = ("text", "json", "csv", "md")


@click.command("audit", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@click.option("--since", metavar="DATE", type=Known("day"), help="Only changes since DATE: 2026-10-01, -7d.")
@click.option("--until", metavar="DATE", type=Known("day"), help="Only changes until DATE.")
@click.option(
    "--author",
    metavar="NAME",
    type=Known("person"),
    default="",
    help="Only changes by NAME, a part of it, or `me`.",
)
@click.option(
    "--field", "fields", metavar="NAME", type=Known("field"), multiple=True, help="Only changes of this field."
)
@click.option(
    "--verify", "verifies", is_flag=True, help="Show only what cannot be vouched for; exit code 1 if anything."
)
@click.option("--partial", is_flag=True, help="Show the changes that a shallow clone has.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="The format of the table.")
@json_option
@click.pass_obj
def command(
    context: CommandContext,
    query: tuple[str, ...],
    since: str | None,
    until: str | None,
    author: str,
    fields: tuple[str, ...],
    form: str | None,
    *,
    verifies: bool,
    partial: bool,
) -> None:
    """Show every change with who wrote and committed it, its signature, its rule, before and after.

    Without QUERY the changes of removed tickets and of the settings are shown too. --verify names commits without a
    good signature, clocks that went back, comments under another name, and commits that this clone had and no branch
    has now. A shallow clone cannot know: exit code 4, unless --partial asks for the changes that it has.

    \b
    Examples:
      tk audit type:incident --since -30d
      tk audit --format csv > audit.csv
      tk audit --verify --since 2026-10-01
    """
    from plaintickets.actions.audit import audit, doubts
    from plaintickets.actions.log import wanted_of
    from plaintickets.render.tables import rendered
    from plaintickets.reports.audit import audit_table, doubts_table, short_table

    form = one_form(context, form)
    wanted = wanted_of(context.project, "", fields, author, since, until)
    text = " ".join(query)
    if verifies:
        found, notes = doubts(context.project, text, wanted, partial=partial)
        context.page(rendered(form, doubts_table(found, notes)) + "\n")
        context.exit(1 if found else 0)
    rows, notes = audit(context.project, text, wanted, partial=partial)
    table = short_table(rows, notes) if form == "text" else audit_table(rows, notes)
    context.page(rendered(form, table) + "\n")
