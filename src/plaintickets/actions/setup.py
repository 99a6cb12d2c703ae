"""Set up a clone: tell git how to merge tickets in this clone only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.message import message
from plaintickets.errors import GitRefusedError
from plaintickets.git import merge_driver
from plaintickets.store.initial_files import with_attributes
from plaintickets.write.atomic_files import Write, content_of
from plaintickets.write.edit import Edit

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome

ATTRIBUTES = ".gitattributes"


class CloneSetUp(NamedTuple):
    """The result of `tk setup`: the driver's command, whether it is new, and the commit of the attributes, if any."""

    command: str
    is_new: bool
    attributes: Outcome | None


def set_up_clone(project: Project, *, subject: str = "") -> CloneSetUp:
    """Install the merge driver in this clone, and add missing git attributes to the store.

    Raise GitRefusedError and the errors of writing; the driver is then not installed.
    """
    git = _git(project)
    attributes = _add_attributes(project, git, subject)
    is_new = merge_driver.install(git, program())
    return CloneSetUp(merge_driver.installed(git), is_new, attributes)


def remove_from_clone(project: Project) -> bool:
    """Remove the merge driver from this clone. The attributes stay: without a driver they do nothing."""
    return merge_driver.remove(_git(project))


def program() -> list[str]:
    """Return the words that start this program again, from any folder."""
    started = os.path.abspath(sys.argv[0])
    if not started.endswith(".py") and os.access(started, os.X_OK):
        return [started]
    # Without -P, Python would import modules from the current folder, which git chooses.
    return [sys.executable, "-P", "-m", "plaintickets"]


def _git(project: Project) -> GitProcess:
    if project.git is None:
        raise GitRefusedError("not a git repository, so there is nothing to set up", hint="run `git init` first.")
    return project.git


def _add_attributes(project: Project, git: GitProcess, subject: str) -> Outcome | None:
    place = project.place
    if merge_driver.in_force(git, place.git_path("tk-0000.md")):
        return None
    with Edit(project, "setup") as edit:
        old = content_of(f"{place.store}/{ATTRIBUTES}")
        text = message(
            "setup", [], project.config.commit_template, subject=subject, standard="tk: setup", details=[ATTRIBUTES]
        )
        edit.put(Write(ATTRIBUTES, old, with_attributes(old)))
        return edit.commit_as(text)
