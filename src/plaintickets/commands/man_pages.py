"""The manual pages of `tk` and its commands, made from what `--help` shows."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING

import click

from plaintickets import __date__, __version__
from plaintickets.command_table import ALIASES, COMMANDS, GROUPS
from plaintickets.render.manpage import ManualPage, Section, render
from plaintickets.topics import TOPICS, text

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERBATIM = "\b\n"
_EXAMPLES = "Examples:\n"


def pages(root: click.Context) -> dict[str, str]:
    """Return every page as roff, by its file name."""
    return {"tk.1": page_of_program(root)} | {f"tk-{name}.1": page_of_command(root, name) for name in sorted(COMMANDS)}


def page_of_command(root: click.Context, name: str) -> str:
    """Return the page of a command as roff; an alias has that of its command."""
    name = ALIASES.get(name, name)
    command = root.command.get_command(root, name) if isinstance(root.command, click.Group) else None
    if command is None:
        raise LookupError(name)
    with click.Context(command, info_name=name, parent=root) as ctx:
        usage = " ".join(("tk", name, *command.collect_usage_pieces(ctx)))
        prose, examples = _parts(command.help or "")
        others = [alias for alias, meant in ALIASES.items() if meant == name]
        also = (f"Other names: {', '.join(f'`tk {alias}`' for alias in others)}.",) if others else ()
        sections = [
            Section("DESCRIPTION", (*prose, *also)),
            Section("OPTIONS", terms=_options(ctx)),
            Section("EXAMPLES", verbatim=examples),
            Section("EXIT STATUS", ("0 if it is done. The page of `tk` lists the other codes.",)),
        ]
        summary = command.get_short_help_str(200).replace("`", "").rstrip(".")
    filled = tuple(section for section in sections if section.prose or section.verbatim or section.terms)
    return render(ManualPage(f"tk-{name}", summary, usage, filled, ("tk", "git"), __version__, __date__))


def page_of_program(root: click.Context) -> str:
    """Return the page of `tk` as roff."""
    from plaintickets.core.config import VARIABLES

    group = root.command
    summaries = {
        name: known.get_short_help_str(200)
        for name in COMMANDS
        if isinstance(group, click.Group) and (known := group.get_command(root, name))
    }
    listed = [
        Section(title.upper(), terms=tuple((f"tk {name}", summaries[name]) for name in names))
        for title, names in GROUPS.items()
    ]
    variables = tuple((name, f"The setting `{key}`.") for name, key in sorted(VARIABLES.items()))
    sections = (
        Section("DESCRIPTION", _ABOUT),
        Section("OPTIONS", terms=_options(root)),
        *listed,
        Section("TOPICS", terms=tuple((f"tk help {topic}", f"{summary}.") for topic, summary in TOPICS.items())),
        Section("EXIT STATUS", terms=tuple(_exit_codes())),
        Section("ENVIRONMENT", terms=(("TICKETS_DIR", "The ticket store, if it is not `.tickets`."), *variables)),
        Section("FILES", terms=_FILES),
    )
    also = (*(f"tk-{name}" for name in sorted(COMMANDS)), "git")
    usage = "tk [OPTIONS] COMMAND [ARGUMENTS]"
    return render(
        ManualPage("tk", "tickets as files in a git repository", usage, sections, also, __version__, __date__)
    )


_ABOUT = (
    """`tk` is a ticket tracker inside a git repository. Each ticket is a Markdown file in `.tickets`, and each change
    of a ticket is a commit of that file and nothing else.""",
    """`tk help COMMAND` and `man tk-COMMAND` show the manual of a command, `tk help TOPIC` that of a topic, and
    `tk help RULE` a rule of `tk check`.""",
)
_FILES = (
    (".tickets/ID.md", "A ticket."),
    (".tickets/config.yml", "The settings of the store; `tk help config` describes them."),
    ("~/.config/plaintickets/config.yml", "Your own settings."),
    (".git/plaintickets/", "Caches and the search index. They can be deleted at any time."),
)


def _options(ctx: click.Context) -> tuple[tuple[str, str], ...]:
    return tuple(
        record
        for option in ctx.command.get_params(ctx)
        if (record := option.get_help_record(ctx)) and record[0][:1] == "-"
    )


def _parts(manual: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paragraphs of a docstring, and the lines of its examples."""
    prose: list[str] = []
    examples: list[str] = []
    for block in cleandoc(manual).split("\n\n"):
        if block.startswith(_VERBATIM):
            shown = block.removeprefix(_VERBATIM).removeprefix(_EXAMPLES)
            examples += [*([""] if examples else []), *(line.removeprefix("  ") for line in shown.splitlines())]
        else:
            prose.append(block)
    return tuple(prose), tuple(examples)


def _exit_codes() -> Iterator[tuple[str, str]]:
    """Yield the rows of the table in the topic `exit-codes`."""
    for line in text("exit-codes").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 and cells[0].isdigit():
            yield cells[0], cells[1]
