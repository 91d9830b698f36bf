"""The language of a text: English is read, all others are left to a person."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
    "ru": "Russian",
    "uk": "Ukrainian",
    "kk": "Kazakh",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
    "tr": "Turkish",
    "pl": "Polish",
}
FEWEST_WORDS: Final = 4  # 'ReLU: 97.8 %' has no language
LONGEST: Final = 5_000  # characters that are looked at
# English words that are rare in other languages, and their least share of the words in plain prose. A text with that share needs
# no model, which would take longer to load than everything else.
ENGLISH: Final = frozenset("the and of with that this which than because than from were have has it its are is".split())
SHARE: Final = 0.12


def foreign_language(sentences: Iterable[str]) -> str:
    """The language of a text as an English word; '' for English and for texts too short to decide."""
    text = " ".join(sentences)[:LONGEST]
    if sum(any(map(str.isalpha, word)) for word in text.split()) < FEWEST_WORDS and text.isascii():
        return ""
    if _is_plainly_english(text):
        return ""
    code, _ = _identifier().classify(text)
    return "" if code == "en" else NAMES[code]


def _is_plainly_english(text: str) -> bool:
    words = [word.strip(".,:;!?()").lower() for word in text.split()]
    others = sum(not character.isascii() for character in text)  # 97.8 % ± 0.2, a dash, a quotation mark
    return others < len(words) / 4 and sum(word in ENGLISH for word in words) > SHARE * len(words)


@functools.cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(NAMES))
    return identifier
