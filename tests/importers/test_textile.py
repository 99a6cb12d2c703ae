"""Textile of Redmine as Markdown; a text that may be Markdown stays as it is."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.importers.textile import looks, to_markdown

if TYPE_CHECKING:
    from builders import Repository

CASES = {
    "h2. Steps": "### Steps",
    "h3(note){color:red}. Steps": "#### Steps",
    "bq. said\n\nmore": "> said\n\nmore",
    "> said\n> more": "> said\n> more",
    "p(. moved\np=. centred": "moved\ncentred",
    "* a\n** b\n*** c\n# d\n## e": "- a\n   - b\n      - c\n1. d\n   1. e",
    "*** deep first": "- deep first",
    "_it_ *bold* -del- +ins+ ??book?? __i__ **b**": "*it* **bold** ~~del~~ ins *book* *i* **b**",
    "*{color:red}bold* %{color:red}red% %PATH% 5% of 6%": "**bold** red %PATH% 5% of 6%",
    "@a*b*c@ @|ruby|x = 1@ ada@example.com @ 5": "`a*b*c` `x = 1` ada@example.com @ 5",
    '"(ext)here":https://x.example/a_b_c, "me":mailto:a@b.example.': (
        "[here](https://x.example/a_b_c), [me](mailto:a@b.example)."
    ),
    '"wiki":https://x.example/A_(b)': "[wiki](https://x.example/A_(b))".replace(
        "(https://x.example/A_(b))", "(<https://x.example/A_(b)>)"
    ),
    '"bad":javascript:alert(1)': '"bad":javascript:alert(1)',
    "https://x.example/_a_b_": "https://x.example/_a_b_",
    "!>plan.png(the plan)!:https://x.example": "[![the plan](plan.png)](https://x.example)",
    "!javascript:alert.png!": "javascript:alert.png",
    "!java&#115;cript:alert.png!": "java&#115;cript:alert.png",
    "!javascript\\:alert.png!": "javascript\\:alert.png",
    'attachment:javascript:alert(1) attachment:"data:x,y"': "javascript:alert(1) data:x,y",
    "<pre><code>\n  a\n</code> </pre>": "```\n  a\n```",
    '{{thumbnail(a b.png, size=3)}} attachment:"my file.pdf" attachment:x.png.': (
        "![a b.png](<a b.png>) [my file.pdf](<my file.pdf>) [x.png](x.png)."
    ),
    "#12 r123 commit:abc {{toc}} [[Page]] !{{toc}}": "#12 r123 commit:abc {{toc}} [[Page]] {{toc}}",
    "[[shop:Page#top|the page]]": "the page ([[shop:Page#top]])",
    '<pre><code class="ruby">\n# *a*\n\n\nb\n</code></pre>': "```ruby\n# *a*\n\n\nb\n```",
    "<pre>\na ```\n</pre>": "````\na ```\n````",
    "<pre>never ended\n# a": "```\nnever ended\n# a\n```",
    "a <code>x*y*z</code> <notextile>*raw*</notextile>": "a `x*y*z` *raw*",
    "```\n# a\n```": "```\n# a\n```",
    "|_. A |_. B |\n| 1 | [[P|q]] @a|b@ |": "| A | B |\n| --- | --- |\n| 1 | q ([[P]]) `a\\|b` |",
    "|a|two\nlines|": "|  |  |\n| --- | --- |\n| a | two lines |",
    "|\\2. wide|x|\n|/2. high|1|2|\n|3|4|": (
        "|  |  |  |\n| --- | --- | --- |\n| wide |  | x |\n| high | 1 | 2 |\n|  | 3 | 4 |"
    ),
    "{{collapse(More)\ninside\n}}\nafter": "**More**\n\ninside\n\nafter",
    "a[1] b[2]\n\nfn1. note": "a[^1] b[2]\n\n[^1]: note",
    "text\n---\nmore": "text\n\n---\n\nmore",
    "a_b_c 3 * 4 * 5 a-b-c x - y - z (c) -- 2x3": "a_b_c 3 * 4 * 5 a-b-c x - y - z (c) -- 2x3",
}


@pytest.mark.parametrize("text", CASES)
def test_textile_becomes_markdown(text: str) -> None:
    assert to_markdown(text) == CASES[text]


LOOKS = {
    "h2. Steps": "textile",
    "see @code@": "textile",
    '"a":https://x.example': "textile",
    "<pre>x</pre>": "textile",
    "!plan.png!": "textile",
    "# a\n## b": "",
    "*bold* # 5": "",
    "plain": "",
    "```\nh2. x\n```": "",
    "Use `@foo@`": "",
    "```\nx\n```": "markdown",
    "## Steps\ntext": "markdown",
    "[a](https://x.example)": "markdown",
    "| a | b |\n| --- | --- |": "markdown",
    "mail ada@example.com and bob@example.com": "",
}


@pytest.mark.parametrize("text", LOOKS)
def test_the_markup_is_named_only_where_its_signs_are_and_those_of_the_other_are_not(text: str) -> None:
    assert looks(text) == LOOKS[text]


@pytest.mark.parametrize(
    "part",
    [
        "*a ",
        '"a":',
        "|a",
        "|a\nb",
        "<pre>",
        "<code>",
        "<notextile>",
        "%{a}b ",
        "!a.b ",
        "```a\n",
        "{{",
        " ",
        "()",
        "@a ",
        "\n \t",
    ],
)
def test_the_time_grows_with_the_length(part: str) -> None:
    texts = f"p{part * 10_000}", f"<pre><code>{part * 10_000}x"
    start = time.process_time()
    for text in texts:
        to_markdown(text)
        looks(text)
    assert time.process_time() - start < 2


PARTS = """* ** # ## |_. | h2. bq. p(. fn1. a[1] <pre> </pre> <code> </code> @ _ - + % %{color:red} !a.png! [[a|b]]
{{c}} }} ``` ` "a":https://x.example #12 \\2. /3. {{collapse(x) --- > &lt; <b> [^1] <notextile> </notextile>"""


