"""Compare the settings of a store between two states."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.config import SETTINGS_FILES
from plaintickets.git.entries import untracked
from plaintickets.history.compare import WORK_TREE
from plaintickets.store.settings import examine_contents, read_contents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.settings_report import SettingChange, SettingsSide
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project


def changed_settings(
    project: Project, git: GitProcess, states: tuple[str, str], others: Sequence[str]
) -> list[SettingChange]:
    """Return the changes of the settings between two states, for the files that differ according to git.

    The user's own settings and the environment do not count.
    """
    base, head = states
    if SETTINGS_FILES.keys().isdisjoint(others) and not (head == WORK_TREE and _has_untracked(project, git)):
        return []
    from plaintickets.core.settings_report import setting_changes

    return setting_changes(_side(project, git, base), _side(project, git, head))


def _has_untracked(project: Project, git: GitProcess) -> bool:
    """Tell whether the store has an untracked settings file, which git does not list as different."""
    there = [name for name in SETTINGS_FILES if os.path.lexists(os.path.join(project.place.store, name))]
    return bool(there and untracked(git, [project.place.git_path(name) for name in there]))


def _side(project: Project, git: GitProcess, state: str) -> SettingsSide:
    from plaintickets.core.settings_report import SettingsSide
    from plaintickets.store_at_revision import StoreAtRevision

    store = project.place.store
    past = None if state == WORK_TREE else StoreAtRevision(git, state, project.place.prefix)
    contents = read_contents(store) if past is None else past.settings()
    return SettingsSide(*examine_contents(contents, store, None, None, {}))
