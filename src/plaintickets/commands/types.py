"""`tk types`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option
from plaintickets.errors import RefusedError
from plaintickets.render import safe
from plaintickets.render.settings import all_fields, columns, field_object, status_object, type_object

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.config import Config, Field, Status, TicketType


@click.command("types")
@click.argument("name", metavar="[TYPE]", required=False, type=Known("type"))
@json_option
@click.pass_obj
def command(context: CommandContext, name: str | None) -> None:
    """List types, statuses, priorities, resolutions and fields; with TYPE, list the fields it requires.

    \b
    Examples:
      tk types
      tk types bug
      tk types --json
    """
    config = context.project.config
    if name is not None:
        _show_type(context, config, name)
    elif context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, **_object(config)}))
    else:
        context.out(safe.block("\n".join(_overview(config))))


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
        rows = [_field_row(field) for name, field in all_fields(config).items() if (name in own) == mine]
        lines += ["", title, *columns(rows)] if rows else []
    return lines


def _asked(kind: TicketType) -> str:
    parts = [kind.description]
    for words, names in (("needs", kind.required), ("to close", kind.required_to_close), ("offers", kind.offered)):
        parts += [f"{words}: {' '.join(names)}"] if names else []
    return "; ".join(part for part in parts if part)


def _moves(status: Status) -> str:
    return "" if status.transitions is None else f"-> {' '.join(status.transitions) or '(none)'}"


def _field_row(field: Field) -> tuple[str, str, str]:
    kind = f"list of {field.type}" if field.multiple else field.type
    values = f" ({' '.join(field.values)})" if field.values else ""
    return field.name, kind, field.description + values


def _show_type(context: CommandContext, config: Config, name: str) -> None:
    kind = config.ticket_type(name)
    if kind is None:
        from plaintickets.core.suggestions import did_you_mean

        message = f"invalid type '{name}'. Must be one of: {' '.join(known := [one.name for one in config.types])}"
        raise RefusedError(message, hint=did_you_mean(name, known) or None)
    fields = all_fields(config)
    groups = {"Required": kind.required, "Required to close": kind.required_to_close, "Offered": kind.offered}
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        asked = dict.fromkeys(field for names in groups.values() for field in names)
        shown = [field_object(fields[field]) for field in asked if field in fields]
        context.out(dumps({"format": FORMAT, "type": type_object(kind), "fields": shown}))
        return
    lines = [kind.name + (f": {kind.description}" if kind.description else "")]
    for title, names in groups.items():
        rows = [_field_row(fields[field]) for field in names if field in fields]
        lines += ["", f"{title}:", *columns(rows)] if rows else []
    headings = [[name] for name in (*kind.sections, *(f"{name} (to close)" for name in kind.sections_to_close))]
    lines += ["", "Sections:", *columns(headings)] if headings else []
    lines += ["", "It requires no field beyond those of every ticket."] if len(lines) == 1 else []
    context.out(safe.block("\n".join(lines)))
