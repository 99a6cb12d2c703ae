"""Answer a shell that asks for completions, in click's protocol."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from plaintickets.commands.completions.request import Candidate, Request
from plaintickets.commands.completions.scripts import SCRIPTS
from plaintickets.render import safe
from plaintickets.system import streams

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from click.shell_completion import CompletionItem

    from plaintickets.console import CommandContext

_VARIABLE = "_TK_COMPLETE"
_REPLACED = "_TK_REPLACED"
_LINE = "-1"  # our own scripts: the line ends at the cursor
# A value of other signs is not offered: no terminal gets a control character, no shell something to run.
_OFFERED = re.compile(r"""(?:[\w.+@%:,/ ="-]|(?<=\w)'(?=\w))*\Z""")
_QUOTES = frozenset("\"'\\")
_LONGEST_VALUE = 200
_LONGEST_ABOUT = 80


def answer(program: click.Group, context: CommandContext) -> None:
    """Print what the shell asks for; print nothing where that fails, whatever the reason."""
    environ = context.around.environ
    shell, _, instruction = environ[_VARIABLE].partition("_")
    if instruction == "source" and shell in SCRIPTS:
        context.out(SCRIPTS[shell])
    if instruction != "complete" or shell not in SCRIPTS:
        return
    context.quiet = True
    streams.without_input()
    try:
        args, typed = _words(shell, environ)
        is_short = shell == "bash" and environ.get("COMP_CWORD") != _LINE
        found = completions(program, context, args, typed, shows_titles=shell != "bash", adds_option=not is_short)
        if shell == "bash":
            found = _remainders(found, typed, environ.get(_REPLACED, typed))
        shown = "\n".join(_FORMS[shell](one) for one in found)
        context.out(shown.encode(errors="replace").decode())
    except (Exception, SystemExit):  # noqa: BLE001 - a message would stand in the middle of the user's line
        return


def _remainders(found: list[Candidate], typed: str, replaced: str) -> list[Candidate]:
    """Return the parts of values that bash inserts: it replaces only the part of a word after a `:` or a `=`."""
    part = replaced if typed.endswith(replaced) else replaced.replace("\\", "")
    kept = typed.removesuffix(part) if typed.endswith(part) else ""
    if not kept:
        return found
    return [
        one._replace(value=one.value[len(kept) :]) if one.value.casefold().startswith(kept.casefold()) else one
        for one in found
    ]


def _for_bash(one: Candidate) -> str:
    return f"{one.kind},{one.value}"


def _for_zsh(one: Candidate) -> str:
    about = _about(one)
    value = one.value.replace("\\", "\\\\").replace(":", "\\:") if about else one.value
    return f"{one.kind}\n{value}\n{about or '_'}"


def _for_fish(one: Candidate) -> str:
    about = _about(one)
    return f"{one.kind},{one.value}\t{about}" if about else f"{one.kind},{one.value}"


def _about(one: Candidate) -> str:
    text = safe.line(" ".join(one.about.split()))
    return text if len(text) <= _LONGEST_ABOUT else f"{text[: _LONGEST_ABOUT - 1]}…"


_FORMS = {"bash": _for_bash, "zsh": _for_zsh, "fish": _for_fish}


def _words(shell: str, environ: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the finished words after the program's name, and the word to complete."""
    line, place = environ.get("COMP_WORDS", ""), environ.get("COMP_CWORD", "")
    if place == _LINE and not _QUOTES.intersection(line):
        *words, last = f"{line}\0".split()
        return words[1:], last.removesuffix("\0")
    from click.shell_completion import split_arg_string

    if place == _LINE:
        *words, last = split_arg_string(f"{line}\0")
        return words[1:], last.removesuffix("\0")
    words = split_arg_string(line)
    if shell == "fish":
        typed = (split_arg_string(place) or [""])[0]
        words = words[:-1] if typed and words[-1:] == [typed] else words
        return words[1:], typed
    number = int(place)
    return words[1:number], words[number] if number < len(words) else ""


def completions(
    program: click.Group,
    context: CommandContext,
    args: list[str],
    typed: str,
    *,
    shows_titles: bool = True,
    adds_option: bool = True,
) -> list[Candidate]:
    """Return what can stand in the place of the typed word, after these arguments.

    With `adds_option` a value of `--option=` has it in front, as the shell replaces the whole word.
    """
    args = args[1:] if args[:1] == ["super"] else args
    with program.make_context("tk", list(args), obj=context, resilient_parsing=True) as root:
        rest = [*root._protected_args, *root.args]  # noqa: SLF001 - click has no public name for it
        if not rest:
            return _offered(_Place(root, args, typed, shows_titles).candidates(), typed)
        name, command, rest = program.resolve_command(root, rest)
        if command is None:
            return []
        # An option without its value is an error for click, which then imports what finds similar names.
        complete = rest[:-1] if rest and rest[-1].startswith("-") else rest
        with command.make_context(name, list(complete), parent=root, resilient_parsing=True) as ctx:
            place = _Place(ctx, rest, typed, shows_titles)
            return _offered(place.candidates(adds_option=adds_option), typed)


def _offered(found: Iterable[Candidate], typed: str) -> list[Candidate]:
    """Return each candidate once, without those whose new part has unusual signs."""
    offered: dict[str, Candidate] = {}
    for one in found:
        if one.is_chosen or one.kind != "plain" or _is_usual(one.value, typed):
            offered.setdefault(one.value, one)
    return list(offered.values())


def _is_usual(value: str, typed: str) -> bool:
    """Tell whether the part of a value that is not typed yet is safe for shells and terminals."""
    pairs = enumerate(zip(value, typed, strict=False))
    new = value[next((place for place, (mine, yours) in pairs if mine != yours), len(typed)) :]
    return len(new) <= _LONGEST_VALUE and value.isprintable() and _OFFERED.match(new) is not None


class _Place:
    """The place of a word on the command line: the value of an option, an option, or an argument."""

    def __init__(self, ctx: click.Context, args: list[str], typed: str, shows_titles: bool) -> None:
        self._ctx = ctx
        self._args = args
        self._typed = typed
        self._shows_titles = shows_titles
        self._has_ended = "--" in args
        options = [one for one in ctx.command.params if isinstance(one, click.Option)]
        self._options = {name: one for one in options for name in (*one.opts, *one.secondary_opts)}

    def candidates(self, *, adds_option: bool = True) -> list[Candidate]:
        """Return what can stand here."""
        name, sign, value = self._typed.partition("=")
        is_option = self._typed.startswith("-") and not self._has_ended
        if is_option and sign and (self._takes_value(name) or self._takes_fields(name)):
            found = self._of_option(name, value)
            return [one._replace(value=f"{name}={one.value}") for one in found] if adds_option else found
        last = "" if self._has_ended else "".join(self._args[-1:])
        if self._takes_value(last):
            return self._of_option(last, self._typed)
        fields = self._of_option(last, self._typed) if self._takes_fields(last) and not is_option else []
        return [*fields, *([] if "," in self._typed and fields else self._words(is_option=is_option))]

    def _takes_value(self, name: str) -> bool:
        option = self._options.get(name)
        return option is not None and not option.is_flag and not option.count

    def _takes_fields(self, name: str) -> bool:
        return name == "--json" and "--columns" in self._options

    def _of_option(self, name: str, typed: str) -> list[Candidate]:
        option = self._options["--columns" if name == "--json" else name]
        return _of_parameter(option, self._request(typed))

    def _words(self, *, is_option: bool) -> list[Candidate]:
        """Return options, the values of the next argument, or commands."""
        command, argument = self._ctx.command, self._next_argument()
        found: list[Candidate] = []
        if is_option or (argument is None and isinstance(command, click.Group)):
            found += _items(command.shell_complete(self._ctx, self._typed))
        if argument is not None and (not is_option or getattr(argument.type, "is_dashed", False)):
            found += _of_parameter(argument, self._request(self._typed))
        return found

    def _next_argument(self) -> click.Argument | None:
        """Return the first argument without a value, or the one that takes all words."""
        for one in self._ctx.command.params:
            if isinstance(one, click.Argument):
                source = self._ctx.get_parameter_source(one.name or "")
                if one.nargs == -1 or source is not click.core.ParameterSource.COMMANDLINE:
                    return one
        return None

    def _request(self, typed: str) -> Request:
        pairs = zip(["", *self._args], self._args, strict=False)
        before = [word for previous, word in pairs if not self._takes_value(previous)]
        return Request(self._ctx, before, typed, shows_titles=self._shows_titles)


def _of_parameter(parameter: click.Parameter, request: Request) -> list[Candidate]:
    """Return the values of a parameter that continue the typed text."""
    kind = getattr(parameter.type, "kind", "")
    if not kind:
        return _items(parameter.shell_complete(request.ctx, request.typed))
    from plaintickets.commands.completions import candidates

    typed = request.typed.replace('"', "").casefold()
    if not typed:
        return list(candidates(kind, request))
    return [
        one
        for one in candidates(kind, request)
        if one.is_chosen or one.kind != "plain" or one.value.replace('"', "").casefold().startswith(typed)
    ]


def _items(found: Iterable[CompletionItem[str]]) -> list[Candidate]:
    return [Candidate(str(one.value), one.help or "", one.type) for one in found]
