"""The files of a new store."""

from __future__ import annotations

import re

# docs/decisions/attributes.md says why there is no `text`, `eol` or `diff` here.
ATTRIBUTES = """\
# Tickets are merged field by field where the driver `plaintickets` is set up, and as text elsewhere.
/*.md merge=plaintickets
/archive/*/*.md merge=plaintickets
/README.md !merge
"""

README = """\
# Tickets

Each file here is one ticket: a few fields between `---` lines, then the text, in Markdown. They are
kept in git with the code, and changed by hand or with `tk`, the command of plaintickets:

```sh
tk ls                      # open tickets
tk show ID                 # one of them; any unambiguous part of the id will do
tk new "What is wrong"     # a new one
tk comment ID "I saw it too"
tk close ID
```

Each of these commands that changes something makes one commit of the tickets it changed.
`config.yml` holds the settings, `config.schema.json` describes them to editors, `tk help` tells the rest.
"""


def first_files(template: str, schema: str, prefix: str) -> dict[str, bytes]:
    """Return the files of a new store by name.

    `template` is the commented configuration, and `schema` describes it; `prefix` is set in it if given.
    """
    if prefix:
        template = re.sub(r"^#?prefix:.*$", f"prefix: {prefix}", template, count=1, flags=re.MULTILINE)
    texts = {".gitattributes": ATTRIBUTES, "README.md": README, "config.schema.json": schema, "config.yml": template}
    return {name: text.encode() for name, text in texts.items()}


def with_attributes(content: bytes | None) -> bytes:
    """Return the content of `.gitattributes` with the lines for the merge driver at its end."""
    if not content:
        return ATTRIBUTES.encode()
    return content + (b"" if content.endswith(b"\n") else b"\n") + ATTRIBUTES.encode()
