"""Plug-ins: executables found on PATH, described, and run instead of this process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.command_table import ALIASES, COMMANDS
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


def hiding(environ: Mapping[str, str]) -> list[Plugin]:
    """Return the plug-ins that run in the place of a built-in command."""
    known = {*COMMANDS, *ALIASES} - {"help", "completion"}
    return [plugin for plugin in installed(environ) if plugin.name in known]


def _name_hiding(plugin: Plugin, around: Surroundings) -> None:
    """Say once to each user that a plug-in runs in the place of a built-in command."""
    line = f"{plugin.path}\n"
    memory = _memory(around.environ)
    try:
        with open(memory, encoding="utf-8", errors="surrogateescape") as file:
            if line in file:
                return
    except (OSError, ValueError):
        pass
    around.notify(
        f"note: `tk {plugin.name}` is the plug-in {plugin.path}; `tk super {plugin.name}` runs the built-in command"
    )
    with contextlib.suppress(OSError, ValueError):
        os.makedirs(os.path.dirname(memory), mode=0o700, exist_ok=True)
        with open(memory, "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(line)


def _memory(environ: Mapping[str, str]) -> str:
    """Return the file with the plug-ins that were named, in the user's folder of states; empty if there is none."""
    state = environ.get("XDG_STATE_HOME") or os.path.join(
        environ.get("HOME") or environ.get("USERPROFILE", ""), ".local", "state"
    )
    return os.path.join(state, "plaintickets", "hiding-plug-ins") if os.path.isabs(state) else ""


def become(name: str, arguments: list[str], around: Surroundings) -> None:
    """Replace this process by the plug-in, with TICKETS_DIR and TK_SCRIPT set; return if there is none."""
    path = find(name, around.environ)
    if path is None:
        return
    if (name in COMMANDS or name in ALIASES) and "TK_SCRIPT" not in around.environ:
        _name_hiding(Plugin(name, path), around)
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
