"""Check a store: find all problems, or only those that a branch or the index adds."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from plaintickets import __version__
from plaintickets.actions import check_code_owners, check_guards, check_queries, forms, inspection
from plaintickets.actions.check_changes import Span
from plaintickets.actions.selection import Selection, repository_prefix
from plaintickets.core.checks import branch
from plaintickets.core.checks.finding import Finding
from plaintickets.core.checks.reported import Checked, Reported, curtailed
from plaintickets.core.checks.rules import RULES
from plaintickets.core.links import Graph
from plaintickets.errors import GitRefusedError, RefusedError, UsageError
from plaintickets.history import compare
from plaintickets.store.settings import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from plaintickets.actions.inspection import Judged
    from plaintickets.core.checks.reported import Level
    from plaintickets.core.servicedesk.assets import Assets
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project
    from plaintickets.store.all_files import Survey

# The variables with which a CI job with a detached HEAD names its branch.
_BRANCH_VARIABLES = ("GITHUB_HEAD_REF", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH", "GERRIT_BRANCH")
_FREE_BRANCHES = ("main", "master", "trunk")


class CheckScope(NamedTuple):
    """The scope of a check: paths or ids, or everything; the `base` of a branch; whether only staged changes.

    With `policy`, a range of commits, only whether the policy allows what they change.
    """

    paths: Sequence[str] = ()
    base: str = ""
    staged: bool = False
    branch: str = ""
    policy: str = ""


class Outcome(NamedTuple):
    """The findings in the order of paths and lines, and the number of silenced findings."""

    found: list[Reported]
    checked: Checked
    silenced: int


def check(project: Project, asked: CheckScope) -> Outcome:
    """Check a store.

    Raise TicketsError if the store cannot be checked, so that this does not look like a pass.
    """
    if asked.policy:
        return _check_policy(project, asked)
    git = _git(project, asked)
    span = Span(project, git, asked.base, staged=asked.staged) if git else None
    problems = span.tolerate_config() if span else project.tolerate_config()
    desk = [*check_queries.query_findings(project, problems), *_holiday_findings(project)]
    if span and asked.base:
        span.judge_by_base()
    config = project.config
    surveyed = inspection.survey_of(project)
    if span:
        surveyed = surveyed.replaced(span.staged_contents)
    selection = Selection(project, surveyed, asked.paths)
    found = [
        *inspection.settings_findings(problems),
        *desk,
        *inspection.store_findings(project, surveyed, config, _assets(project, asked)),
    ]
    found += forms.check(project, config) if span is None or span.changes_forms() else ()
    found = [_in_store(project, finding) for finding in found]
    if span and asked.base:
        found = _added(found, [_in_store(project, finding) for finding in span.findings_at_base(surveyed)])
    if span:
        found += span.findings()
        found += [_in_store(project, finding) for finding in check_guards.guard_findings(project, surveyed, span)]
    found += [_in_store(project, finding) for finding in check_guards.approval_findings(project, surveyed, span)]
    found += [_in_store(project, finding) for finding in _article_findings(project, surveyed, span)]
    found += [_in_store(project, finding) for finding in (span.policy_findings() if span else ())]
    found += check_code_owners.code_owner_findings(project, git, span.base if span else "", staged=asked.staged)
    if git and config.commit_mode != "off":
        found += _git_findings(project, git, surveyed, selection, span)
    found += _branch_findings(project, surveyed, asked)
    judged = inspection.judged(config, filter(selection.holds, found))
    if not (asked.paths or asked.base or asked.staged):
        judged = _with_unused(project, judged)
    checked = Checked(repository_prefix(project).rstrip("/") or ".", selection.count, __version__)
    return _outcome(judged, checked)


def _holiday_findings(project: Project) -> Iterator[Finding]:
    if project.config.calendars:
        from plaintickets.actions.calendars import holiday_findings

        yield from holiday_findings(project)


def _article_findings(project: Project, surveyed: Survey, span: Span | None) -> Iterator[Finding]:
    if project.has_articles or (span is not None and span.is_staged):
        from plaintickets.actions.check_articles import article_findings

        yield from article_findings(project, surveyed, span)


def _assets(project: Project, asked: CheckScope) -> Assets | None:
    """Return the staged assets if only what is staged counts, None for those on the disk."""
    if not asked.staged or project.git is None:
        return None
    from plaintickets.store_at_revision import StoreAtRevision

    staged = StoreAtRevision(project.git, compare.INDEX, project.place.prefix)
    return staged.assets(project.config.format_max_file_size)


def _check_policy(project: Project, asked: CheckScope) -> Outcome:
    """Check only whether the policy allows what a range of commits changes.

    Raise UsageError for a scope that says more than the range.
    """
    from plaintickets.actions.check_policy import committed_findings
    from plaintickets.git.revisions import commit_range
    from plaintickets.past_project import at

    if asked._replace(policy="") != CheckScope():
        raise UsageError("--policy judges a range of commits: it cannot be combined with paths or with other scopes")
    if project.git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    start, end = commit_range(project.git, asked.policy)
    base = at(project, start)
    found = [_in_store(project, one) for one in committed_findings(project, project.git, base, end)]
    judged = inspection.judged(base.config, found)
    checked = Checked(repository_prefix(project).rstrip("/") or ".", len({one.ticket for one in found}), __version__)
    return _outcome(judged, checked)


def _outcome(judged: Judged, checked: Checked) -> Outcome:
    """Return the findings to report, in the order of paths and lines."""
    rows = (_reported(finding, level) for finding, level in judged.found if level != "off")
    shown = sorted(rows, key=lambda one: (one.path, one.line, one.code))
    return Outcome(curtailed(shown), checked, sum(judged.silenced))


def make_repairs(project: Project, asked: CheckScope, *, subject: str = "") -> list[str]:
    """Make the safe repairs within the scope, and return a line for each.

    Raise TicketsError if that is impossible.
    """
    from plaintickets.actions.safe_repairs import repair_links

    wanted = {one.ticket for one in check(project, asked).found if RULES[one.code].is_fixable}
    return repair_links(project, wanted.__contains__, subject=subject) if wanted else []


def _git(project: Project, asked: CheckScope) -> GitProcess | None:
    """Return git, None outside a repository.

    Raise GitRefusedError if the check needs git and there is no repository, or if a sparse checkout lacks tickets.
    """
    if project.git is None:
        if asked.base or asked.staged:
            raise GitRefusedError("not a git repository, so there is no base and nothing is staged")
        return None
    index = project.around.environ.get("GIT_INDEX_FILE")
    if index and asked.staged:
        project.git = project.git.with_variables({"GIT_INDEX_FILE": os.path.join(project.git.top, index)})
    from plaintickets.git.left_out import left_out

    missing = left_out(project.git, project.place.prefix)
    if missing:
        raise GitRefusedError(
            f"a sparse checkout leaves out {len(missing)} of the tickets, so they cannot be checked",
            hint=f"git sparse-checkout add {project.place.prefix}",
        )
    return project.git


def _in_store(project: Project, finding: Finding) -> Finding:
    """Return a finding with its store path replaced by its path in the repository."""
    name = os.path.basename(project.place.store) + "/"
    if os.path.isabs(finding.path):
        return finding._replace(path="", line=0, message=f"{finding.path}:{finding.line}: {finding.message}")
    is_settings = finding.path.startswith(name)
    return finding._replace(
        path=repository_prefix(project) + (finding.path.removeprefix(name) if is_settings else finding.path)
    )


def _added(found: Iterable[Finding], before: Iterable[Finding]) -> list[Finding]:
    """Return the findings that did not exist before, on any line."""
    counts = Counter(map(_identity, before))
    added = []
    for finding in found:
        known = _identity(finding)
        if counts[known] > 0:
            counts[known] -= 1
        else:
            added.append(finding)
    return added


def _identity(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.ticket or finding.path, finding.message


def _git_findings(
    project: Project, git: GitProcess, surveyed: Survey, selection: Selection, span: Span | None
) -> list[Finding]:
    """Return problems of the clone and its attributes; with a base, only those that the branch adds."""
    from plaintickets.git import health

    prefix = project.place.prefix
    is_staged = span is not None and span.is_staged
    lead = repository_prefix(project)
    found = [finding for finding in health.check_flags(git, prefix) if finding.code in RULES]
    if span is None or span.changes_attributes():
        paths = [lead + path for path in surveyed.sheets if selection.holds_file(lead + path, _id(path))]
        found += health.check_attributes(git, paths, staged=is_staged) if paths else []
        # This reads every file again, so it runs only if there is something to find.
        found += health.check_line_ends(git, prefix) if surveyed.has_crlf else []
        found += health.check_ignored(git, prefix)
    return [finding._replace(path="") if os.path.isabs(finding.path) else finding for finding in found]


def _id(path: str) -> str:
    return path.partition(".d/")[0].rpartition("/")[2].removesuffix(".md")


def _branch_findings(project: Project, surveyed: Survey, asked: CheckScope) -> list[Finding]:
    if inspection.level_of(branch.CODE, project.config) == "off":
        return []
    name = asked.branch or _branch(project)
    if not name:
        raise GitRefusedError(
            "HEAD is detached, so the ticket of the branch is unknown", hint="`--branch NAME` names it."
        )
    if name in _FREE_BRANCHES:
        return []
    graph = Graph(surveyed.tickets, surveyed.broken, project.config.is_done)
    finding = branch.judge(name, graph)
    return [finding] if finding else []


def _branch(project: Project) -> str:
    from plaintickets.git import head

    if not project.place.git_dir:
        raise RefusedError("not a git repository, so there is no branch that could name a ticket")
    named = head.branch(project.place.git_dir).removeprefix("refs/heads/")
    names = (project.around.environ.get(variable, "") for variable in _BRANCH_VARIABLES)
    return named or next(filter(None, names), "")


def _with_unused(project: Project, judged: Judged) -> Judged:
    """Add a finding for each entry of the settings that silences nothing."""
    for silence, count in zip(project.config.check_silence, judged.silenced, strict=True):
        level = inspection.level_of("unused-silence", project.config)
        if not count and level != "off":
            message = f"nothing to silence: {silence.rule} for {silence.ticket}"
            path = repository_prefix(project) + FILE_NAME
            judged.found.append((Finding("unused-silence", message, "remove the entry", path), level))
    return judged


def _reported(finding: Finding, level: Level) -> Reported:
    rule = RULES.get(finding.code)
    described = (rule.summary, rule.page, rule.manual) if rule else ("", "", "")
    return Reported(
        finding.code, level, finding.message, finding.remedy, finding.path, finding.line, finding.ticket, *described
    )
