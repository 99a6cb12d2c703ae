"""Create the tickets of rules and of recurrences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions.new import NewTickets, build
from plaintickets.core import ids
from plaintickets.core.draft import Draft
from plaintickets.store import files, names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

SUFFIX = 8
"""The length of a suffix that is computed: 31^8 of them, so that two never meet."""


class FixedId:
    """The one id that a new ticket gets."""

    def __init__(self, ticket_id: str) -> None:
        self._id = ticket_id

    def take(self) -> str:
        """Return the id."""
        return self._id


def create(
    edit: Edit, values: Mapping[str, Any], filled: Callable[[str], str], reference: str, day: date | None
) -> str | None:
    """Add a ticket to an edit and return its id.

    With `day`, that of a tick, the ticket is the same in every clone: its id follows from the reference, its date from
    the day. None is returned where the ticket exists already.
    """
    fields = dict(values.get("set", {}))
    if values.get("type"):
        fields["type"] = values["type"]
    draft = Draft(filled(values["title"]), filled(values.get("text", "")), values=fields, tags=values.get("tags", ()))
    if day is None:
        return files.id_of(NewTickets(edit).add(draft).path)
    reference = reference if reference.startswith("recurring:") else f"{reference}:{day.isoformat()}"
    ticket_id = computed_id(edit.project, reference)
    if ticket_id in edit.new_ids() or edit.project.existing_path(ticket_id):
        return None
    fields["external-ref"] = reference
    draft = draft._replace(created=f"{day.isoformat()}T00:00:00Z")
    edit.create(build(edit.project, draft, free_ids=FixedId(ticket_id)))  # type: ignore[arg-type]
    return ticket_id


def computed_id(project: Project, reference: str) -> str:
    """Return the id of the ticket of a reference, the same in every clone."""
    from hashlib import sha256

    prefix = ids.choose_prefix(project.config.prefix, names.ticket_paths(project.place.store), project.shared_name)
    number = int.from_bytes(sha256(reference.encode()).digest()[:16], "big")
    signs = []
    for _ in range(SUFFIX):
        number, rest = divmod(number, len(ids.ALPHABET))
        signs.append(ids.ALPHABET[rest])
    return f"{prefix}-{''.join(signs)}"
