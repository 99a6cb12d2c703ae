"""Find automation rules that can never match, that contradict each other, or that fire each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding, shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined


def check(examined: Examined) -> Iterator[Finding]:
    """Yield what is wrong with the rules of the settings, at the line of the rule."""
    config = examined.config
    if not config.rules:
        return
    from plaintickets.core.rule_queries.contradictions import faults

    for fault in faults(config):
        path, _, line = config.source(f"rules.{fault.rule}").rpartition(":")
        remedy = f"change one of its parts; {shell('tk', 'rules', 'try', fault.rule)} shows where it would have fired"
        yield Finding(fault.code, fault.message, remedy, path.rpartition("/")[2], int(line) if line.isdecimal() else 0)
