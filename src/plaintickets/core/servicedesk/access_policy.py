"""Who may change what: the rules of the policy that a change falls under, and whether they allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core import event as kinds
from plaintickets.core.change import BODY, COMMENT
from plaintickets.core.servicedesk.approvals import FIELDS, fault_of_signature, is_trusted_committer, people_named
from plaintickets.core.servicedesk.identities import is_person, person_of
from plaintickets.core.ticket import list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from plaintickets.core.config import Config
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.servicedesk.approvals import Maker
    from plaintickets.core.servicedesk.identities import Identity
    from plaintickets.core.ticket import Ticket

    Covers = Callable[[Ticket], bool]

DEEDS = ("create", "remove", "comment", "approve", "publish")
"""What a rule can be about beside fields, statuses and files."""
TEXT = "text"
"""The name of the description in `fields` of a rule."""
_ABOUT = ("fields", "statuses", "do", "files")
_DEEDS = {kinds.COMMENTED: "comment", kinds.CREATED: "create", kinds.DELETED: "remove"}


class Act(NamedTuple):
    """What one change does: the fields that it sets, the status that it enters, and its deeds, for messages in words.

    `file` is the store path of a file that belongs to no ticket.
    """

    words: str
    fields: Collection[str] = ()
    status: str = ""
    deeds: Collection[str] = ()
    file: str = ""


def act_of(kind: str, field: str, before: Value | None, after: Value | None, config: Config) -> Act:
    """Return what an event does; its parts are those of `Event`."""
    if kind == kinds.CREATED:
        return _creation(after if isinstance(after, dict) else {}, config)
    if kind == kinds.CHANGED:
        status = after if field == "status" and isinstance(after, str) else ""
        added = field in FIELDS and not set(list_of(after)) <= set(list_of(before))
        words = f"moves it to {status}" if status else f"changes {field}"
        return Act(words, (field,), status, ("approve",) if added else ())
    if kind == kinds.TEXT:
        return Act("changes the text", (TEXT,))
    if kind == kinds.RENAMED:
        return Act(f"renames it to {after}", ("id",))
    words = {kinds.COMMENTED: _comment_words(before, after), kinds.DELETED: "removes it"}.get(kind, "changes its file")
    return Act(words, deeds=(_DEEDS[kind],) if kind in _DEEDS else ())


def act_of_change(field: str, before: Value | None, after: Value | None, config: Config) -> Act:
    """Return what a change that no commit has does."""
    kind = {BODY: kinds.TEXT, COMMENT: kinds.COMMENTED}.get(field, kinds.CHANGED)
    return act_of(kind, field, before, after, config)


def act_of_file(path: str, *, publishes: bool) -> Act:
    """Return what the change of a file does that belongs to no ticket."""
    words = f"publishes {path}" if publishes else f"changes {path}"
    return Act(words, deeds=("publish",) if publishes else (), file=path)


def _comment_words(before: Value | None, after: Value | None) -> str:
    return "comments" if before is None else "removes a comment" if after is None else "edits a comment"


def _creation(fields: Mapping[str, Value], config: Config) -> Act:
    """Return what the creation of a ticket does: the fields count that a new ticket does not have by itself."""
    first = config.first("open")
    usual = {
        "status": first.name if first else "",
        "type": config.default_type,
        "priority": str(config.default_priority),
    }
    given = [
        name
        for name, value in fields.items()
        if value not in ("", [], None, usual.get(name)) and name not in ("id", "created", "title")
    ]
    status = fields.get("status")
    entered = status if "status" in given and isinstance(status, str) else ""
    return Act(f"creates it as {entered}" if entered else "creates it", given, entered, ("create",))


class Rule:
    """A rule of the policy, prepared for many changes."""

    def __init__(
        self,
        name: str,
        rule: Mapping[str, Any],
        config: Config,
        *,
        fits: Callable[[str], bool],
        covers: Covers | None,
    ) -> None:
        """Prepare a rule; `fits` is the test of a file's name, `covers` that of a ticket, None for all tickets."""
        self.name = name
        self.source = config.source(f"policy.{name}")
        self.is_signed = bool(rule.get("signed"))
        self._config = config
        self._rule = rule
        self._covers = covers
        self._fits = fits
        self._is_general = not any(key in rule for key in _ABOUT)
        self._who = people_named(rule["who"], config) if rule.get("who") else None

    @property
    def asks_tickets(self) -> bool:
        """Tell whether it asks for some tickets only."""
        return self._covers is not None

    def is_about(self, act: Act, states: Collection[Ticket]) -> bool:
        """Tell whether a change falls under the rule; `states` are the ticket before and after the change."""
        rule = self._rule
        if act.file:
            named = self._fits(act.file) or ("publish" in act.deeds and "publish" in rule.get("do", ()))
            return named or (self._is_general and self._covers is None)
        is_named = (
            not set(rule.get("fields", ())).isdisjoint(act.fields)
            or act.status in rule.get("statuses", ())
            or not set(rule.get("do", ())).isdisjoint(act.deeds)
        )
        if not (is_named or self._is_general):
            return False
        return self._covers is None or any(map(self._covers, states))

    def objection(self, maker: Maker) -> str:
        """Return why the rule does not allow a change by somebody, empty if it does.

        A change that no commit has yet needs no signature.
        """
        author, committer, config = maker.author, maker.committer, self._config
        if not self._is_allowed(author):
            return f"only {self.allowed} may, and {person_of(author, config) or author} did"
        if not self._is_allowed(committer) and not is_trusted_committer(committer, config):
            return f"only {self.allowed} may, and {person_of(committer, config) or committer} committed it"
        return fault_of_signature(maker) if self.is_signed and maker.commit else ""

    @property
    def allowed(self) -> str:
        """Return who may, in words."""
        return ", ".join(self._rule["who"]) if self._rule.get("who") else "the people of the project"

    def _is_allowed(self, identity: Identity) -> bool:
        if self._who is None:
            return bool(person_of(identity, self._config))
        return any(is_person(one, identity, self._config) for one in self._who)


def objections(
    rules: Collection[Rule], act: Act, states: Collection[Ticket], maker: Maker
) -> Iterator[tuple[Rule, str]]:
    """Yield each rule that does not allow a change, with the reason."""
    for rule in rules:
        if rule.is_about(act, states):
            reason = rule.objection(maker)
            if reason:
                yield rule, reason
