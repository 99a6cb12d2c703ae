"""The figures of a store that others wrote, against what grep says; test_examples.py has those of the examples."""

from __future__ import annotations

import shutil
import warnings
from collections import Counter
from typing import TYPE_CHECKING

from counted_reports import DONE, key, rows
from store.test_real_store import STORES

if TYPE_CHECKING:
    from builders import Repository


def test_the_figures_of_a_store_that_others_wrote_are_those_of_grep(repository: Repository) -> None:
    source = STORES["tinyemu"]
    if not source.is_dir():
        warnings.warn(f"no {source}: only the excerpt is counted", stacklevel=1)
        source = STORES["tinyemu-excerpt"]
    repository.tk.store.mkdir(exist_ok=True)
    for path in source.rglob("*.md"):
        shutil.copy(path, repository.tk.store)
    repository.commit_all()
    texts = [path.read_text("utf-8") for path in repository.tk.store.glob("*.md")]
    texts = [text for text in texts if key(text, "status")]
    still = [text for text in texts if key(text, "status") not in DONE]
    found = rows(repository.tk, "backlog")
    assert Counter({row["priority"][0]: row["open"] for row in found}) == Counter(key(one, "priority") for one in still)
    volume = rows(repository.tk, "volume", "--per", "month")
    assert volume[-1]["open"] == len(still)
    assert sum(row["opened"] for row in volume) <= len(texts)
    assert rows(repository.tk, "flow", "--per", "month")[-1]["status:closed"] == len(texts) - len(still)
