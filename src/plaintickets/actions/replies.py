"""The texts for the same answer, in `.tickets/replies/<name>.md`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.checks.finding import Finding
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.automation.placeholders import OWN, unknown
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError, TicketsError, UnreadableError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.config import Config
    from plaintickets.project import Project

FOLDER = "replies"


def reply_text(project: Project, name: str) -> str:
    """Return the text of a reply.

    Raise RefusedError if there is none of the name, UnreadableError with its line for an unknown placeholder.
    """
    path = f"{FOLDER}/{name}.md"
    store = project.place.store
    if not files.is_safe_id(name) or files.is_linked(store, FOLDER) or not os.path.lexists(f"{store}/{path}"):
        names = reply_names(project)
        known = ", ".join(names) or "none yet"
        raise RefusedError(f"no reply {quoted(name)}", hint=did_you_mean(name, names) or f"Known: {known}.")
    shown = f"{os.path.basename(store)}/{path}"
    try:
        text = files.read_bytes(store, path, project.config.format_max_file_size).decode()
    except OSError as error:
        raise UnreadableError(f"{shown}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableError(f"{shown}: cannot be read: it is not UTF-8") from None
    known_fields = sorted({*described_fields(project.config), *OWN})
    for place, line in unknown(text, known_fields):
        hint = did_you_mean(place, known_fields) or f"Known: {', '.join(known_fields)}."
        raise UnreadableError(f"{shown}:{line + 1}: unknown placeholder {quoted(place)}", hint=hint)
    return text.replace("\r\n", "\n").strip("\n")


def reply_names(project: Project) -> list[str]:
    """Return the names of the replies."""
    try:
        found = os.listdir(f"{project.place.store}/{FOLDER}")
    except OSError:
        return []
    return sorted(name[:-3] for name in found if name.endswith(".md") and files.is_safe_id(name[:-3]))


def check(project: Project, config: Config) -> Iterator[Finding]:
    """Yield a finding for each reply that cannot be used, and for each that a rule names and that is not there."""
    names = reply_names(project)
    for name in names:
        try:
            reply_text(project, name)
        except TicketsError as error:
            match = re.match(r"\S+?\.md(?::(\d+))?:? ", str(error))
            at = int(match[1] or 0) if match else 0
            message = str(error)[match.end() :] if match else str(error)
            yield Finding("broken-reply", message, error.hint or "correct the file", f"{FOLDER}/{name}.md", at)
    for rule, entries in config.rules.items():
        for effect in entries["do"]:
            comment = effect.get("comment")
            if comment and "reply" in comment and comment["reply"] not in names:
                path, _, line = config.source(f"rules.{rule}").rpartition(":")
                remedy = did_you_mean(comment["reply"], names) or f"write {FOLDER}/{comment['reply']}.md"
                message = f"the rule {rule} names no reply: {quoted(comment['reply'])}"
                yield Finding("broken-reply", message, remedy, path.rpartition("/")[2], int(line or 0))
