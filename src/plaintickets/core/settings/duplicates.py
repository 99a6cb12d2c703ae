"""The store's own weights for likely duplicates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SETTINGS = (
    Setting(
        "duplicates.weights", "weights",
        "The weight of each feature of two similar tickets in `tk similar`, learned from this store's own "
        "duplicates: `tk similar --learn` prints the line.",
        example="duplicates.weights: {title in body: 1.9, age: -3.1}",
    ),
)  # fmt: skip
_NUMBER = r"-?[0-9]{1,3}(\.[0-9]{1,6})?"


def read_weights(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, float] | None:
    """Return the weights by the name of the feature."""
    from plaintickets.core.similar import WEIGHTS

    found = {}
    for name, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, name)
        text = findings.text(spot, value)
        if name not in WEIGHTS:
            findings.unknown(spot, "weight", name, WEIGHTS)
        elif text is not None and re.fullmatch(_NUMBER, text):
            found[name] = float(text)
        elif text is not None:
            findings.add(spot, "config-value", f"{quoted(name)} must be a number from -999 to 999, not {quoted(text)}")
    return found


def _schema(_: Setting) -> Json:
    from plaintickets.core.similar import WEIGHTS

    return schema_parts.closed({name: {"type": "number", "minimum": -999, "maximum": 999} for name in WEIGHTS})


SHAPES = {"weights": Shape("numbers by the name of the feature", read_weights, _schema)}
