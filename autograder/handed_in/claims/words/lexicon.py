"""What each phrase means. A word that is neither here nor a name is 'unknown', and a sentence whose meaning depends on an
unknown word is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from autograder.handed_in.claims.words.background import (
    CONJECTURES,
    HELPS,
    NARROW,
    PLAIN,
    PLAIN_PHRASES,
    SETTINGS,
    THINGS,
    TOWARD,
)
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.claims.words.number_words import RANKS
from autograder.handed_in.claims.words.quantity_words import ACCURACY, BETWEEN, ERRORS, PAIRS, QUANTITIES
from autograder.handed_in.claims.words.verbs import ADJECTIVES, BEATS, CHANGES, EXCEEDS, IRREGULAR, LOSES, VANISHES
from autograder.handed_in.claims.words.vocabulary import COMPARE, EXTREMES, RANKINGS, SMALL_WORDS


def _forms(verb: str) -> tuple[str, ...]:
    """The forms of a regular verb: 'improve', 'improves', 'improved', 'improving'. Of several words, the first is inflected."""
    first, _, rest = verb.partition(" ")
    stem = first.removesuffix("e")
    past = f"{stem}ed" if not first.endswith("ss") else f"{first}ed"
    endings = (first, f"{first}es" if first.endswith(("s", "ch", "sh")) else f"{first}s", past, f"{stem}ing")
    return tuple(f"{each} {rest}".strip() for each in endings)


SPLITS: Final = (
    "in training",
    *(
        f"{verb} {the}{split} {data}"
        for verb in ("on", "of", "in", "fit", "fits", "memorizes", "memorized")
        for the in ("the ", "")
        for split in ("training", "train")
        for data in ("set", "data", "images", "samples", "examples", "digits")
    ),
)


def _entries() -> Iterator[tuple[str, Meaning]]:
    """All phrases with their meanings; if a phrase comes twice, the first counts."""
    for words, quantities in ((words, quantities) for quantities, words in QUANTITIES.items()):
        yield from ((word, Meaning("quantity", quantities=quantities)) for word in words.split("|"))
    yield from ((word, Meaning("quantity", quantities=("gap",))) for word in BETWEEN)
    yield from ((word, Meaning("quantity", quantities=ACCURACY, sign=-1)) for word in ERRORS.split("|"))
    yield from ((word, Meaning("thing")) for word in THINGS.split("|"))
    for table in (COMPARE, EXTREMES, SMALL_WORDS, IRREGULAR, RANKINGS):
        yield from ((word, meaning) for words, meaning in table.items() for word in words.split("|"))
    for words, meaning in CHANGES.items():
        yield from ((form, meaning) for verb in words.split("|") for form in _forms(verb) if form not in ADJECTIVES)
    for verb in BEATS.split("|"):
        yield from ((form, Meaning("beat", +1, True)) for form in _forms(verb) if form not in ADJECTIVES)
    yield from ((form, Meaning("beat", +1)) for form in _forms(EXCEEDS))
    for verb in LOSES.split("|"):
        yield from ((form, Meaning("beat", -1, True)) for form in _forms(verb))
    yield from ((word, Meaning("conjecture")) for word in CONJECTURES.split("|"))
    yield from ((word, Meaning("narrow")) for word in NARROW.split("|"))
    yield from ((word, Meaning("rank", size=rank)) for word, rank in RANKS.items())
    yield from ((word, Meaning("vanish")) for word in VANISHES.split("|"))
    yield "first", Meaning("first")
    yield from ((word, Meaning("setting")) for word in SETTINGS.split("|"))
    yield from ((words, Meaning("pair")) for words in PAIRS)
    yield from ((word, Meaning("plain")) for word in (*PLAIN_PHRASES.split("|"), *HELPS.split("|")))
    yield from ((words, Meaning("split", note="train")) for words in SPLITS)
    yield from ((re.sub("train(ing)?", "test", words), Meaning("plain", note="test")) for words in SPLITS[1:])
    for rank, size in (("second", 2), ("third", 3)):
        for word, meaning in (pair for words, m in EXTREMES.items() for pair in ((w, m) for w in words.split("|"))):
            if meaning.size == 1 and (" " not in word or word.startswith(("most ", "least "))):
                yield f"{rank} {word}", replace(meaning, size=size)
                yield f"{rank}-{word}", replace(meaning, size=size)
    yield from ((word, Meaning("toward")) for word in TOWARD.split("|"))
    yield from ((word, Meaning("plain")) for word in (*PLAIN, "two", "three", "four", "five"))


MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType(dict(reversed(list(_entries()))))
LONGEST_PHRASE: Final = max(len(phrase.split()) for phrase in MEANINGS)
UNKNOWN: Final = Meaning("unknown")
# Which direction of a quantity is better.
BETTER: Final[Mapping[str, int]] = MappingProxyType(
    {
        **dict.fromkeys(("accuracy", "train accuracy", "gradient", "value"), +1),
        **dict.fromkeys(("seconds", "loss", "train loss", "gap", "epochs", "parameters"), -1),
    }
)
