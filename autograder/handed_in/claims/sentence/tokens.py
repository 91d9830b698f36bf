"""A sentence as tokens: names, numbers with their units, and phrases with their meanings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.handed_in.claims.relations import Number
from autograder.handed_in.claims.words.layers import NAME as LAYER
from autograder.handed_in.claims.words.lexicon import LONGEST_PHRASE, MEANINGS, UNKNOWN
from autograder.handed_in.claims.words.meanings import Kind, Meaning
from autograder.handed_in.claims.words.mentions import TOGETHER, Configurations
from autograder.handed_in.claims.words.number_words import COUNTS, RATIOS, with_words

UNITS: Final = {
    "percent": "%|percent|per cent",
    "points": "percentage points|percentage point|%-points|percent points|points|point|pp|p.p.",
    "seconds": "s|sec|secs|seconds|second",
    "minutes": "min|mins|minutes|minute",
    "hours": "h|hours|hour",
    "times": "x|×|times|fold|-fold",
    "epochs": "epochs|epoch",
    "orders": "orders of magnitude|order of magnitude",
    "thousand": "k|thousand",
    "million": "m|million|mio",
}
UNIT: Final = {spelling: unit for unit, spellings in UNITS.items() for spelling in spellings.split("|")}
SPELLED: Final = "|".join(sorted(map(re.escape, UNIT), key=len, reverse=True))
NEAR: Final = frozenset(("plain", "degree", "thing"))  # kinds of words that may come between those that count
DISTANCES: Final = frozenset("difference differences gap margin distance spread".split())
SIZES: Final = frozenset(("as large", "as big", "as small", *"larger smaller bigger largest smallest biggest".split()))
LASTING: Final = (["of"], ["takes"], ["took"], ["lasts"], ["lasted"], ["needs"], ["needed"], ["is"], ["was"])
DIGITS: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)(?:e[-+]?\d+)?"
WORD: Final = r"[^\W\d_][^\W_]*(?:['’.-][^\W_]+)*"
TOKEN: Final = re.compile(
    rf"(?P<number>(?<![\w.])(?:10\^-?\d+|{DIGITS}))(?:\s*(?P<unit>{SPELLED})(?!\w))?"
    rf"|(?P<clitic>n['’]t\b|['’]s\b|['’](?=\s))|(?P<word>vs\.|ca\.|approx\.|i\.e\.|e\.g\.|{WORD}|\d[\w.×-]*)|(?P<mark>[^\s\w])",
    re.IGNORECASE,
)
LARGEST_POWER: Final = 300  # of a float
SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
RAISED: Final = re.compile(r"(?<=10)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
POWER: Final = re.compile(
    r"(?:(?P<digits>\d+(?:\.\d+)?)\s*[·⋅×x*]\s*)?(?<![\d.])10\s*(?:\^|\*\*)\s*[{(]?(?P<sign>[-−–+]?)(?P<power>\d+)[)}]?",
    re.IGNORECASE,
)
RANGE: Final = re.compile(  # '24 to 42 seconds': both have the unit
    rf"\s*(?:to|or|-|–)\s*{DIGITS}\s*(?P<unit>{SPELLED})(?!\w)",
    re.IGNORECASE,
)
POSSESSIVE: Final = re.compile(r"(?<=[^\W\d_])['’]s\b")
FACTOR: Final = re.compile(
    r"\bby ((?:\w+ly|about|around|almost|over|at least|more than|less than)) a factor of\b", re.IGNORECASE
)
SEEN: Final = re.compile(
    r"\b(?:can|could|may)(?: \w+ly)?(?: be)?(?: \w+ly)? (?:seen?|observed?|conclude|say|noted?|noticed?|tell|read)\b",
    re.IGNORECASE,
)
PART: Final = re.compile(
    r"\s+(?:kernels?|filters?|all (?:the |of the |of its )?layers|the (?:whole|entire|full) (?:network|model|backbone))\b",
    re.IGNORECASE,
)  # of 'the 5x5 kernels'
VARIANTS: Final = re.compile(
    r"\b(?:versions|variants) of ([A-Z][\w-]+)"
)  # 'SGD variants', which may have a meaning of its own
ONLY_ONE: Final = re.compile(
    r"\b(the only one) (?:of|among) (?:the|all|these) (?:two|three|four|five)\b", re.IGNORECASE
)
CONTRACTED: Final = re.compile(r"\b(\w+?)(n['’]t)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A name, a number or a phrase. `names` are what Configurations call it: several for a group of the rubric."""

    text: str
    meaning: Meaning
    names: tuple[str, ...] = ()
    number: Number | None = None

    @property
    def kind(self) -> Kind:
        return self.meaning.kind


