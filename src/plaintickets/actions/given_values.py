"""Values that a user gives to fields: texts become values, parts of ids tickets, and names people or teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.fields import FieldValueError, described_names, find_field, is_described
from plaintickets.core.fields import parse as parse_field
from plaintickets.core.ticket import list_of
from plaintickets.errors import RefusedError, UsageError
from plaintickets.store import files

if TYPE_CHECKING:
    from plaintickets.core.config import Field
    from plaintickets.core.frontmatter import Value
    from plaintickets.project import Project

_OTHERS = {
    "approvals": "`tk approve` and `tk reject` change it.",
    "rejections": "`tk approve` and `tk reject` change it.",
    "id": "`tk mv` gives a ticket another id.",
    "created": "it says when the ticket was created.",
    "closed": "`tk close` and `tk reopen` change it.",
    "links": "`tk link` and `tk unlink` change both sides.",
}


def moment(project: Project, name: str, text: str) -> Value:
    """Return a moment as a value of the field.

    Raise UsageError if the text is not a moment.
    """
    return parse_field(text, find_field(project.config, name), project.now)


def checked_value(project: Project, name: str, text: str) -> Value:
    """Return a text as a value of the field; a part of an id becomes the id of an existing ticket.

    Raise UsageError for a bad value.
    """
    field = find_field(project.config, name)
    refuse_unsettable(name)
    value = parse_field(text, field, project.now)
    if field.type == "person":
        return (
            [_person(project, field, str(item)) for item in value]
            if isinstance(value, list)
            else _person(project, field, str(value))
        )
    if field.type == "ticket":
        return (
            [file_id(project, str(item)) for item in value] if isinstance(value, list) else file_id(project, str(value))
        )
    names = described_names(project.config, name)
    if names and not is_described(str(value), names):
        raise FieldValueError.of_choice(field, str(value), names)
    if name == "concerns":
        from plaintickets.actions.concerns import refuse_unknown

        refuse_unknown(project, list_of(value))
    return value


def _person(project: Project, field: Field, name: str) -> str:
    """Return the name of a person, the user's own for `me`.

    Raise RefusedError for an assignee who is not in `people`.
    """
    from plaintickets.core.person_names import TEAM, person_forms
    from plaintickets.core.query.comparison import is_me

    if is_me(name):
        name = project.config.me or project.identity[0]
        if not name:
            raise UsageError("git does not know your name", hint="git config user.name NAME")
    elif not project.config.people and "@" not in name:
        note_near_person(project, name)
    people = project.config.people
    if field.name == "assignee" and name.casefold().startswith(TEAM) and project.config.people_details:
        return _team(project, name[len(TEAM) :])
    known = {form for person in people for form in person_forms(person)}
    if people and field.name == "assignee" and known.isdisjoint(person_forms(name)):
        from plaintickets.core.suggestions import did_you_mean

        near = did_you_mean(name, people)
        where = f"`people` in {project.config.place('people')} names everybody."
        raise RefusedError(f"'{name}' is not one of the people of this project", hint=f"{near} {where}".strip())
    return name


def note_near_person(project: Project, name: str) -> None:
    """Print the name that may be meant, if no open ticket has this one and some have one that is near.

    Without `people` in the settings any name is allowed.
    """
    from plaintickets.actions.listing import not_done
    from plaintickets.core.suggestions import did_you_mean

    known = {str(ticket.raw(field)) for ticket in not_done(project) for field in ("assignee", "reporter")} - {""}
    if name not in known and (near := did_you_mean(name, sorted(known))):
        project.around.notify(f"note: no open ticket has the name '{name}'. {near}")


def _team(project: Project, name: str) -> str:
    """Return a team as an assignee.

    Raise RefusedError for a team that nobody belongs to.
    """
    from plaintickets.core.servicedesk.people import teams_of

    teams = teams_of(project.config.people_details)
    if name not in teams:
        from plaintickets.core.suggestions import did_you_mean

        hint = did_you_mean(name, teams) or f"`people` names the teams: {', '.join(teams) or 'none'}."
        raise RefusedError(f"no team '{name}'", hint=hint)
    return f"team:{name}"


def refuse_unsettable(name: str) -> None:
    """Raise UsageError for a field that only another command changes."""
    if name in _OTHERS:
        raise UsageError(f"'{name}' is not set by hand", hint=_OTHERS[name])


def file_id(project: Project, part: str) -> str:
    """Return the id of the ticket that a part names."""
    return files.id_of(project.path_of(part))
