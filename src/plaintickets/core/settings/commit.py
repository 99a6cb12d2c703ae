"""Settings for committing."""

from __future__ import annotations

from plaintickets.core.settings.model import BOTH, TEMPLATE_WORDS, Setting

SETTINGS = (
    Setting(
        "commit.mode", "choice",
        "`auto`: one commit for each command. `stage`: written and staged, for your next commit. `off`: "
        "written only.",
        BOTH, ("auto", "stage", "off"),
    ),
    Setting(
        "commit.template", "template",
        "The first line of the message. Words in braces are replaced: "
        + ", ".join(f"`{{{word}}}`" for word in TEMPLATE_WORDS) + ".",
    ),
    Setting(
        "commit.trailer", "text",
        "The name of a trailer with the ticket's id, e.g. `Ticket`. Without it: none.",
        example="commit.trailer: Ticket",
    ),
    Setting(
        "commit.verify", "boolean", "Whether your git hooks run for the commits of tickets.",
        BOTH,
    ),
    Setting(
        "commit.detached", "boolean",
        "Whether tickets are also committed while HEAD is on no branch, as in most CI checkouts.",
        BOTH,
    ),
    Setting(
        "commit.sync", "choice",
        "How often git syncs a commit to the disk: never, once for all its objects, or "
        "for each.",
        BOTH, ("none", "batch", "all"),
    ),
)  # fmt: skip