def tokens(sentence: str, configurations: Configurations) -> list[Token]:
    """The tokens of a sentence, in order; `settling` decides what their neighbours make of them."""
    found: list[Token] = []
    sentence = VARIANTS.sub(r"\1 variants", sentence)
    at = 0
    for start, end, name in configurations.mentions(sentence):
        between = list(_pieces(sentence[at:start]))
        done_to = (
            [each.text.casefold() for each in between] == ["the"] and found[-1:] and found[-1].text.endswith("ing")
        )
        by = [each.text.casefold() for each in between] in (["with"], ["using"]) and bool(found)
        if by and found[-1].names != configurations.members(name) and _means_one(configurations, found[-1], name):
            between = []  # 'transfer learning with VGG16'
        if (
            _lead_over(between)
            and found[-1:]
            and len(found[-1].names) == 1
            and _means_one(configurations, found[-1], name)
        ):
            between = []  # 'with the frozen backbone the ResNet'
        found += [] if done_to and _means_one(configurations, found[-1], name) else between  # 'fine-tuning the ResNet'
        found.append(Token(sentence[start:end], Meaning("name"), configurations.members(name)))
        at = end if not (part := PART.match(sentence, end)) else part.end()
    found += _pieces(sentence[at:])
    return list(_together(found))


def _lead_over(between: Sequence[Token]) -> bool:
    """Whether only a noun stands between two names: '[frozen] backbone(,) the [ResNet]'"""
    texts = [each.text.casefold() for each in between if each.text != ","]
    return len(texts) == 2 and between[0].kind == "thing" and texts[1] in ("the", "our", "my")


def _means_one(configurations: Configurations, token: Token, name: str) -> bool:
    """Whether two names may be of the same configuration."""
    labels = configurations.labels
    ours = {label for each in token.names for label in configurations.among(each, labels)}
    return bool(ours & {label for each in configurations.members(name) for label in configurations.among(each, labels)})


def _together(found: Sequence[Token]) -> Iterator[Token]:
    """Names side by side are one: 'the frozen ResNet'."""
    held: Token | None = None
    for token in found:
        if (
            held is not None
            and token.kind == "name"
            and len(held.names) == len(token.names) == 1
            and not _is_layer(held, token)
        ):
            name = held.names[0] if held.names == token.names else f"{held.names[0]}{TOGETHER}{token.names[0]}"
            held = Token(f"{held.text} {token.text}", held.meaning, (name,))
            continue
        if held is not None:
            yield held
        held = token if token.kind == "name" else None
        if held is None:
            yield token
    if held is not None:
        yield held


def _is_layer(*tokens: Token) -> bool:
    return any(name.startswith(LAYER) for token in tokens for name in token.names)


