"""Files that others made: excerpts in `tests/data/imports`, more where the samples of all systems are.

These are where PLAINTICKETS_DATA, or `shared/data` beside the checkout, has `imports`.
"""

from __future__ import annotations

import os
import warnings
import zipfile
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from plaintickets.importers import freshdesk
from plaintickets.importers.sources import Sources

CHECKOUT = Path(__file__).resolve().parents[2]
EXCERPTS = CHECKOUT / "tests" / "data" / "imports"
SHARED = Path(os.environ.get("PLAINTICKETS_DATA") or CHECKOUT.parent / "shared" / "data") / "imports"


class Export(NamedTuple):
    """Files of one system, and how many tickets and which losses they give."""

    system: str
    files: tuple[str, ...]
    tickets: int
    lost: tuple[str, ...] = ()


EXCERPT = {
    "zendesk": Export("zendesk", ("zendesk/rapid7",), 1),
    "freshdesk": Export("freshdesk", ("freshdesk/python-freshdesk",), 1, ("freshdesk: delta",)),
    "freshdesk v2": Export("freshdesk", ("freshdesk/rapid7",), 1, ("freshdesk: email_config_id",)),
    "helpscout": Export("helpscout", ("helpscout",), 1, ("helpscout: mail addresses of threads",)),
    "hubspot": Export("hubspot", ("hubspot/fivetran-seeds",), 3),
    "otrs": Export("otrs", ("otrs/rapid7",), 1, ("otrs: contents of attachments",)),
    "github": Export("github", ("github/rapid7",), 1),
    "gitlab": Export("gitlab", ("gitlab/go-gitlab",), 2),
    "gitlab table": Export("gitlab", ("gitlab/made",), 3),
    "beads": Export("beads", ("beads",), 4),
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
    "otrs": Export("otrs", ("otrs",), 2, ("otrs: contents of attachments",)),
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


def is_read(export: Export, folder: Path) -> None:
    module = import_module(f"plaintickets.importers.{export.system.replace('-', '_')}")
    sources = [str(folder / name) for name in export.files]
    found = list(module.read(Sources(sources)))
    assert len({one.key for one in found}) == export.tickets
    assert all(one.key.startswith(f"{export.system}:") and one.title for one in found)
    lost = {name for one in found for name in one.lost}
    assert set(export.lost) <= lost
    assert all(name.startswith(f"{export.system}-") for one in found for name in one.extra)
    assert list(module.read(Sources(sources))) == found


@pytest.mark.parametrize("name", EXCERPT)
def test_an_excerpt_is_read(name: str) -> None:
    is_read(EXCERPT[name], EXCERPTS)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_sample_is_read(name: str) -> None:
    export = WHOLE[name]
    missing = [file for file in export.files if not (SHARED / file).exists()]
    if missing:
        warnings.warn(f"{SHARED} has no {', '.join(missing)}: only the excerpts are imported", stacklevel=1)
        pytest.skip(f"{', '.join(missing)} is not in {SHARED}")
    is_read(export, SHARED)


def test_an_archive_and_standard_input_give_the_same_as_a_folder(tmp_path: Path) -> None:
    folder = EXCERPTS / "freshdesk" / "python-freshdesk"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in sorted(folder.glob("*.json")):
            archive.write(file, file.name)
    whole = b"\n".join(file.read_bytes() for file in sorted(folder.glob("*.json")))
    sources = [Sources([str(folder)]), Sources([str(tmp_path / "all.zip")]), Sources(["-"], BytesIO(whole))]
    first, *others = [[one._replace(where="") for one in freshdesk.read(source)] for source in sources]
    assert len(first) == 1
    assert others == [first, first]


def test_each_excerpt_has_its_licence() -> None:
    for file in EXCERPTS.rglob("*.*"):
        if file.is_file() and "made" not in file.parts:
            assert any((folder / "LICENSE").is_file() for folder in file.parents if EXCERPTS in folder.parents), file
