"""The dependency tree of long chains and of many pairs: linear in what it prints, and bounded."""

from __future__ import annotations

from itertools import pairwise

import pytest

from plaintickets.core.document import parse
from plaintickets.core.links import Graph, tree
from plaintickets.core.ticket import Ticket, from_document
from plaintickets.errors import RefusedError
