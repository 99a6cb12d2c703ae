"""One call of a tool: the project as it is now, the checked arguments, and the one place where errors of tools end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError, TicketsError, UnreadableError, UsageError
from plaintickets.mcp.arguments import checked
from plaintickets.mcp.tools import TOOLS
from plaintickets.project import Project
from plaintickets.render.jsonform import dumps_line, error_object
from plaintickets.render.refusals import refusal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.mcp.tools import Tool
    from plaintickets.project import Surroundings

LONGEST_ANSWER = 2_000_000
_MOST_NOTES = 20
_OUR_BUG = 70


class Options(NamedTuple):
    """What all calls share: the store that the server is bound to, and what it may do."""

    around: Surroundings
    overrides: Mapping[str, str]
    store: str
    is_read_only: bool = False
    has_rules: bool = True


class Answer(NamedTuple):
    """What a tool answers, as an object and as its text; an error has `error` in the object."""

    value: dict[str, object]
    text: str

    @property
    def is_error(self) -> bool:
        """Tell whether the request was refused, or its answer is not to be relied upon."""
        return "error" in self.value


def offered(options: Options) -> dict[str, Tool]:
    """Return the tools that the server has."""
    return {name: tool for name, tool in TOOLS.items() if not (tool.is_change and options.is_read_only)}


def answered(options: Options, name: str, arguments: Mapping[str, Any]) -> Answer:
    """Return the answer of a tool; every error is an answer too."""
    notes: list[str] = []

    def note(text: str) -> None:
        if text not in notes and len(notes) < _MOST_NOTES:
            notes.append(text)

    try:
        tool = _tool(options, name)
        given = checked(name, tool.parameters, arguments)
        value = tool.run(_project(options, note), given)
        answer = _answer(value | {"notes": notes} if notes else value)
        if not tool.is_change and len(answer.text) > LONGEST_ANSWER:
            raise RefusedError(
                f"the answer has {len(answer.text):,} characters, more than {LONGEST_ANSWER:,}",
                hint="ask for less with `limit` or a query, or read the ticket's file.",
            )
    except TicketsError as error:
        return _refused(error, error.exit_code, notes)
    except OSError as error:
        return _refused(error, UnreadableError.exit_code, notes)
    except Exception as error:  # noqa: BLE001 - the boundary: anything else is our bug, and the server goes on
        kind = type(error).__name__
        options.around.notify(f"error in the tool {quoted(name)}: {kind}: {error}")
        return _answer(error_object(f"this tool has a bug ({kind})", "please report it.", _OUR_BUG))
    return answer


def _tool(options: Options, name: str) -> Tool:
    """Return the tool of a name.

    Raise UsageError for an unknown one, RefusedError for one that changes tickets if nothing may be changed.
    """
    tools = offered(options)
    if name in tools:
        return tools[name]
    if name in TOOLS:
        raise RefusedError("this server changes nothing", hint="`tk mcp` without --read-only does.")
    hint = did_you_mean(name, tools) or f"there are {', '.join(tools)}."
    raise UsageError(f"there is no tool {quoted(name)}", hint=hint)


def _project(options: Options, note: Any) -> Project:
    """Return the project with its present state.

    Raise RefusedError if the folder's store is no longer the one that the server is bound to.
    """
    around = options.around._replace(notify=note, progress=lambda _: None)
    project = Project.open(around, options.overrides)
    project.has_rules = options.has_rules
    if project.place.store != options.store:
        raise RefusedError(
            f"the store here is now {project.place.store}; this server is bound to {options.store}",
            hint="start `tk mcp` again.",
        )
    return project


def _answer(value: dict[str, object]) -> Answer:
    return Answer(value, dumps_line(value))


def _refused(error: Exception, code: int, notes: list[str]) -> Answer:
    refusal = refusal_of(error)
    value = error_object(refusal.message, refusal.hint or None, code)
    return _answer(value | {"notes": notes} if notes else value)
