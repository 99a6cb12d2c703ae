"""`tk search`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.listing import QueryCommand, asked_filter, filter_options, shown_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.actions.search import Answer, Hit
    from plaintickets.console import CommandContext

_LONG_BUILD = 500  # from this many tickets on, a build shows its progress
_STEP = 50


@click.command("search", cls=QueryCommand)
@filter_options
@click.option("--status", metavar="STATUS", help="Only these statuses.")
@click.option("--files", is_flag=True, help="Print the paths of the files only.")
@click.option("--count", is_flag=True, help="Print how many tickets there are only.")
@click.option("--history", is_flag=True, help="Search the text that tickets had at any commit.")
@click.option("--commits", is_flag=True, help="Search the messages of commits that change or name tickets.")
@click.option("--all-branches", is_flag=True, help="With these two: on every branch.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if nothing is found.")
@click.pass_obj
def command(context: CommandContext, /, *, files: bool, count: bool, exit_code: bool, **options: Any) -> None:
    """Find tickets by their words, open and closed, best first.

    Words are looked for in titles, texts, comments, tags and ids, whatever their endings, case and
    accents. "Some words" are found in this order, wor* is a beginning, word~ allows for a slip, and
    title:word, body:word, comment:word look in one place. Filters narrow: see `tk help query`.
    Of a query with words 20 tickets are shown unless --limit says otherwise.

    \b
    Examples:
      tk search parser crash
      tk search '"out of memory" is:open label:db'
      tk search 'title:crash* OR segfault~' --limit 5
      tk search --history "connection reset"
      tk search --commits revert
      $EDITOR $(tk search --files 'unicode')
    """
    if options["history"] or options["commits"]:
        from plaintickets.commands.search_history import show

        found = show(context, options, progress_bar(context, "changes"), files=files, count=count)
        context.exit(1 if exit_code and not found else 0)
    from plaintickets.actions.search import SearchOptions, search
    from plaintickets.render.hits import json_text, rows

    shows_places = context.json or (context.is_terminal and not files and not count)
    limit = 1 if count else options["limit"]
    wish = SearchOptions(options["order"] or "", limit, shows_places, not files and not count)
    answer = search(context.project, asked_filter(options), wish, progress_bar(context))
    if context.json:
        context.out(json_text(answer, [str(problem) for problem in context.project.reading.problems]))
    elif count:
        context.out(str(answer.total))
    elif files:
        _print_lines(context, (shown_path(context, hit.ticket.path) for hit in answer.hits))
    elif context.is_terminal:
        kinds = {status.name: status.kind for status in context.project.config.statuses}
        _print_parts(context, answer, lambda hits: rows(hits, kinds, context.paint))
    else:
        from plaintickets.render.listing import list_line

        _print_parts(context, answer, lambda hits: (list_line(hit.ticket) for hit in hits))
    _remark(context, answer, is_cut=not count and answer.total > len(answer.hits))
    context.report(context.project.reading.problems)
    context.exit(1 if exit_code and not answer.total else 0)


def progress_bar(context: CommandContext, what: str = "tickets", doing: str = "indexing") -> Callable[[int, int], None]:
    """Return a function that shows the progress of a long build on a terminal."""
    shows = sys.stderr.isatty() and not context.quiet

    def progress(done: int, total: int) -> None:
        if not shows or total < _LONG_BUILD or (done % _STEP and done != total):
            return
        end = "\r\x1b[K" if done == total else ""
        sys.stderr.write(f"\r{doing} {done:,} of {total:,} {what}{end}")
        sys.stderr.flush()

    return progress


def _print_lines(context: CommandContext, lines: Iterable[str]) -> None:
    text = "\n".join(lines)
    if text:
        context.out(text)


def _print_parts(context: CommandContext, answer: Answer, lines: Callable[[list[Hit]], Iterable[str]]) -> None:
    """Print what has all words, then, below a line that says so, what has most of them."""
    _print_lines(context, lines(answer.hits))
    if answer.partial:
        who = "only the above have" if answer.total else "no ticket has"
        context.note(f"{who} all words; these have most of them or other forms (`tk similar TEXT` compares texts):")
        _print_lines(context, lines(answer.partial))


def _remark(context: CommandContext, answer: Answer, *, is_cut: bool) -> None:
    if context.json:
        return
    if is_cut and context.is_terminal:
        context.note(f"{len(answer.hits)} of {answer.total:,}; --limit 0 shows all")
    if answer.slip:
        context.note(f"searched for as plain words, because it is not a query: {answer.slip}")
    if not answer.total and not answer.partial and context.is_terminal:
        context.note("no ticket found")
    for word, near in answer.suggestions.items():
        if near:
            said = [f"'{other}'" for other in near]
            context.note(f"no ticket contains '{word}'; did you mean {' or '.join(said)}?")
