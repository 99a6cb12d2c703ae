"""One mail address, and nothing else."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")


def is_address(text: str) -> bool:
    """Tell whether a text is one mail address and nothing else, as it stands in a header and in SMTP."""
    return bool(_ADDRESS.fullmatch(text)) and "=?" not in text
