"""JSON on several lines.

An indentation makes `json.dumps` use its encoder in Python. This one makes the same text in less than half the time.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as quoted


def indented(value: object, start: str = "\n") -> str:
    """Return what `json.dumps` makes with an indentation of 2; letters outside ASCII are unchanged.

    `start` is the end of a line and the indentation of the value. Raise what `json.dumps` raises.
    """
    if value.__class__ is int:
        return repr(value)
    inner = f"{start}  "
    if isinstance(value, list):
        items = [quoted(item) if item.__class__ is str else indented(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{start}]" if items else "[]"
    if isinstance(value, dict) and all(key.__class__ is str for key in value):
        pairs = [
            f"{quoted(key)}: {quoted(item) if item.__class__ is str else indented(item, inner)}"
            for key, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(pairs)}{start}}}" if pairs else "{}"
    # an end of a line within a text is escaped, so that these are all of the indentation
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", start)
