"""Add a comment to a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.core.document import Document
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome


def comment(
    project: Project, part: str, text: str, *, internal: bool = False, subject: str = ""
) -> tuple[Document, Outcome]:
    """Add a comment by the user, dated now; return the ticket before it, and the outcome.

    Raise RefusedError for a text without words.
    """
    if not text.strip():
        raise RefusedError("the comment has no text", hint="write what was found, decided or asked.")
    with project.edit("comment") as edit:
        edit.subject = subject
        document = edit.comment(part, text, internal=internal)
        return document, edit.commit()
