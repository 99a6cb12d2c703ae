"""The attachments of tickets: files of strangers, of which a browser shows raster images and saves all others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from anyio import to_thread
from markupsafe import Markup
from starlette.responses import Response

from plaintickets.core.attachment_links import attachment_name
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.ticket import id_of
from plaintickets.errors import NotFoundError
from plaintickets.render.html.markup import safe_html
from plaintickets.store.attachments import attachment_names, manifest_content, manifest_rows, open_attachment
from plaintickets.web.views import attachment_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from plaintickets.store.attachments import OpenAttachment
    from plaintickets.web.visit import Visit

CHUNK = 1 << 16
"""How many bytes of a file are in memory at a time."""
POLICY = "sandbox; default-src 'none'"
"""The Content-Security-Policy of a file: nothing in it runs, loads anything or belongs to the pages."""


class AttachmentResponse(Response):
    """An open attachment, sent in pieces; it has the size that it had when it was opened."""

    def __init__(self, found: OpenAttachment, name: str) -> None:
        super().__init__(
            None,
            headers={
                "Content-Type": found.image or "application/octet-stream",
                "Content-Length": str(found.size),
                "Content-Disposition": disposition(name, is_inline=bool(found.image)),
                "Content-Security-Policy": POLICY,
            },
        )
        self._found = found

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the file; a connection to which less can be sent than was promised is closed."""
        file, left = self._found.file, 0 if scope["method"] == "HEAD" else self._found.size
        with file:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while left and (piece := await to_thread.run_sync(file.read, min(CHUNK, left))):
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def disposition(name: str, *, is_inline: bool) -> str:
    """Return how a browser treats a file, with its name as RFC 6266 has it: plain, and whole in UTF-8."""
    kind = "inline" if is_inline else "attachment"
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def attachment(visit: Visit) -> Response:
    """Send an attachment of a ticket."""
    project, name = visit.project, str(visit.request.path_params["name"])
    path = project.path_of(visit.ticket)
    try:
        return AttachmentResponse(open_attachment(project.place.store, path, name), name)
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(project.place.store, path, name) from None
    except OSError as error:
        said = f"the attachment '{name[:200]}' of {id_of(path)} cannot be read: {error.strerror}"
        raise NotFoundError(said, hint="only regular files are shown, and links are not followed.") from None


def _missing(store: str, path: str, name: str) -> NotFoundError:
    """Return an error with what is known of an attachment that is not there."""
    ticket_id = id_of(path)
    rows = manifest_rows(manifest_content(store, path), path)
    row = next((one for one in rows if one.get("name") == name), None)
    if row is None:
        near = did_you_mean(name, attachment_names(store, path))
        hint = near or f"the page of {ticket_id} has links to those that it has."
        return NotFoundError(f"{ticket_id} has no attachment '{name[:200]}'", hint=hint)
    called, size, link = (str(row.get(key, ""))[:500] for key in ("source-name", "size", "link"))
    known = f"it was imported as '{called}'" + (f", {size} bytes" if size else "") + (f", from {link}" if link else "")
    hint = f"{known}; `git log` has the commit that removed it, unless it was never committed."
    return NotFoundError(f"the attachment '{name[:200]}' of {ticket_id} is not here any more", hint=hint)


def markdown_of(store: str, path: str) -> Callable[[str], Markup]:
    """Return a function from Markdown of a ticket to cleaned HTML, its links and images leading to its attachments."""
    ticket_id = id_of(path)

    def address(target: str) -> str:
        name = attachment_name(target.partition("#")[0], ticket_id)
        return attachment_address(ticket_id, name) if name else target

    @cache
    def image(target: str) -> str:
        name = attachment_name(target, ticket_id)
        try:
            found = open_attachment(store, path, name) if name else None
        except OSError:
            return ""
        if found is None:
            return ""
        found.file.close()
        return attachment_address(ticket_id, name) if found.image else ""

    return lambda text: Markup(safe_html(text, address=address, image=image))  # noqa: S704 - cleaned by nh3
