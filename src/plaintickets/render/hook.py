"""The git hook of a clone, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.jsonform import FORMAT, dumps

if TYPE_CHECKING:
    from plaintickets.actions.hooks import Hook


def json_text(hook: Hook) -> str:
    """Return the file of the hook, its state, and the earlier hook or the foreign folder if there is one."""
    shown = {"hook": hook.path, "state": hook.state, "kept": hook.kept or None, "foreign": hook.foreign or None}
    return dumps({"format": FORMAT, **shown})
