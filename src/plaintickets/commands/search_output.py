"""Print the answer of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.actions.search import Answer, Hit
    from plaintickets.commands.list_options import ListForm
    from plaintickets.commands.listing import Listed
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket

_PARTIAL = "all words; these have most of them or other forms (`tk similar TEXT` compares texts):"


def show_answer(context: CommandContext, answer: Answer, form: ListForm) -> None:
    """Print the found tickets in the form of the list."""
    from plaintickets.render.listing import list_line

    chooses = bool(form.columns or form.group_by or form.is_tree)
    if form.form == "json" and not chooses:
        _show_json(context, answer, form)
    elif form.form == "table" and not chooses:
        _show_table(context, answer)
    elif form.form == "plain" and not chooses:
        _print_parts(context, answer, lambda hits: (list_line(hit.ticket) for hit in hits))
    else:
        from plaintickets.commands.list_forms import show_form

        show_form(context, _listed(answer, form), list_line, form, {})


def show_paths(context: CommandContext, answer: Answer) -> None:
    """Print the paths of the found tickets' files."""
    from plaintickets.commands.listing import shown_path

    _print_lines(context, (shown_path(context, hit.ticket.path) for hit in answer.hits))


def _listed(answer: Answer, form: ListForm) -> Listed:
    from plaintickets.commands.listing import Listed

    tickets: list[Ticket] = [hit.ticket for hit in answer.hits]
    return Listed(tickets[::-1] if form.is_reversed else tickets, answer.total, "no ticket found")


def _show_json(context: CommandContext, answer: Answer, form: ListForm) -> None:
    from plaintickets.render.hits import json_text

    if form.is_reversed:
        answer = answer._replace(hits=answer.hits[::-1])
    text = json_text(answer, context.problems())
    if form.jq is None:
        context.out(text)
        return
    from plaintickets.commands.jq import through_jq

    context.raw(through_jq(["-r", form.jq], text, "install jq, or leave --jq out."))


def _show_table(context: CommandContext, answer: Answer) -> None:
    """Print what has all words, then what has most of them, each with the matching places."""
    from plaintickets.commands.list_forms import table_facts
    from plaintickets.render.hits import row
    from plaintickets.render.list_table import ListTable

    if not answer.hits and not answer.partial:
        return
    rows, others = ([row(hit) for hit in hits] for hits in (answer.hits, answer.partial))
    table = ListTable([*rows, *others], table_facts(context, [*rows, *others]), context.terminal)
    lines = [table.headings(), *table.lines(rows)]
    if others:
        heading = f"{_who(answer)} all words; these have most of them:"
        lines += [context.paint(heading, "quiet"), *table.lines(others)]
    context.page("\n".join(lines) + "\n")


def _who(answer: Answer) -> str:
    return "only the above have" if answer.total else "no ticket has"


def _print_lines(context: CommandContext, lines: Iterable[str]) -> None:
    text = "\n".join(lines)
    if text:
        context.out(text)


def _print_parts(context: CommandContext, answer: Answer, lines: Callable[[list[Hit]], Iterable[str]]) -> None:
    """Print what has all words, then, below a line that says so, what has most of them."""
    _print_lines(context, lines(answer.hits))
    if answer.partial:
        context.note(f"{_who(answer)} {_PARTIAL}")
        _print_lines(context, lines(answer.partial))


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
