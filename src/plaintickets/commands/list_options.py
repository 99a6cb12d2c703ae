"""Options of the commands that list tickets: the query, the filters, and the form of the list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from plaintickets.commands.options import Known, json_option, refuse_given
from plaintickets.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.actions.listing import Filter
    from plaintickets.console import CommandContext
    from plaintickets.project import Project

# Strings, which `re` compiles on first use: most lists are asked for without such words.
_NEGATED = r"-[A-Za-z_][\w.-]*(?::|(?<=\w\w)[<>=!])"
_FIELDS = r"[A-Za-z_][\w.-]*(?:,[A-Za-z_][\w.-]*)*\Z"
_MARK = "\0"  # no argument can contain it
FORMATS = ("table", "plain", "csv", "json", "jsonl", "md")
_WITHOUT_POLICY = "`sla` in the settings holds the policies; see `tk help config`."
_FOR_PROGRAMS = ("json", "jsonl")
_COMPUTED = ("age", "blockers", "path")  # columns that are no fields of a ticket


class QueryCommand(click.Command):
    """Command whose arguments are a query: `-type:epic` is a part of it, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; a blank before a negated term keeps it from being read as options.

        `--json=a,b` is `--json --columns a,b`. A list of names after `--json` is marked: it may be fields.
        """
        words: list[str] = []
        has_columns = any(parameter.name == "columns" for parameter in self.params)
        # A search for one word after `--json` is usual; elsewhere such a word is the name of a field, if it is one.
        least = 2 if self.name == "search" else 1
        for place, word in enumerate(args):
            if has_columns and word.startswith("--json="):
                words += ["--json", "--columns", word.removeprefix("--json=")]
            elif has_columns and place and args[place - 1] == "--json" and _is_list(word, least):
                words.append(_MARK + word)
            else:
                words.append(f" {word}" if word[:1] == "-" and re.match(_NEGATED, word) else word)
        return super().parse_args(ctx, words)


def _is_list(word: str, least: int) -> bool:
    return word.count(",") + 1 >= least and re.match(_FIELDS, word) is not None


class NearChoice(click.Choice[str]):
    """Choice whose error names the nearest value."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the choice; name the nearest one if it is none."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            from plaintickets.core.suggestions import did_you_mean

            near = did_you_mean(str(value), map(str, self.choices))
            raise click.BadParameter(f"{error.message} {near}".rstrip(), ctx, param) from None


class ListForm(NamedTuple):
    """The form of a list: its format, columns, order, groups, and the filter of jq."""

    form: str
    columns: tuple[str, ...] = ()
    order: str = ""
    limit: int | None = None
    is_reversed: bool = False
    group_by: str = ""
    is_tree: bool = False
    jq: str | None = None

    @property
    def is_usual(self) -> bool:
        """Tell whether the list has the usual columns, in one part."""
        return not self.columns and self.is_one_part

    @property
    def is_one_part(self) -> bool:
        """Tell whether the list has no groups and is no tree of children."""
        return not (self.group_by or self.is_tree)

    @property
    def is_plain(self) -> bool:
        """Tell whether the list has the stable lines that scripts read."""
        return self.form == "plain" and not self.columns

    @property
    def is_other(self) -> bool:
        """Tell whether the list has a form that only lists of tickets have."""
        return self.form in ("csv", "jsonl", "md")


def form_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for the form of a list, and `--json`."""
    return _add(layout_options(function), (json_option,))


def layout_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for the form of a list."""
    return _add(function, (_SORT, _REVERSE, _COLUMNS, _GROUP_BY, _TREE, _FORMAT, _JQ))


_JQ = click.option("--jq", metavar="EXPR", help="Print what jq makes of the JSON.")
_FORMAT = click.option("--format", "form", type=NearChoice(FORMATS), help="The format; a terminal has `table`.")
_TREE = click.option("--tree", "is_tree", is_flag=True, help="Show children below their parents.")
_GROUP_BY = click.option("--group-by", metavar="FIELD", default="", type=Known("group"), help="Group by a field.")
_COLUMNS = click.option("--columns", metavar="NAMES", type=Known("columns"), help="Columns, e.g. id,title,due.")
_REVERSE = click.option("--reverse", "is_reversed", is_flag=True, help="The last one first.")
_SORT = click.option("--sort", "order", metavar="KEYS", type=Known("sort keys"), help="Order, e.g. priority,-created.")


