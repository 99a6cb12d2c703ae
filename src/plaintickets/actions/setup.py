"""What setting up a clone means: git is told how to merge tickets, here and nowhere else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.message import message
from plaintickets.errors import GitRefusedError
from plaintickets.history import driver
from plaintickets.store.setup import with_attributes
from plaintickets.store.writing import Write, content_of
from plaintickets.transaction import Writer, settings_of

if TYPE_CHECKING:
    from plaintickets.history.process import GitProcess
    from plaintickets.tracker import Tracker
    from plaintickets.transaction import Outcome

ATTRIBUTES = ".gitattributes"


class CloneSetUp(NamedTuple):
    """What was changed: the driver's command, whether it is new, and the commit of the attributes, if it took one."""

    command: str
    is_new: bool
    attributes: Outcome | None


def set_up_clone(tracker: Tracker, *, subject: str = "") -> CloneSetUp:
    """Installs the merge driver in this clone, and the attributes that ask for it in the store, if they are missing.

    Raises GitRefusedError and what writing raises; the driver is then not installed.
    """
    git = _git(tracker)
    attributes = _add_attributes(tracker, git, subject)
    is_new = driver.install(git, program())
    return CloneSetUp(driver.installed(git), is_new, attributes)


def remove_from_clone(tracker: Tracker) -> bool:
    """Takes the driver out of this clone; the attributes stay, for they ask for nothing where there is no driver."""
    return driver.remove(_git(tracker))


def program() -> list[str]:
    """The words that start this program again, from any folder."""
    started = os.path.abspath(sys.argv[0])
    if not started.endswith(".py") and os.access(started, os.X_OK):
        return [started]
    # Without -P, Python would import what lies in the current folder, which git chooses.
    return [sys.executable, "-P", "-m", "plaintickets"]


def _git(tracker: Tracker) -> GitProcess:
    if tracker.git is None:
        raise GitRefusedError("not a git repository, so there is nothing to set up", hint="run `git init` first.")
    return tracker.git


def _add_attributes(tracker: Tracker, git: GitProcess, subject: str) -> Outcome | None:
    place = tracker.place
    if driver.in_force(git, place.git_path("tk-0000.md")):
        return None
    settings = settings_of(tracker.config, place)
    with Writer(place, settings, lambda: git, tracker.stamp, tracker.around.notify) as writer:
        old = content_of(f"{place.store}/{ATTRIBUTES}")
        text = message(
            "setup", [], tracker.config.commit_template, subject=subject, standard="tk: setup", details=[ATTRIBUTES]
        )
        outcome = writer.write([Write(ATTRIBUTES, old, with_attributes(old))], text)
    for notice in outcome.notices:
        tracker.around.notify(notice)
    return outcome
