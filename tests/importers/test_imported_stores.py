"""Stores that imports made, twice: of samples made by hand, of excerpts, and of all samples where they are."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from export_samples import SAMPLES
from importers.test_every_importer import KEPT, read, sample
from real_exports import EXCERPT, EXCERPTS, SHARED, WHOLE, Export, whole_sample

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository


def imported_twice(store: Repository, export: Export, folder: Path) -> None:
    store.tk("init")
    sources = [str(folder / name) for name in export.files]
    done = json.loads(store.tk("import", export.system, *sources, "--json").stdout)
    assert len(done["created"]) == export.tickets
    assert {*export.lost, *export.unplaced} <= done["left_out"].keys()
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
    imported_twice(repository, whole_sample(name), SHARED)


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