def _pieces(text: str) -> Iterator[Token]:
    """Numbers and single words; phrases are formed later."""
    text = CONTRACTED.sub(lambda match: f"{'ca' if match[1].casefold() == 'ca' else match[1]} not", text)
    text = POWER.sub(_with_exponent, RAISED.sub(lambda match: f"^{match[0].translate(SUPERSCRIPTS)}", text))
    text = ONLY_ONE.sub(r"\1", with_words(text))
    text = SEEN.sub("we see", FACTOR.sub(r"by a factor of \1", POSSESSIVE.sub(" 's", text)))
    matches = list(TOKEN.finditer(text))
    position = 0
    last = ""
    while position < len(matches):
        match = matches[position]
        if match["number"]:
            shared = RANGE.match(text, match.end())
            unit = match["unit"] or (shared["unit"] if shared else _implied(last))
            yield Token(match[0], Meaning("number"), number=_number(match["number"], unit))
            position += 1
            continue
        for length in range(min(LONGEST_PHRASE, len(matches) - position), 0, -1):
            run = matches[position : position + length]
            phrase = " ".join(each[0] for each in run).casefold().replace("’", "'")
            if phrase in RATIOS:
                yield Token(phrase, Meaning("number"), number=Number(RATIOS[phrase], 0.1, "times"))
                break
            following = [each[0] for each in matches[position + length : position + length + 3]]
            if phrase in COUNTS and (after := _unit(following) or ("times", 0) if _implied(last) else _unit(following)):
                unit, taken = after
                if unit == "epochs" and (phrase in ("a", "an") or following[taken : taken + 1] in LASTING):
                    yield Token(phrase, MEANINGS["epoch"])  # '12 seconds an epoch', 'one epoch of Adam'
                    break
                yield Token(phrase, Meaning("number"), number=_in_basic_units(COUNTS[phrase], 1, unit))
                length += taken
                break
            if phrase in MEANINGS:
                yield Token(phrase, MEANINGS[phrase])
                break
        else:
            length = 1
            phrase = match[0].casefold()
            yield Token(match[0], _of_a_mark(match) or UNKNOWN)
        last = phrase if MEANINGS.get(phrase, UNKNOWN).kind != "bound" else last
        position += length


def _with_exponent(match: re.Match[str]) -> str:
    """'3.1*10^-9' as '3.1e-9'; '10^-8', which gives only an order of magnitude, stays."""
    sign = "-" if match["sign"] in ("-", "−", "–") else ""
    return f"{match['digits']}e{sign}{match['power']}" if match["digits"] else f"10^{sign}{match['power']}"


def _implied(last: str) -> str:
    """The unit of a number after 'by a factor of'."""
    return "times" if last.endswith("factor of") else ""


def _unit(words: Sequence[str]) -> tuple[str, int] | None:
    """The unit at the start of these words, and how many words it takes."""
    for length in (3, 2, 1):
        if (spelled := " ".join(words[:length]).casefold()) in UNIT:
            return UNIT[spelled], length
    return None


def _of_a_mark(match: re.Match[str]) -> Meaning | None:
    """Marks mean nothing, and adverbs little: 'surprisingly', 'consistently'."""
    adverb = match["word"] and match["word"].casefold().endswith("ly") and len(match["word"]) > 5
    return Meaning("plain") if match["mark"] or match["clitic"] or adverb else None


def _number(digits: str, unit: str) -> Number:
    if digits.startswith("10^"):
        value = 10.0 ** min(int(digits[3:]), LARGEST_POWER)
        return _in_basic_units(value, value, UNIT.get(unit.casefold(), "magnitude"))
    bare = (
        re.sub(r",(?=\d{3}(?:\D|$))", "", digits)
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+", digits)
        else digits.replace(",", ".")
    )
    decimals = len(bare.lower().partition("e")[0].partition(".")[2])
    power = int(bare.lower().partition("e")[2] or 0)
    return _in_basic_units(float(bare), 10.0 ** (power - decimals), UNIT.get(unit.casefold(), ""))


def _in_basic_units(value: float, step: float, unit: str) -> Number:
    """Times in seconds, and millions counted."""
    scale = {"thousand": 1e3, "million": 1e6, "minutes": 60, "hours": 3600}.get(unit, 1)
    unit = {"thousand": "", "million": "", "minutes": "seconds", "hours": "seconds"}.get(unit, unit)
    return Number(value * scale, step * scale, unit)
