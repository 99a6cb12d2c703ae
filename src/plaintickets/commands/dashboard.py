"""`tk dashboard`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import NearChoice
from plaintickets.commands.options import Known, json_option, one_form

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("dashboard")
@click.argument("name", metavar="[NAME]", default="", type=Known("dashboard"))
@click.option("--format", "form", type=NearChoice(("text", "md", "html", "json")), help="The format of the page.")
@click.option("-o", "--output", "file", metavar="FILE", type=Known("file"), help="Write the page to FILE.")
@json_option
@click.pass_obj
def command(context: CommandContext, name: str, form: str | None, file: str | None) -> None:
    """Show lists and reports on one page: `me`, `lead`, `desk`, or one of `dashboards` in the settings.

    Without NAME it is `me`. `lead` shows where the work is stuck, `desk` what came in and what nobody has.

    \b
    Examples:
      tk dashboard
      tk dashboard lead --format html -o lead.html
      tk dashboard desk --format md >> "$GITHUB_STEP_SUMMARY"
    """
    from plaintickets.actions.dashboard import dashboard
    from plaintickets.commands.output_file import write
    from plaintickets.render import dashboard as render

    form = one_form(context, form)
    parts, title = dashboard(context.project, name), f"Dashboard {name or 'me'}"
    room = context.terminal.columns if context.for_person and file is None else 0
    made = {
        "text": lambda: render.text(parts, room),
        "md": lambda: render.markdown(parts),
        "html": lambda: render.html(title, parts),
        "json": lambda: render.json_text(name or "me", parts),
    }[form]()
    if file in (None, "-"):
        context.page(made + "\n")
    else:
        write(context, str(file), made + "\n")
    context.report(context.project.reading.problems)
