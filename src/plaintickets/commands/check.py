"""`tk check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.options import Known, base_option, json_option, known, one_form, refuse_given, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.check import Outcome
    from plaintickets.console import CommandContext

_FORMATS = ("text", "json", "github", "gitlab", "junit", "sarif")
_LEVELS = ("error", "warning", "note")


@click.command("check")
@click.argument("paths", metavar="[PATH…]", nargs=-1, type=Known("check words"))
@base_option("Report only what this branch adds to REF.", default="")
@click.option("--staged", is_flag=True, help="Check what is staged, not the work tree.")
@click.option("--fix", "fixes", is_flag=True, help="First fix what is safe to fix.")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="The format of the report.")
@click.option("--summary", metavar="FILE", type=Known("file"), default="", help="Append a summary in Markdown to FILE.")
@click.option("--level", type=click.Choice(_LEVELS), default="error", help="The lowest level that fails.")
@click.option("--strict", is_flag=True, help="The same as --level warning.")
@click.option("--branch", metavar="NAME", type=Known("branch"), default="", help="The branch, if HEAD is detached.")
@known("range", "--policy", metavar="RANGE", default="", help="Only check what the policy forbids in BASE..HEAD.")
@known("rule", "--explain", metavar="CODE", default="", help="Only explain a rule.")
@json_option
@writes()
@click.pass_obj
def command(
    context: CommandContext, /, *, fixes: bool, form: str | None, summary: str, level: str, explain: str, **asked: Any
) -> None:
    """Report everything that is wrong with the tickets, for a person, a hook or a CI job.

    PATH is a ticket's file, a folder or an id; its relations to other tickets are checked too. Each finding
    has the code of its rule. `tk help check-rules` describes the rules; `config.yml` sets their levels, or
    silences them with a reason. --base also checks each commit of the branch against the workflow. --fix
    completes links that only one ticket has, and removes links of a ticket to itself, in one commit.

    Exit codes: 0 if there are no errors; 1 if there are; 3 and above if the check could not run, which is
    never a pass. Only --fix and --summary write anything.

    \b
    Examples:
      tk check
      tk check pt-7f3k .tickets/archive --strict
      tk check --staged
      tk check --base origin/main --format github --summary "$GITHUB_STEP_SUMMARY"
      tk check --policy origin/main..HEAD
      tk check --explain one-sided-link
    """
    if explain:
        options = {f"--{name}": asked[name] for name in ("base", "staged", "policy", "branch", "strict")}
        options |= {"PATH": asked["paths"], "--fix": fixes, "--format": form, "--summary": summary}
        refuse_given(options, "a check, not with --explain")
        context.out(_explained(explain))
        return
    from plaintickets.actions.check import CheckScope, check

    form = one_form(context, form)
    least = "warning" if asked.pop("strict") and level == "error" else level
    wanted = CheckScope(**asked)
    done = _make_repairs(context, wanted) if fixes else []
    found = check(context.project, wanted)
    _print(context, found, form, done)
    if summary:
        _append(context, summary, found)
    failing = _LEVELS[: _LEVELS.index(least) + 1]
    context.exit(1 if any(one.level in failing for one in found.found) else 0)


def _explained(code: str) -> str:
    from plaintickets.core.checks.rules import RULES, entry
    from plaintickets.core.suggestions import did_you_mean

    if code not in RULES:
        raise UsageError(f"no rule '{code}'", hint=did_you_mean(code, RULES) or "`tk help check-rules` lists them.")
    return "\n".join(entry(RULES[code]))


def _make_repairs(context: CommandContext, wanted: Any) -> list[str]:
    if wanted.staged or wanted.base or wanted.policy:
        raise UsageError("--fix changes the work tree: it cannot be combined with --staged, --base or --policy")
    from plaintickets.actions.check import make_repairs

    done = make_repairs(context.project, wanted, subject=context.subject)
    for line in done:
        context.say(f"Repaired: {line}")
    context.note_uncommitted()
    return done


def _print(context: CommandContext, found: Outcome, form: str, done: list[str]) -> None:
    from plaintickets.render import findings

    if form == "text":
        lines = list(findings.text_lines(*found, context.paint, brief=context.quiet))
        if lines:
            context.out("\n".join(lines))
    elif form == "json":
        context.out(findings.json_text(*found, done))
    else:
        from plaintickets.render.checkforms import rendered

        context.out(rendered(form, found.found, found.checked))


def _append(context: CommandContext, path: str, found: Outcome) -> None:
    import os

    from plaintickets.render.checkforms import rendered

    with open(os.path.join(context.around.folder, path), "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(rendered("markdown", found.found, found.checked) + "\n")
