"""Check the repository's file CODEOWNERS, where routes ask it who owns a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.problem import Problem
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project

CODE = "code-owners"


def code_owner_findings(project: Project, git: GitProcess | None, base: str, *, staged: bool) -> Iterator[Finding]:
    """Yield a finding for each line that is none, and each owner whom the settings do not know.

    With a base, a commit, only those that it has not; the paths are those of the repository.
    """
    if not any("codeowners" in one.get("by", ()) for one in project.config.routes.values()):
        return
    from plaintickets.actions.code_owners import content_of

    try:
        path, text = content_of(project)
    except UnreadableError as error:
        yield Finding(CODE, str(error), "a plain file, so that routes by code owners can be used")
        return
    if git is not None and staged:
        text = _recorded(git, "", path)
    known = {one.message for one in _problems(project, path, _recorded(git, base, path))} if git and base else set()
    for problem in _problems(project, path, text):
        if problem.message not in known:
            yield Finding(CODE, problem.message, "name a person or a team of the settings", path, problem.line)


def _problems(project: Project, path: str, text: str | None) -> list[Problem]:
    from plaintickets.actions.code_owners import CodeOwners
    from plaintickets.actions.staff import staff_of

    return CodeOwners(project, staff_of(project), (path, text)).check_all()


def _recorded(git: GitProcess, revision: str, path: str) -> str | None:
    """Return the text of a file at a revision, of the index without one; None where it is not there."""
    from plaintickets.git.revisions import blobs

    content = blobs(git, [f"{revision}:{path}"]).get(f"{revision}:{path}")
    return None if content is None else content.decode("utf-8-sig", errors="replace")
