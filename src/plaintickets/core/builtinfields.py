"""The fields that every store has; the description of the format prints them as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config import Field

if TYPE_CHECKING:
    from plaintickets.core.config import Config

_TABLE = (
    Field("affects", "list", description="Paths that the ticket is about"),
    Field("approvals", "list", description="Who approved it, and when"),
    Field("assignee", "person", description="Who works on it"),
    Field("closed", "datetime", description="When it last went into a closed status"),
    Field("component", "string", description="The part that it concerns"),
    Field("concerns", "list", description="Services and assets that it is about"),
    Field("created", "datetime", description="When it was made"),
    Field("customer", "string", description="For whom it is"),
    Field("deps", "ticket", multiple=True, description="Tickets that it waits for"),
    Field("due", "moment", description="When it should be done"),
    Field("duplicate-of", "ticket", description="The ticket that it repeats"),
    Field("estimate", "string", description="How much work it is thought to be"),
    Field("external-ref", "string", description="Its key in another system: system:key"),
    Field("fired", "list", description="The rules on time that have fired, with the day of each"),
    Field("id", "ticket", description="Its name, equal to the file's"),
    Field("impact", "string", description="How much it affects: how many, how badly"),
    Field("links", "ticket", multiple=True, description="Related tickets"),
    Field("milestone", "string", description="The release or goal that it belongs to"),
    Field("parent", "ticket", description="The ticket that it is a part of"),
    Field("portal-link", "string", description="Another value ends the links to it that the portal gave before"),
    Field("priority", "priority", description="How urgent it is, 0 the most"),
    Field("queue", "string", description="The queue that it waits in"),
    Field("rating", "integer", ("1", "2", "3", "4", "5"), description="How content the asker is"),
    Field("rejections", "list", description="Who rejected it, and when"),
    Field("reporter", "person", description="Who asked"),
    Field("resolution", "resolution", description="How it ended"),
    Field("service", "string", description="The service that it concerns"),
    Field("severity", "string", description="How bad it is"),
    Field("status", "status", description="Where it stands in the workflow"),
    Field("tags", "list", description="Free words"),
    Field("title", "string", description="What it is about, in one line"),
    Field("type", "type", description="What kind of ticket it is"),
    Field("urgency", "string", description="How soon somebody needs it"),
    Field(
        "visibility",
        "string",
        ("public", "internal"),
        description="Who may see it",
    ),
    Field("waiting_on", "string", description="Whom or what it waits for: reporter, a person, a ticket"),
    Field("wake", "moment", description="When `tk tick` ends its waiting"),
    Field("watchers", "person", multiple=True, description="Who is told of its changes, besides those who work on it"),
)

BUILTIN_FIELDS = {field.name: field for field in _TABLE}


def described_fields(config: Config) -> set[str]:
    """Return the names of the fields that have a description: built in, or configured."""
    return {*BUILTIN_FIELDS, *(field.name for field in config.fields)}


REDEFINABLE = frozenset(
    (
        *(
            "affects",
            "component",
            "concerns",
            "customer",
            "estimate",
            "impact",
            "milestone",
            "queue",
            "rating",
            "service",
        ),
        *("severity", "urgency", "visibility"),
    )
)
"""The built-in fields that a configuration may give another type."""

SHAPED = frozenset(BUILTIN_FIELDS) - REDEFINABLE - {"external-ref"} | {"affects"}
"""The built-in fields whose shape is the same in every store, so that reading a file looks at it."""

RESERVED = frozenset(BUILTIN_FIELDS) - REDEFINABLE | {
    "and", "body", "comment", "comments", "conflicts", "has", "is", "no", "not", "or", "sort",
    "text", "updated",
}  # fmt: skip
"""Names that a configuration may not take: fixed keys and words of the query language."""
