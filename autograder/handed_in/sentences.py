"""Where sentences end, as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts in which one character says much
ABBREVIATIONS: Final = re.compile(
    r"\b(?:e\.\s?g|i\.\s?e|z\.\s?B|d\.\s?h|u\.\s?a|p\.\s?ex|vs|cf|approx|ca|figs?|tab|eqs?|sec|resp|bzw|nr|abb|et al|dr|prof|"
    r"т\.\s?е|т\.\s?к|рис|табл|(?:etc|usw)(?=\.\s+(?-i:[a-zäöü])))\.",
    re.IGNORECASE,
)
END: Final = re.compile(r"[.!?…]+(?=[\s\"'”’)\]]|$)|[。！？]+")
DOT: Final = "\u2024"


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph. Abbreviations and decimal points don't end one; text without a full stop at the end is
    one."""
    guarded = ABBREVIATIONS.sub(lambda match: match[0].replace(".", DOT), text)
    return [sentence for sentence in _split(guarded) if re.search(r"[^\W\d]{2,}|" + WIDE.pattern, sentence)]


def _split(guarded: str) -> Iterator[str]:
    start = 0
    for match in END.finditer(guarded):
        yield guarded[start : match.end()].replace(DOT, ".").strip()
        start = match.end()
    yield guarded[start:].replace(DOT, ".").strip()
