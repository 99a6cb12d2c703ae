"""The manual pages for `man`: one for `tk` and each command, made from their help, and free of roff's errors."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from architecture.sources import ROOT
from plaintickets.command_table import COMMANDS
from plaintickets.render.manpage import ManualPage, Section, code, inline, render, text

if TYPE_CHECKING:
    from store_files import Tk

PAGES = ROOT / "docs" / "man"
CHECKS = {"groff": ["groff", "-ww", "-man", "-T", "utf8", "-z"], "mandoc": ["mandoc", "-T", "lint", "-W", "warning"]}
_ESCAPES = {"\\e": "\\", "\\(ga": "`", "\\(ha": "^", "\\(ti": "~", "\\-": "-", "\\(aq": "'", "\\(dq": '"', "\\&": ""}
_ESCAPE = re.compile(r"\\(?:f[BR]|\[u([0-9A-F]{4,6})\]|\((?:ga|ha|ti|aq|dq)|[e&-])")


def plain(roff: str) -> str:
    """What a reader of escaped text sees."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[0], ""), roff)


def test_tk_and_every_command_have_a_page_and_nothing_else_has() -> None:
    assert {path.name for path in PAGES.iterdir()} == {"tk.1", *(f"tk-{name}.1" for name in COMMANDS)}


@pytest.mark.parametrize("program", CHECKS)
def test_the_pages_have_no_errors(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    pages = map(str, sorted(PAGES.iterdir()))
    done = subprocess.run([*CHECKS[program], *pages], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_page_says_what_the_help_of_the_command_says(tk: Tk) -> None:
    page = tk("help", "--man", "create").stdout
    assert page == (PAGES / "tk-new.1").read_text("utf-8")
    assert tk("help", "--man").stdout == (PAGES / "tk.1").read_text("utf-8")
    shown = plain(page)
    for line in tk("new", "--help").stdout.split("Options:")[1].splitlines():
        if option := re.match(r"  (-[\w -]+?)(?:  |$| [A-Z])", line):
            assert option[1] in shown
    assert 'id=$(tk new "Update the docs" --dep 7f3k)' in shown
    refused = tk("help", "--man", "query-language")
    assert (refused.code, refused.stdout) == (2, "")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_escaped_text_reads_as_it_was(given: str) -> None:
    assert plain(code(given)) == plain(text(given)) == given
    assert code(given).isascii()


@given(st.text(st.sampled_from(".' \\`-\"ab\n"), max_size=20))
def test_no_text_of_a_page_is_a_request_of_roff(given: str) -> None:
    lines = tuple(given.splitlines())
    section = Section("DESCRIPTION", (given,), lines, tuple((line or "x", given) for line in lines))
    page = render(ManualPage("tk-x", "x", "tk x", (section,), (), "1", "2026-01-01"))
    requests = {line.split()[0] for line in page.splitlines() if line[:1] in {".", "'"}}
    assert requests <= {".TH", ".nh", ".ad", ".SH", ".PP", ".nf", ".fi", ".TP"}


def test_what_is_typed_is_bold() -> None:
    assert inline("see `tk ls --all`\nfirst") == "see \\fBtk ls \\-\\-all\\fR first"
