"""The rules about what tickets say, how they hang together, how they move, and how git holds them."""

from __future__ import annotations

from plaintickets.core.checks.rule import Group, Level, Rule


def _rules(group: Group, *rows: tuple[str, Level, str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(code, group, level, summary, explanation) for code, level, summary, explanation in rows)


_VALUES = _rules(
    "values",
    (
        "bad-date", "error", "A date can be read.",
        ("Dates are written as `2026-12-24`, moments as `2026-12-24T15:00:00Z`. What cannot be read is left out of "
        "every comparison and every report."),
    ),
    (
        "bad-priority", "error", "A priority can be read.",
        "A priority is a number from 0 to 4, `P0` to `P4`, or one of the names under `priorities`.",
    ),
    (
        "bad-value", "error", "A value can be read by the type of its field.",
        ("A field holds one value, or a list of words where it has several; a number field holds a number. Anything "
        "else, such as a mapping, is left out of every comparison and every report, and no command overwrites it."),
    ),
    (
        "closed-before-created", "error", "A ticket is closed after it was made.",
        "One of the two dates was typed wrongly, or belongs to another ticket.",
    ),
    (
        "missing-field", "error", "A ticket has the fields that its type requires.",
        ("`required` of a type in `config.yml` names what every ticket of the type has, `required_to_close` what a "
        "closed one has. `tk new` and `tk close` ask for them; an editor and a merge do not."),
    ),
    (
        "missing-section", "error", "A ticket has the sections that its type requires.",
        ("`sections` of a type names headings below which every ticket of the type holds text, `sections_to_close` "
        "those of a closed one. A heading with nothing below it does not count."),
    ),
    (
        "no-title", "error", "A ticket has a title.",
        "Neither a key `title` nor a level-1 heading is there, so lists show nothing to know the ticket by.",
    ),
    (
        "recorded-conflict", "error", "No ticket holds a recorded conflict.",
        ("The merge driver wrote the value that lost into the key `conflicts`, for a person to decide: "
        "`tk resolve ID` settles it."),
    ),
    (
        "suspicious-text", "error", "No file holds control characters or turns the direction of text around.",
        ("Escape sequences act on the terminal of whoever prints the file; bidirectional controls make a reader see "
        "another text than the one that is there. `tk` shows neither raw, other programs do. Take them out; where "
        "they belong to a sample, write the escape as text, for instance `\\x1b`."),
    ),
    (
        "unknown-person", "error", "A ticket is assigned to somebody of the project.",
        ("Checked where `people` is set: an assignee, and a field of your own of the type `person`, names one of "
        "them, by name or by mail, letter case aside. Who reports a ticket may be anybody."),
    ),
    (
        "unknown-resolution", "error", "A resolution is a configured one.",
        "`resolutions` in `config.yml` lists them.",
    ),
    (
        "unknown-status", "error", "A status is a configured one.",
        "`statuses` in `config.yml` lists them. A ticket with another one counts as not closed.",
    ),
    ("unknown-type", "error", "A type is a configured one.", "`types` in `config.yml` lists them."),
    (
        "unknown-value", "error", "A field with a closed choice holds one of its values.",
        "`values` of the field under `fields` in `config.yml` lists them.",
    ),
)  # fmt: skip

_RELATIONS = (
    *_rules(
        "relations",
        (
            "dependency-cycle", "error", "No open tickets wait for each other in a circle.",
            "None of them can ever become ready. Take one of the dependencies away.",
        ),
        ("depends-on-itself", "error", "A ticket does not wait for itself.", "It could never become ready."),
        (
            "duplicate-reference", "error", "An external reference stands in one ticket.",
            ("`external-ref` is the key by which an import finds its ticket again; with two of them it changes the "
            "wrong one."),
        ),
        (
            "same-ticket-twice", "error", "A ticket stands in one file.",
            ("Two files were made at one moment, with one title and one text: they are copies of one ticket, for "
            "instance because two clones renamed it. `tk merge-into` closes one as a duplicate of the other, with "
            "its comments carried over."),
        ),
        (
            "id-on-both-sides", "error", "An id that a branch creates is not one that its base created meanwhile.",
            ("Both sides made a ticket of the same id since they parted. Merging puts two tickets into one file. "
            "Rename yours with `tk mv`. Checked with `--base`."),
        ),
        (
            "missing-dependency", "error", "A ticket waits for tickets that there are.",
            "The ticket that it waits for was removed or renamed, or the id is mistyped; it would wait for ever.",
        ),
        ("missing-link", "error", "A ticket is linked to tickets that there are.", "The other was removed or renamed."),
        (
            "missing-original", "error", "A duplicate names a ticket that there is.",
            "`duplicate-of` leads readers to the ticket that goes on; it leads nowhere.",
        ),
        ("missing-parent", "error", "A ticket is part of one that there is.", "The parent was removed or renamed."),
        ("parent-cycle", "error", "No ticket is its own ancestor.", "Clear the parent of one in the circle."),
    ),
    Rule(
        "linked-to-itself", "relations", "error", "A ticket is not linked to itself.",
        "Such a link says nothing.", mends=True,
    ),
    Rule(
        "one-sided-link", "relations", "error", "A link stands in both tickets.",
        "Links are symmetric: `tk link` writes both. A merge or an edit by hand lost one of them.", mends=True,
    ),
)  # fmt: skip

_WORKFLOW = _rules(
    "workflow",
    (
        "branch-names-open-ticket", "off", "The branch's name holds the id of an open ticket.",
        ("For projects that do no work without a ticket: `fix/pt-7f3k-last-line` passes while `pt-7f3k` is open. The "
        "default branch is free. A CI job on a detached HEAD takes the name from `--branch`, or from the variables "
        "of GitHub, GitLab and others."),
    ),
    (
        "closed-with-open-blockers", "warning", "A closed ticket waits for nothing that is open.",
        "Either the dependency was none, or the ticket is not done.",
    ),
    (
        "closed-with-open-children", "warning", "A closed ticket has no open parts.",
        "Its children would be forgotten. Close them, or give them another parent.",
    ),
    (
        "closed-with-unticked-items", "warning", "A closed ticket has all its acceptance items ticked.",
        ("Items `- [ ]` below a heading that begins with Acceptance. A ticket that was closed as `wontfix`, "
        "`duplicate` or `invalid` need not have them."),
    ),
    (
        "transition-not-allowed", "error", "A status changes as the workflow allows.",
        ("`transitions` of a status in `config.yml` names the statuses that may follow. With `--base` each commit of "
        "the branch is judged by itself, and then what is not committed; with `--staged` what is staged. A merge is "
        "judged for what it decided itself."),
    ),
    (
        "unused-silence", "note", "What is silenced is there.",
        "An entry of `check.silence` matched nothing, so it can go.",
    ),
)  # fmt: skip

_GIT = _rules(
    "git",
    (
        "attribute", "error", "No git attribute rewrites tickets or merges them badly.",
        ("`working-tree-encoding`, `ident`, `filter` and `eol=crlf` make git change the bytes of tickets on the way "
        "in and out, and a foreign `merge` driver mixes them up. A pull request can bring them in "
        "`.gitattributes`. What is looked at is what is in force."),
    ),
    (
        "ignored-store", "error", "Git does not ignore the tickets.",
        "A rule of `.gitignore` covers them, so new ones are never committed.",
    ),
    (
        "line-ends", "error", "Tickets are held with the line ends that their attributes ask for.",
        "Otherwise the next change of such a ticket rewrites every line of it.",
    ),
    ("unmerged", "error", "Every ticket is merged.", "Git's index holds several sides of it. Settle it, then add it."),
)  # fmt: skip

TICKET_RULES = (*_VALUES, *_RELATIONS, *_WORKFLOW, *_GIT)