@given(st.lists(st.sampled_from([*PARTS.split(), "\n", "\n\n", " ", "word"])))
def test_any_text_is_converted_and_code_stays_code(parts: list[str]) -> None:
    found = to_markdown("".join(parts))
    assert "\x00" not in found
    fences = [block[0] for block in re.finditer(r"^(`{3,})\w*\n.*?^\1$", found, re.DOTALL | re.MULTILINE)]
    again = to_markdown(found)
    assert all(block in again for block in fences)


@given(st.text("abc \n.,;:()'äß€0159", max_size=80))
def test_a_text_without_markup_stays(text: str) -> None:
    rows = [line.rstrip() for line in text.split("\n")]
    assert to_markdown(text) == re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n")


def write(store: Repository, description: str, notes: str) -> None:
    at = "2026-02-01T08:00:00Z"
    issue = {
        "id": 3,
        "subject": "Totals",
        "description": description,
        "status": {"name": "New", "is_closed": False},
        "created_on": at,
        "updated_on": at,
        "journals": [{"id": 1, "user": {"name": "Ada"}, "notes": notes, "created_on": at, "details": []}],
    }
    other = {"id": 2, "subject": "Sums", "status": {"name": "New"}, "created_on": at, "updated_on": at}
    (store.folder / "issues.json").write_text(json.dumps({"issues": [issue, other]}), "utf-8")


def test_texts_of_redmine_are_converted_with_ids_and_the_original_stays_on_request(repository: Repository) -> None:
    write(repository, "h2. Steps\r\n\r\n# see #2", "@x@ is *wrong*")
    done = json.loads(repository.tk("import", "redmine", "issues.json", "--raw", "--json").stdout)
    text = repository.tk.text(done["created"][0])
    assert f"### Steps\n\n1. see {done['created'][1]}\n" in text
    assert "`x` is **wrong**\n" in text
    assert "    h2. Steps\n\n    # see #2\n" in text
    assert "    @x@ is *wrong*\n" in text
    assert done["left_out"] == {}
    again = json.loads(repository.tk("import", "redmine", "issues.json", "--raw", "--json").stdout)
    assert (again["unchanged"], again["commit"]) == (2, None)


def test_a_text_that_may_be_markdown_stays_until_the_markup_is_named(repository: Repository) -> None:
    write(repository, "# one\n# two", "## Head\n\n`x`")
    done = json.loads(repository.tk("import", "redmine", "issues.json", "--json").stdout)
    text = repository.tk.text(done["created"][0])
    assert "# one\n# two\n" in text
    assert "## Head\n\n`x`\n" in text
    assert done["left_out"] == {"redmine: texts as they are, Textile or Markdown: --markup NAME says which": 1}
    named = json.loads(repository.tk("import", "redmine", "issues.json", "--markup", "textile", "--json").stdout)
    assert "1. one\n1. two\n" in repository.tk.text(named["updated"][0])
    assert named["left_out"] == {}


def test_a_markup_is_named_only_where_the_export_leaves_it_open(repository: Repository) -> None:
    write(repository, "", "x")
    done = repository.tk("import", "bugzilla", "issues.json", "--markup", "textile")
    assert (done.code, done.stderr) == (2, "Error: --markup goes with redmine, not with bugzilla\n")
