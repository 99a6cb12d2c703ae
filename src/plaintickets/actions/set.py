"""Set fields: typed values, checked by the configuration, and items of lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import unarchive
from plaintickets.actions.given_values import checked_value, refuse_unsettable
from plaintickets.actions.guards import hold_guards
from plaintickets.actions.new import refuse_second_reference
from plaintickets.core.change import BODY, COMMENT, TITLE, Change, shown
from plaintickets.core.config import Field
from plaintickets.core.fields import find_field, is_list, misfit
from plaintickets.core.ids import named
from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.ticket import list_of
from plaintickets.core.workflow import move
from plaintickets.errors import AmbiguousIdError, RefusedError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.frontmatter import Value
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

_SETTING = re.compile(r"([A-Za-z_][\w.-]*?)(\+=|-=|=)(.*)\Z", re.DOTALL)
ALWAYS = ("id", "status", "deps", "links", "created", "type", "priority")


class Setting(NamedTuple):
    """One `key=value`, `key+=value` or `key-=value`."""

    key: str
    sign: str
    value: str
    items: tuple[str, ...] | None = None
    any_key: bool = False


class Done(NamedTuple):
    """The tickets after the change, the changes, and the outcome."""

    tickets: list[Ticket]
    changes: list[Change]
    outcome: Outcome


def read_setting(text: str) -> Setting:
    """Return the setting in a word of the command line.

    Raise UsageError for any other word.
    """
    match = _SETTING.match(text)
    if match is None:
        raise UsageError(f"'{text}' is not key=value", hint="for example: priority=1 tags+=parser due=friday assignee=")
    return Setting(match[1], match[2], match[3])


def set_fields(
    project: Project,
    verb: str,
    parts: Sequence[str],
    settings: Sequence[Setting],
    *,
    force: bool = False,
    subject: str = "",
) -> Done:
    """Set fields of tickets, all of them or none, in one commit."""
    with project.edit(verb) as edit:
        edit.subject = subject
        return set_in(edit, {edit.ticket(part).id: settings for part in parts}, force=force)


def set_each(project: Project, verb: str, settings: Mapping[str, Sequence[Setting]], *, subject: str = "") -> Done:
    """Set other fields of each ticket, given by id, all of them or none, in one commit."""
    with project.edit(verb) as edit:
        edit.subject = subject
        return set_in(edit, settings, force=False)


def set_in(edit: Edit, wanted: Mapping[str, Sequence[Setting]], *, force: bool) -> Done:
    """Set other fields of each ticket, given by id, in an edit with other changes, and commit it."""
    project = edit.project
    made: list[Change] = []
    tickets = []
    before: dict[str, Ticket | None] = {}
    for ticket_id, settings in wanted.items():
        before[ticket_id] = edit.ticket(ticket_id)
        # The status comes last: the fields that it requires may be set by the same command.
        for setting in sorted(settings, key=lambda one: one.key == "status"):
            changes = setting_changes(project, edit.ticket(ticket_id), setting, force=force)
            edit.apply(changes)
            made += changes
            refuse_consequences(project, edit, ticket_id, setting)
        unarchive(edit, ticket_id)
        tickets.append(edit.ticket(ticket_id))
    hold_guards(edit, before, force=force, forced_by="" if edit.verb == "update" else "--force")
    if not edit.subject:
        edit.details = [] if len(tickets) > 1 else [_described(change) for change in made]
    return Done(tickets, made, edit.commit())


def _described(change: Change) -> str:
    return f"{change.field}: {shown(change.before)} -> {shown(change.after)}"


def setting_changes(project: Project, ticket: Ticket, setting: Setting, *, force: bool) -> list[Change]:
    """Return the changes of a ticket that a setting means.

    Raise UsageError for a bad value, RefusedError for one that is not allowed.
    """
    key, sign, text = setting[:3]
    refuse_unsettable(key)
    is_free = key in ticket.keys or setting.any_key
    field = _field_of(project, key) if is_free else find_field(project.config, key)
    before = ticket.title if key == TITLE else ticket.keys.get(key)
    _refuse_misfit(project, ticket, key, before)
    if key == "status" and sign == "=":
        return list(move(ticket, text, project.config, now=project.now, force=force))
    if sign != "=":
        if not (is_list(field) or isinstance(before, list)):
            raise UsageError(f"{key} holds one value, so it is set with {key}=VALUE")
        after: Value | None = _list_after(project, ticket, setting)
    elif text == "":
        after = _emptied(key, ticket)
    elif key in _known(project):
        after = checked_value(project, key, text)
    else:
        after = text if setting.items is None else list(setting.items)
    # `body` and `comment` are parts of a ticket unless marked as keys of the front matter.
    name = f"key:{key}" if key in (BODY, COMMENT) else key
    return [] if after == before else [Change(ticket.id, name, before, after)]


def _refuse_misfit(project: Project, ticket: Ticket, key: str, before: Value | None) -> None:
    """Raise UnreadableError where a change would overwrite what is no value of the field, a mapping for example."""
    field = _field_of(project, key) if key in _known(project) else Field(key, "string", multiple=True)
    if what := misfit(before, field):
        line = project.document(ticket.id).line_of(key)
        raise UnreadableError(
            f"{ticket.path}:{line}: '{key}' holds {what}; nothing was changed",
            hint=f"`tk edit {ticket.id}` corrects it; fields of your own are described under `fields` in config.yml.",
        )


def _known(project: Project) -> set[str]:
    from plaintickets.core.builtinfields import described_fields

    return described_fields(project.config)


def _field_of(project: Project, key: str) -> Field:
    return find_field(project.config, key) if key in _known(project) else Field(key, "string")


def _emptied(key: str, ticket: Ticket) -> Value | None:
    if key == "deps":
        return []
    if key in ALWAYS or key == TITLE:
        raise RefusedError(f"{ticket.id}: '{key}' cannot be empty")
    return None


def _list_after(project: Project, ticket: Ticket, setting: Setting) -> Value | None:
    key, sign, text = setting[:3]
    raw = ticket.keys.get(key)
    current = list(list_of(raw))
    if sign == "+=":
        added = checked_value(project, key, text) if key in _known(project) else text
        return [*current, *(item for item in list_of(added) if item not in current)]
    removed = {item.strip() for item in text.split(",")}
    if key in _known(project) and _field_of(project, key).type == "ticket":
        removed = {_named(part, current) for part in removed if part}
        if absent := sorted(part for part in removed if part not in current):
            there = ", ".join(current) or "nothing"
            raise RefusedError(
                f"{ticket.id}: '{key}' does not hold {quoted(absent[0])}",
                hint=did_you_mean(absent[0], current) or f"it holds {there}.",
            )
    kept: list[Value] = [item for item in current if item not in removed]
    if kept == current:
        return raw
    return kept if kept or key == "deps" else None


def _named(part: str, ids: Sequence[str]) -> str:
    """Return the id among `ids` that a part names, the part itself if none does.

    Raise AmbiguousIdError.
    """
    found = named(part, ids)
    if len(found) > 1:
        raise AmbiguousIdError(part, tuple((name, "") for name in found))
    return found[0] if found else part


def refuse_consequences(project: Project, edit: Edit, ticket_id: str, setting: Setting) -> None:
    """Raise RefusedError for a second external reference and for a cycle of dependencies or parents."""
    if setting.key == "external-ref":
        refuse_second_reference(project, edit.document(ticket_id))
    if setting.key == "deps":
        from plaintickets.actions.link import refuse_cycle

        for dep in edit.ticket(ticket_id).deps:
            refuse_cycle(project, ticket_id, dep)
    if setting.key == "parent":
        from plaintickets.actions.link import refuse_parent_cycle

        refuse_parent_cycle(project, ticket_id, edit.ticket(ticket_id).parent)
