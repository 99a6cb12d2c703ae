"""Report formats of `tk check` for forges and CI servers, one module for each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.checks.reported import Checked, Reported

# Form: the module here that holds its `render(found, checked) -> text`, without a last line end.
FORMATS = {
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "markdown": "markdown",
    "sarif": "sarif",
}


def rendered(form: str, found: Sequence[Reported], checked: Checked) -> str:
    """Return a report in one of the formats.

    Raises KeyError for an unknown format.
    """
    module = import_module(f"plaintickets.render.checkforms.{FORMATS[form]}")
    text: str = module.render(found, checked)
    return text
