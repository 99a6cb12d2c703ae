"""The names that a mapping file gives to columns: an importer must know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.imported import FLAT_KEYS
from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plaintickets.core.config import Config


def refuse_unknown_columns(form: str, columns: Mapping[str, str], config: Config) -> None:
    """Raise UsageError, with the nearest, for a column that becomes one which the importer does not know."""
    known = _known(form, config)
    folded = {name.casefold() for name in known}
    for theirs, ours in columns.items():
        if not known or not ours or ours.casefold() in folded or (form == "jira" and ours.endswith(")")):
            continue
        shown = f"the column {quoted(theirs)} becomes {quoted(ours)}, which no column of {form} is"
        raise UsageError(shown, hint=did_you_mean(ours, known) or f"Known: {', '.join(known)}.")


def _known(form: str, config: Config) -> Collection[str]:
    """Return the columns that a table of a format may have, empty where any name can be one."""
    if form == "csv":
        return [*FLAT_KEYS, *sorted(described_fields(config))]
    if form == "jira":
        from plaintickets.importers.jira_csv import KNOWN

        return KNOWN
    if form == "hubspot":
        from plaintickets.importers.hubspot import LABELS

        return LABELS
    if form == "gitlab":
        from plaintickets.importers.gitlab import COLUMNS

        return COLUMNS
    return ()
