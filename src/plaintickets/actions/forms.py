"""Check the templates of types and the replies before somebody uses them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from plaintickets.actions.new import template_of
from plaintickets.core.checks.finding import Finding
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import UnreadableError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.config import Config
    from plaintickets.project import Project

FOLDER = "templates"
_PLACE = re.compile(r"\S+?\.md(?::(\d+))?:? ")


def check(project: Project, config: Config) -> Iterator[Finding]:
    """Yield a finding for each template or reply that cannot be used; paths are store paths."""
    yield from _templates(project, config)
    if config.rules or os.path.isdir(f"{project.place.store}/replies"):
        from plaintickets.actions import replies

        yield from replies.check(project, config)


def _templates(project: Project, config: Config) -> Iterator[Finding]:
    """Yield a finding for each template that cannot be read or that no type uses."""
    store = project.place.store
    if not os.path.isdir(f"{store}/{FOLDER}") or files.is_linked(store, FOLDER):
        return
    types = [kind.name for kind in config.types]
    for name in sorted(os.listdir(f"{store}/{FOLDER}")):
        kind, path = name.removesuffix(".md"), f"{FOLDER}/{name}"
        if kind == name or not files.is_safe_id(kind) or kind.lower() == "readme":
            continue
        if kind not in types:
            hint = did_you_mean(kind, types) or "name the type under `types` in config.yml, or remove the file"
            yield Finding("broken-template", "is the template of a type that is not configured", hint, path)
            continue
        try:
            template_of(project, kind)
        except UnreadableError as error:
            yield _finding(path, str(error), error.hint or "correct the file with an editor")


def _finding(path: str, message: str, remedy: str) -> Finding:
    """Return the finding of an error; its message begins with the path."""
    match = _PLACE.match(message)
    line = int(match[1] or 0) if match else 0
    what = re.sub(r" \[[a-z-]+\]\Z", "", message[match.end() :] if match else message)
    return Finding("broken-template", f"`tk new` refuses it: {what}", remedy, path, line)
