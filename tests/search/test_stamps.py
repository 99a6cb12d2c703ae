"""The stamps of the indexed files: which states are indexed, and what is kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plaintickets.search.folder import IndexFolder
from plaintickets.search.schema import DIGEST
from plaintickets.search.stamps import Known, State, read_state, write_state

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {"pt-1.md": Known((1, 2, 3, 4), b"a" * DIGEST), "archive/2026/pt-ü.md": Known((5, 6, 7, 8), b"b" * DIGEST)}
STAMPS = {path: known.stamp for path, known in KNOWN.items()}


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = IndexFolder(str(tmp_path), "search")
    for known in (KNOWN, {}):
        state = State.of("generation", "", known)
        write_state(folder, "tickets.state", state)
        assert read_state(folder, "tickets.state") == state
        assert state.known == known


@pytest.mark.parametrize("digests", [0, 1, 3])
def test_a_state_whose_parts_do_not_fit_is_not_used(tmp_path: Path, digests: int) -> None:
    folder = IndexFolder(str(tmp_path), "search")
    write_state(folder, "tickets.state", State.of("generation", "", KNOWN)._replace(digests=b"a" * DIGEST * digests))
    assert read_state(folder, "tickets.state") is None


def test_the_same_files_are_indexed_in_whatever_order_they_are_listed() -> None:
    state = State.of("generation", "", KNOWN)
    assert state.is_of(STAMPS)
    assert state.is_of(dict(reversed(STAMPS.items())))


@pytest.mark.parametrize(
    "stamps",
    [{}, {"pt-1.md": (1, 2, 3, 4)}, {**STAMPS, "pt-1.md": (1, 2, 3, 5)}, {**STAMPS, "pt-2.md": (1, 2, 3, 4)}],
)
def test_other_files_or_states_are_not_indexed(stamps: dict[str, tuple[int, int, int, int]]) -> None:
    assert not State.of("generation", "", KNOWN).is_of(stamps)
    assert not State.of("generation", "", KNOWN).is_of(dict(reversed(stamps.items())))


@pytest.mark.parametrize("inode", [1 << 63, (1 << 64) - 1, 1 << 127, (1 << 63) - 1])
def test_inodes_of_more_bits_than_are_stored_are_known_again(tmp_path: Path, inode: int) -> None:
    stamps = {"pt-1.md": (1, 2, 3, inode), "pt-2.md": (-1, 2, 3, 4)}
    folder = IndexFolder(str(tmp_path), "search")
    known = {path: Known(stamp, b"a" * DIGEST) for path, stamp in stamps.items()}
    write_state(folder, "tickets.state", State.of("generation", "", known))
    state = read_state(folder, "tickets.state")
    assert state is not None
    for listed in (stamps, dict(reversed(stamps.items()))):
        assert state.is_of(listed)
        assert not state.is_of({**listed, "pt-1.md": (1, 2, 3, inode ^ 1)})
    assert state.known["pt-1.md"].is_at(stamps["pt-1.md"])


def test_a_state_with_a_note_or_without_a_generation_is_of_no_files() -> None:
    assert not State.of("generation", "note", KNOWN).is_of(STAMPS)
    assert not State.of("", "", KNOWN).is_of(STAMPS)
