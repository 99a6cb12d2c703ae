"""The analyzer inside a real Whoosh index."""

from __future__ import annotations

import pytest
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import QueryParser

from plaintickets.search.schema import WordAnalyzer

TEXTS = {
    "en": "The application crashes in createWindow when saving files, ORA-00942",
    "fr": "L'application plante à l'écran d'accueil, données perdues",
    "ru": "Программа падает при сохранении файлов",
    "lv": "Programma avarē, saglabājot kļūdas failā",
    "hu": "Nem működik a mentés gomb az ablakban",
    "zh": "程序启动时崩溃,无法保存文件",
    "ja": "起動時にエラーが発生します",
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("crash", "en"), ("createWindow", "en"), ("window", "en"), ("ora-00942", "en"),
        ("file saved", "en"), ("ecran", "fr"), ("donnée", "fr"), ("файлы", "ru"),
        ("сохранение", "ru"), ("kļūda", "lv"), ("kluda", "lv"), ("ablakok", "hu"),
        ("崩溃", "zh"), ("保存文件", "zh"), ("エラー", "ja"), ('"无法保存"', "zh"),
    ],
)  # fmt: skip
def test_a_word_of_any_language_finds_its_text(query: str, found: str) -> None:
    schema = Schema(id=ID(stored=True), text=TEXT(analyzer=WordAnalyzer(), chars=True))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for name, text in TEXTS.items():
        writer.add_document(id=name, text=text)
    writer.commit()
    with index.searcher() as searcher:
        hits = searcher.search(QueryParser("text", schema).parse(query))
        assert [hit["id"] for hit in hits] == [found]
