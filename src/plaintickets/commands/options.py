"""Options and arguments that several commands share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import click

from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.console import CommandContext
    from plaintickets.write.writer import Outcome

_TEXT = r"(?s)-(?:\s|-\s|--|\d.*\s)"  # which `re` compiles on first use: most arguments begin with another sign

F = TypeVar("F", bound="Callable[..., Any]")


class TextCommand(click.Command):
    """Command whose words are text: `- a list` and `-1 is lost` are words, not options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; a prefix that no argument can contain keeps such words from being read as options."""
        words = [f"\0{word}" if word[:1] == "-" and re.match(_TEXT, word) else word for word in args]
        rest = super().parse_args(ctx, words)
        ctx.params = {name: _unmarked(value) for name, value in ctx.params.items()}
        return rest


def _unmarked(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_unmarked, value))
    return value.removeprefix("\0") if isinstance(value, str) else value


class Known(click.types.StringParamType):
    """A text whose values the store or its settings know; `kind` names their source in `commands.completions`."""

    def __init__(self, kind: str, *, is_dashed: bool = False) -> None:
        self.kind = kind
        self.is_dashed = is_dashed


def known(kind: str, *names: str, **more: Any) -> Callable[[F], F]:
    """Add an option whose values are of a known kind."""
    return click.option(*names, type=Known(kind), **more)


def refuse_given(options: Mapping[str, Any], where: str) -> None:
    """Raise UsageError for an option that is given, by its name, and that belongs to another use of the command."""
    for name, value in options.items():
        if value:
            raise UsageError(f"{name} goes with {where}", hint="leave it out.")


def one_form(context: CommandContext, form: str | None, usual: str = "text") -> str:
    """Return the form to print in.

    Raise UsageError if `--json` is given and `--format` names another form.
    """
    if context.json and form not in (None, "json"):
        raise UsageError(f"--json and --format {form} exclude each other", hint="leave one of them out.")
    return "json" if context.json else form or usual


def base_option(text: str, **more: Any) -> Callable[[F], F]:
    """Add `--base REF`."""
    return click.option("--base", metavar="REF", type=Known("revision"), help=text, **more)


def id_argument(name: str = "ticket", kind: str = "ticket") -> Callable[[F], F]:
    """Add an argument for one id, of the tickets that fit the command."""
    return click.argument(name, metavar="ID", type=Known(kind))


def ids_argument(name: str = "tickets", kind: str = "ticket") -> Callable[[F], F]:
    """Add an argument for one id or several, of the tickets that fit the command."""
    return click.argument(name, metavar="ID…", nargs=-1, required=True, type=Known(kind))


def json_option(function: F) -> F:
    """Add `--json`."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        ctx.find_root().obj.json = value

    return click.option("--json", is_flag=True, expose_value=False, callback=remember, help="Print JSON.")(function)


def _set_mode(mode: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def remember(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            ctx.find_root().obj.overrides["commit.mode"] = mode

    return remember


def _set_subject(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        from plaintickets.commands.stdin import text_or_stdin

        ctx.find_root().obj.subject = text_or_stdin(value, "the commit's message")


def _set_quiet(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().obj.quiet = True


def _leave_rules_out(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().obj.has_rules = False


def writes(*, message: bool = True, short: bool = False, modes: bool = True) -> Callable[[F], F]:
    """Add the options of every command that changes tickets.

    `message` adds `--message` for the commit's subject, `short` also `-m`; `modes` adds the options that do not commit.
    """
    names = (*(("-m",) if short else ()), "--commit-message", *(("--message",) if message else ()))

    def decorate(function: F) -> F:
        for option in (
            click.option(
                "-q", "--quiet", is_flag=True, expose_value=False, callback=_set_quiet, help="Print nothing on success."
            ),
            click.option(
                *names,
                "subject",
                metavar="TEXT",
                expose_value=False,
                callback=_set_subject,
                help="The commit's subject.",
            ),
            *(_mode_options() if modes else ()),
            click.option(
                "--no-rules",
                is_flag=True,
                expose_value=False,
                callback=_leave_rules_out,
                help="Fire no automation rules.",
            ),
        ):
            function = option(function)
        return function

    return decorate


def _mode_options() -> tuple[Callable[[F], F], ...]:
    stage, off = _set_mode("stage"), _set_mode("off")
    return (
        click.option("--stage", is_flag=True, expose_value=False, callback=stage, help="Write and stage only."),
        click.option("--no-commit", is_flag=True, expose_value=False, callback=off, help="Write only."),
    )


def finish(context: CommandContext, outcome: Outcome, **shown: object) -> None:
    """End a command that wrote: print the JSON object if requested, and a note if nothing was committed."""
    if context.json:
        from plaintickets.render.jsonform import dumps, written

        context.out(dumps(written(outcome.commit, **shown)))
    context.note_uncommitted()
