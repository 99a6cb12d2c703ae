"""The table of all rules of `tk check`, by code, and the page that describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.filerules import FILE_RULES, SETTING_RULES
from plaintickets.core.checks.rule import GROUPS, Rule
from plaintickets.core.checks.ticketrules import TICKET_RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """\
# Rules of `tk check`

<!-- Made from core/checks/ by `make golden`. -->

Each thing that `tk check` reports has a code, in square brackets behind the message, and a level. A
finding of the level `error` makes `tk check` end with exit code 1; `--level warning` or `--strict`
lets warnings do so too. The levels are set in `config.yml`:

```yaml
check:
  rules:
    no-title: warning
    branch-names-open-ticket: error
  silence:
    - rule: closed-with-unticked-items
      ticket: old-*
      reason: imported as they were
```

`off` switches a rule off. The rules that say *always an error* cannot be set: without what they ask
for a ticket or a setting cannot be read, and a gate that reads nothing must not pass. What is
silenced, with a reason that everybody can read, is counted and not reported. `tk check --explain CODE`
prints one of these entries.
"""

RULES: dict[str, Rule] = {rule.code: rule for rule in sorted([*FILE_RULES, *TICKET_RULES, *SETTING_RULES])}


def page() -> str:
    """Return the reference page of all rules in Markdown."""
    lines = [_HEAD]
    for group, title in GROUPS.items():
        lines += [f"## {title}", ""]
        for rule in RULES.values():
            if rule.group == group:
                lines += [*entry(rule), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def entry(rule: Rule) -> Iterator[str]:
    """Yield the entry of one rule in Markdown, line by line."""
    from textwrap import wrap

    level = "always an error" if rule.fixed else "off, unless it is set" if rule.level == "off" else rule.level
    yield f"### `{rule.code}`"
    yield ""
    yield from wrap(f"**{rule.summary}** Level: {level}." + (" `--fix` fixes it." if rule.is_fixable else ""), 100)
    yield ""
    yield from wrap(rule.explanation, 100, break_on_hyphens=False, break_long_words=False)
