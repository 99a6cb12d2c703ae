"""The output of `tk services` and `tk assets`: the list, or the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.actions.services import Concerned
    from plaintickets.console import CommandContext
    from plaintickets.core.table import Table
    from plaintickets.project import Project


def show(
    context: CommandContext,
    kind: str,
    name: str | None,
    columns: str,
    page_of: Callable[[Project, str], Concerned],
    table_of: Callable[[Project, str], Table],
) -> None:
    """Print the page of one thing by its name, else the list with these columns, and report broken files."""
    project = context.project
    if name is not None:
        if columns:
            raise UsageError(f"--columns goes with the list, not with one {kind}")
        from plaintickets.render import concerned

        found = page_of(project, name)
        context.out(concerned.page_json(found) if context.json else concerned.page(found))
    else:
        from plaintickets.render.tables import rendered

        context.out(rendered("json" if context.json else "text", table_of(project, columns)))
    context.report([*project.assets.problems, *project.reading.problems])
