"""`tk export`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, at_option
from plaintickets.commands.options import Known, json_option, known
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.actions.export import StoreExport
    from plaintickets.console import CommandContext

UNREADABLE = 4
_WORDS = ("internal ticket", "internal comment")


@click.command("export", cls=QueryCommand)
@click.argument("system", metavar="[SYSTEM]", required=False, type=Known("exporter"))
@click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@click.option("--public", is_flag=True, help="Leave out what is internal, and all mail addresses.")
@click.option("--internal", is_flag=True, help="Include what is internal where SYSTEM cannot mark it.")
@click.option("--calls", is_flag=True, help="Write a shell script that calls gh or glab.")
@at_option
@known("file", "-o", "--output", "file", metavar="FILE", help="Write to FILE.")
@json_option
@click.pass_obj
def command(
    context: CommandContext, /, system: str | None, query: tuple[str, ...], file: str | None, **how: Any
) -> None:
    """Write tickets in the form that another system reads.

    Without SYSTEM the systems are listed. `jsonl` holds everything that the tickets hold: `tk import jsonl` makes
    the same tickets of it, with their ids. A system that cannot mark internal tickets and comments gets none.

    With --public, nothing internal, nothing that names it, and no mail address is in it. If a ticket cannot be
    read, the others are written, and the exit code is 4.

    \b
    Examples:
      tk export
      tk export jsonl -o tickets.jsonl
      tk export csv 'milestone:2.0 is:open' -o release.csv
      tk export sqlite -o tickets.db && datasette tickets.db
      tk export github --public --calls > create-issues.sh
    """
    from plaintickets.actions.export import StoreExport, refuse_unknown
    from plaintickets.exporters import EXPORTERS, pieces

    if system is None:
        _list(context)
        return
    refuse_unknown(system)
    exporter = EXPORTERS[system]
    _refuse_options(context, system, public=how["public"], internal=how["internal"], calls=how["calls"])
    if exporter.is_binary and file in (None, "-") and context.is_terminal:
        raise UsageError(f"{system} is no text for a terminal", hint=f"tk export {system} -o FILE")
    with_internal = exporter.marks_internal or how["internal"]
    export = StoreExport(context.project, " ".join(query), public=how["public"], with_internal=with_internal)
    found = pieces(system, export, as_calls=how["calls"])
    if file in (None, "-"):
        _print(context, found)
    else:
        from plaintickets.commands.output_file import write

        write(context, file, found)
    _report(context, export, public=how["public"])


def _list(context: CommandContext) -> None:
    from plaintickets.exporters import EXPORTERS

    if context.json:
        from plaintickets.render.jsonform import document

        context.out(document("systems", [{"name": name, "about": one.about} for name, one in EXPORTERS.items()]))
        return
    for name, one in EXPORTERS.items():
        context.out(f"{name:<10}  {one.about}")


def _refuse_options(context: CommandContext, system: str, *, public: bool, internal: bool, calls: bool) -> None:
    from plaintickets.exporters import EXPORTERS

    if context.json:
        raise UsageError("--json lists the systems", hint=f"`tk export {system}` has a form of its own.")
    if public and internal:
        raise UsageError("--public and --internal exclude each other", hint="leave one of them out.")
    if calls and not EXPORTERS[system].calls:
        names = " and ".join(name for name, one in EXPORTERS.items() if one.calls)
        raise UsageError(f"{system} has no calls", hint=f"--calls goes with {names}.")


def _print(context: CommandContext, found: Iterable[bytes]) -> None:
    from plaintickets.render import safe

    for piece in found:
        if context.is_terminal:
            sys.stdout.write(safe.block(piece.decode()))
        else:
            sys.stdout.buffer.write(piece)


def _report(context: CommandContext, export: StoreExport, *, public: bool) -> None:
    """Name what the export does not hold; end with exit code 4 if that is because of files that cannot be read."""
    left_out = export.left_out
    if any(left_out) and not public:
        counts = [f"{count} {word}{'s' * (count != 1)}" for count, word in zip(left_out, _WORDS, strict=True) if count]
        context.note(f"left out: {', '.join(counts)} (--internal includes them)")
    for note in export.notes:
        context.note(note)
    if export.problems:
        context.report(export.problems)
        context.exit(UNREADABLE)
