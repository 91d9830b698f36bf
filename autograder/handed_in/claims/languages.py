"""Which language a text is in: English is read, all others are left to a person."""

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
FEWEST_WORDS: Final = 4  # 'ReLU: 97.8 %' is in no language
LONGEST: Final = 5_000  # characters that are looked at


def foreign_language(sentences: Iterable[str]) -> str:
    """The language of a text where that is not English, as an English word; '' for English, and for what is too short to tell."""
    text = " ".join(sentences)[:LONGEST]
    if sum(any(map(str.isalpha, word)) for word in text.split()) < FEWEST_WORDS and text.isascii():
        return ""
    code, _ = _identifier().classify(text)
    return "" if code == "en" else NAMES[code]


@functools.cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(NAMES))
    return identifier
