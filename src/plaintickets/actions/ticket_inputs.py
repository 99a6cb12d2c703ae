"""The form of a ticket: its fields with their kinds of input, and a new one with what its type asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.edit_seen import TEXT, seen_values
from plaintickets.core.builtinfields import described_fields
from plaintickets.core.draft import Draft
from plaintickets.core.fields import find_field, is_list, misfit
from plaintickets.errors import TicketsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.actions.set import Done
    from plaintickets.core.config import Config, Field
    from plaintickets.core.document import Document
    from plaintickets.project import Project

_USUAL = ("assignee", "priority", "tags", "due", "milestone", "component", "parent", "reporter")
_NOT_HERE = {
    *("approvals", "rejections", "id", "created", "closed", "links", "status", "resolution", "fired", "conflicts"),
    *("title", "wake", "external-ref"),
}


class Input(NamedTuple):
    """An input of a form: with choices a list to choose from, with suggestions a text with proposals."""

    name: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[str, ...] = ()
    required: bool = False
    description: str = ""
    is_list: bool = False


def new_inputs(config: Config, kind: str, typed: Mapping[str, str]) -> list[Input]:
    """Return the inputs of a new ticket of a type: what it requires first, then what it offers, then the usual."""
    known = config.ticket_type(kind)
    required = known.required if known else ()
    offered = known.offered if known else ()
    names = _settable((*required, *offered, *_USUAL), config)
    start = {"priority": str(config.default_priority)}
    return [input_of(config, name, typed.get(name, start.get(name, "")), required=name in required) for name in names]


def headings_of(project: Project, kind: str) -> str:
    """Return the headings that a type requires, as the start of a description; a note says why there are none."""
    from plaintickets.actions.new import with_headings

    try:
        return with_headings(project, Draft(values={"type": kind})).description
    except TicketsError as error:
        project.around.notify(str(error))
        return ""


def edited(done: Done, wanted: Mapping[str, str], seen: Mapping[str, str]) -> str:
    """Return what an edit changed, in a sentence."""
    ticket_id = done.tickets[0].id
    names = list(dict.fromkeys(change.field.removeprefix("key:") for change in done.changes))
    names += ["text"] if TEXT in wanted and wanted[TEXT] != seen[TEXT] else []
    return f"Updated {ticket_id}: {', '.join(names)}" if names else f"{ticket_id}: nothing to change"


def draft_of(title: str, description: str, kind: str, typed: Mapping[str, str]) -> Draft:
    """Return the draft of a new ticket of a type from what was typed into the inputs.

    Raise UsageError without a title.
    """
    if not title.strip():
        raise UsageError("a ticket needs a title", hint="type one, then save again.")
    values = {name: text.strip() for name, text in typed.items() if text.strip()}
    tags = [values.pop("tags")] if "tags" in values else []
    return Draft(title.strip(), description, values=values | ({"type": kind} if kind else {}), tags=tags)


def edit_inputs(config: Config, document: Document, typed: Mapping[str, str]) -> list[Input]:
    """Return the inputs for the fields of a ticket, with typed values instead of its own."""
    kind = str(document.keys.get("type") or config.default_type)
    known = config.ticket_type(kind)
    asked = (*known.required, *known.required_to_close, *known.offered) if known else ()
    names = ["type", *_settable((*asked, *_USUAL, *document.keys), config)]
    fitting = [name for name in dict.fromkeys(names) if fits(config, document, name)]
    values = seen_values(document, fitting)
    return [input_of(config, name, typed.get(name, values[name])) for name in fitting]


def fits(config: Config, document: Document, name: str) -> bool:
    """Tell whether a form can show a value of a ticket without losing anything of it."""
    value = document.keys.get(name)
    if misfit(value, find_field(config, name)):
        return False
    if isinstance(value, list):
        return all(isinstance(item, str) and "," not in item and item == item.strip() for item in value)
    return value is None or (isinstance(value, str) and "\n" not in value)


def seen_of(document: Document, inputs: Iterable[Input]) -> dict[str, str]:
    """Return what a form of these inputs shows of a ticket, with its title and its text."""
    return seen_values(document, ["title", TEXT, *(one.name for one in inputs)])


def _settable(names: Iterable[str], config: Config) -> list[str]:
    described = described_fields(config)
    return [name for name in dict.fromkeys(names) if name not in _NOT_HERE and name != "type" and name in described]


def input_of(config: Config, name: str, value: str, *, required: bool = False) -> Input:
    """Return the input of one field; a value that is no choice is one more choice."""
    field = find_field(config, name)
    choices = _choices(config, field)
    if choices and not is_list(field):
        if value not in dict(choices):
            choices = ((value, value), *choices)
        if not required and name not in ("priority", "type") and "" not in dict(choices):
            choices = (("", "none"), *choices)
        return Input(name, value, choices, (), required, field.description)
    people = config.people if field.type == "person" else ()
    return Input(name, value, (), people or field.values, required, field.description, is_list(field))


def _choices(config: Config, field: Field) -> tuple[tuple[str, str], ...]:
    if field.name == "priority":
        return tuple((str(number), f"{number} {word}") for number, word in enumerate(config.priorities))
    if field.type == "boolean":
        return (("", "none"), ("true", "true"), ("false", "false"))
    return tuple((value, value) for value in field.values) if not field.multiple else ()
