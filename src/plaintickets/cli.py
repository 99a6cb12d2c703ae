"""The command line: the table of commands, the global options, and the one place where errors are printed.

Only this module reads the clock, the environment, the home folder and the kernel's randomness.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

import click

from plaintickets.command_table import ALIASES, COMMANDS, OF_ALL_STORES
from plaintickets.console import CommandContext
from plaintickets.errors import NoStoreError, OtherStoreError, TicketsError
from plaintickets.project import Surroundings
from plaintickets.store.locations import find_store, user_config
from plaintickets.system import program_endings, streams

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from random import Random

    from click.shell_completion import CompletionItem


COMPLETION = "_TK_COMPLETE"
"""The variable with which a shell asks for completions."""


class CommandTable(click.Group):
    """The commands; each is imported when it is needed."""

    aliases = ALIASES

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name or alias, None for an unknown one."""
        from importlib import import_module

        del ctx
        module = COMMANDS.get(ALIASES.get(cmd_name, cmd_name))
        if module is None:
            return None
        command: click.Command = import_module(f"plaintickets.commands.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name.

        Raise click's UsageError with the most similar names.
        """
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            from plaintickets import user_aliases

            words = user_aliases.expansion(name, ctx.obj, quietly=ctx.resilient_parsing)
            if words:
                ctx.obj.json = ctx.obj.json or any(word.split("=")[0] == "--json" for word in words)
                args = [*words, *args[1:]]
            if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
                if words:
                    user_aliases.run_plugin(args, ctx.obj)
                raise click.UsageError(user_aliases.unknown(args[0], ctx.obj))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands, aliases and plug-ins that begin with the typed text."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from plaintickets import user_aliases
        from plaintickets.commands.completions.commands import command_names

        own = user_aliases.aliases_of(ctx.obj, quietly=True)
        names = command_names(ctx.obj.around.environ, own, incomplete)
        return [CompletionItem(name, help=about or None) for name, about in names.items()]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview that `tk help` prints."""
        from plaintickets.commands.help_overview import overview

        formatter.write(overview(ctx.obj))


@click.command(cls=CommandTable, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "folders", metavar="DIR", multiple=True, help="Run as if started in DIR; each from the one before.")
@click.option("--all-stores", is_flag=True, help="Ask all stores of the repository.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default=None, help="Colour the output.")
@click.option("--no-pager", is_flag=True, help="Show long output without a pager.")
@click.option("-q", "--quiet", is_flag=True, help="Print data and errors only.")
@click.option("--no-commit", is_flag=True, help="Write without committing.")
@click.option("--stage", is_flag=True, help="Write and stage, for your next commit.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _parameter, asked: _print_version(ctx) if asked and not ctx.resilient_parsing else None,
    help="Print the version.",
)
@click.pass_context
def cli(
    ctx: click.Context,
    folders: tuple[str, ...],
    color: str | None,
    *,
    all_stores: bool,
    no_pager: bool,
    quiet: bool,
    no_commit: bool,
    stage: bool,
) -> None:
    """Tickets as files in your git repository."""
    context: CommandContext = ctx.obj
    if folders:
        context.around = context.around._replace(folder=_entered(folders))
    if color:
        context.color = color
    context.quiet = context.quiet or quiet
    context.pages = not no_pager
    context.command = ALIASES.get(ctx.invoked_subcommand or "", ctx.invoked_subcommand or "")
    if no_commit or stage:
        context.overrides["commit.mode"] = "off" if no_commit else "stage"
    if all_stores:
        _ask_all_stores(context)
    if ctx.invoked_subcommand is None:
        _show_state(ctx)


def _show_state(ctx: click.Context) -> None:
    """Show the state of the store, or the overview of the commands where there is no store.

    Raise NoStoreError if other folders of the repository have stores.
    """
    context: CommandContext = ctx.obj
    try:
        find_store(context.around.folder, context.around.environ.get("TICKETS_DIR"))
    except NoStoreError:
        from plaintickets.store.beginning import refuse_where_others_are

        refuse_where_others_are(context.around.folder, context.around.environ)
        context.out(ctx.get_help().removesuffix("\n"))
        return
    from plaintickets.commands.overview import show_overview

    show_overview(context)


def _entered(folders: Sequence[str]) -> str:
    """Return the folder of options -C, as git finds it: each one from the one before, an empty one changes nothing."""
    path = ""
    for folder in folders:
        path = os.path.join(path, folder) if folder else path
        if path and not os.path.isdir(path):
            raise click.UsageError(f"no such folder: {path}")
    # With `..`, a link on the way leads elsewhere than the path says.
    return os.path.realpath(path) if ".." in path.split(os.sep) else os.path.abspath(path)


def _ask_all_stores(context: CommandContext) -> None:
    """Let the command ask all stores.

    Raise UsageError for a command that looks at one store only.
    """
    if context.command not in OF_ALL_STORES:
        from plaintickets.errors import UsageError

        named = f"`tk {context.command}` looks at one store" if context.command else "--all-stores needs a command"
        raise UsageError(named, hint=f"--all-stores goes with {', '.join(OF_ALL_STORES)}; `tk -C DIR` names a store.")
    context.asks_all_stores = True


def _print_version(ctx: click.Context) -> NoReturn:
    """Print the version and end the program."""
    from plaintickets import __version__

    context: CommandContext = ctx.obj
    context.out(f"tk {__version__}")
    context.exit(0)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit with its exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        streams.prepare(stream)
    context = CommandContext(_surroundings(_environment()))
    if COMPLETION in os.environ:
        from plaintickets.commands.completions.answer import answer

        answer(cli, context)
        sys.exit(_flush(context, 0))
    context.json = _asks_json(arguments)
    if arguments[:1] == ["super"]:
        arguments = arguments[1:]
    elif arguments and not arguments[0].startswith("-"):
        _run_plugin(arguments, context)
    code = _run(arguments, context)
    sys.exit(_flush(context, code))


def _asks_json(arguments: Sequence[str]) -> bool:
    """Tell whether errors are to be JSON: the command line asks for JSON, even if the rest of it is wrong."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    formats = ("--format=json", "--format=jsonl")
    if any(word == "--json" or word.startswith("--json=") or word in formats for word in before):
        return True
    return any(word == "--format" and after in ("json", "jsonl") for word, after in pairwise(before))


def _open_closed_streams() -> None:
    """Open the null device for each standard stream that the caller has closed."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open to the end


def _flush(context: CommandContext, code: int) -> int:
    """Flush the output and return the exit code. It stays 0 if a change was written and only its report was lost."""
    try:
        sys.stdout.flush()
    except OSError as error:
        streams.discard(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return code
        if code == 0 and _has_written(context):
            context.warn(f"the change is made, but its report could not be written: {error.strerror}")
            return 0
        return _fail(context, f"the output could not be written: {error.strerror}", "free some space.", code or 4)
    return code


def _system_failed(context: CommandContext, error: OSError) -> int:
    if _has_written(context):
        context.warn(f"the change is made, but its report could not be written: {error.strerror}")
        return 0
    where = f"{error.filename}: " if error.filename else ""
    return _fail(context, f"{where}{error.strerror or error}", "fix what the message names, then try again.", 4)


def _has_written(context: CommandContext) -> bool:
    project = context.__dict__.get("project")
    return project is not None and bool(project.has_written)


def _run(arguments: list[str], context: CommandContext) -> int:
    """Run a command and return its exit code."""
    output = sys.stdout
    try:
        cli.main(arguments, prog_name="tk", standalone_mode=False, obj=context)
    except TicketsError as error:
        return _fail(context, str(error), _hint(context, error, arguments), error.exit_code)
    except click.ClickException as error:
        return _usage_failed(context, error, arguments)
    except (click.exceptions.Abort, KeyboardInterrupt) as stopped:
        return _stopped(context, stopped)
    except click.exceptions.Exit as done:
        return done.exit_code
    except UnicodeEncodeError:
        return _fail(context, "the arguments are not UTF-8; nothing was changed", "type it in UTF-8.", 2)
    except OSError as error:
        return _system_failed(context, error)
    except SystemExit as done:
        if sys.stdout is not output:  # click wraps it where nobody reads on, and ends with 1
            streams.discard(output)
            return 0
        return done.code if isinstance(done.code, int) else 0
    except Exception as error:  # noqa: BLE001 - the boundary: anything else is our bug
        return _our_bug(context, error)
    return 0


def _usage_failed(context: CommandContext, error: click.ClickException, arguments: Sequence[str]) -> int:
    """Run the command again if an option of the whole program was behind it, otherwise say what is wrong."""
    if isinstance(error, click.NoSuchOption):
        from plaintickets.user_aliases import with_option_first

        again = with_option_first(cli, arguments, error.option_name)
        if again is not None:
            return _run(again, context)
    usage = error.ctx.get_usage().removeprefix("Usage: ") if isinstance(error, click.UsageError) and error.ctx else ""
    return _fail(context, error.format_message(), f"Usage: {usage}" if usage else None, 2)


def _hint(context: CommandContext, error: TicketsError, arguments: Sequence[str]) -> str | None:
    """Return the hint of an error; for a ticket of another store, the command line that works there."""
    if not isinstance(error, OtherStoreError):
        return error.hint
    from plaintickets.commands.other_store import hint

    return hint(context, error, arguments)


def _fail(context: CommandContext, message: str, hint: str | None, code: int) -> int:
    if context.json:
        from plaintickets.render.jsonform import dumps_line, error_object

        context.warn(dumps_line(error_object(message, hint, code)))
    else:
        context.warn(f"Error: {message}")
        if hint:
            context.warn(f"Hint: {hint}")
    return code


def _stopped(context: CommandContext, stopped: BaseException) -> int:
    """Return the exit code of an interrupted command, or of one that met a truncated module.

    Python writes a truncated module to its cache on a full disk, and trusts it later. Click takes the error of such a
    module for the end of the input.
    """
    if "marshal" in str(stopped.__cause__):
        remedy = f"remove the folders __pycache__ below {os.path.dirname(__file__)}, or install plaintickets again."
        return _fail(context, "a compiled module of this installation is truncated, perhaps by a full disk", remedy, 70)
    # behind what was typed, or `^C`
    context.warn("\naborted" if isinstance(stopped, click.exceptions.Abort) else "")
    return 130


def _our_bug(context: CommandContext, error: Exception) -> int:
    import tempfile
    import traceback

    from plaintickets import __version__

    report = f"plaintickets {__version__}\npython {sys.version}\n{''.join(traceback.format_exception(error))}"
    try:
        with tempfile.NamedTemporaryFile("w", prefix="tk-bug-", suffix=".txt", delete=False, errors="replace") as file:
            file.write(report)
    except OSError:  # a full disk: the report goes to stderr
        return _fail(context, f"this is a bug in tk: {type(error).__name__}", f"please report it:\n{report}", 70)
    return _fail(context, f"this is a bug in tk: {type(error).__name__}", f"please report it with {file.name}", 70)


def _environment() -> dict[str, str]:
    """Return the user's environment without the relative folders of PATH.

    A relative folder would be one of the current clone. GitPython gives git the environment of this process and the
    given variables: so all GIT_* variables are removed from the process, even those of a hook that runs this command.
    """
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join(filter(os.path.isabs, folders)) or os.defpath
    environ = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    return environ


def _surroundings(environ: Mapping[str, str]) -> Surroundings:
    return Surroundings(_current_folder(environ), environ, _now, _random_below, print, user_config(environ))


def _current_folder(environ: Mapping[str, str]) -> str:
    """Return the current folder by the name in PWD if that is the same folder."""
    try:
        current = os.getcwd()
    except FileNotFoundError:
        return "/"
    named = environ.get("PWD", "")
    try:
        return named if os.path.isabs(named) and os.path.samefile(named, current) else current
    except OSError:
        return current


def _now() -> datetime:
    """Return the time, or that of TK_NOW (RFC 3339), with which scripts create a reproducible store."""
    from datetime import UTC, datetime

    fixed = os.environ.get("TK_NOW")
    if fixed:
        try:
            when = datetime.fromisoformat(fixed)
            return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise click.UsageError(f"TK_NOW is not a time: {fixed}") from None
    return datetime.now(UTC)


def _random_below(limit: int) -> int:
    """Return a random number from 0 to limit - 1; limit is at most 256. TK_SEED gives a fixed sequence."""
    seed = os.environ.get("TK_SEED")
    if seed:
        return int(_seeded(seed).random() * limit)
    while True:
        value = os.urandom(1)[0]
        if value < 256 - 256 % limit:
            return value % limit


@cache
def _seeded(seed: str) -> Random:
    """Return the random numbers of a TK_SEED, for reproducible stores; they choose ids, nothing secret."""
    from random import Random

    return Random(seed)  # noqa: S311


def _run_plugin(arguments: list[str], context: CommandContext) -> None:
    """Replace the process by the executable `tk-<name>` or `ticket-<name>` on PATH, if there is one."""
    name = arguments[0]
    if os.path.basename(name) != name or name in ("help", "completion"):
        return
    endings = program_endings(context.around.environ)
    for folder in filter(os.path.isabs, os.get_exec_path(context.around.environ)):
        paths = [f"{folder}/{prefix}-{name}{ending}" for ending in endings for prefix in ("tk", "ticket")]
        if any(os.access(path, os.X_OK) for path in paths):
            from plaintickets.plugins import become

            sys.exit(_run_safely(lambda: become(name, arguments[1:], context.around), context))


def _run_safely(action: Any, context: CommandContext) -> int:
    try:
        action()
    except TicketsError as error:
        return _fail(context, str(error), error.hint, error.exit_code)
    return 0
