"""`tk config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, refuse_given, writes
from plaintickets.errors import UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("config")
@click.argument("key", required=False, type=Known("setting"))
@click.option("--schema", is_flag=True, help="Print the JSON Schema of config.yml, or of the settings file KEY.")
@click.option("--write-schema", is_flag=True, help="Write the schemas beside the settings, where editors find them.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, key: str | None, *, schema: bool, write_schema: bool) -> None:
    """Show the current settings and where each comes from; with KEY, only its value.

    A setting comes from an option, an environment variable, the store's config.yml, your own config.yml,
    or is the default. `tk help config` explains each.

    An editor with a YAML language server checks a settings file by its schema. `tk init` writes
    config.schema.json beside config.yml; --write-schema does so in an existing store and after an update of
    tk, and names it in the first line of the file, in one commit.

    \b
    Examples:
      tk config
      tk config commit.mode
      tk config statuses --json
      tk config --schema
      tk config --schema people.yml
      tk config --write-schema
    """
    if write_schema:
        refuse_given({"KEY": key, "--schema": schema}, "the reading of settings, not with --write-schema")
        _write_schemas(context)
    elif schema:
        _show_schema(context, key or "config.yml")
    elif key is None:
        _show_all(context)
    else:
        _show_one(context, key)


def _write_schemas(context: CommandContext) -> None:
    from plaintickets.actions.settings_schema import write_schemas

    names, outcome = write_schemas(context.project, subject=context.subject)
    for said in [f"Wrote {name}" for name in names] or ["The schemas are up to date; nothing was changed"]:
        context.say(said)
    if outcome.commit:
        context.say(f"Committed {outcome.commit[:10]}")
    finish(context, outcome, written=names)


def _show_schema(context: CommandContext, file: str) -> None:
    import json

    from plaintickets.core.config import SETTINGS_FILES
    from plaintickets.core.configschema import schema

    if file not in SETTINGS_FILES:
        raise UsageError(f"no settings file '{file}'", hint=f"There are {', '.join(SETTINGS_FILES)}.")
    context.out(json.dumps(schema(file), indent=2, ensure_ascii=False))


def _show_all(context: CommandContext) -> None:
    from plaintickets.core.settings import SETTINGS
    from plaintickets.render.settings import columns, setting_text, settings_object

    config = context.project.config
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, "settings": settings_object(config)}))
        return
    rows = [(key, safe.line(setting_text(config, key)), safe.line(config.source(key))) for key in SETTINGS]
    context.out("\n".join(columns(rows, indent="")))


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
