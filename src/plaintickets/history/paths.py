"""Which paths of a repository are tickets and comments of tickets."""

from plaintickets.core.paths import Key as Key  # noqa: PLC0414 - asked for here by the readers of history
from plaintickets.core.paths import key_of as key_of  # noqa: PLC0414
