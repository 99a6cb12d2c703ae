"""The texts for the same answer, in `.tickets/replies/<name>.md`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.checks.finding import Finding
from plaintickets.core.problem import Problem
from plaintickets.core.quoting import quoted
from plaintickets.core.reply import LINK, reply_of
from plaintickets.core.servicedesk.automation.placeholders import OWN, placeholders
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError, TicketsError, UnreadableError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.config import Config
    from plaintickets.core.reply import Reply
    from plaintickets.project import Project

FOLDER = "replies"


def reply_text(project: Project, name: str) -> str:
    """Return the text of a reply for the comment of a rule.

    Raise RefusedError if there is none of the name, UnreadableError with its line for an unknown placeholder.
    """
    return _read(project, name, {*described_fields(project.config), *OWN}).text


def reply_named(project: Project, name: str) -> Reply:
    """Return a reply for a person's answer, which may also name the person and articles.

    Raise RefusedError if there is none of the name, UnreadableError with its line for a reply that cannot be used.
    """
    return _read(project, name, {*described_fields(project.config), "id", "me", "title"}, with_articles=True)


def _read(project: Project, name: str, places: set[str], *, with_articles: bool = False) -> Reply:
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
    reply = reply_of(name, path, text, project.config.status_names)
    if isinstance(reply, Problem):
        raise UnreadableError(f"{shown}:{reply.line}: {reply.message}", hint="correct the file.")
    known_places = sorted(places)
    leading = 0 if reply.line else len(text) - len(text.lstrip("\r\n"))
    above = reply.line + text.count("\n", 0, leading)
    for place, line in placeholders(reply.text):
        if place in places or (with_articles and place.startswith(LINK)):
            continue
        hint = did_you_mean(place, known_places) or f"Known: {', '.join(known_places)}."
        raise UnreadableError(f"{shown}:{above + line + 1}: unknown placeholder {quoted(place)}", hint=hint)
    return reply


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
    effects = [effect.get("comment") for entries in config.rules.values() for effect in entries["do"]]
    of_rules = {comment["reply"] for comment in effects if comment and "reply" in comment}
    for name in names:
        try:
            (reply_text if name in of_rules else reply_named)(project, name)
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
