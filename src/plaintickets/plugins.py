"""Plug-ins: executables found on PATH, described, and run instead of this process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import NoStoreError
from plaintickets.store.locations import find_store
from plaintickets.system import programs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.project import Surroundings

PREFIXES = ("tk-", "ticket-")
_DESCRIBED_IN_LINES = 10


class Plugin(NamedTuple):
    """A command on PATH."""

    name: str
    path: str


def find(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the executable of a plug-in; `tk-` comes before `ticket-` in any folder."""
    folders = [folder for folder in os.get_exec_path(environ) if os.path.isabs(folder)]
    for prefix in PREFIXES:
        for folder in folders:
            path = programs.named(folder, prefix + name, environ)
            if path:
                return path
    return None


def installed(environ: Mapping[str, str]) -> list[Plugin]:
    """Return all plug-ins on PATH, by name."""
    names: set[str] = set()
    for folder in os.get_exec_path(environ):
        if os.path.isabs(folder) and os.path.isdir(folder):
            for entry in os.listdir(folder):
                stems = programs.stems(entry, environ)
                names.update(name[len(prefix) :] for name in stems for prefix in PREFIXES if name.startswith(prefix))
    found = [Plugin(name, find(name, environ) or "") for name in sorted(names - {""})]
    return [plugin for plugin in found if plugin.path]


def description(plugin: Plugin) -> str:
    """Return the plug-in's own description: its `# tk-plugin:` line, else the output of `--tk-describe`."""
    try:
        with open(plugin.path, "rb") as file:
            head = [file.readline(400) for _ in range(_DESCRIBED_IN_LINES)]
    except OSError:
        return ""
    for line in head:
        text = line.decode(errors="replace").strip()
        if text.startswith("# tk-plugin:"):
            return text.removeprefix("# tk-plugin:").strip()
    try:
        asked = [plugin.path, "--tk-describe"]
        answer = subprocess.run(asked, capture_output=True, timeout=1, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    if answer.returncode != 0:
        return ""
    first = answer.stdout.decode(errors="replace").partition("\n")[0]
    return first.removeprefix("tk-plugin:").strip() if first.startswith("tk-plugin:") else ""


def become(name: str, arguments: list[str], around: Surroundings) -> None:
    """Replace this process by the plug-in, with TICKETS_DIR and TK_SCRIPT set; return if there is none."""
    path = find(name, around.environ)
    if path is None:
        return
    environ = dict(around.environ)
    named = environ.get("TICKETS_DIR")
    try:
        environ["TICKETS_DIR"] = find_store(around.folder, named)
    except NoStoreError:
        if named:
            raise
    environ["TK_SCRIPT"] = os.path.abspath(sys.argv[0])
    sys.stdout.flush()
    programs.become(path, arguments, environ)
