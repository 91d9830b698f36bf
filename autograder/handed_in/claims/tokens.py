"""A sentence as tokens: names, numbers with their units, and phrases with their meanings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.handed_in.claims.mentions import Configurations
from autograder.handed_in.claims.words import COUNTS, LONGEST_PHRASE, MEANINGS, RATIOS, UNKNOWN, Kind, Meaning

UNITS: Final = {
    "percent": "%|percent|per cent",
    "points": "percentage points|percentage point|%-points|percent points|points|point|pp|p.p.",
    "seconds": "s|sec|secs|seconds|second",
    "minutes": "min|mins|minutes|minute",
    "hours": "h|hours|hour",
    "times": "x|×|times|fold|-fold",
    "epochs": "epochs",
    "thousand": "k|thousand",
    "million": "m|million|mio",
}
UNIT: Final = {spelling: unit for unit, spellings in UNITS.items() for spelling in spellings.split("|")}
DIGITS: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)(?:e[-+]?\d+)?"
WORD: Final = r"[^\W\d_][^\W_]*(?:['’.-][^\W_]+)*"
TOKEN: Final = re.compile(
    rf"(?P<number>(?<![\w.]){DIGITS})(?:\s*(?P<unit>{'|'.join(sorted(map(re.escape, UNIT), key=len, reverse=True))})(?!\w))?"
    rf"|(?P<clitic>n['’]t\b|['’]s\b|['’](?=\s))|(?P<word>vs\.|ca\.|approx\.|i\.e\.|e\.g\.|{WORD}|\d[\w.×-]*)|(?P<mark>[^\s\w])",
    re.IGNORECASE,
)
CONTRACTED: Final = re.compile(r"\b(\w+?)(n['’]t)\b", re.IGNORECASE)
# A bound that no number follows is a comparison: 'more than Adam', 'above the baseline'.
OTHERWISE: Final[dict[str, Meaning]] = {
    **dict.fromkeys(("exceeds", "exceeded", "exceed", "above", "exceeding", "beyond", "surpassing", "topping"), Meaning("beat", +1)),
    **dict.fromkeys(("below", "beneath"), Meaning("beat", -1)),
    **dict.fromkeys(("short of", "not even", "stayed below"), Meaning("beat", -1)),
    "over": Meaning("than"),
    "under": Meaning("with"),
    "close to": Meaning("same", size=3),
    "at least": Meaning("plain"),
}


@dataclass(frozen=True)
class Number:
    """A number as it is written: `step` is one unit of its last decimal. `unit` is '' or a key of UNITS."""

    value: float
    step: float
    unit: str


@dataclass(frozen=True)
class Token:
    """A name, a number or a phrase. `name` is what Configurations call it; `base` is the number's token."""

    text: str
    meaning: Meaning
    name: str = ""
    number: Number | None = None

    @property
    def kind(self) -> Kind:
        return self.meaning.kind


def tokens(sentence: str, configurations: Configurations) -> list[Token]:
    """The tokens of a sentence, in order."""
    found: list[Token] = []
    at = 0
    for start, end, name in configurations.mentions(sentence):
        found += _pieces(sentence[at:start])
        found.append(Token(sentence[start:end], Meaning("name"), name=name))
        at = end
    found += _pieces(sentence[at:])
    return list(_settled(found))


def _pieces(text: str) -> Iterator[Token]:
    """Numbers and single words; what the words mean together is told next."""
    text = CONTRACTED.sub(lambda match: f"{'ca' if match[1].casefold() == 'ca' else match[1]} not", text)
    matches = list(TOKEN.finditer(text))
    position = 0
    while position < len(matches):
        match = matches[position]
        if match["number"]:
            yield Token(match[0], Meaning("number"), number=_number(match["number"], match["unit"] or ""))
            position += 1
            continue
        for length in range(min(LONGEST_PHRASE, len(matches) - position), 0, -1):
            run = matches[position : position + length]
            phrase = " ".join(each[0] for each in run).casefold().replace("’", "'")
            if phrase in RATIOS:
                yield Token(phrase, Meaning("number"), number=Number(RATIOS[phrase], 0.1, "times"))
                break
            if phrase in COUNTS and position + 1 < len(matches) and matches[position + 1][0].casefold() in UNIT:
                unit = UNIT[matches[position + 1][0].casefold()]
                yield Token(phrase, Meaning("number"), number=Number(COUNTS[phrase], 1, unit))
                length = 2
                break
            if phrase in MEANINGS:
                yield Token(phrase, MEANINGS[phrase])
                break
        else:
            length = 1
            yield Token(match[0], _of_a_mark(match) or UNKNOWN)
        position += length


def _of_a_mark(match: re.Match[str]) -> Meaning | None:
    return Meaning("plain") if match["mark"] or match["clitic"] else None


def _number(digits: str, unit: str) -> Number:
    bare = re.sub(r",(?=\d{3}(?:\D|$))", "", digits) if re.fullmatch(r"\d{1,3}(?:,\d{3})+", digits) else digits.replace(",", ".")
    decimals = len(bare.lower().partition("e")[0].partition(".")[2])
    power = int(bare.lower().partition("e")[2] or 0)
    unit = UNIT.get(unit.casefold(), "")
    scale = {"thousand": 1e3, "million": 1e6, "minutes": 60, "hours": 3600}.get(unit, 1)
    unit = {"thousand": "", "million": "", "minutes": "seconds", "hours": "seconds"}.get(unit, unit)
    return Number(float(bare) * scale, 10.0 ** (power - decimals) * scale, unit)


def _settled(found: Sequence[Token]) -> Iterator[Token]:
    """Tokens whose neighbours decide what they mean."""
    for index, token in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        after = next((each for each in found[index + 1 :] if each.kind not in ("degree", "bound")), None)
        numbered = after is not None and after.kind == "number"
        if token.kind == "bound" and not numbered:
            if token.text in ("more than", "less than", "fewer than"):
                yield replace(token, text=token.text.split()[0], meaning=MEANINGS[token.text.split()[0]])
                yield Token("than", Meaning("than"))
            else:
                yield replace(token, meaning=OTHERWISE.get(token.text, Meaning("plain")))
        elif token.text.casefold() == "no" and following is not None and following.kind == "thing":
            yield replace(token, meaning=MEANINGS["none"])
        elif token.text == "over" and numbered:
            yield replace(token, meaning=Meaning("bound", +1))
        else:
            yield token
