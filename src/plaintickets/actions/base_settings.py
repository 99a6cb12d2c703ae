"""Judge a branch by the settings of its base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.basesettings import changed_keys, judged_by, settings_files_of

if TYPE_CHECKING:
    from plaintickets.past_project import PastProject
    from plaintickets.project import Project


def judge_by(project: Project, base: PastProject) -> None:
    """Use the base's settings for blockers and checks, and report what the branch changes in them."""
    if not base.existed:
        return
    changed = changed_keys(base.config, project.config)
    if changed:
        what = ", ".join(changed)
        where = " and ".join(settings_files_of(changed, base.config, project.config))
        project.around.notify(f"note: this branch changes {what} in {where}; the settings of its base are used here")
        project.__dict__["config"] = judged_by(base.config, project.config)
