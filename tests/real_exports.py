"""Exports that others made: excerpts in `tests/data/imports`, more where the samples of all systems are.

These are where PLAINTICKETS_DATA, or `shared/data` beside the checkout, has `imports`.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
EXCERPTS = CHECKOUT / "tests" / "data" / "imports"
SHARED = Path(os.environ.get("PLAINTICKETS_DATA") or CHECKOUT.parent / "shared" / "data") / "imports"


class Export(NamedTuple):
    """Files of one system, and how many tickets and which losses they give; `unplaced` is lost by the store only."""

    system: str
    files: tuple[str, ...]
    tickets: int
    lost: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


EXCERPT = {
    "zendesk": Export("zendesk", ("zendesk/rapid7",), 1),
    "freshdesk": Export("freshdesk", ("freshdesk/python-freshdesk",), 1, ("freshdesk: delta",)),
    "freshdesk v2": Export("freshdesk", ("freshdesk/rapid7",), 1, ("freshdesk: email_config_id",)),
    "helpscout": Export("helpscout", ("helpscout",), 1, ("helpscout: mail addresses of threads",)),
    "hubspot": Export("hubspot", ("hubspot/fivetran-seeds",), 3),
    "otrs": Export("otrs", ("otrs/rapid7",), 1),
    "github": Export("github", ("github/rapid7",), 1),
    "gitlab": Export("gitlab", ("gitlab/go-gitlab",), 2),
    "gitlab table": Export("gitlab", ("gitlab/made",), 3),
    "beads": Export("beads", ("beads",), 4, unplaced=("deps to a ticket that is not here",)),
    "backlog-md": Export("backlog-md", ("backlog-md",), 2),
}
WHOLE = {
    "zendesk tables": Export(
        *("zendesk", ("zendesk/fivetran-seeds",), 10),
        ("zendesk: records of schedule_data.csv", "zendesk: comment of tickets that are not here"),
    ),
    "freshdesk": Export("freshdesk", ("freshdesk/rapid7/get_tickets_no_parameters.json",), 16, ("freshdesk: form_id",)),
    "freshservice": Export("freshdesk", ("freshdesk/freshservice",), 2),
    "hubspot": Export("hubspot", ("hubspot",), 25, ("hubspot: history of tickets that are not here",)),
    "otrs": Export("otrs", ("otrs",), 2),
    "github recorded": Export(
        "github",
        ("github/octokit-fixtures/paginate-issues.json",),
        13,
        ("github: comments that the export does not hold",),
    ),
    "gitlab": Export("gitlab", ("gitlab",), 7, ("gitlab: comments that the export does not hold",)),
    "beads": Export("beads", ("beads",), 138, ("beads: kind of a dependency: tracks",)),
    "backlog-md": Export(
        "backlog-md", ("backlog-md/backlog",), 27, ("backlog-md: documents, decisions and milestones",)
    ),
    "mails": Export("mbox", ("mail/sisimai",), 22, ("mbox: headers",)),
}


def whole_sample(name: str) -> Export:
    """Return a sample that is larger than its excerpt; skip the test, loudly, where its files are not."""
    export = WHOLE[name]
    missing = [file for file in export.files if not (SHARED / file).exists()]
    if missing:
        warnings.warn(f"{SHARED} has no {', '.join(missing)}: only the excerpts are imported", stacklevel=2)
        pytest.skip(f"{', '.join(missing)} is not in {SHARED}")
    return export
