"""Print the answer of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.actions.search import Answer, Hit
    from plaintickets.commands.list_options import ListForm
    from plaintickets.console import CommandContext
    from plaintickets.render.list_columns import Row
    from plaintickets.render.list_forms import Rows

OWN_COLUMNS = ("score",)
_PARTIAL = "all words; these have most of them or other forms (`tk similar TEXT` compares texts):"


def show_answer(context: CommandContext, answer: Answer, form: ListForm) -> None:
    """Print the found tickets in the form of the list."""
    from plaintickets.render.listing import list_line

    if form.is_reversed:
        answer = answer._replace(hits=answer.hits[::-1])
    if form.is_plain and form.is_usual:
        _print_lines(context, (list_line(hit.ticket) for hit in answer.hits))
        if answer.partial:
            context.note(f"{_who(answer)} {_PARTIAL}")
            _print_lines(context, (list_line(hit.ticket) for hit in answer.partial))
    elif not form.is_one_part:
        from plaintickets.commands.list_forms import show_form
        from plaintickets.commands.listing import Listed

        more = lambda: {"problems": context.problems()}  # noqa: E731 - only JSON asks for it
        tickets = [hit.ticket for hit in answer.hits]
        scores = {hit.ticket.id: _row(hit, form) for hit in answer.hits} if form.columns else {}
        show_form(context, Listed(tickets, answer.total, "no ticket found", more=more), list_line, form, scores)
    else:
        from plaintickets.commands.list_forms import show_rows

        show_rows(context, form, _rows(context, answer, form))


def show_paths(context: CommandContext, answer: Answer) -> None:
    """Print the paths of the found tickets' files."""
    from plaintickets.commands.listing import shown_path

    _print_lines(context, (shown_path(context, hit.ticket.path) for hit in answer.hits))


def _rows(context: CommandContext, answer: Answer, form: ListForm) -> Rows:
    """Return the rows of what has all words, then of what has most of them.

    Only a table and the whole JSON have the latter; other forms could not tell them apart.
    """
    from plaintickets.commands.list_forms import columns_line, facts
    from plaintickets.render.list_forms import Part, Rows

    parts = [Part([_row(hit, form) for hit in answer.hits])]
    is_whole_json = form.form == "json" and form.is_usual
    if answer.partial and (form.form == "table" or is_whole_json):
        remark = f"{_who(answer)} all words; these have most of them:"
        parts.append(Part([_row(hit, form, is_partial=True) for hit in answer.partial], remark=remark))
    more: dict[str, object] = {"total": answer.total, "suggestions": answer.suggestions} if is_whole_json else {}
    if form.form == "json":
        more["problems"] = context.problems()
    line = columns_line(form, lambda row: row.ticket.title, facts(context, form.columns))
    return Rows(parts, line, more=more)


def _row(hit: Hit, form: ListForm, *, is_partial: bool = False) -> Row:
    from plaintickets.render.hits import row, whole_values

    if form.form in ("csv", "md", "jsonl") and not form.columns:
        return row(hit)
    return row(hit)._replace(values=whole_values(hit, is_partial=is_partial))


def _who(answer: Answer) -> str:
    return "only the above have" if answer.total else "no ticket has"


def _print_lines(context: CommandContext, lines: Iterable[str]) -> None:
    text = "\n".join(lines)
    if text:
        context.out(text)


def remark(context: CommandContext, answer: Answer, *, is_cut: bool) -> None:
    """Name on stderr what the answer leaves out, and what the words may have meant."""
    if context.json:
        return
    if is_cut and context.is_terminal:
        context.note(f"{len(answer.hits)} of {answer.total:,}; --limit 0 shows all")
    if answer.slip:
        context.note(f"searched for as plain words, because it is not a query: {answer.slip}")
    if not answer.total and not answer.partial and context.is_terminal:
        context.note("no ticket found")
    for word, near in answer.suggestions.items():
        if near:
            said = [f"'{other}'" for other in near]
            context.note(f"no ticket contains '{word}'; did you mean {' or '.join(said)}?")
