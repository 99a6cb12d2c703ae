"""`tk search`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, asked_filter, filter_options, list_form
from plaintickets.commands.options import Known, refuse_given
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.console import CommandContext

_LONG_BUILD = 500  # from this many tickets on, a build shows its progress
_STEP = 50


@click.command("search", cls=QueryCommand)
@filter_options
@click.option("--status", metavar="STATUS", type=Known("statuses"), help="Only these statuses.")
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
    Of a query with words 20 tickets are shown unless --limit says otherwise. The form of the list is
    chosen as for `tk ls`; `score` is a column too.

    \b
    Examples:
      tk search parser crash
      tk search '"out of memory" is:open label:db'
      tk search 'title:crash* OR segfault~' --limit 5
      tk search --history "connection reset"
      tk search --commits revert
      $EDITOR $(tk search --files 'unicode')
    """
    _refuse_unused(options, files=files, count=count)
    if context.asks_all_stores:
        from plaintickets.commands.all_stores_search import show_search

        context.exit(1 if show_search(context, options, files=files, count=count) == 0 and exit_code else 0)
    from plaintickets.commands.search_output import OWN_COLUMNS, remark, show_answer, show_paths

    form = list_form(context, options, own=OWN_COLUMNS)
    if options["history"] or options["commits"]:
        from plaintickets.commands.search_history import show

        if not form.is_usual or form.is_reversed or form.jq is not None or form.is_other:
            raise UsageError("--history and --commits have no columns, groups or other forms", hint="leave them out.")
        found = show(context, options, progress_bar(context, "changes"), files=files, count=count)
        context.exit(1 if exit_code and not found else 0)
    from plaintickets.actions.search import SearchOptions, search

    shows_list = not files and not count
    shows_places = context.json or (form.form == "table" and shows_list)
    limit = 1 if count else form.limit
    wish = SearchOptions(form.order, limit, shows_places, shows_list)
    answer = search(context.project, asked_filter(options), wish, progress_bar(context))
    if count and not context.json:
        context.out(str(answer.total))
    elif files and not context.json:
        show_paths(context, answer)
    else:
        show_answer(context, answer, form)
    remark(context, answer, is_cut=not count and answer.total > len(answer.hits))
    context.report(context.project.reading.problems)
    context.exit(1 if exit_code and not answer.total else 0)


def _refuse_unused(options: dict[str, Any], *, files: bool, count: bool) -> None:
    """Raise UsageError for options that the others make useless."""
    if not (options["history"] or options["commits"]):
        refuse_given({"--all-branches": options["all_branches"]}, "--history or --commits")
    for one, other in (("history", "commits"), ("count", "files")):
        given = {**options, "files": files, "count": count}
        if given[one] and given[other]:
            raise UsageError(f"--{one} and --{other} exclude each other", hint="leave one of them out.")
    if files or count:
        form = {"--columns": options["columns"], "--group-by": options["group_by"], "--tree": options["is_tree"]}
        form["--format"] = options["form"] not in (None, "json")
        form |= {"--sort": options["order"], "--reverse": options["is_reversed"]} if count else {}
        refuse_given(form, f"the list, not with --{'count' if count else 'files'}")


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
