"""The settings in force in a store: statuses, types, fields, priorities and policies.

Every command imports this module, so it has only the classes and the defaults. The meaning and check of each section
are in `core/settings/`. The classes are named tuples, because four frozen dataclasses of this size cost 2 ms more at
every start. Their annotations are no texts, as those of other modules are: `NamedTuple` compiles each text, 1 ms here.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Self

Kind = Literal["open", "active", "waiting", "done"]
KINDS: tuple[Kind, ...] = ("open", "active", "waiting", "done")
VARIABLES = {
    "TK_ASSIGNEE": "default_assignee",
    "TK_COLOR": "color",
    "TK_COMMIT_DETACHED": "commit.detached",
    "TK_COMMIT_MODE": "commit.mode",
    "TK_COMMIT_SYNC": "commit.sync",
    "TK_COMMIT_VERIFY": "commit.verify",
    "TK_EDITOR": "editor",
    "TK_GUESS_IDS": "guess_ids",
    "TK_LIST_CLOSED": "list_closed",
    "TK_ME": "me",
    "TK_PAGER": "pager",
    "TICKET_PAGER": "pager",
}
"""The environment variables and the keys that they set; the first of a key is the strongest."""
SETTINGS_FILES = {
    "config.yml": "",
    "people.yml": "people",
    "calendars.yml": "calendars",
    "queues.yml": "queues",
    "services.yml": "services",
    "sla.yml": "sla",
    "routes.yml": "routes",
    "rules.yml": "rules",
    "recurring.yml": "recurring",
    "policy.yml": "policy",
    "intake.yml": "intake",
    "notify.yml": "notify",
}
"""The files of a store that hold settings, each with the one key that it is the value of; `config.yml` holds keys."""
DEFAULT_TEMPLATE = "tk: {verb} {id} {title}"
"""The first line of a commit's message."""
NO_GUARDS: Mapping[str, Any] = {}
SCHEMA = 3
"""The number of the JSON form; another number is not read."""


class Status(NamedTuple):
    """A status, its class, the statuses to which it may change (None: all), and the guards at entering it."""

    name: str
    kind: Kind
    transitions: tuple[str, ...] | None = None
    description: str = ""
    guards: Mapping[str, Any] = NO_GUARDS


class TicketType(NamedTuple):
    """A type with the fields and sections required on creation, on closing and by status, and the fields it offers."""

    name: str
    description: str = ""
    required: tuple[str, ...] = ()
    required_to_close: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    sections_to_close: tuple[str, ...] = ()
    required_at: Mapping[str, Any] = {}


class Field(NamedTuple):
    """A field of a ticket; with `values`, only these; with `multiple`, a list of them."""

    name: str
    type: str
    values: tuple[str, ...] = ()
    multiple: bool = False
    description: str = ""


class Silence(NamedTuple):
    """A rule of `tk check` that is not reported for tickets whose id matches a pattern, with the reason."""

    rule: str
    ticket: str
    reason: str


