"""Ask on a terminal for what a new ticket must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.errors import TicketsError

if TYPE_CHECKING:
    from plaintickets.actions.new import Missing
    from plaintickets.console import CommandContext
    from plaintickets.core.draft import Draft


def ask_form(context: CommandContext, draft: Draft) -> tuple[Draft, bool]:
    """Return the draft with answers for the fields that it lacks, and whether to write its sections in the editor."""
    from plaintickets.actions.new import missing_of

    missing = missing_of(context.project, draft)
    values = dict(draft.values)
    for name in missing.fields:
        if name != "title":
            values[name] = _answer(context, name)
    draft = draft._replace(values=values)
    return draft, _wants_editor(missing)


def _answer(context: CommandContext, name: str) -> str:
    """Return the answer to the question for a field, asked until it is a value of the field."""
    from plaintickets.actions.given_values import checked_value
    from plaintickets.core.fields import described_names, find_field

    config = context.project.config
    field = find_field(config, name)
    choices = list(field.values)
    if field.type == "person":
        choices = [*config.people_details]
    elif not choices:
        choices = [*described_names(config, name)]
    default = _default(context, name, choices)
    shown = f" ({', '.join(choices)})" if choices else ""
    words = f"{name}{shown}" if not field.description else f"{field.description}: {name}{shown}"
    while True:
        text: str = click.prompt(words, default=default, err=True, show_default=bool(default)).strip()
        try:
            checked_value(context.project, name, text)
        except TicketsError as error:
            context.warn(f"Error: {error}" + (f"\nHint: {error.hint}" if error.hint else ""))
            continue
        return text


def _default(context: CommandContext, name: str, choices: list[str]) -> str | None:
    """Return the answer that Enter gives, None for none."""
    config = context.project.config
    if name == "priority":
        return config.priorities[config.default_priority]
    if name in {"assignee", "reporter"} and context.project.identity[0]:
        return "me"
    return choices[0] if len(choices) == 1 else None


def _wants_editor(missing: Missing) -> bool:
    if not missing.sections:
        return False
    names = ", ".join(missing.sections)
    return click.confirm(f"Write the sections in your editor: {names}?", default=True, err=True)
