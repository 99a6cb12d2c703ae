"""The table of settings: the check, the schema, the reference and the template read it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from plaintickets.core.config import DEFAULT, KINDS, VARIABLES, attribute_of

Shape = Literal[
    "boolean", "choice", "fields", "levels", "name", "names", "number", "priorities", "queries",
    "silences", "size", "statuses", "template", "text", "types", "words",
]  # fmt: skip
Layer = Literal["store", "user"]

SCHEMA_URL = "https://raw.githubusercontent.com/plaintickets/plaintickets/main/docs/reference/config.schema.json"
CUSTOM_TYPES = (
    "boolean", "date", "datetime", "enum", "integer", "list", "number", "person", "string",
    "text", "ticket",
)  # fmt: skip
TEMPLATE_WORDS = ("count", "id", "status", "title", "type", "verb")
LEVELS = ("error", "warning", "note", "off")
BOTH: tuple[Layer, ...] = ("store", "user")
STORE: tuple[Layer, ...] = ("store",)
USER: tuple[Layer, ...] = ("user",)


class Setting(NamedTuple):
    """One key: its shape, its meaning, and the files that it may stand in.

    `example` is YAML for the template where the default is empty.
    """

    key: str
    shape: Shape
    meaning: str
    layers: tuple[Layer, ...] = STORE
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that set it, the strongest first."""
        return tuple(name for name, key in VARIABLES.items() if key == self.key)

    @property
    def default(self) -> object:
        """The value where nobody sets it."""
        return getattr(DEFAULT, attribute_of(self.key))


class Entry(NamedTuple):
    """One key inside a status, a type or a field."""

    shape: Shape
    meaning: str
    choices: tuple[str, ...] = ()


