"""The reference page says of every report and of each of its columns what it counts."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from plaintickets.reports import REPORTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "reports.md"


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_and_each_of_its_columns_has_an_entry(name: str) -> None:
    module = import_module(f"plaintickets.reports.{name.replace('-', '_')}")
    columns = getattr(module, "REPORT_COLUMNS", module.COLUMNS)
    rows = {row.strip("`") for row in re.findall(r"^\| (\S+) \|", sections()[name], re.MULTILINE)}
    assert {column.key for column in columns} - rows == set()


def test_the_page_has_no_report_that_is_not_there() -> None:
    assert sections().keys() == {"What holds for all", *REPORTS}
