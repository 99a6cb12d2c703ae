"""`tk types`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option
from plaintickets.errors import RefusedError, UsageError
from plaintickets.render import safe
from plaintickets.render.settings import all_fields, columns, field_object, field_row, status_object, type_object

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.config import Config, Status, TicketType


@click.command("types")
@click.argument("name", metavar="[TYPE]", required=False, type=Known("type"))
@click.option("--schema", "as_schema", is_flag=True, help="Print the form of TYPE as JSON Schema.")
@json_option
@click.pass_obj
def command(context: CommandContext, name: str | None, *, as_schema: bool) -> None:
    """List types, statuses, priorities, resolutions and fields; with TYPE, show its form.

    The form is what a ticket of the type requires when it is created, and for each status. With --json it is
    there as a JSON Schema under `schema`, from which a web form can be built; --schema prints that alone.

    \b
    Examples:
      tk types
      tk types bug
      tk types bug --schema
      tk types --json
    """
    config = context.project.config
    if as_schema and name is None:
        raise UsageError("--schema needs a type", hint="for example: tk types bug --schema")
    if name is not None:
        _show_type(context, config, name, as_schema=as_schema)
    elif context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, **_object(config)}))
    else:
        lines = safe.block("\n".join(_overview(config))).split("\n")
        if context.is_terminal:
            from plaintickets.render.screen import wrapped

            lines = wrapped(lines, context.terminal.columns)
        context.out("\n".join(lines))


def _object(config: Config) -> dict[str, object]:
    return {
        "types": [type_object(kind) for kind in config.types],
        "statuses": [status_object(status) for status in config.statuses],
        "priorities": list(config.priorities),
        "resolutions": list(config.resolutions),
        "fields": [field_object(field) for field in all_fields(config).values()],
    }


def _overview(config: Config) -> list[str]:
    lines = ["Types:", *columns((kind.name, _asked(kind)) for kind in config.types)]
    lines += ["", "Statuses:", *columns((status.name, status.kind, _moves(status)) for status in config.statuses)]
    lines += ["", "Priorities:", *columns((str(number), word) for number, word in enumerate(config.priorities))]
    lines += ["", "Resolutions:", f"  {' '.join(config.resolutions)}"]
    own = {field.name for field in config.fields}
    for title, mine in (("Fields of your own:", True), ("Fields:", False)):
        rows = [field_row(field) for name, field in all_fields(config).items() if (name in own) == mine]
        lines += ["", title, *columns(rows)] if rows else []
    return lines


def _asked(kind: TicketType) -> str:
    parts = [kind.description]
    for words, names in (("needs", kind.required), ("to close", kind.required_to_close), ("offers", kind.offered)):
        parts += [f"{words}: {' '.join(names)}"] if names else []
    return "; ".join(part for part in parts if part)


def _moves(status: Status) -> str:
    return "" if status.transitions is None else f"-> {' '.join(status.transitions) or '(none)'}"


def _show_type(context: CommandContext, config: Config, name: str, *, as_schema: bool) -> None:
    kind = config.ticket_type(name)
    if kind is None:
        from plaintickets.core.suggestions import did_you_mean

        message = f"invalid type '{name}'. Must be one of: {' '.join(known := [one.name for one in config.types])}"
        raise RefusedError(message, hint=did_you_mean(name, known) or None)
    if as_schema or context.json:
        from plaintickets.render.form_schema import form_schema
        from plaintickets.render.jsonform import FORMAT, dumps

        fields = all_fields(config)
        asked = dict.fromkeys((*kind.required, *kind.required_to_close, *kind.offered))
        shown = [field_object(fields[field]) for field in asked if field in fields]
        schema = form_schema(kind, config)
        form = {"format": FORMAT, "type": type_object(kind), "fields": shown, "schema": schema}
        context.out(dumps(schema if as_schema else form))
    else:
        from plaintickets.render.type_form import type_lines

        context.out(safe.block("\n".join(type_lines(kind, config))))
