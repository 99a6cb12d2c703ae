"""Remove endings from one word, by the rules of its script and letters."""

from __future__ import annotations

_VOWELS = frozenset("aeiouy")
_LATVIAN_HINTS = frozenset("āēīūģķļņšžč")
_HUNGARIAN_HINTS = frozenset("áéíóöőúüű")
_FRENCH_HINTS = frozenset("éèêëàâçîïôûùœ")

# Longest first; the number is how many letters must remain.
_LATVIAN = (
    ("ajiem", 3), ("ajam", 3), ("ajas", 3), ("ajos", 3), ("ajai", 3), ("iem", 3), ("ais", 3),
    ("ies", 3), ("am", 3), ("as", 3), ("em", 3), ("es", 3), ("im", 3), ("is", 3), ("os", 3),
    ("us", 3), ("ai", 3), ("ei", 3), ("ij", 3), ("s", 3), ("a", 3), ("e", 3), ("i", 3),
    ("u", 3), ("o", 3),
)  # fmt: skip
# With their accents: in hibák only the k is an ending, in ablakok it is ok.
_HUNGARIAN = (
    ("okban", 3), ("ekben", 3), ("akban", 3), ("oknak", 3), ("eknek", 3), ("aknak", 3),
    ("okkal", 3), ("ekkel", 3), ("akkal", 3), ("okhoz", 3), ("ekhez", 3), ("akhoz", 3),
    ("okat", 3), ("eket", 3), ("akat", 3), ("öket", 3), ("ként", 3), ("ban", 3), ("ben", 3),
    ("ból", 3), ("ből", 3), ("ról", 3), ("ről", 3), ("tól", 3), ("től", 3), ("nak", 3),
    ("nek", 3), ("nál", 3), ("nél", 3), ("hoz", 3), ("hez", 3), ("höz", 3), ("val", 3),
    ("vel", 3), ("ért", 3), ("ok", 3), ("ek", 3), ("ak", 3), ("ök", 3), ("ot", 3), ("et", 3),
    ("at", 3), ("öt", 3), ("on", 3), ("en", 3), ("ön", 3), ("ra", 3), ("re", 3), ("ba", 3),
    ("be", 3), ("ig", 3), ("k", 3), ("t", 3),
)  # fmt: skip
# Endings that hardly any other Latin-script word has, so they need no accent as a hint.
_ANY_LATIN = (
    ("okban", 4), ("ekben", 4), ("akban", 4), ("oknak", 4), ("eknek", 4), ("aknak", 4),
    ("okat", 4), ("eket", 4), ("akat", 4), ("okkal", 4), ("ekkel", 4), ("akkal", 4),
    ("ban", 4), ("ben", 4), ("nak", 4), ("nek", 4), ("hoz", 4), ("hez", 4), ("iem", 3),
)  # fmt: skip
_FRENCH = (
    ("issement", 4), ("issant", 4), ("ement", 4), ("aient", 4), ("ees", 4), ("ee", 4),
    ("es", 4), ("er", 4), ("ez", 4), ("e", 4),
)  # fmt: skip
_RUSSIAN = (
    "иями", "ями", "ами", "иях", "иям", "ием", "ого", "его", "ому", "ему", "ыми", "ими",
    "ать", "ять", "ить", "еть", "ает", "яет", "ают", "яют", "ует", "уют", "ится", "ется",
    "ются", "утся", "атся", "ятся", "ться", "лся", "лась", "лось", "лись", "ала", "ало",
    "али", "ила", "ило", "или", "ела", "ело", "ели", "ает", "ой", "ей", "ий", "ый", "ая",
    "яя", "ое", "ее", "ую", "юю", "ые", "ие", "ия", "ию", "ии", "ов", "ев", "ом", "ем", "ам",
    "ям", "ах", "ях", "ью", "ья", "ье", "ит", "ет", "ут", "ют", "ат", "ят", "ал", "ил", "ел",
    "а", "я", "о", "е", "и", "ы", "у", "ю", "ь", "й",
)  # fmt: skip
_RUSSIAN_BY_LENGTH = tuple((length, frozenset(e for e in _RUSSIAN if len(e) == length)) for length in (4, 3, 2, 1))
_LIMIT = 40


def stem(folded: str, original: str) -> str:
    """Return the stem of one word; `folded` has no accents or capitals, `original` is its lower case."""
    if len(folded) < 4 or len(folded) > _LIMIT:
        return folded
    first = folded[0]
    if "a" <= first <= "z":
        if folded[-1].isdigit():
            return folded
        return _english(folded) if folded == original else _accented(folded, original)
    if "а" <= first <= "я":
        return _russian(folded)
    return folded


def _accented(folded: str, original: str) -> str:
    letters = set(original)
    if letters & _LATVIAN_HINTS:
        return _without_last_vowel(_strip(folded, _LATVIAN))
    if letters & _FRENCH_HINTS and not letters & (_HUNGARIAN_HINTS - _FRENCH_HINTS):
        shorter = folded[:-1] if folded.endswith("s") and len(folded) > 4 else folded
        ending = "é" in original[-3:]
        return _without_last_vowel(_strip(shorter, _FRENCH)) if ending else _english(folded)
    if letters & _HUNGARIAN_HINTS:
        lost = len(original) - len(_strip(original, _HUNGARIAN))
        return _without_last_vowel(folded[: len(folded) - lost])
    return _english(folded)


def _english(word: str) -> str:
    word = _singular(word)
    if word.endswith("ing") and _has_vowel(word[:-3]) and len(word) > 5:
        word = _undouble(word[:-3])
    elif word.endswith("ed") and _has_vowel(word[:-2]) and len(word) > 4 and word[-3] != "e":
        word = _undouble(word[:-2])
    else:
        word = _strip(word, _ANY_LATIN)
        word = word[:-2] if _ends_like_no_english(word) else word
    return _without_last_vowel(word)


def _ends_like_no_english(word: str) -> bool:
    """Return whether -ok, -ot (Hungarian) or -am (Latvian) is an ending; it is not in `program` or `team`."""
    if len(word) < 6:
        return False
    latvian = word.endswith("am") and not word.endswith(("gram", "eam"))
    return latvian or word.endswith(("kok", "kot", "zok", "zot"))


def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes")) and len(word) > 4:
        return word[:-2]
    return word[:-1]


def _has_vowel(part: str) -> bool:
    return any(letter in _VOWELS for letter in part)


def _undouble(word: str) -> str:
    """Return the word before -ed or -ing was added: mapp is map, sav is save."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    if len(word) == 3 and word[1] in _VOWELS and word[0] not in _VOWELS:
        return word if word[2] in _VOWELS or word[2] in "wx" else word + "e"
    return word


def _without_last_vowel(word: str) -> str:
    """Remove the last vowel, so that image, images and imaging are equal; y and i are the same."""
    if len(word) > 4 and word[-1] in "aeiou":
        word = word[:-1]
    elif len(word) > 3 and word[-1] == "y" and word[-2] not in _VOWELS:
        word = word[:-1] + "i" if len(word) == 4 else word[:-1]
    return word


def _strip(word: str, endings: tuple[tuple[str, int], ...]) -> str:
    for ending, least in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


def _russian(word: str) -> str:
    for length, endings in _RUSSIAN_BY_LENGTH:
        if len(word) - length >= 3 and word[-length:] in endings:
            word = word[:-length]
            break
    if len(word) > 4 and word[-2:] in ("ок", "ек") and word[-3] not in "аеиоуыэюяй":
        word = word[:-2] + "к"
    if word.endswith("нн"):
        word = word[:-1]
    return word
