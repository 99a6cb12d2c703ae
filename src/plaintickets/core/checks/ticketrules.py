"""The rules about the values of tickets, their relations, their status changes, and their state in git."""

from __future__ import annotations

from plaintickets.core.checks.rule import Group, Level, Rule


def _rules(group: Group, *rows: tuple[str, Level, str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(code, group, level, summary, explanation) for code, level, summary, explanation in rows)


_VALUES = _rules(
    "values",
    (
        "bad-date", "error", "A date can be read.",
        ("Dates are written as `2026-12-24`, moments as `2026-12-24T15:00:00Z`. Unreadable dates are left out of "
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
        "broken-asset", "error", "The file of an asset can be read.",
        ("A file `assets/<id>.md` has a front matter, and a name that a ticket can hold and that no service has."),
    ),
    (
        "closed-before-created", "error", "A ticket is closed after its creation.",
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
        "It has neither a key `title` nor a level-1 heading, so lists show no title for it.",
    ),
    (
        "recorded-conflict", "error", "No ticket holds a recorded conflict.",
        ("The merge driver recorded the rejected value under the key `conflicts`, for a person to decide: "
        "`tk resolve ID` resolves it."),
    ),
    (
        "suspicious-text", "error", "No file holds control characters or reverses the direction of text.",
        ("Escape sequences control the terminal of a person who prints the file. Bidirectional controls make the "
        "text look different from what it is. `tk` shows neither raw, but other programs do. Remove them; if "
        "they belong to an example, write the escape as text, for instance `\\x1b`."),
    ),
    (
        "unknown-concern", "error", "A ticket concerns existing services and assets.",
        ("`concerns` names services of the settings and assets, the files `assets/<id>.md`. The name is mistyped, or "
        "the asset was renamed or removed. Keep the file of what is gone, with `status: retired`."),
    ),
    (
        "unknown-name-in-asset", "error", "An asset names an existing service, team, owner and recurring ticket.",
        "Teams and owners are checked if the settings describe people.",
    ),
    (
        "unknown-person", "error", "A ticket is assigned to a person of the project.",
        ("Checked if `people` is set: an assignee, or a value of your own field of the type `person`, is one of "
        "them, by name or by mail, in any letter case. Anybody may be the reporter of a ticket."),
    ),
    (
        "unknown-resolution", "error", "A resolution is a configured one.",
        "`resolutions` in `config.yml` lists them.",
    ),
    (
        "unknown-status", "error", "A status is a configured one.",
        "`statuses` in `config.yml` lists them. A ticket with another status counts as open.",
    ),
    ("unknown-type", "error", "A type is a configured one.", "`types` in `config.yml` lists them."),
    (
        "unknown-value", "error", "A field with a closed choice holds one of its values.",
        ("`values` of the field under `fields` in `config.yml` lists them. A queue or a service is one of those that "
        "the settings describe, if they describe any, or lies below one: `it/network` below `it`."),
    ),
)  # fmt: skip

_RELATIONS = (
    *_rules(
        "relations",
        (
            "dependency-cycle", "error", "No open tickets depend on each other in a cycle.",
            "None of them can ever become ready. Remove one of the dependencies.",
        ),
        ("depends-on-itself", "error", "A ticket does not depend on itself.", "It could never become ready."),
        (
            "duplicate-reference", "error", "An external reference is in one ticket only.",
            ("An import finds its ticket by `external-ref`; if two tickets have the same one, it changes the wrong "
            "ticket."),
        ),
        (
            "orphaned-article", "error", "An article is related to existing tickets.",
            "A ticket under `related` of `kb/NAME.md` was removed or renamed, or its id is mistyped.",
        ),
        (
            "same-ticket-twice", "error", "A ticket is in one file only.",
            ("Two files have the same creation time, title and text: they are copies of one ticket, for "
            "instance because two clones renamed it. `tk merge-into` closes one as a duplicate of the other and "
            "copies its comments."),
        ),
        (
            "id-on-both-sides", "error", "An id that a branch creates was not also created in its base.",
            ("Both sides created a ticket with the same id. Merging puts two tickets into one file. "
            "Rename yours with `tk mv`. Checked with `--base`."),
        ),
        (
            "missing-dependency", "error", "A ticket depends on existing tickets.",
            "The dependency was removed or renamed, or the id is mistyped; the ticket would never become ready.",
        ),
        (
            "broken-article-link", "error", "The links of an article lead to files of the repository.",
            ("A relative link of `kb/NAME.md` names a file that is not there, or one outside the repository. "
            "Addresses of the web are not checked."),
        ),
        ("missing-link", "error", "A ticket is linked to existing tickets.", "The other was removed or renamed."),
        (
            "missing-original", "error", "A duplicate names an existing ticket.",
            "`duplicate-of` leads readers to the original, but there is no such ticket.",
        ),
        ("missing-parent", "error", "A ticket has an existing parent.", "The parent was removed or renamed."),
        ("parent-cycle", "error", "No ticket is its own ancestor.", "Clear the parent of one ticket in the cycle."),
    ),
    Rule(
        "linked-to-itself", "relations", "error", "A ticket is not linked to itself.",
        "Such a link has no meaning.", is_fixable=True,
    ),
    Rule(
        "one-sided-link", "relations", "error", "A link is in both tickets.",
        "Links are symmetric: `tk link` writes both. A merge or an edit by hand has lost one of them.", is_fixable=True,
    ),
)  # fmt: skip

_WORKFLOW = _rules(
    "workflow",
    (
        "automation-contradiction", "warning", "No two automation rules set one field to different values.",
        ("Both listen to the same change, and the tickets of one are among those of the other. The later one wins, so "
        "the earlier one does nothing. Change one of the queries, or end the earlier rule with `stop`."),
    ),
    (
        "automation-loop", "warning", "No automation rules fire each other in a circle.",
        ("What one rule does is what the next one listens to. Each fires once for a ticket, so the circle ends, but "
        "rules on `time` undo each other in every tick, and rules that create tickets end in an error."),
    ),
    (
        "automation-never", "warning", "Every automation rule can match a ticket.",
        ("Two parts of its query exclude each other, or its trigger excludes a part of the query: after `on: closed` "
        "no ticket is open. The rule never fires."),
    ),
    (
        "branch-names-open-ticket", "off", "The branch's name holds the id of an open ticket.",
        ("For projects in which all work has a ticket: `fix/pt-7f3k-last-line` passes while `pt-7f3k` is open. The "
        "default branch is exempt. A CI job on a detached HEAD takes the name from `--branch`, or from the variables "
        "of GitHub, GitLab and others."),
    ),
    (
        "closed-with-open-blockers", "warning", "A closed ticket has no open dependencies.",
        "Either the dependency is wrong, or the ticket is not done.",
    ),
    (
        "closed-with-open-children", "warning", "A closed ticket has no open children.",
        "Its children could be forgotten. Close them, or give them another parent.",
    ),
    (
        "closed-with-unticked-items", "warning", "A closed ticket has all its acceptance items ticked.",
        ("Items `- [ ]` below a heading that begins with Acceptance. A ticket that was closed as `wontfix`, "
        "`duplicate` or `invalid` need not have them."),
    ),
    (
        "guard-not-met", "error", "A ticket enters a status with what its guards ask for.",
        ("`guards` of a status and `required_at` of a type name what a ticket needs to enter it. A command refuses a "
        "status change without it; an editor, a merge and `--force` do not. Checked with `--base` for the statuses "
        "that a ticket enters on the branch, and with `--staged`; the settings and people of the base count. "
        "Something added later on the branch is enough."),
    ),
    (
        "invalid-approval", "error", "An approval was added by the person whom it names.",
        ("The commit that added the line to `approvals` or `rejections` has that person as author and committer, and "
        "with `approvals.signed` a good signature of the person. A squashed or rebased commit has other people."),
    ),
    (
        "overdue-review", "warning", "A published article is reviewed again in time.",
        ("`review_every` of `kb/NAME.md` says after how long: `180d`. `tk kb review NAME` records the review; it is "
        "made by somebody other than the last author."),
    ),
    (
        "status-not-in-pipeline", "error", "A ticket has a status of its pipeline.",
        "`pipelines` gives a type or a queue statuses of its own; after a change of the type the status may not fit.",
    ),
    (
        "transition-not-allowed", "error", "A status changes as the workflow allows.",
        ("`transitions` of a status in `config.yml` names the statuses that may follow. With `--base` each commit of "
        "the branch is checked separately, then the uncommitted changes; with `--staged` the staged ones. A merge is "
        "checked only for its own changes."),
    ),
    (
        "too-many-in-status", "warning", "No status has more tickets than its limit of work in progress.",
        ("`limits` in `config.yml` gives a status the number of tickets that it may have. Finish one before you "
        "start another, or raise the limit. `tk board` shows the columns with their limits."),
    ),
    (
        "unreviewed-article", "error", "A published article was reviewed by somebody other than its last author.",
        ("The commit that wrote the present value of `reviewed` has that person as author and committer, and with "
        "`approvals.signed` a good signature of the person. The text, the title and the audience have not changed "
        "since, and somebody else wrote them. Articles of the status `reviewed` need the same."),
    ),
    (
        "unused-silence", "note", "A silenced finding exists.",
        "An entry of `check.silence` matched nothing, so it can be removed.",
    ),
)  # fmt: skip

_GIT = _rules(
    "git",
    (
        "attribute", "error", "No git attribute rewrites tickets or merges them wrongly.",
        ("`working-tree-encoding`, `ident`, `filter` and `eol=crlf` make git change the bytes of tickets when it "
        "reads or writes them, and another `merge` driver merges them wrongly. A pull request can add them in "
        "`.gitattributes`. The attributes in force are checked."),
    ),
    (
        "ignored-store", "error", "Git does not ignore the tickets.",
        "A rule of `.gitignore` covers them, so new ones are never committed.",
    ),
    (
        "line-ends", "error", "Tickets have the line ends that their attributes require.",
        "Otherwise the next change of such a ticket rewrites every line of it.",
    ),
    (
        "unmerged", "error", "Every ticket is merged.",
        "Git's index holds several versions of it. Resolve the conflict, then add the file.",
    ),
)  # fmt: skip

_POLICY = Rule(
    "forbidden-by-policy",
    "workflow",
    "error",
    "Who changes something is somebody whom the policy allows it.",
    "`policy` in the settings names who may change fields, enter statuses, and change files of the store. Checked "
    "with `--base`, `--staged` and `--policy` for each commit, by its author and committer and, where a rule asks for "
    "it, its signature. The policy and the people of the base count, so that a branch cannot allow itself anything.",
    fixed=True,
)
TICKET_RULES = (*_VALUES, *_RELATIONS, *_WORKFLOW, *_GIT, _POLICY)
