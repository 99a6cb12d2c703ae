"""Check whether the policy allows the changes of a branch to the people who made them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.approvals import makers_of
from plaintickets.core.checks.finding import Finding
from plaintickets.core.document import parse
from plaintickets.core.event import CHANGED, CREATED, DELETED
from plaintickets.core.paths import git_lead, key_of
from plaintickets.core.query.glob import one_of
from plaintickets.core.servicedesk.access_policy import Rule, act_of, act_of_change, act_of_file, objections
from plaintickets.core.servicedesk.approvals import Maker
from plaintickets.core.servicedesk.identities import Identity
from plaintickets.core.ticket import Ticket, id_of
from plaintickets.errors import GitRefusedError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from plaintickets.core.config import Config
    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.servicedesk.access_policy import Act
    from plaintickets.git.process import GitProcess
    from plaintickets.history.compare import Difference, FilePair
    from plaintickets.past_project import PastProject
    from plaintickets.project import Project

FORBIDDEN = "forbidden-by-policy"
_ARTICLES = "kb/"
_PUBLISHED = "published"


def committed_findings(project: Project, git: GitProcess, base: PastProject, end: str) -> Iterator[Finding]:
    """Yield a finding for each change by a commit after a base that the policy of the base does not allow.

    The paths are store paths. Raise GitRefusedError where a shallow clone lacks a commit of the range.
    """
    rules = _rules(base)
    if not rules:
        return
    start = base.revision
    folders = dict.fromkeys(place.prefix for place in (base.place, project.place))
    judge = _Judge(git, base.config, rules)
    commits = set(git.read("rev-list", "--end-of-options", f"{start}..{end}").decode().split())
    acts = [*_ticket_acts(project, commits, end, judge), *_file_acts(git, start, end, [*folders])]
    yield from judge.findings(acts)


def uncommitted_findings(project: Project, base: PastProject, found: Difference) -> Iterator[Finding]:
    """Yield a finding for each change in the work tree or the index that the policy does not allow to the user."""
    rules = _rules(base)
    if not rules or project.git is None:
        return
    me = Identity(*project.identity)
    judge = _Judge(project.git, base.config, rules)
    for pair in found.files:
        states, acts = _hand_acts(pair, base.config)
        for act in acts:
            yield from judge.of(act, states, pair.path, Maker("", me, me))
    for path in found.others:
        yield from judge.of(act_of_file(path, publishes=False), (), path, Maker("", me, me))


def _rules(base: PastProject) -> list[Rule]:
    """Return the rules of the policy of a revision, prepared; none where it has none."""
    if not base.existed:
        return []
    config = base.config
    return [
        Rule(name, rule, config, fits=one_of(rule.get("files", ())), covers=_test(base, rule.get("if", "")))
        for name, rule in config.policy.items()
    ]


def _test(base: PastProject, query: str) -> Callable[[Ticket], bool] | None:
    if not query:
        return None
    from plaintickets.core.query import compile_query
    from plaintickets.core.query import parse as parse_query
    from plaintickets.query_context import QueryContext, expanded

    context = QueryContext(base)
    return compile_query(parse_query(expanded(query, base.config.queries)), context)


class _Done(NamedTuple):
    """One thing that a commit did: to a ticket, with its states before and after, or to another file."""

    act: Act
    commit: str
    subject: str
    path: str
    states: Sequence[Ticket] = ()


class _Judge:
    """The rules of a policy and the people who made the judged commits."""

    def __init__(self, git: GitProcess, config: Config, rules: Sequence[Rule]) -> None:
        self.config = config
        self.rules = rules
        self._git = git

    def findings(self, done: Collection[_Done]) -> Iterator[Finding]:
        """Yield the findings for what commits did; only the commits that a rule is about are asked for their makers."""
        concerned = [one for one in done if any(rule.is_about(one.act, one.states) for rule in self.rules)]
        signed = any(rule.is_signed for rule in self.rules)
        makers = makers_of(self._git, (one.commit for one in concerned), signed=signed)
        for one in concerned:
            yield from self.of(one.act, one.states, one.path, makers[one.commit], one.subject)

    def of(self, act: Act, states: Sequence[Ticket], path: str, maker: Maker, subject: str = "") -> Iterator[Finding]:
        """Yield a finding for each rule that does not allow one thing."""
        where = f"{maker.commit[:10]} ({subject})" if maker.commit else "an uncommitted change"
        for rule, reason in objections(self.rules, act, states, maker):
            message = f"{where} {act.words}: {reason}; rule {rule.name} of the policy, {rule.source}"
            remedy = f"{rule.allowed} makes the change in a commit of their own, or the policy is changed first"
            yield Finding(FORBIDDEN, message, remedy, path, ticket=states[-1].id if states else "")


def _ticket_acts(project: Project, commits: Collection[str], end: str, judge: _Judge) -> Iterator[_Done]:
    """Yield what the commits did to tickets.

    Raise GitRefusedError where a shallow clone lacks some of them.
    """
    from plaintickets.actions.log import history
    from plaintickets.git.revisions import DEEPENING

    found = history(project, revision=end)
    if not found.boundary.isdisjoint(commits):
        raise GitRefusedError("this clone is shallow and lacks commits of this branch", hint=DEEPENING)
    paths = project.paths
    follows = any(rule.asks_tickets for rule in judge.rules)
    states: dict[str, dict[str, Value]] = defaultdict(dict)
    for (commit, ticket), events in _by_commit(found.events):
        before = dict(states[ticket]) if follows else {}
        if follows:
            for event in events:
                _advance(states[ticket], event)
        if commit in commits:
            both = [_ticket(ticket, keys) for keys in (before, states[ticket])] if follows else [_ticket(ticket, {})]
            for event in events:
                act = act_of(event.kind, event.field, event.before, event.after, judge.config)
                yield _Done(act, commit, event.revision.subject, paths.get(ticket, f"{ticket}.md"), both)


def _by_commit(events: Iterable[Event]) -> Iterator[tuple[tuple[str, str], list[Event]]]:
    from itertools import groupby

    for key, group in groupby(events, lambda event: (event.commit, event.ticket)):
        yield key, list(group)


def _advance(keys: dict[str, Value], event: Event) -> None:
    """Bring the fields of a ticket to their state after an event."""
    if event.kind in (CREATED, DELETED):
        keys.clear()
        keys.update(event.after if isinstance(event.after, dict) else {})
    elif event.kind == CHANGED:
        keys.pop(event.field, None)
        keys.update({} if event.after is None else {event.field: event.after})


def _ticket(ticket_id: str, keys: Mapping[str, Value]) -> Ticket:
    title = keys.get("title", "")
    return Ticket(ticket_id, f"{ticket_id}.md", dict(keys), title if isinstance(title, str) else "")


def _file_acts(git: GitProcess, start: str, end: str, folders: Sequence[str]) -> Iterator[_Done]:
    """Yield what the commits of a range did to the files of the store that belong to no ticket."""
    from plaintickets.git.revisions import blobs, paths_by_commit
    from plaintickets.git.revisions import read as read_commits

    leads = [git_lead(folder) for folder in folders]
    rows: list[tuple[str, str, str]] = []
    for commit, paths in paths_by_commit(git, start, end, folders).items():
        for path in paths:
            name = next(path[len(lead) :] for lead in leads if path.startswith(lead))
            if not key_of(name):
                rows.append((commit, path, name))
    if not rows:
        return
    articles = [(commit, path) for commit, path, name in rows if name.startswith(_ARTICLES)]
    texts = blobs(git, [spot for commit, path in articles for spot in (f"{commit}^:{path}", f"{commit}:{path}")])
    subjects = {one.commit: one.subject for one in read_commits(git, [*dict.fromkeys(row[0] for row in rows)])}
    for commit, path, name in rows:
        is_out = _is_published(texts.get(f"{commit}:{path}")) and not _is_published(texts.get(f"{commit}^:{path}"))
        yield _Done(act_of_file(name, publishes=is_out), commit, subjects[commit], name)


def _is_published(content: bytes | None) -> bool:
    return content is not None and parse(content, "").keys.get("status") == _PUBLISHED


def _hand_acts(pair: FilePair, config: Config) -> tuple[list[Ticket], list[Act]]:
    """Return the states of a ticket before and after an uncommitted change of a file, and what that does."""
    from plaintickets.core.diff import changes

    ticket = id_of(files.ticket_path(pair.path))
    if not files.is_ticket_path(pair.path):
        return [_ticket(ticket, {})], [act_of("commented", "comment", None if pair.old is None else "", "", config)]
    old, new = (None if side is None else parse(side, pair.path) for side in (pair.old, pair.new))
    states = [_ticket(ticket, document.keys) for document in (old, new) if document is not None]
    if old is None and new is not None:
        return states, [act_of(CREATED, "", None, dict(new.keys), config)]
    if new is None:
        return states, [act_of(DELETED, "", None, None, config)]
    found = [act_of_change(one.field, one.before, one.after, config) for one in changes(old, new, ticket)]
    return states, found
