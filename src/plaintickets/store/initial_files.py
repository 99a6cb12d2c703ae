"""The files that a new store begins with."""

from __future__ import annotations

import re

# Why no `text`, `eol` or `diff` stands here: see docs/decisions/attributes.md.
ATTRIBUTES = """\
# Tickets are merged field by field where the driver `plaintickets` is set up, and as text elsewhere.
/*.md merge=plaintickets
/archive/*/*.md merge=plaintickets
/README.md !merge
"""

README = """\
# Tickets

Each file here is one ticket: a few fields between `---` lines, then the text, in Markdown. They are
kept in git with the code, and changed by hand or with `tk`:

```sh
pipx install plaintickets
tk ls                      # open tickets
tk show ID                 # one of them; any unambiguous part of the id will do
tk new "What is wrong"     # a new one
tk comment ID "I saw it too"
tk close ID
```

Each of these commands that changes something makes one commit of the tickets it changed.
`config.yml` holds the settings, `tk help` tells the rest.
"""


def first_files(template: str, prefix: str) -> dict[str, bytes]:
    """The files of a new store by name; `template` is the commented configuration, `prefix` is set if given."""
    if prefix:
        template = re.sub(r"^#?prefix:.*$", f"prefix: {prefix}", template, count=1, flags=re.MULTILINE)
    texts = {".gitattributes": ATTRIBUTES, "README.md": README, "config.yml": template}
    return {name: text.encode() for name, text in texts.items()}


def with_attributes(content: bytes | None) -> bytes:
    """A store's `.gitattributes`, `content` or none, with the lines that ask for the merge driver at its end."""
    if not content:
        return ATTRIBUTES.encode()
    return content + (b"" if content.endswith(b"\n") else b"\n") + ATTRIBUTES.encode()