class Config(NamedTuple):
    """All settings in force; the attribute of the key `commit.mode` is `commit_mode`.

    `priorities` are names whose index is the number. `sources` gives, for each key that is not the default, its
    origin: `path:line`, a variable, or an option. `people_details` holds what the settings say of a person besides
    the name, by the key in `people`.
    """

    prefix: str = ""
    statuses: tuple[Status, ...] = (
        Status("open", "open"),
        Status("in_progress", "active"),
        Status("closed", "done"),
    )
    types: tuple[TicketType, ...] = (
        TicketType("task", "Something to do"),
        TicketType("bug", "Something that does not work as it should"),
        TicketType("feature", "Something new for users"),
        TicketType("epic", "A piece of work made of other tickets"),
        TicketType("chore", "Upkeep that users do not see"),
        TicketType("support", "Somebody needs help"),
        TicketType("question", "Somebody needs an answer"),
        TicketType("incident", "Something is down or degraded"),
        TicketType("change", "A planned change to a running system"),
    )
    fields: tuple[Field, ...] = ()
    priorities: tuple[str, ...] = ("critical", "high", "medium", "low", "backlog")
    resolutions: tuple[str, ...] = ("fixed", "wontfix", "duplicate", "invalid", "done")
    pipelines: Mapping[str, Any] = {}
    queries: Mapping[str, str] = {}
    dashboards: Mapping[str, Any] = {}
    default_type: str = "task"
    default_priority: int = 2
    default_assignee: str = "none"
    list_closed: bool = False
    guess_ids: bool = False
    commit_mode: str = "auto"
    commit_template: str = DEFAULT_TEMPLATE
    commit_trailer: str = ""
    commit_verify: bool = True
    commit_detached: bool = False
    commit_sync: str = "batch"
    format_lists: str = "inline"
    format_comments: str = "body"
    format_max_file_size: int = 1_048_576
    merge_on_conflict: str = "stop"
    duplicates_weights: Mapping[str, float] = {}
    blockers_query: str = "is:open (priority:0 OR tag:blocker OR severity:blocker)"
    trailers_closing: Mapping[str, str] = {"Closes": "", "Fixes": "fixed", "Resolves": ""}
    trailers_referring: tuple[str, ...] = ("Refs", "References", "See", "Ticket")
    approvals_signed: bool = False
    approvals_dismissed_by: tuple[str, ...] = ()
    approvals_committers: tuple[str, ...] = ()
    policy: Mapping[str, Any] = {}
    people: tuple[str, ...] = ()
    people_details: Mapping[str, Any] = {}
    queues: Mapping[str, Any] = {}
    services: Mapping[str, Any] = {}
    calendars: Mapping[str, Any] = {}
    sla: Mapping[str, Any] = {}
    routes: Mapping[str, Any] = {}
    limits: Mapping[str, int] = {}
    triage_query: str = "is:open no:assignee no:component"
    triage_rules: Mapping[str, Any] = {}
    triage_matrix: Mapping[str, Any] = {}
    triage_reports: Mapping[str, str] = {}
    triage_customers: Mapping[str, str] = {}
    rules: Mapping[str, Any] = {}
    recurring: Mapping[str, Any] = {}
    intake: Mapping[str, Any] = {}
    notify: Mapping[str, Any] = {}
    check_rules: Mapping[str, str] = {}
    check_silence: tuple[Silence, ...] = ()
    ignore: tuple[str, ...] = ()
    sync_method: str = "rebase"
    sync_push: str = "tickets"
    me: str = ""
    aliases: Mapping[str, str] = {}
    other_names: tuple[str, ...] = ()
    editor: str = ""
    pager: str = ""
    pagers: Mapping[str, str] = {}
    color: str = "auto"
    smtp: Mapping[str, str] = {}
    apprise: Mapping[str, str] = {}
    sources: Mapping[str, str] = {}

    @property
    def has_guards(self) -> bool:
        """Tell whether any status asks for something at entering it."""
        return bool(
            self.pipelines
            or any(status.guards for status in self.statuses)
            or any(kind.required_at for kind in self.types)
        )

    @property
    def status_names(self) -> tuple[str, ...]:
        """The names of the statuses, in the order of the configuration."""
        return tuple(status.name for status in self.statuses)

    def status(self, name: str) -> Status | None:
        """Return the status of that name, None if it is not configured."""
        return next((status for status in self.statuses if status.name == name), None)

    def first(self, kind: Kind) -> Status | None:
        """Return the first status of a class, to which `new`, `start` and `close` change."""
        return next((status for status in self.statuses if status.kind == kind), None)

    @property
    def done_statuses(self) -> frozenset[str]:
        """Return the names of the statuses of the class done, for a question about many tickets."""
        return frozenset(status.name for status in self.statuses if status.kind == "done")

    def is_done(self, status: str) -> bool:
        """Return whether a status is of the class done; an unconfigured one is not."""
        return any(known.name == status and known.kind == "done" for known in self.statuses)

    def is_waiting(self, status: str) -> bool:
        """Return whether a status is of the class waiting; an unconfigured one is not."""
        return any(known.name == status and known.kind == "waiting" for known in self.statuses)

    def ticket_type(self, name: str) -> TicketType | None:
        """Return the type of that name, None if it is not configured."""
        return next((known for known in self.types if known.name == name), None)

    def source(self, key: str) -> str:
        """Return where the value of a dotted key comes from; `default` if nobody set it."""
        return self.sources.get(key, "default")

    def place(self, key: str) -> str:
        """Return the place of a setting as a message names it; `the settings` if nobody set it."""
        return self.sources.get(key, "the settings")

    def override(self, key: str, value: str | bool | int, source: str) -> Self:
        """Return a copy with one scalar setting replaced, unchecked: for options already parsed."""
        attribute = attribute_of(key)
        if type(value) is not type(getattr(self, attribute)):
            raise TypeError(key)
        changed: dict[str, Any] = {attribute: value, "sources": {**self.sources, key: source}}
        return self._replace(**changed)


def attribute_of(key: str) -> str:
    """Return the attribute of `Config` that holds a dotted key."""
    return key.replace(".", "_").replace("-", "_")


DEFAULT = Config()