def _add(function: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    for option in reversed(options):
        function = option(function)
    return function


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add QUERY, the filters that every listing takes, and the options for its form."""
    function = layout_options(function)
    for option in (
        json_option,
        click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Show at most N tickets, 0 for all."),
        click.option("--parent", metavar="ID", default="", type=Known("parent"), help="Only children of ID."),
        click.option(
            "-p",
            "-P",
            "--priority",
            metavar="P",
            default="",
            type=Known("priorities"),
            help="Only these priorities: 0-4, names.",
        ),
        click.option("-t", "--type", "kind", metavar="TYPE", default="", type=Known("types"), help="Only these types."),
        click.option("-T", "--tag", metavar="TAG", default="", type=Known("tags"), help="Only tickets with this tag."),
        click.option(
            "-a",
            "--assignee",
            metavar="NAME",
            default="",
            type=Known("people"),
            help="Only those of NAME; `me` is you.",
        ),
        click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True)),
    ):
        function = option(function)
    return function


def at_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--at`, for listings of an earlier commit."""

    def look_back(ctx: click.Context, _parameter: click.Parameter, revision: str | None) -> None:
        if revision is None or ctx.resilient_parsing:
            return
        from plaintickets.past_project import at

        context: CommandContext = ctx.find_root().obj
        if context.asks_all_stores:
            context.all_stores.revision = revision
            return
        past = at(context.project, revision)
        context.project = past
        if not past.existed:
            context.note(f"there was no store at {revision}")

    return click.option(
        "--at",
        metavar="REV",
        expose_value=False,
        callback=look_back,
        type=Known("revision"),
        help="The state at a commit, a tag or a branch.",
    )(function)


def list_form(
    context: CommandContext,
    options: dict[str, Any],
    more: Iterable[str] = (),
    *,
    own: Sequence[str] = (),
    words: str = "query",
) -> ListForm:
    """Return the form that the options ask for, and unmark the words of the query.

    `more` are names of columns, `own` those that only this command has: they are not fields to group by. `words`
    is the parameter that has the query, or the words in its place.

    Raise RefusedError for an unknown column, UsageError for options that exclude each other.
    """
    columns, known = options["columns"], {*more, *own}
    query = []
    for word in options.get(words) or ():
        if word.startswith(_MARK) and columns is None and _names_fields(context.project, word, known):
            columns = word.removeprefix(_MARK)
        else:
            query.append(word.removeprefix(_MARK))
    options[words] = tuple(query)
    form = options["form"] or ""
    if form and options["jq"] is not None and form != "json":
        raise UsageError("--jq reads JSON, so it excludes other formats", hint="leave --format out.")
    if context.json and form not in ("", "json"):
        raise UsageError(f"--json and --format {form} exclude each other", hint="leave one of them out.")
    group_by = options.get("group_by")
    if group_by and options["is_tree"]:
        raise UsageError("--group-by and --tree exclude each other", hint="leave one of them out.")
    context.json = context.json or form in _FOR_PROGRAMS or options["jq"] is not None
    form = form or ("json" if context.json else "table" if context.for_person else "plain")
    if columns is None and not group_by:
        return _form(options, form, (), "")
    names = resolved(context.project, columns.split(","), known) if columns is not None else ()
    group = "".join(resolved(context.project, (group_by,), more)) if group_by else ""
    return _form(options, form, names, group)


def _form(options: dict[str, Any], form: str, names: tuple[str, ...], group: str) -> ListForm:
    return ListForm(
        form, names, options["order"] or "", options.get("limit"), options["is_reversed"],
        group, options.get("is_tree", False), options["jq"],
    )  # fmt: skip


def unmarked(words: Iterable[str]) -> tuple[str, ...]:
    """Return words without the marks of `QueryCommand`."""
    return tuple(word.removeprefix(_MARK) for word in words)


def refuse_form(options: dict[str, Any], where: str) -> None:
    """Raise UsageError for an option of the form of a list, which belongs to another use of the command."""
    given = {
        "--columns": options["columns"], "--sort": options["order"], "--reverse": options["is_reversed"],
        "--group-by": options["group_by"], "--tree": options["is_tree"],
        "--format": options["form"], "--jq": options["jq"],
    }  # fmt: skip
    refuse_given(given, where)


def asks_columns(options: dict[str, Any], words: str = "query") -> bool:
    """Tell whether the options name columns, or may."""
    return bool(
        options["columns"] or options.get("group_by") or any(word.startswith(_MARK) for word in options[words] or ())
    )


def resolved(project: Project, names: Iterable[str], more: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the columns that the names mean; a field is a column too, and may have its short name.

    Raise RefusedError for an unknown name, with the nearest known one.
    """
    from plaintickets.core.query_names import resolve

    known = {*_known(project), *_COMPUTED, *more}
    found = []
    for name in (name.strip() for name in names):
        column = resolve(name, known)
        if column is None or column not in known:
            from plaintickets.core.query_names import OF_POLICIES
            from plaintickets.core.suggestions import did_you_mean

            if name in OF_POLICIES:
                raise RefusedError(f"there is no column '{name}': no policy is defined", hint=_WITHOUT_POLICY)
            hint = did_you_mean(name, sorted(known)) or "for example id,status,title,due."
            raise RefusedError(f"there is no column '{name}'" if name else "a column's name is empty", hint=hint)
        found.append(column)
    return tuple(dict.fromkeys(found))


def _known(project: Project) -> set[str]:
    from plaintickets.core.query_names import OF_CLOCKS
    from plaintickets.query_context import known_fields

    return {*known_fields(project), *(OF_CLOCKS if project.config.sla else ())}


def _names_fields(project: Project, word: str, more: Iterable[str]) -> bool:
    """Tell whether a word after `--json` is a list of fields: other tools take them there."""
    known = {*_known(project), *_COMPUTED, *more}
    return any(name in known for name in word.removeprefix(_MARK).split(","))


def asked_filter(options: dict[str, Any]) -> Filter:
    """Return the filter of the options that `filter_options` adds."""
    from plaintickets.actions.listing import Filter

    return Filter(
        query=" ".join(word.removeprefix(_MARK) for word in options["query"]),
        status=options.get("status") or "",
        assignee=options["assignee"],
        tag=options["tag"],
        type=options["kind"],
        priority=options["priority"],
        parent=options["parent"],
    )
