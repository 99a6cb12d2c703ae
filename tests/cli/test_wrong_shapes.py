"""A dependency in a shape that nobody reads keeps its ticket from being ready, and is never written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

SHAPES = ["deps:\n- id: pt-1\n  anchor: x\n", "deps: {pt-1: hard}\n", "deps: [[pt-1]]\n"]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_wrong_shape_is_no_value(repository: Repository, shape: str) -> None:
    tk = repository.tk
    tk.write("pt-1")
    path = tk.store / "pt-2.md"
    path.write_text(f"---\nid: pt-2\nstatus: open\n{shape}---\n# Two\n")
    repository.commit_all()
    before = path.read_bytes()
    assert tk("check").code == 1
    assert ".tickets/pt-2.md:4: " in tk("check").stdout
    assert "pt-2" not in tk("ready").stdout
    assert tk("blockers", "--for", "pt-2").code == 4
    assert tk("dep", "pt-2", "pt-1").code == 4
    for refused in (tk("mv", "pt-1", "pt-9"), tk("rm", "pt-1")):
        assert refused.code == 3
        assert "pt-2.md:4" in refused.stderr
    assert path.read_bytes() == before
