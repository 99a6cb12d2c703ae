"""Which bytes are a raster image that a browser may show: a closed list, judged by how a file begins."""

from __future__ import annotations

HEAD = 16
"""How many bytes tell."""
ENDINGS = {
    "image/gif": (".gif",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
}
"""The endings of the names of each type, the usual one first."""


def image_type(head: bytes) -> str:
    """Return the media type of a raster image by its first bytes; empty for any other file, SVG included."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return ""
