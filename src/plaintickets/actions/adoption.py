"""Propose settings with which an existing store passes `tk check`, and write them on request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions import forms, inspection
from plaintickets.core import adoption
from plaintickets.core.message import message
from plaintickets.errors import RefusedError
from plaintickets.store import all_files
from plaintickets.store.ignored import ignored_test
from plaintickets.store.settings import FILE_NAME
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from plaintickets.core.config import Config
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome

_MOST_LOOKS = 4  # a new class of a status can make another rule fail


class ProposedSettings(NamedTuple):
    """The proposed lines of `config.yml`, the resulting settings, and the number of errors that remain."""

    lines: list[str]
    wanted: Config
    left: int


def propose_where_new(project: Project) -> ProposedSettings:
    """Return the proposed settings; for a store with settings, do not lower the level of any rule."""
    proposed = propose(project)
    config = project.config
    label = f"{os.path.basename(project.place.store)}/{FILE_NAME}"
    if not any(source.startswith(label) for key, source in config.sources.items() if key != "prefix"):
        return proposed
    wanted = proposed.wanted._replace(check_rules=config.check_rules)
    return ProposedSettings(adoption.lines(config, wanted), wanted, proposed.left)


def propose(project: Project) -> ProposedSettings:
    """Return the settings with which `tk check` finds the fewest errors in the tickets.

    Nothing is proposed if the present settings have errors.
    """
    if project.tolerate_config():
        return ProposedSettings([], project.config, 0)
    wanted = project.config
    left = 0
    for _ in range(_MOST_LOOKS):
        surveyed = all_files.survey(project.place.store, wanted.format_max_file_size, ignored_test(wanted.ignore))
        there = [*inspection.store_findings(project, surveyed, wanted), *forms.check(project, wanted)]
        found = inspection.judged(wanted, there).found
        left = sum(level == "error" for _, level in found)
        before, wanted = wanted, adoption.proposed(found, surveyed.tickets.values(), wanted)
        if wanted == before:
            break
    return ProposedSettings(adoption.lines(project.config, wanted), wanted, left)


def adopt(project: Project, proposed: ProposedSettings, *, subject: str = "") -> Outcome:
    """Write the proposed settings into `config.yml`, in one commit.

    Raise RefusedError if they cannot be added to the file.
    """
    from plaintickets.store.files import read_bytes
    from plaintickets.store.settings import LARGEST
    from plaintickets.write.edit import Edit

    name = os.path.basename(project.place.store)
    with Edit(project, "adopt") as edit:
        try:
            old: bytes | None = read_bytes(project.place.store, FILE_NAME, LARGEST)
        except FileNotFoundError:
            old = None
        new = _content(project.config, proposed.wanted, old or b"")
        text = message("adopt", [], project.config.commit_template, subject=subject, details=[f"{name}/{FILE_NAME}"])
        edit.put(Write(FILE_NAME, old, new))
        return edit.commit_as(text)


def _content(config: Config, wanted: Config, old: bytes) -> bytes:
    """Return the new `config.yml`. Check first that it is read as the wanted settings."""
    from plaintickets.core.configcheck import build
    from plaintickets.store.settings_files import ConfigSyntaxError, read_yaml

    try:
        _, positions = read_yaml(old, FILE_NAME)
        new = adoption.written(old.decode("utf-8-sig"), positions, config, wanted).encode()
        found, problems = build(*read_yaml(new, FILE_NAME), FILE_NAME)
    except ConfigSyntaxError as error:
        problems, found = [error.problem], config
    if problems or any(getattr(found, part) != getattr(wanted, part) for part in adoption.PARTS):
        raise RefusedError(
            f"{FILE_NAME} has some of these settings in a form that tk cannot change",
            hint="write the lines by hand, then run `tk check`.",
        )
    return new
