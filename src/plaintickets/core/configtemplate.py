"""The commented `config.yml` that a new store gets, made from the table of settings."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from plaintickets.core.configschema import schema_line
from plaintickets.core.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.config import Status, TicketType
    from plaintickets.core.settings.model import Setting

WIDTH = 88
MIB = 1024 * 1024
_HEAD = (
    "The settings of this ticket store. Each is below with its default, or with an example, "
    "after a `#`; remove the `#` to set it. `tk config` shows what is in force."
)


def template(prefix: str) -> str:
    """Return the file with every setting of a store commented out, `prefix` as the ids' prefix.

    A `#` before a space begins a sentence, a `#` before anything else a setting.
    """
    lines = [schema_line(), *_sentences(_HEAD)]
    for setting in SETTINGS.values():
        if "store" not in setting.layers:
            continue
        text = f"prefix: {prefix}" if setting.key == "prefix" and prefix else example(setting)
        lines += ["", *_sentences(setting.meaning.replace("`", ""))]
        lines += [f"#{line}" for line in text.split("\n")]
    return "\n".join(lines) + "\n"


def example(setting: Setting) -> str:
    """Return a setting as YAML with its default, or with its example if the default is empty."""
    if setting.example:
        return setting.example
    name = setting.key
    default: Any = setting.default
    if setting.shape == "statuses":
        return "\n".join([f"{name}:", *_statuses(default)])
    if setting.shape == "types":
        return "\n".join([f"{name}:", *_types(default)])
    return f"{name}: {flow(default, setting.shape)}"


def flow(value: object, shape: str = "text") -> str:
    """Return a default as one line of YAML."""
    if shape == "size" and isinstance(value, int):
        return f"{value // 1024} KiB" if value % MIB else f"{value // MIB} MiB"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {text}".rstrip() for name, text in value.items()) + "}"
    text = str(value)
    return f'"{text}"' if ": " in text or text.startswith("{") else text


def _statuses(statuses: tuple[Status, ...]) -> Iterator[str]:
    for status in statuses:
        yield f"  {status.name}: {status.kind}"


def _types(types: tuple[TicketType, ...]) -> Iterator[str]:
    for kind in types:
        yield f"  {kind.name}: {kind.description}"


def _sentences(text: str) -> list[str]:
    # A line of prose must not begin with a blank, or it could be taken for a setting.
    return [f"# {line}" for line in wrap(text, WIDTH)]
