"""Who may import whom. The layers of our own modules are in pyproject.toml, for import-linter."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from architecture.sources import ROOT, imports, is_below

# Each is replaceable in one place: the files and folders that may import it.
PLACES = {
    "click": ("cli.py", "commands/"),
    "git": ("git/",),
    "whoosh": ("search/",),
    "yaml": ("core/yamltext.py", "store/settings_files.py"),
    "frontmatter": ("core/wholefile.py",),
    "sqlite3": ("store/", "history/", "search/", "exporters/sqlite.py"),
    "rich": ("tui/",),
    "textual": ("tui/",),
    "wcwidth": ("render/width.py",),
    "markdown_it": ("render/terminal_markdown.py", "render/html/markup.py"),
    "nh3": ("render/html/markup.py",),
    "anyio": ("mcp/", "web/"),
    "mcp": ("mcp/",),
    "starlette": ("web/",),
    "uvicorn": ("web/server.py", "web/protocol.py"),
    "jinja2": ("web/",),
    "markupsafe": ("web/",),
    "apprise": ("actions/notice_channels.py",),
    "defusedxml": ("importers/jira_xml.py",),
    "holidays": ("store/holiday_dates.py",),
    "random": ("cli.py",),
    "secrets": (),
}
STANDARD = {*sys.stdlib_module_names, "plaintickets"}
# What would let core look at the world: it is told, by arguments.
WORLD = {
    *("os", "io", "pathlib", "subprocess", "socket", "shutil", "tempfile", "time", "random", "secrets", "uuid"),
    *("locale", "getpass", "platform", "signal", "threading", "sqlite3"),
}
# What runs code that it reads, or speaks to a network.
NEVER = {"pickle", "marshal", "shelve", "http", "urllib", "smtplib", "socket", "ssl"}
# What only reads and writes the texts of addresses.
ADDRESSES = {"urllib.parse.quote", "urllib.parse.unquote", "urllib.parse.urlsplit"}


def test_imports_point_down_and_in_no_circle() -> None:
    command = [os.path.join(os.path.dirname(sys.executable), "lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", sorted(PLACES))
def test_a_library_is_imported_where_it_belongs_only(library: str) -> None:
    elsewhere = [
        str(found)
        for found in imports()
        if found.name.split(".")[0] == library and not is_below(found.path, PLACES[library])
    ]
    assert elsewhere == []


def test_no_other_library_is_imported() -> None:
    assert [str(found) for found in imports() if found.name.split(".")[0] not in {*STANDARD, *PLACES}] == []


def test_core_does_not_look_at_the_world() -> None:
    looking = [
        str(found) for found in imports() if found.path.startswith("core/") and found.name.split(".")[0] in WORLD
    ]
    assert looking == []


def test_nothing_runs_what_it_reads_or_asks_a_network() -> None:
    found = [found for found in imports() if found.name.split(".")[0] in NEVER and found.name not in ADDRESSES]
    # Whoosh pickles; its pickles are read by an unpickler that admits data only. A server listens on a socket.
    # `tk notify --send` sends by the server of the user's own settings.
    known = {
        ("search/storage.py", "pickle"),
        ("web/server.py", "socket"),
        ("actions/mail_server.py", "smtplib"),
        ("actions/mail_server.py", "ssl"),
        ("actions/send_notices.py", "smtplib"),
    }
    assert [str(one) for one in found if (one.path, one.name) not in known] == []
