"""How much the queries of the settings may ask of every ticket, so that a stranger's take little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.query_names import FIXED_TYPES

from .comparison import READ_KINDS
from .error import QueryError
from .inquiry import leaves
from .nodes import NOWHERE, Compare

if TYPE_CHECKING:
    from .context import Context
    from .nodes import Query

MOST_CONDITIONS = 1000


class ConditionCount:
    """Counts the conditions of queries that are asked together of every ticket, such as all of the policies."""

    def __init__(self, owners: str) -> None:
        self._owners = owners
        self._number = 0

    def add(self, query: Query, context: Context) -> None:
        """Count those of a query; values that are looked up together, such as of `type:bug,task`, are one.

        Raise QueryError where there are too many.
        """
        for node, _ in leaves(query.root):
            kind = FIXED_TYPES.get(node.field) or context.type_of(node.field) if isinstance(node, Compare) else ""
            self._number += len(node.values) if isinstance(node, Compare) and kind in READ_KINDS else 1
        if self._number > MOST_CONDITIONS:
            message = f"with it the {self._owners} have more than {MOST_CONDITIONS:,} conditions together"
            hint = "write the values of a field as one condition (type:bug,task), or ask for a tag that a rule sets."
            raise QueryError(message, "", NOWHERE, hint)
