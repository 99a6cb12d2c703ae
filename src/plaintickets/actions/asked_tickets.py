"""The tickets that `tk show` is asked for: here, in another store, or at a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import OtherStoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.document import Document
    from plaintickets.project import Project


def asked(project: Project, words: Iterable[str]) -> list[tuple[Project, Document]]:
    """Return the documents of ids or `ID@REV`, each with its store."""
    states = {"": project}
    found = []
    for word in words:
        part, _, revision = word.partition("@")
        if not part or not revision or project.existing_path(word):
            part, revision = word, ""
        if revision not in states:
            from plaintickets.past_project import at

            states[revision] = at(project, revision)
        try:
            found.append((states[revision], states[revision].document(part, guess=True)))
        except OtherStoreError as error:
            if revision:
                raise
            found.append(_in_other_store(project, error))
    return found


def _in_other_store(project: Project, error: OtherStoreError) -> tuple[Project, Document]:
    """Return the document of a ticket of another store, with its store."""
    from plaintickets.actions.all_stores import sibling

    other = sibling(project, error.prefix)
    project.around.notify(f"note: {error.ticket} is in the store {error.store}")
    return other, other.document(error.ticket)
