"""Manual pages of topics, printed by `tk help TOPIC` and copied to `docs/reference/`."""

from __future__ import annotations

import os

# A topic and its summary, in the order shown.
TOPICS = {
    "query": "The query language of `tk ls` and similar commands",
    "config": "Every setting of config.yml and of the environment",
    "check-rules": "Every rule of `tk check`, its level and its purpose",
    "exit-codes": "What the exit codes mean to a script",
    "format": "The ticket file",
    "plugins": "Commands of your own",
    "bash": "Coming from the bash tk",
}


def text(topic: str) -> str:
    """Return the page in Markdown.

    Raises KeyError for an unknown topic.
    """
    if topic not in TOPICS:
        raise KeyError(topic)
    if topic == "config":
        from plaintickets.core.configreference import reference

        return reference()
    if topic == "check-rules":
        from plaintickets.core.checks.rules import page

        return page()
    with open(os.path.join(os.path.dirname(__file__), f"{topic}.md"), encoding="utf-8") as file:
        return file.read()
