"""The reader of whole files: python-frontmatter loads what the parser of plain lines does not own.

A handler of this module detects no format, builds no objects, and splits a file as `split` does. Nothing is written
here: a changed document is written line by line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.split import OPENING, Located, split
from plaintickets.errors import MissingLibraryError

try:
    import frontmatter
    from frontmatter.default_handlers import BaseHandler
except ImportError as error:
    raise MissingLibraryError("reads front matter that is not plain lines", error) from None

from plaintickets.core.yamltext import read_mapping

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value


class StrictFrontMatter(BaseHandler):
    """Front matter as the typed strings; everything that a ticket may not contain is refused."""

    FM_BOUNDARY = OPENING
    START_DELIMITER = END_DELIMITER = "---"

    def __init__(self) -> None:
        super().__init__()
        self.found = Located()

    def split(self, text: str) -> tuple[str, str]:
        """Return front matter and body.

        Raises ValueError, as python-frontmatter expects, if there is none.
        """
        parts = split(text)
        if parts is None:
            raise ValueError("no front matter")
        return parts.front, parts.body

    def load(self, fm: str) -> dict[str, Value]:
        """Return the keys.

        Raises FrontMatterFault.
        """
        self.found = read_mapping(fm.replace("\r\n", "\n"))
        return self.found.values


def read(text: str) -> tuple[Located, str]:
    """Return the keys of a file and its body without blank lines around it.

    Raises FrontMatterFault.
    """
    handler = StrictFrontMatter()
    if split(text) is None:  # check first: python-frontmatter would find `---` in a last line `--- `
        return handler.found, text.strip()
    body = load(text, handler)
    return handler.found, body


def load(text: str, handler: StrictFrontMatter) -> str:
    """Give the unchanged front matter of a file to the handler, and return the body.

    python-frontmatter replaces each CR LF by LF before it splits; doubled CRs keep the line ends of the file.
    """
    return frontmatter.parse(text.replace("\r\n", "\r\r\n"), handler=handler)[1]
