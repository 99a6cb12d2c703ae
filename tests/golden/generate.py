"""Writes the pages under `docs/` that are made from the program: `python tests/golden/generate.py`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from plaintickets.cli import cli
from plaintickets.command_table import ALIASES, GROUPS
from plaintickets.commands import man_pages
from plaintickets.core.configschema import schemas
from plaintickets.topics import TOPICS, text

ROOT = Path(__file__).parents[2]
WIDTH = 88
# A topic's page, where it is not `docs/reference/<topic>.md`.
PLACES = {
    "bash": "docs/reference/coming-from-bash.md",
    "check-rules": "docs/reference/rules.md",
    "format": "docs/format.md",
}
_HEAD = """\
# Commands

<!-- Made from the commands' own help by `make golden`. -->

`tk COMMAND --help` shows the same. The options before the command:
"""


def pages() -> dict[str, str]:
    """The text of every page that is made, by its path in the project."""
    made = {PLACES.get(topic, f"docs/reference/{topic}.md"): text(topic) for topic in TOPICS}
    made["docs/reference/cli.md"] = commands_page()
    for file, made_schema in schemas().items():
        made[f"docs/reference/{Path(file).stem}.schema.json"] = (
            json.dumps(made_schema, indent=2, ensure_ascii=False) + "\n"
        )
    made |= {f"docs/man/{name}": page for name, page in man_pages.pages(_root()).items()}
    return dict(sorted(made.items()))


def _root() -> click.Context:
    return click.Context(cli, info_name="tk", terminal_width=WIDTH, help_option_names=["-h", "--help"])


def commands_page() -> str:
    """The help of every command, by purpose."""
    root = _root()
    parts = [_HEAD, _fenced(_options(root))]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_section(root, name) for name in names]
    return "\n".join(parts)


def _options(root: click.Context) -> str:
    formatter = root.make_formatter()
    formatter.write_dl([record for option in cli.get_params(root) if (record := option.get_help_record(root))])
    return formatter.getvalue()


def _section(root: click.Context, name: str) -> str:
    command = cli.get_command(root, name)
    if command is None:
        raise LookupError(name)
    context = click.Context(command, info_name=name, parent=root, terminal_width=WIDTH)
    aliases = [alias for alias, meant in ALIASES.items() if meant == name]
    also = f"\nAlso `tk {'`, `tk '.join(aliases)}`.\n" if aliases else ""
    return f"### tk {name}\n{also}\n{_fenced(command.get_help(context))}"


def _fenced(page: str) -> str:
    return f"```text\n{page.rstrip()}\n```\n"


def write() -> None:
    """Writes every page."""
    (ROOT / "docs" / "man").mkdir(exist_ok=True)
    for path, page in pages().items():
        (ROOT / path).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write()
