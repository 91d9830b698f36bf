"""Numbers in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
DIGITS: Final = "one two three four five six seven eight nine ten eleven twelve".split()
AND_A_HALF: Final = re.compile(rf"\b(\d+|{'|'.join(DIGITS)}) and a half\b", re.IGNORECASE)
COUNTS: Final[Mapping[str, float]] = {
    **{word: count for count, word in enumerate(DIGITS, 1)},
    "fifteen": 15,
    **{f"{ten}ty": 10.0 * count for count, ten in enumerate("twen thir for fif six seven eigh nine".split(), 2)},
    "hundred": 100,
    "a hundred": 100,
    "hundreds of": 100,
    "thousand": 1000,
    "a thousand": 1000,
    "thousands of": 1000,
    "half a": 0.5,
    "a couple of": 2,
    **dict.fromkeys(("a", "an", "a single", "a full", "a whole", "one full", "one whole"), 1),
}
RANKS: Final[Mapping[str, int]] = {"second": 2, "third": 3, "fourth": 4, "2nd": 2, "3rd": 3, "4th": 4}
