"""Writes the generated pages of docs/reference; `make docs` runs it, and a test compares.

python tools/generated.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import click

from plaintickets import topics
from plaintickets.cli import ALIASES, COMMANDS, cli
from plaintickets.core.configschema import schema

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
_WIDTH = 100


def pages() -> dict[str, str]:
    """The text of every generated file, by its name in docs/reference."""
    return {
        **{f"{topic}.md": topics.text(topic) for topic in topics.TOPICS},
        "commands.md": commands_page(),
        "config.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
    }


def commands_page() -> str:
    """The help of every command, as the program prints it."""
    parts = [
        "# Commands\n",
        "What `tk COMMAND --help` prints, for every command. Options of `tk` itself stand before the command.\n",
        _block("tk", cli),
    ]
    for name in sorted(COMMANDS):
        command = cli.get_command(click.Context(cli), name)
        if command is None:
            continue
        aliases = sorted(alias for alias, meant in ALIASES.items() if meant == name)
        also = f"Also: {', '.join(f'`tk {alias}`' for alias in aliases)}.\n" if aliases else ""
        parts += [f"## tk {name}\n", *([also] if also else []), _help(f"tk {name}", command)]
    return "\n".join(parts)


def _help(name: str, command: click.Command) -> str:
    """The help of a command and of what stands below it, as console blocks."""
    text = _block(name, command)
    if isinstance(command, click.Group):
        below = click.Context(command)
        for word in command.list_commands(below):
            inner = command.get_command(below, word)
            if inner is not None and not inner.hidden:
                text += "\n" + _help(f"{name} {word}", inner)
    return text


def _block(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, max_content_width=_WIDTH, terminal_width=_WIDTH)
    formatter = context.make_formatter()
    write = click.Command.format_help if command is cli else type(command).format_help
    write(command, context, formatter)
    text = re.sub(r"[ \t]+$", "", formatter.getvalue(), flags=re.MULTILINE)
    return f"```text\n{text.rstrip()}\n```\n"


def stale() -> list[str]:
    """The names of the pages that are not as they would be written."""
    return [name for name, text in pages().items() if _present(name) != text]


def _present(name: str) -> str | None:
    try:
        return (REFERENCE / name).read_text("utf-8")
    except FileNotFoundError:
        return None


def main() -> None:
    names = stale()
    if "--check" in sys.argv[1:]:
        sys.exit(f"not as generated: {', '.join(names)}; run `make docs`" if names else 0)
    for name in names:
        (REFERENCE / name).write_text(pages()[name], encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