_TABLE = (
    Setting(
        "prefix", "name",
        "What new ids begin with. Without it: what most tickets of the store begin with, else the "
        "initials of the repository's name.",
        example="prefix: pt",
    ),
    Setting(
        "statuses", "statuses",
        "Each status with its class, one of `open`, `active`, `waiting`, `done`. The list is the "
        "whole list. The first of a class is what `tk new`, `tk start`, `tk close` set. "
        "`transitions` names the statuses that may follow; without it every one may.",
    ),
    Setting(
        "types", "types",
        "Each type with the fields that it requires when a ticket is made, the fields that it "
        "requires when one is closed, and the fields that its form offers. The list is the whole "
        "list.",
    ),
    Setting(
        "priorities", "priorities",
        "The names of the priorities 0 (most urgent) to 4, in this order; five at most.",
    ),
    Setting("resolutions", "names", "What `tk close --resolution` accepts."),
    Setting(
        "fields", "fields",
        "Fields of your own, each with a type and, if the choice is closed, its values. "
        "`severity`, `component`, `milestone`, `queue`, `estimate`, `affects` and `rating` are "
        "there without it and may be given another type here.",
        example="fields:\n  severity:\n    type: enum\n    values: [minor, major, blocker]",
    ),
    Setting(
        "queries", "queries",
        "Saved queries: `mine` is used as `tk ls @mine`.",
        BOTH,
        example="queries:\n  mine: assignee:me is:open",
    ),
    Setting("default_type", "text", "The type of a new ticket."),
    Setting("default_priority", "number", "The priority of a new ticket, as number or name."),
    Setting(
        "default_assignee", "choice",
        "Who gets a new ticket: nobody, or whoever makes it (as the bash tool does it).",
        BOTH, ("none", "me"),
    ),
    Setting(
        "list_closed", "boolean",
        "Whether `tk ls` shows closed tickets too (as the bash tool does it).",
        BOTH,
    ),
    Setting(
        "guess_ids", "boolean",
        "Whether any unambiguous part of an id names a ticket also where something changes (as the bash tool does "
        "it). Without it that takes the id, or three characters or more that it or its suffix begins with.",
        BOTH,
    ),
    Setting(
        "commit.mode", "choice",
        "`auto`: one commit a command. `stage`: written and staged, for your next commit. `off`: "
        "written only.",
        BOTH, ("auto", "stage", "off"),
    ),
    Setting(
        "commit.template", "template",
        "The first line of the message. Words in braces are replaced: "
        + ", ".join(f"`{{{word}}}`" for word in TEMPLATE_WORDS) + ".",
    ),
    Setting(
        "commit.trailer", "text",
        "The name of a trailer that carries the ticket's id, e.g. `Ticket`. Without it: none.",
        example="commit.trailer: Ticket",
    ),
    Setting(
        "commit.verify", "boolean", "Whether your git hooks run for the commits of tickets.",
        BOTH,
    ),
    Setting(
        "commit.detached", "boolean",
        "Whether tickets are also committed while HEAD is on no branch, as in most CI checkouts.",
        BOTH,
    ),
    Setting(
        "commit.sync", "choice",
        "How hard git is asked to bring a commit to the disk: not, once for all its objects, or "
        "for each.",
        BOTH, ("none", "batch", "all"),
    ),
    Setting(
        "format.lists", "choice",
        "How a new list is written: `[a, b]` on one line, or one item a line. A list that is there "
        "stays as it is.",
        choices=("inline", "block"),
    ),
    Setting(
        "format.comments", "choice",
        "Where a new comment goes: the section Notes of the ticket, or a file of its own. Both are "
        "read.",
        choices=("body", "files"),
    ),
    Setting(
        "format.max_file_size", "size",
        "The size above which a ticket file is reported and not read: bytes, or a number with "
        "`KiB` or `MiB`.",
    ),
    Setting(
        "merge.on-conflict", "choice",
        "What a merge does with a true conflict: stop, as git does, or record the losing value in "
        "the ticket.",
        choices=("stop", "record"),
    ),
    Setting(
        "blockers.query", "text",
        "What `tk blockers` counts as blocking: a query. Closed tickets never count unless it asks for a status.",
    ),
    Setting(
        "trailers.closing", "words",
        "The words that close a ticket which a commit's trailer names behind them, e.g. `Closes: pt-7f3k`, each with "
        "the resolution that it sets, if any. A plain list of words sets none.",
        example="trailers.closing:\n  Closes:\n  Fixes: fixed\n  Resolves:",
    ),
    Setting(
        "trailers.referring", "names",
        "The words of trailers that name a ticket without closing it.",
    ),
    Setting(
        "people", "names",
        "The people of the project, as names or as `Name <mail>`. With it `tk check` reports an "
        "assignee who is none of them.",
        example="people: [Ada Lovelace, grace]",
    ),
    Setting(
        "check.rules", "levels",
        "The level of a rule of `tk check`, by the rule's code: " + ", ".join(f"`{level}`" for level in LEVELS)
        + ". `tk help check-rules` describes each rule.",
        example="check.rules:\n  no-title: warning\n  branch-names-open-ticket: error",
    ),
    Setting(
        "check.silence", "silences",
        "What `tk check` is not to report: each with the `rule`, the `ticket` (an id, or a pattern "
        "such as `old-*`; without it all) and the `reason`, which must be given.",
        example="check.silence:\n"
        "  - rule: closed-with-unticked-items\n    ticket: old-*\n    reason: imported as they were",
    ),
    Setting(
        "ignore", "names",
        "The files of the store that are no tickets, such as `STATUS.md`: names or paths below the store, in which "
        "`*` stands for anything.",
        example="ignore: [STATUS.md, notes-*.md]",
    ),
    Setting(
        "sync.method", "choice",
        "How `tk sync` joins your commits with those of others: puts yours onto theirs, or merges.",
        BOTH, ("rebase", "merge"),
    ),
    Setting(
        "sync.push", "choice",
        "What `tk sync` may push: commits that hold tickets alone, or every commit of the branch.",
        BOTH, ("tickets", "all"),
    ),
    Setting(
        "me", "text",
        "The name that `me` stands for. Without it: git's `user.name`.",
        USER, example="me: Ada Lovelace",
    ),
    Setting(
        "aliases", "names", "Other names of yours that `assignee:me` finds too.", USER,
        example="aliases: [ada, ada@example.org]",
    ),
    Setting(
        "editor", "text",
        "The editor's command. Without it: the one that git would use.",
        USER, example="editor: vim",
    ),
    Setting(
        "pager", "text",
        "The pager's command, or `cat` for none. Without it: `PAGER`.",
        USER, example="pager: less -FRX",
    ),
    Setting(
        "color", "choice", "Whether the output is coloured.",
        USER, ("auto", "always", "never"),
    ),
)  # fmt: skip

SETTINGS = {setting.key: setting for setting in _TABLE}

STATUS_ENTRIES = {
    "class": Entry("choice", "What the status means to `tk`.", KINDS),
    "description": Entry("text", "One line for people."),
    "transitions": Entry("names", "The statuses that may follow."),
}
TYPE_ENTRIES = {
    "description": Entry("text", "One line for people."),
    "offered": Entry("names", "Fields that the form offers."),
    "required": Entry("names", "Fields that a new ticket must have."),
    "required_to_close": Entry("names", "Fields that a ticket must have to be closed."),
    "sections": Entry("names", "Headings below which a ticket must hold text, for `tk check`."),
    "sections_to_close": Entry("names", "Headings below which a closed ticket must hold text, for `tk check`."),
}
SILENCE_ENTRIES = {
    "reason": Entry("text", "Why, in a sentence."),
    "rule": Entry("text", "The code of the rule."),
    "ticket": Entry("text", "An id, or a pattern with `*`. Without it: everything."),
}
FIELD_ENTRIES = {
    "description": Entry("text", "One line for people."),
    "multiple": Entry("boolean", "Whether the field holds a list."),
    "type": Entry("choice", "What a value may be.", CUSTOM_TYPES),
    "values": Entry("names", "The only values allowed."),
}
