"""Write the tree of a query as text that parses to an equal tree."""

from __future__ import annotations

from plaintickets.core import query_names as names

from .nodes import And, Compare, FieldWord, Has, Id, Is, No, Node, Not, Or, Query, Value, Word

MARKS = {"word": "", "prefix": "*", "fuzzy": "~"}


def describe(query: Query | Node) -> str:
    """Return the query in its plainest spelling; `parse` reads it as an equal query."""
    root = query.root if isinstance(query, Query) else query
    return _write(root)


def _write(node: Node) -> str:
    if isinstance(node, And):
        return " ".join(_grouped(part, (And, Or)) for part in node.parts)
    if isinstance(node, Or):
        return " OR ".join(_grouped(part, (And, Or)) for part in node.parts)
    if isinstance(node, Not):
        return "-" + _grouped(node.part, (And, Or, Not))
    return _write_term(node)


def _grouped(node: Node, kinds: tuple[type[Node], ...]) -> str:
    text = _write(node)
    # A word may begin with `-` only inside quotes, so a leading `-` is always a Not.
    return f"({text})" if isinstance(node, kinds) else text


def _write_term(node: Node) -> str:
    if isinstance(node, Word):
        return _write_word(node.text, node.kind)
    if isinstance(node, FieldWord):
        return f"{_field(node.field)}:{_write_word(node.text, node.kind)}"
    if isinstance(node, Is):
        return f"is:{node.word}"
    if isinstance(node, Has):
        return f"has:{_listed(node.field)}"
    if isinstance(node, No):
        return f"no:{_listed(node.field)}"
    if isinstance(node, Id):
        return f"id:{_value(node.glob)}"
    if isinstance(node, Compare):
        # `title:x` would be read as a word in the title.
        sign = ":" if node.op == "=" and node.field != "title" else node.op
        return f"{_field(node.field)}{sign}{','.join(map(_value, node.values))}"
    raise TypeError(node)


def _write_word(text: str, kind: str) -> str:
    return _quote(text) if kind == "phrase" else text + MARKS[kind]


def _value(value: Value) -> str:
    return _quote(value.text) if value.quoted else value.text


def _field(name: str) -> str:
    plain = names.is_plain(name) and name.casefold() not in names.PREDICATES
    return name if plain and names.resolve(name, None) == name else _quote(name)


def _listed(name: str) -> str:
    plain = names.is_plain(name) and names.resolve(name, None) == name
    return name if plain else _quote(name)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
