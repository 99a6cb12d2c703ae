"""`tk config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option
from plaintickets.errors import UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("config")
@click.argument("key", required=False, type=Known("setting"))
@click.option("--schema", is_flag=True, help="Print the JSON Schema of config.yml, for editors.")
@json_option
@click.pass_obj
def command(context: CommandContext, key: str | None, *, schema: bool) -> None:
    """Show the current settings and where each comes from; with KEY, only its value.

    A setting comes from an option, an environment variable, the store's config.yml, your own config.yml,
    or is the default. `tk help config` explains each.

    \b
    Examples:
      tk config
      tk config commit.mode
      tk config statuses --json
      tk config --schema > config.schema.json
    """
    if schema:
        import json

        from plaintickets.core.configschema import schema as schema_of_config

        context.out(json.dumps(schema_of_config(), indent=2, ensure_ascii=False))
    elif key is None:
        _show_all(context)
    else:
        _show_one(context, key)


def _show_all(context: CommandContext) -> None:
    from plaintickets.core.settings import SETTINGS
    from plaintickets.render.settings import columns, setting_text, settings_object

    config = context.project.config
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, "settings": settings_object(config)}))
        return
    rows = [(key, safe.line(setting_text(config, key)), safe.line(config.source(key))) for key in SETTINGS]
    for line in columns(rows, indent=""):
        context.out(line)


def _show_one(context: CommandContext, key: str) -> None:
    from plaintickets.core.settings import SETTINGS
    from plaintickets.render.settings import setting_text, setting_value

    if key not in SETTINGS:
        from plaintickets.core.suggestions import did_you_mean

        hint = did_you_mean(key, SETTINGS) or "`tk config` lists them."
        raise UsageError(f"no setting '{key}'", hint=hint)
    config = context.project.config
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        value = setting_value(config, key)
        context.out(dumps({"format": FORMAT, "key": key, "value": value, "source": config.source(key)}))
    else:
        context.out(safe.line(setting_text(config, key)))
