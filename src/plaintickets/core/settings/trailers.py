"""The words of trailers that name tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Setting, Shape
from plaintickets.core.settings.reading import named

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SETTINGS = (
    Setting(
        "trailers.closing", "words",
        "The words of trailers that close the tickets they name, e.g. `Closes: pt-7f3k`, each with "
        "the resolution that it sets, if any. A plain list of words sets none.",
        example="trailers.closing:\n  Closes:\n  Fixes: fixed\n  Resolves:",
    ),
    Setting(
        "trailers.referring", "names",
        "The words of trailers that name a ticket without closing it.",
    ),
)  # fmt: skip


def read_words(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the words of closing trailers, each with its resolution or an empty text."""
    if isinstance(raw, list):
        names = findings.names(where, raw)
        return None if names is None else dict.fromkeys(names, "")
    texts = {name: findings.text(spot, value) for name, spot, value in named(findings, where, raw)}
    return {name: text for name, text in texts.items() if text is not None} or None


def _schema(_: Setting) -> Json:
    word = {"type": ["string", "null"], "maxLength": schema_parts.LONGEST_TEXT}
    return {"anyOf": [schema_parts.NAMES, schema_parts.named(word)]}


SHAPES = {"words": Shape("resolutions by word, or a list of words", read_words, _schema, has_default=True)}
