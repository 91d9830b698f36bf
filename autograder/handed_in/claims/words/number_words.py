"""Numbers in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

RATIOS: Final[Mapping[str, float]] = {
    "twice": 2,
    "double": 2,
    "half": 0.5,
    "thrice": 3,
    "one third": 1 / 3,
    "a third": 1 / 3,
    "a quarter": 0.25,
    "one quarter": 0.25,
    "a fifth": 0.2,
    "a tenth": 0.1,
    "two thirds": 2 / 3,
    "three quarters": 0.75,
    "triple": 3,
    "quadruple": 4,
}
PARTS: Final[Mapping[str, float]] = {
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "fifth": 1 / 5,
    "sixth": 1 / 6,
    "eighth": 1 / 8,
    "tenth": 1 / 10,
    "hundredth": 1 / 100,
}
DIGITS: Final = "one two three four five six seven eight nine ten eleven twelve".split()
AND_A_HALF: Final = re.compile(rf"\b(\d+|{'|'.join(DIGITS)}) and a half\b", re.IGNORECASE)
FULL: Final = re.compile(rf"\b(\d+|{'|'.join(DIGITS)}) (?:full|whole|entire) (?=\w+s\b)", re.IGNORECASE)
THOUSANDS: Final = re.compile(  # '75 thousand times'
    rf"\b(\d+(?:\.\d+)?|{'|'.join(DIGITS)}|hundred|a hundred|twenty|fifty)[ -]?(thousand|million|k)[ -](?=times|fold\b)",
    re.IGNORECASE,
)
IN_DIGITS: Final = re.compile(r"(?<![\w.,])(?<!from )([1-9])\s?(?:-|–|to|or)\s?([1-9])(?=\s?(?:percentage )?points?\b)")


def _parts_of_a_unit() -> Iterator[tuple[str, float]]:
    """'a quarter of a [percent]', 'half a [second]', 'two tenths of a [point]'"""
    for part, size in PARTS.items():
        for one in ("a", "an"):
            yield from ((f"{article}{part} of {one}", size) for article in ("", "a ", "an ", "one "))
            yield f"{part} {one}", size
            for count, word in enumerate(DIGITS[1:9], 2):
                yield f"{word} {part}s of {one}", count * size


def _two_counts() -> Iterator[tuple[str, float]]:
    """'two or three [points]', 'two to three': the one in the middle."""
    for count, (one, other) in enumerate(pairwise(DIGITS), 1):
        yield from ((f"{one} {link} {other}", count + 0.5) for link in ("or", "to"))


COUNTS: Final[Mapping[str, float]] = {
    **dict(_parts_of_a_unit()),
    **dict(_two_counts()),
    **{word: count for count, word in enumerate(DIGITS, 1)},
    "fifteen": 15,
    **{f"{ten}ty": 10.0 * count for count, ten in enumerate("twen thir for fif six seven eigh nine".split(), 2)},
    "hundred": 100,
    "a hundred": 100,
    "hundreds of": 100,
    "thousand": 1000,
    "a thousand": 1000,
    "thousands of": 1000,
    "dozens of": 12,
    "a million": 1e6,
    "millions of": 1e6,
    "a couple of": 2,
    **dict.fromkeys(("a", "an", "a single", "a full", "a whole", "one full", "one whole"), 1),
}
RANKS: Final[Mapping[str, int]] = {"second": 2, "third": 3, "fourth": 4, "2nd": 2, "3rd": 3, "4th": 4}


def with_words(text: str) -> str:
    """The text with '2-3 points' as 'two or three points', and 'two and a half' as '2.5'."""
    text = THOUSANDS.sub(_in_thousands, text)
    text = FULL.sub(r"\1 ", text)
    text = AND_A_HALF.sub(lambda match: f"{_whole(match[1])}.5", text)
    return IN_DIGITS.sub(lambda match: " or ".join(DIGITS[int(digit) - 1] for digit in match.groups()), text)


def _in_thousands(match: re.Match[str]) -> str:
    many = float(match[1]) if match[1][0].isdecimal() else COUNTS[match[1].casefold()]
    return f"{round(many * (1e6 if match[2].casefold() == 'million' else 1e3))} "


def _whole(number: str) -> int:
    return int(number) if number.isdecimal() else int(COUNTS[number.casefold()])
