"""The words of real text in many languages, and the laws of the analyzer."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plaintickets.core.words import MAX_TERM, fold, terms, tokens


def shared(one: str, other: str) -> bool:
    """Whether two texts have a term in common."""
    return not set(terms(one)).isdisjoint(terms(other))


@pytest.mark.parametrize(
    "forms",
    [
        "crash crashes crashed crashing Crash",
        "image images imaging",
        "query queries",
        "file files",
        "run running runs",
        "save saved saving saves",
        "box boxes",
        "installation installations",
        "erreur erreurs Erreur",
        "fenêtre fenêtres fenetre",
        "affiché affichée affichés affichées",
        "écran écrans ÉCRAN ecran",
        "données donnée",
        "ошибка ошибки ошибку ошибок ошибками ошибкой ошибке",
        "файл файлы файлов файле файлам",
        "ёлка елка ЁЛКА",
        "сохранение сохранения сохранением сохранении",
        "окно окна окне",
        "кнопка кнопки кнопку кнопок кнопкой",
        "kļūda kļūdas kļūdu kļūdām kļūdā kļūdai",
        "saglabāšana saglabāšanas saglabāšanu",
        "fails faila failu failam failiem",
        "hiba hibák hibát hibában hibához",
        "ablak ablakok ablakban ablakot ablakhoz",
        "felhasználó felhasználók felhasználót felhasználónak",
    ],
)
def test_the_inflections_of_a_word_meet(forms: str) -> None:
    assert len({tuple(terms(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("class", "clash"),
        ("user", "use"),
        ("process", "processor"),
        ("status", "stat"),
        ("control", "cont"),
        ("market", "mark"),
        ("interval", "inter"),
        ("format", "form"),
        ("string", "str"),
        ("target", "tar"),
        ("мой", "мои"),
        ("война", "вина"),
    ],
)
def test_words_that_differ_stay_apart(one: str, other: str) -> None:
    assert not shared(one, other)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("程序启动时崩溃,无法保存文件", "崩溃"),
        ("程序启动时崩溃,无法保存文件", "保存文件"),
        ("アプリケーションの起動時にエラーが発生します", "エラー"),
        ("アプリケーションの起動時にエラーが発生します", "起動"),
        ("ｴﾗｰが発生", "エラー"),
        ("파일을 저장할 때 오류가 발생합니다", "오류"),
        ("파일을 저장할 때 오류가 발생합니다", "파일"),
        ("เกิดข้อผิดพลาดเมื่อบันทึกไฟล์", "ข้อผิดพลาด"),
        ("Le bouton n'affiche pas l'écran d'accueil", "écran accueil"),
        ("Nem működik a mentés gomb az ablakban", "ablak"),
        ("Programma avarē, saglabājot failu", "faila"),
        ("Программа падает при сохранении файлов", "сохранение файла"),
        ("ＡＰＩ　ｋｅｙ", "api key"),
    ],
)
def test_a_query_finds_its_words_in_running_text(text: str, query: str) -> None:
    assert set(terms(query)) <= set(terms(text))


def test_unspaced_scripts_give_pairs_and_a_lone_character_itself() -> None:
    assert terms("保存文件") == ["保存", "存文", "文件"]
    assert terms("错") == ["错"]
    assert terms("エラー") == ["エラ", "ラー"]
    assert terms("오류") == ["오류"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("createWindow", {"createwindow", "creat", "window"}),
        ("HTMLParser", {"htmlparser", "html", "parser"}),
        ("snake_case_name", {"snake_case_name", "snak", "case", "name"}),
        ("Ti.UI.createView", {"ti.ui.createview", "createview", "ti", "ui", "creat", "view"}),
        (
            "src/foo/BarBaz.java",
            {"src/foo/barbaz.java", "src", "barbaz", "foo", "bar", "baz", "java"},
        ),
        (r"C:\Users\x.txt", {"c", r"users\x.txt", "user", "x", "txt"}),
        ("ORA-00942", {"ora-00942", "ora", "00942"}),
        ("0x80004005", {"0x80004005"}),
        ("E1234", {"e1234"}),
        ("v3.2.1", {"3.2.1", "3.2"}),
        ("std::vector", {"std::vector", "std", "vector"}),
        ("C++ and C#", {"c++", "and", "c#"}),
        ("iOS7", {"ios7", "ios", "7"}),
        ("URLs", {"url"}),
        ("l'URLs", {"url"}),
        ("parse_URLs", {"parse_urls", "pars", "url"}),
        ("don't", {"dont"}),
        ("user's", {"user"}),
    ],
)
def test_identifiers_are_kept_whole_and_split(text: str, expected: set[str]) -> None:
    assert set(terms(text)) == expected


def test_a_whole_and_its_first_part_share_a_position() -> None:
    assert [(t.term, t.position) for t in tokens("a createWindow b")] == [
        ("a", 0), ("createwindow", 1), ("creat", 1), ("window", 2), ("b", 3),
    ]  # fmt: skip


def test_offsets_point_at_the_written_form() -> None:
    text = "Überall: ошибки in snake_case, 保存文件!"
    written = {token.term: text[token.start : token.end] for token in tokens(text)}
    assert written["ошибк"] == "ошибки"
    assert written["snake_case"] == "snake_case"
    assert written["snak"] == "snake"
    assert written["存文"] == "存文"


@pytest.mark.parametrize(
    "text",
    ["l'" * 50_000, "1.2l'" * 20_000, "a." * 50_000, "aB" * 50_000, "错" * 100_000, "\u0301" * 9999,
     "1.2." * 25_000, "é" * 100_000, "ก็" * 50_000, "a\u0301" * 50_000, "''''" * 9999],
)  # fmt: skip
def test_long_hostile_runs_give_short_terms_and_no_more_than_their_length(text: str) -> None:
    found = terms(text)
    assert len(found) <= len(text)
    assert all(0 < len(term) <= MAX_TERM for term in found)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_any_text_gives_terms_within_it_in_order(text: str) -> None:
    found = list(tokens(text))
    assert [token.term for token in found] == terms(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(0 < len(token.term) <= MAX_TERM for token in found)
    positions = [token.position for token in found]
    assert positions == sorted(positions)


@given(st.text(), st.text())
def test_what_stands_on_two_lines_is_analysed_apart(one: str, other: str) -> None:
    assert terms(f"{one}\n{other}") == terms(one) + terms(other)


@given(st.text(alphabet="abcXYZ019_.-/:#'éßŁж文の한ก ั"))
def test_case_makes_no_difference_to_plain_words(text: str) -> None:
    assert {fold(term) for term in terms(text)} == set(terms(text))


@given(st.text("aZtTvVsS0159", min_size=1, max_size=8))
@example("SSs")
def test_a_number_or_one_piece_gives_what_the_long_way_gives(text: str) -> None:
    # An elided article before it leads around the short cuts, and is dropped again.
    assert [token.term for token in tokens(text)] == [token.term for token in tokens(f"l'{text}")]
