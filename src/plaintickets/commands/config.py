"""`tk config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option
from plaintickets.errors import UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from plaintickets.frame import Frame


def complete_keys(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The settings that begin with what is typed."""
    from click.shell_completion import CompletionItem

    from plaintickets.core.settings import SETTINGS

    return [CompletionItem(key) for key in SETTINGS if key.startswith(incomplete)]


@click.command("config")
@click.argument("key", required=False, shell_complete=complete_keys)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of config.yml, for editors.")
@json_option
@click.pass_obj
def command(frame: Frame, key: str | None, *, schema: bool) -> None:
    """Show the settings in force, and where each comes from; with KEY the value alone.

    A setting comes from an option, a variable, the store's config.yml, your own, or is the default.
    `tk help config` explains each.

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

        frame.out(json.dumps(schema_of_config(), indent=2, ensure_ascii=False))
    elif key is None:
        _show_all(frame)
    else:
        _show_one(frame, key)


def _show_all(frame: Frame) -> None:
    from plaintickets.core.settings import SETTINGS
    from plaintickets.render.settings import columns, setting_text, settings_object

    config = frame.tracker.config
    if frame.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        frame.out(dumps({"format": FORMAT, "settings": settings_object(config)}))
        return
    rows = [(key, safe.line(setting_text(config, key)), safe.line(config.source(key))) for key in SETTINGS]
    for line in columns(rows, indent=""):
        frame.out(line)


def _show_one(frame: Frame, key: str) -> None:
    from plaintickets.core.settings import SETTINGS
    from plaintickets.render.settings import setting_text, setting_value

    if key not in SETTINGS:
        from plaintickets.core.nearest import did_you_mean

        hint = did_you_mean(key, SETTINGS) or "`tk config` lists them."
        raise UsageError(f"no setting '{key}'", hint=hint)
    config = frame.tracker.config
    if frame.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        value = setting_value(config, key)
        frame.out(dumps({"format": FORMAT, "key": key, "value": value, "source": config.source(key)}))
    else:
        frame.out(safe.line(setting_text(config, key)))
