"""The table of checks."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from plaintickets.core import checks

NO_CHECK = {"branch", "facts", "filerules", "finding", "reported", "rule", "rules", "ticketrules", "transitions"}


def test_every_module_of_the_folder_is_in_the_table_and_has_a_check() -> None:
    modules = {found.name for found in pkgutil.iter_modules(checks.__path__)} - NO_CHECK
    assert set(checks.CHECKS.values()) == modules
    for module in modules:
        assert callable(import_module(f"plaintickets.core.checks.{module}").check)


def test_the_table_is_sorted() -> None:
    assert list(checks.CHECKS) == sorted(checks.CHECKS)
