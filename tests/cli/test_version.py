"""`tk --version`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plaintickets import __version__

if TYPE_CHECKING:
    from store_files import Tk


@pytest.mark.only_plaintickets
def test_the_version_is_printed_without_a_command_or_a_store(tk: Tk) -> None:
    printed = tk("--version")
    assert (printed.stdout, printed.stderr, printed.code) == (f"tk {__version__}\n", "", 0)
    assert tk("--version", "ls").stdout == printed.stdout
