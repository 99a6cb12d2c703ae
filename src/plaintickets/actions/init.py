"""Set up a store: its folder and first files, in one commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import ids
from plaintickets.core.configschema import schema_name, schema_text
from plaintickets.core.message import message
from plaintickets.errors import NoStoreError, RefusedError, UnreadableError, UsageError
from plaintickets.project import Project
from plaintickets.store import names
from plaintickets.store.beginning import refuse_to_begin
from plaintickets.store.initial_files import first_files
from plaintickets.store.locations import STORE_NAME, find_store, locate
from plaintickets.store.settings import FILE_NAME, config_template
from plaintickets.write.atomic_files import Write
from plaintickets.write.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.project import Surroundings
    from plaintickets.write.writer import Outcome


class SetUp(NamedTuple):
    """A store that was set up: the created files, the existing files, and the outcome."""

    project: Project
    is_new: bool
    made: list[str]
    kept: list[str]
    outcome: Outcome


def store_folder(around: Surroundings, folder: str | None) -> str:
    """Return where the store will be: in the folder, as TICKETS_DIR says, or at the top of the work tree.

    A store found from the current folder is used.
    """
    if folder is not None:
        return os.path.join(os.path.abspath(os.path.join(around.folder, folder)), STORE_NAME)
    named = around.environ.get("TICKETS_DIR")
    try:
        return find_store(around.folder, named)
    except NoStoreError:
        if named:
            return os.path.abspath(os.path.join(around.folder, named))
        refuse_to_begin(around.folder, around.environ)
        return os.path.join(locate(os.path.join(around.folder, STORE_NAME)).top or around.folder, STORE_NAME)


def set_up(
    around: Surroundings, overrides: Mapping[str, str], store: str, *, prefix: str = "", subject: str = ""
) -> SetUp:
    """Create the missing files of a store; change no existing file.

    Raise TicketsError with nothing changed.
    """
    check_prefix(prefix)
    is_new = not os.path.lexists(store)
    if not is_new and not os.path.isdir(store):
        raise UnreadableError(f"{store} is not a folder", hint="move it away, then run the command again.")
    place = locate(store)
    project = Project(place, around, overrides)
    if prefix and os.path.lexists(os.path.join(store, FILE_NAME)) and project.config.prefix != prefix:
        raise RefusedError(
            f"{STORE_NAME}/{FILE_NAME} exists already, and is not overwritten",
            hint=f"write `prefix: {prefix}` into it.",
        )
    made_folders = _make_folders(store)
    try:
        return _write(project, prefix, subject, is_new=is_new)
    except BaseException:
        for folder in made_folders:
            _remove_if_empty(folder)
        raise


def check_prefix(prefix: str) -> None:
    """Raise UsageError for a prefix that ids cannot begin with."""
    from plaintickets.core.configscalars import misfit_of_prefix

    wrong = misfit_of_prefix("--prefix", prefix) if prefix else None
    if wrong:
        raise UsageError(wrong)


def _make_folders(store: str) -> list[str]:
    """Create the folder of a store and its parents; return the new ones, innermost first."""
    missing = []
    folder = store
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    os.makedirs(store, exist_ok=True)
    return missing


def _remove_if_empty(folder: str) -> None:
    try:
        os.rmdir(folder)
    except OSError:
        return


def _write(project: Project, prefix: str, subject: str, *, is_new: bool) -> SetUp:
    store = project.place.store
    shown = prefix or ids.choose_prefix(project.config.prefix, names.ticket_paths(store), project.shared_name)
    with Edit(project, "init") as edit:
        wanted = first_files(config_template(shown), schema_text(), prefix)
        if os.path.lexists(os.path.join(store, FILE_NAME)):
            del wanted[schema_name()]  # a file of settings that is there may name another, or none
        kept = sorted(name for name in wanted if os.path.lexists(os.path.join(store, name)))
        made = sorted(wanted.keys() - kept)
        text = message("init", [], project.config.commit_template, subject=subject, standard="tk: init", details=made)
        for name in made:
            edit.put(Write(name, None, wanted[name]))
        outcome = edit.commit_as(text)
    return SetUp(project, is_new, made, kept, outcome)
