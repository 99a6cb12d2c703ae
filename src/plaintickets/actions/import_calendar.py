"""Write the holidays of an iCalendar file into `calendars.yml`, in one commit."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.message import message
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.ics import IcsError, read_holidays
from plaintickets.errors import RefusedError, UnreadableError, UsageError
from plaintickets.store.files import read_bytes
from plaintickets.store.settings import LARGEST, read_contents
from plaintickets.write.atomic_files import Write
from plaintickets.write.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.servicedesk.ics import Holidays
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome

FILE = "calendars.yml"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?")


class ImportedCalendar(NamedTuple):
    """A new list of holidays: its name, what it holds, and the outcome of its commit."""

    name: str
    holidays: Holidays
    outcome: Outcome


def import_calendar(project: Project, path: str, content: bytes, name: str, *, subject: str = "") -> ImportedCalendar:
    """Add the all-day events of a file as a list of holidays, under a name or that of the file.

    Raise UnreadableError for a file that cannot be read as holidays, UsageError for a bad name, RefusedError for a
    name that is taken, and for settings that cannot be added to.
    """
    try:
        holidays = read_holidays(content)
    except IcsError as error:
        place = f"{path}:{error.line}" if error.line else path
        raise UnreadableError(f"{place}: {error}", hint="nothing was changed.") from None
    if not holidays.dates:
        raise UnreadableError(f"{path}: no all-day event", hint="holidays are events with `DTSTART;VALUE=DATE`.")
    name = name or _name_of(path)
    if not _NAME.fullmatch(name) or name in ("always", "import"):
        raise UsageError(f"{quoted(name)} cannot be the name of a calendar", hint="give another one: --name holidays.")
    with Edit(project, "calendar") as edit:
        if name in project.config.calendars:
            hint = "give another one with --name, or remove it from the settings first."
            raise RefusedError(f"there is a calendar '{name}' already", hint=hint)
        old = _old(project.place.store)
        new = with_calendar(old or b"", name, holidays.dates)
        _check(project, name, new, holidays.dates)
        standard, details = f"tk: calendar: import {name}", [f"{os.path.basename(project.place.store)}/{FILE}"]
        text = message(
            "calendar", [], project.config.commit_template, subject=subject, standard=standard, details=details
        )
        edit.put(Write(FILE, old, new))
        return ImportedCalendar(name, holidays, edit.commit_as(text))


def _name_of(path: str) -> str:
    stem = os.path.splitext(os.path.basename(path))[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-_")[:60].strip("-_") if path != "-" else "holidays"


def _old(store: str) -> bytes | None:
    try:
        content = read_bytes(store, FILE, LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableError(f"cannot read {FILE}: {error.strerror}") from None
    return content


def with_calendar(content: bytes, name: str, dates: Mapping[str, str]) -> bytes:
    """Return a file of calendars with one more at its end; every line that it has stays."""
    end = "\r\n" if b"\r\n" in content else "\n"
    rows = [f"{name}:", "  dates:", *(f"    {day}: {_quoted(title)}".rstrip() for day, title in dates.items()), ""]
    gap = b"" if not content or content.endswith(b"\n") else end.encode()
    return content + gap + end.join(rows).encode()


def _quoted(text: str) -> str:
    """Return a title in double quotes, which YAML reads as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def _check(project: Project, name: str, new: bytes, dates: Mapping[str, str]) -> None:
    """Refuse a file that would not be read as the calendars of before and the new one."""
    before = dict(project.config.calendars)
    contents = {**read_contents(project.place.store), FILE: new}
    problems = project.use_settings(contents) if len(new) <= LARGEST else ()
    wanted = {**before, name: {"dates": dict(dates)}}
    if len(new) > LARGEST:
        raise RefusedError(f"{FILE} would be larger than {LARGEST // 1024} KiB", hint="import fewer years.")
    if problems:
        raise RefusedError(f"the calendar cannot be added: {problems[0]}", hint=f"keep all calendars in {FILE}.")
    if project.config.calendars != wanted:
        raise RefusedError(
            f"{FILE} has a form that tk cannot add a calendar to", hint="write its calendars in block style."
        )
