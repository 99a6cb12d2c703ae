"""Files that others made: excerpts in `tests/data/imports`, more where the samples of all systems are."""

from __future__ import annotations

import zipfile
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from plaintickets.importers import freshdesk
from plaintickets.importers.sources import Sources
from real_exports import EXCERPT, EXCERPTS, SHARED, WHOLE, Export, whole_sample

if TYPE_CHECKING:
    from pathlib import Path


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
    is_read(whole_sample(name), SHARED)


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
