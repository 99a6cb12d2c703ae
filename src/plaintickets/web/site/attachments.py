"""The attachments that a site has: copies beside the pages of those files that a shown text links to.

On the way to a browser nothing judges them but the web server, by their names. So a name has one ending: that of the
raster image that the file is, of a few kinds that no browser shows as a page, or `.bin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.filters import do_urlencode

from plaintickets.core.attachment_links import attachment_name
from plaintickets.core.paths import LARGEST_IMPORTED
from plaintickets.core.raster_images import ENDINGS
from plaintickets.store.attachments import open_attachment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.web.site.view import ShownTicket

MOST_TOGETHER = 512 * 1024 * 1024
"""The most bytes of the attachments of one site."""
HARMLESS = frozenset(
    (
        *("txt", "log", "csv", "tsv", "json", "pdf", "patch", "diff", "zip", "gz", "tgz", "bz2", "xz", "tar", "7z"),
        *("docx", "xlsx", "pptx", "odt", "ods", "odp", "mp4", "webm", "mp3", "wav", "ogg"),
    )
)
_LONGEST = 230  # bytes, so that an ending and a number fit into the 255 of a file name


class SiteAttachments:
    """The attachments of a site: how many, their bytes, and how many are left out for their size."""

    def __init__(self, store: str, together: int = MOST_TOGETHER) -> None:
        self.store = store
        self.count = self.size = self.left_out = 0
        self._left = together

    def of(self, shown: ShownTicket) -> TicketAttachments:
        """Return those of a ticket."""
        return TicketAttachments(self, shown)

    def takes(self, size: int) -> bool:
        """Take a file of a size, if there is room for it; tell whether there is."""
        if size > LARGEST_IMPORTED or size > self._left:
            self.left_out += 1
            return False
        self._left -= size
        return True


class TicketAttachments:
    """The attachments of a ticket on a site, taken as the texts of its page link to them."""

    def __init__(self, site: SiteAttachments, shown: ShownTicket) -> None:
        self._site = site
        self._ticket = shown.ticket
        self._may_show = shown.files
        self._published: dict[str, str] = {}
        self._images: set[str] = set()
        self._names: set[str] = set()

    def address(self, target: str) -> str | None:
        """Return where a relative link leads: that to an attachment nowhere if the site does not have it."""
        name = attachment_name(target.partition("#")[0], self._ticket.id)
        return (self._address(name) or None) if name else target

    def image(self, target: str) -> str:
        """Return the address of an attachment that is a raster image, empty for any other."""
        name = attachment_name(target, self._ticket.id)
        address = self._address(name) if name else ""
        return address if name in self._images else ""

    def files(self, page: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the attachments that a page has links to."""
        text = page.decode()
        for name, published in self._published.items():
            if not published or f'"{self._quoted(published)}"' not in text:
                continue
            try:
                found = open_attachment(self._site.store, self._ticket.path, name)
            except OSError:
                continue
            with found.file as file:
                content = file.read(LARGEST_IMPORTED)
            self._site.count += 1
            self._site.size += len(content)
            yield f"t/{self._ticket.id}.d/attachments/{published}", content

    def _address(self, name: str) -> str:
        if name not in self._published:
            self._published[name] = self._taken(name) if name in self._may_show else ""
        return self._quoted(self._published[name]) if self._published[name] else ""

    def _quoted(self, published: str) -> str:
        return do_urlencode(f"{self._ticket.id}.d/attachments/{published}")

    def _taken(self, name: str) -> str:
        """Return the name that an attachment has on the site; empty if it cannot be read or is left out."""
        try:
            found = open_attachment(self._site.store, self._ticket.path, name)
        except OSError:
            return ""
        found.file.close()
        if len(name.encode(errors="replace")) > _LONGEST or not self._site.takes(found.size):
            return ""
        if found.image:
            self._images.add(name)
        plain = published_name(name, found.image)
        names = (f"{number}-{plain}" if number else plain for number in range(len(self._names) + 1))
        taken = next(one for one in names if one.casefold() not in self._names)
        self._names.add(taken.casefold())
        return taken


def published_name(name: str, image: str) -> str:
    """Return a name of which every web server makes the right type: one ending, and one that runs nowhere."""
    stem, _, ending = name.rpartition(".")
    endings = [one.removeprefix(".") for one in ENDINGS[image]] if image else HARMLESS
    if not stem or ending.casefold() not in endings:
        stem, ending = name, ENDINGS[image][0].removeprefix(".") if image else "bin"
    return f"{stem.replace('.', '-')}.{ending}"
