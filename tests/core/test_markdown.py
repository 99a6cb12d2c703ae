"""Every reader of text knows the same examples: fenced code of any length, code in lists, HTML comments."""

from __future__ import annotations

import pytest

from plaintickets.core.checklist import items, ticked
from plaintickets.core.checks.facts import facts_of
from plaintickets.core.comments import heading_start, read
from plaintickets.core.document import parse, title_match
from plaintickets.core.mentions import trailers
from plaintickets.core.merge import Rules, merge
from plaintickets.core.template import sections

SHOWN = "# Not the title\n## Steps\n\ntext\n\n- [ ] box\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Eve\n\nCloses: pt-1\n"
EXAMPLES = [
    f"```\n{SHOWN}```\n",
    f"````\n```\n{SHOWN}```\n````\n",
    f"````md\n```\n{SHOWN}````\n",
    f"~~~ x`y\n```\n{SHOWN}~~~~\n",
    f"  ```\n{SHOWN}   ```\n",
    f"<!-- as it was:\n{SHOWN}-->\n",
    "- item\n\n  ```\n" + "".join(f"  {line}\n" for line in SHOWN.split("\n")) + "  ```\n",
    "1. item\n\n    ~~~\n" + "".join(f"    {line}\n" for line in SHOWN.split("\n")) + "    ~~~\n",
    "\n" + "".join(f"    {line}\n" for line in SHOWN.split("\n")) + "\n",
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_reader_takes_an_example_for_more(example: str) -> None:
    text = f"Text.\n\n{example}\nMore.\n"
    assert title_match(text) is None
    assert parse(f"---\nid: a\n---\n{text}# T\n".encode(), "a.md").title == "T"
    assert heading_start(text) == -1
    assert read(text) == []
    assert [section.heading for section in sections(text)] == [""]
    assert facts_of(text, text).headings == frozenset()
    assert items(text) == []
    assert ticked(text, text.replace("[ ]", "[x]")) == ([], text)
    assert list(trailers(f"Subject\n\n{text}", ["Closes"])) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_reader_goes_on_behind_an_example(example: str) -> None:
    rest = "# T\n\n## Steps\n\n- [ ] one\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada\n\nCloses: pt-2\n"
    text = f"Text.\n\n{example}\n{rest}"
    match = title_match(text)
    assert match
    assert (match[1], text[match.start(1) : match.end(1)]) == ("T", "T")
    assert [comment.author for comment in read(text)] == ["Ada"]
    assert text[heading_start(text) :].startswith("## Notes\n\n**2026-01-01T00:00:00Z** · Ada")
    assert [section.heading for section in sections(text)] == ["", "Steps", "Notes"]
    assert facts_of(text, text).headings == {"steps"}
    assert [item.text for item in items(text)] == ["one"]
    changed = text.replace("- [ ] one", "- [x] one")
    assert [item.text for item in ticked(text, changed)[0]] == ["one"]
    assert ticked(text, changed)[1] == changed
    assert [trailer.value for trailer in trailers(f"Subject\n\n{text}", ["Closes"])] == ["pt-2"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_merge_by_section_leaves_an_example_whole(example: str) -> None:
    base = f"---\nid: a\n---\n# T\n\n## Plan\n\n{example}\nend\n"
    one = base.replace("end", "the end") + "\n## More\n\nx\n"
    other = base.replace("end", "an end") + "\n## More\n\ny\n"
    merged = merge(base.encode(), one.encode(), other.encode(), Rules()).content
    assert merged is not None
    assert example in merged.decode()


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_code_that_nobody_closed_hides_no_trailer(fence: str) -> None:
    assert [one.value for one in trailers(f"S\n\n{fence}\nx\n\nCloses: pt-1\n", ["Closes"])] == ["pt-1"]
