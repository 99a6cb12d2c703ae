"""Stores that imports made, twice: of samples made by hand, of excerpts, and of all samples where they are.

These are where PLAINTICKETS_DATA, or `shared/data` beside the checkout, has `imports`.
"""

from __future__ import annotations

import json
import os
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from export_samples import SAMPLES
from importers.test_every_importer import KEPT, read, sample

if TYPE_CHECKING:
    from builders import Repository

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
    "beads": Export("beads", ("beads",), 4, ("deps to a ticket that is not here",)),
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


def imported_twice(store: Repository, export: Export, folder: Path) -> None:
    store.tk("init")
    sources = [str(folder / name) for name in export.files]
    done = json.loads(store.tk("import", export.system, *sources, "--json").stdout)
    assert len(done["created"]) == export.tickets
    assert set(export.lost) <= done["left_out"].keys()
    assert store.tk("check").code == 0
    head = store.git("rev-parse", "HEAD")
    again = store.tk("import", export.system, *sources)
    assert (again.code, again.stdout) == (0, f"0 imported, {export.tickets} here already\n")
    assert store.git("rev-parse", "HEAD") == head


@pytest.mark.parametrize("name", EXCERPT)
def test_an_excerpt_becomes_a_clean_store_once(name: str, repository: Repository) -> None:
    imported_twice(repository, EXCERPT[name], EXCERPTS)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_sample_becomes_a_clean_store_once(name: str, repository: Repository) -> None:
    export = WHOLE[name]
    missing = [file for file in export.files if not (SHARED / file).exists()]
    if missing:
        warnings.warn(f"{SHARED} has no {', '.join(missing)}: only the excerpts are imported", stacklevel=1)
        pytest.skip(f"{', '.join(missing)} is not in {SHARED}")
    imported_twice(repository, export, SHARED)


def test_an_archive_and_standard_input_give_the_same_as_a_folder(repository: Repository, tmp_path: Path) -> None:
    repository.tk("init")
    folder = EXCERPTS / "freshdesk" / "python-freshdesk"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in sorted(folder.glob("*.json")):
            archive.write(file, file.name)
    assert repository.tk("import", "freshdesk", str(tmp_path / "all.zip")).code == 0
    head = repository.git("rev-parse", "HEAD")
    assert repository.tk("import", "freshdesk", str(folder)).stdout == "0 imported, 1 here already\n"
    whole = "\n".join(file.read_text() for file in sorted(folder.glob("*.json")))
    assert repository.tk("import", "freshdesk", "-", stdin=whole).stdout == "0 imported, 1 here already\n"
    assert repository.git("rev-parse", "HEAD") == head


@pytest.mark.parametrize("system", sorted(SAMPLES))
def test_each_sample_becomes_a_clean_store_and_a_second_import_changes_nothing(
    system: str, repository: Repository, tmp_path: Path
) -> None:
    repository.tk("init")
    source = sample(system, tmp_path)
    done = json.loads(repository.tk("import", system, source, "--json").stdout)
    assert len(done["created"]) == KEPT[system].tickets
    assert repository.tk("check").code == 0
    head = repository.git("rev-parse", "HEAD")
    again = repository.tk("import", system, source)
    assert (again.code, again.stdout) == (0, f"0 imported, {KEPT[system].tickets} here already\n")
    assert repository.git("rev-parse", "HEAD") == head
    first = next(one for one in read(system, source) if one.key == KEPT[system].key or not KEPT[system].key)
    texts = [repository.tk.text(one) for one in done["created"]]
    (text,) = [one for one in texts if f"external-ref: {first.key}\n" in one or f"external-ref: '{first.key}'\n" in one]
    for said, is_internal in KEPT[system].said:
        head_line, _, _ = text.partition(said)
        assert head_line.rstrip().splitlines()[-1].endswith("internal") == is_internal
