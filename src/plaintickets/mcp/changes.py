"""The tools that change tickets: each calls one action, which commits, and gives what `--json` would print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions.claim import Assignment
from plaintickets.core.ticket import id_of
from plaintickets.errors import NegativeAnswer, RefusedError, UsageError
from plaintickets.render.jsonform import change_object, listed, status_objects, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.actions.claim_push import ClaimPush
    from plaintickets.core.draft import Draft
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

    Given = Mapping[str, Any]
    Value = dict[str, object]

_PUSH_SECONDS = 60
_VALUES = ("type", "priority", "assignee", "parent", "due", "reporter")


def new(project: Project, given: Given) -> Value:
    """Create a ticket, unless it is likely there already."""
    from plaintickets.actions.new import create
    from plaintickets.actions.shown_tickets import fitting_objects

    draft = _draft(given)
    if given["duplicates"] == "refuse":
        refused = _likely_duplicates(project, draft)
        if refused is not None:
            return refused
    created = create(project, draft)
    articles = {"articles": fitting_objects(project, created.document)} if project.has_articles else {}
    return written(created.outcome.commit, id=id_of(created.document.path), **articles)


def _draft(given: Given) -> Draft:
    from plaintickets.actions.set import read_setting
    from plaintickets.core.draft import Draft

    values = {name: given[name] for name in _VALUES if given[name]}
    for text in given["set"]:
        setting = read_setting(text)
        if setting.sign != "=":
            raise UsageError(f"a new ticket takes key=value, not '{setting.key}{setting.sign}'")
        values[setting.key] = setting.value
    return Draft(given["title"].strip(), given["description"], "", "", values, given["tags"], given["deps"])


def _likely_duplicates(project: Project, draft: Draft) -> Value | None:
    """Return the refusal of a ticket that is likely there already, with the candidates; None if it is new."""
    from plaintickets.actions.duplicates import likely
    from plaintickets.render.jsonform import error_object
    from plaintickets.render.likenesses import likeness_object

    found = likely(project, draft)
    if not found:
        return None
    error = NegativeAnswer(
        f"not created: {found[0].ticket.id} may be the same",
        hint="look at the candidates, or call `new` again with duplicates='ignore'.",
    )
    value = listed("candidates", map(likeness_object, found))
    return value | error_object(str(error), error.hint, error.exit_code)


def comment(project: Project, given: Given) -> Value:
    """Add a comment."""
    from plaintickets.actions.comment import comment as add

    document, outcome = add(project, given["ticket"], given["text"], internal=given["internal"])
    return written(outcome.commit, id=id_of(document.path))


def set_fields(project: Project, given: Given) -> Value:
    """Set fields of tickets."""
    from plaintickets.actions.set import read_setting
    from plaintickets.actions.set import set_fields as change

    done = change(project, "set", given["tickets"], list(map(read_setting, given["set"])))
    return written(done.outcome.commit, changes=list(map(change_object, done.changes)))


def start(project: Project, given: Given) -> Value:
    """Start work on tickets."""
    assignment = Assignment(project)
    value = _moved(project, "start", given, "active", prepare=assignment.start)
    for ticket, name in assignment.held.items():
        project.around.notify(f"note: {ticket} is assigned to {name}")
    return value


def claim(project: Project, given: Given) -> Value:
    """Start work on tickets and assign them; one of somebody else is refused."""
    from plaintickets.actions.claim_push import ClaimPush

    push = ClaimPush(project, seconds=_PUSH_SECONDS) if given["push"] else None
    return _moved(project, "claim", given, "active", prepare=Assignment(project).claim, push=push)


def close(project: Project, given: Given) -> Value:
    """Close tickets."""
    return _moved(project, "close", given, "done", resolution=given["resolution"] or None)


def _moved(
    project: Project,
    verb: str,
    given: Given,
    kind: str,
    *,
    resolution: str | None = None,
    prepare: Callable[[Edit, Ticket], str | None] | None = None,
    push: ClaimPush | None = None,
) -> Value:
    from plaintickets.actions.change_status import change_statuses, left_open

    change = change_statuses if push is None else push.change
    moved = change(
        project,
        verb,
        given["tickets"],
        kind,
        resolution=resolution,
        comment=given["comment"] if given["comment"].strip() else None,
        force=False,
        of_class=True,
        prepare=prepare,
    )
    for line in left_open(project, [ticket for ticket in moved.tickets if ticket.id in moved.changed]):
        project.around.notify(line)
    tickets = status_objects(moved.tickets, with_assignee=prepare is not None)
    return written(moved.outcome.commit, tickets=tickets, **({"pushed": push.upstream} if push else {}))


def dep(project: Project, given: Given) -> Value:
    """Make a ticket depend on others."""
    from plaintickets.actions.link import depend

    ticket, *others = (done := depend(project, given["ticket"], given["deps"])).ids
    return written(done.outcome.commit, id=ticket, deps=others)


def undep(project: Project, given: Given) -> Value:
    """Remove dependencies of a ticket."""
    from plaintickets.actions.link import undepend

    ticket, *others = (done := undepend(project, given["ticket"], given["deps"])).ids
    if not done.changed:
        raise RefusedError(f"{ticket} does not depend on {', '.join(others)}")
    return written(done.outcome.commit, id=ticket, deps=others)


def undo(project: Project, given: Given) -> Value:
    """Undo a commit by a new one, if that is confirmed."""
    from plaintickets.actions.undo import undo as undo_commit

    if not given["confirm"]:
        hint = "call it again with confirm=true if this commit is to be undone; `log` shows what it changed."
        raise RefusedError("undo needs a confirmation; nothing was changed", hint=hint)
    done = undo_commit(project, given["commit"])
    return written(done.outcome.commit, undone=done.revision.commit, tickets=done.tickets)
