"""Which language a text is in, as far as this package has to know: English is read, others are left to a person.

By script, and by the words that no text of a language does without. A library would know more languages, but those that
were tried are a model of a megabyte and more, and are unsure just of what is asked here: single short sentences full of English
terms of the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LATIN: Final[Mapping[str, frozenset[str]]] = {
    "English": frozenset(
        "the and of to is was were are than with by for that this it its in both all but while because which on from at be has had "
        "not as an best worst higher lower better worse faster slower".split()
    ),
    "German": frozenset(
        "der die das und ist war sind waren nicht als mit von bei für auf den dem des ein eine einen im zu auch aber während weil höher "
        "besser schlechter schneller langsamer am".split()
    ),
    "Spanish": frozenset(
        "el la los las y es fue son fueron que con de por para en un una más menos pero mientras porque mejor peor del al se su".split()
    ),
    "French": frozenset(
        "le la les et est était sont que avec de par pour dans un une plus moins mais tandis parce meilleur meilleure du des au ce sa son "
        "a été".split()
    ),
}
CYRILLIC: Final = re.compile(r"[а-яёА-ЯЁ]")
KAZAKH: Final = re.compile(r"[әғқңөұүһӘҒҚҢӨҰҮҺ]")
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
WORD: Final = re.compile(r"[^\W\d_]+")
FOREIGN_LETTERS: Final = re.compile(r"[äöüßéèêàçñáíóú¿¡œ]", re.IGNORECASE)


def language_of(text: str) -> str:
    """'English', 'German', 'Spanish', 'French', 'Russian', 'Kazakh', 'Chinese'; '' where that can't be told."""
    letters = len(WORD.findall(text))
    if len(HAN.findall(text)) > 1:
        return "Chinese"
    if len(CYRILLIC.findall(text)) > 0.3 * max(1, sum(map(str.isalpha, text))):
        return "Kazakh" if KAZAKH.search(text) else "Russian"
    words = [word.casefold() for word in WORD.findall(text)]
    counts = {language: sum(word in common for word in words) for language, common in LATIN.items()}
    if FOREIGN_LETTERS.search(text):
        counts = {language: count + (language != "English") for language, count in counts.items()}
    best = max(counts.values(), default=0)
    leading = [language for language, count in counts.items() if count == best]
    return leading[0] if letters and best and len(leading) == 1 else ""


def is_english(sentence: str) -> bool:
    """Whether a sentence may be read as English: it is, or it is too short to tell ('sigmoid best')."""
    return language_of(sentence) in ("English", "")
