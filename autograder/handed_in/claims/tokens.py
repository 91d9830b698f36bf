"""A sentence as tokens: names, numbers with their units, and phrases with their meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.handed_in.claims.layers import NAME as LAYER
from autograder.handed_in.claims.meanings import Kind, Meaning
from autograder.handed_in.claims.mentions import TOGETHER, Configurations
from autograder.handed_in.claims.relations import Number
from autograder.handed_in.claims.vocabulary import COUNTS, RATIOS
from autograder.handed_in.claims.words import LONGEST_PHRASE, MEANINGS, UNKNOWN

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
DISTANCES: Final = frozenset("difference differences gap margin distance spread".split())
SIZES: Final = frozenset("larger smaller bigger largest smallest biggest".split())  # of networks: their parameters
DOES: Final = frozenset("did does do was were is are had has could managed".split())
LIGHT: Final = frozenset(("plain", "thing", "degree", "with"))  # kinds of words that may stand before a name
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
    **dict.fromkeys(
        ("exceeds", "exceeded", "exceed", "above", "exceeding", "beyond", "surpassing", "topping"), Meaning("beat", +1)
    ),
    **dict.fromkeys(("below", "beneath"), Meaning("beat", -1)),
    **dict.fromkeys(("short of", "not even", "stayed below"), Meaning("beat", -1)),
    "over": Meaning("than"),
    "just": Meaning("degree", size=-1),
    "only": Meaning("degree", size=-1),
    "under": Meaning("with"),
    "close to": Meaning("same", size=3),
    "at least": Meaning("plain"),
}

MOVED: Final = {
    **dict.fromkeys(("above", "past"), Meaning("beat", +1)),
    **dict.fromkeys(("below", "under"), Meaning("beat", -1)),
}


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
    """The tokens of a sentence, in order."""
    found: list[Token] = []
    at = 0
    for start, end, name in configurations.mentions(sentence):
        between = list(_pieces(sentence[at:start]))
        done_to = (
            [each.text.casefold() for each in between] == ["the"] and found[-1:] and found[-1].text.endswith("ing")
        )
        found += [] if done_to and _means_one(configurations, found[-1], name) else between  # 'fine-tuning the ResNet'
        found.append(Token(sentence[start:end], Meaning("name"), configurations.members(name)))
        at = end
    found += _pieces(sentence[at:])
    return list(_settled(_together(found)))


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
            if phrase in COUNTS and (
                after := _unit([each[0] for each in matches[position + length : position + length + 2]])
            ):
                unit, taken = after
                yield Token(phrase, Meaning("number"), number=_in_basic_units(COUNTS[phrase], 1, unit))
                length += taken
                break
            if phrase in MEANINGS:
                yield Token(phrase, MEANINGS[phrase])
                break
        else:
            length = 1
            yield Token(match[0], _of_a_mark(match) or UNKNOWN)
        position += length


def _unit(words: Sequence[str]) -> tuple[str, int] | None:
    """The unit that words begin with, and how many words it takes."""
    for length in (2, 1):
        if (spelled := " ".join(words[:length]).casefold()) in UNIT:
            return UNIT[spelled], length
    return None


def _of_a_mark(match: re.Match[str]) -> Meaning | None:
    """Marks mean nothing, and adverbs little: 'surprisingly', 'consistently'."""
    adverb = match["word"] and match["word"].casefold().endswith("ly") and len(match["word"]) > 5
    return Meaning("plain") if match["mark"] or match["clitic"] or adverb else None


def _number(digits: str, unit: str) -> Number:
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


MOMENTS: Final = frozenset({"epochs", "iterations", "steps", "stages", "training"})


def _settled(found: Iterable[Token]) -> Iterator[Token]:
    """Tokens whose neighbours decide what they mean."""
    found = list(found)
    spoken = {token.text.casefold() for token in found}
    for index, token in enumerate(found):
        text = token.text.casefold()
        following = found[index + 1] if index + 1 < len(found) else None
        after = next(
            (
                each
                for each in found[index + 1 :]
                if each.kind not in ("degree", "bound") and not (each.kind == "plain" and each.text in ("the", "a"))
            ),
            None,
        )
        named = next((each for each in found[index + 1 :] if each.kind not in LIGHT), None)
        numbered = after is not None and after.kind == "number"
        met = named is not None and named.kind in ("name", "group", "pronoun")
        counted = any(each.number for each in found[max(0, index - 2) : index])
        if text == "over" and numbered:
            yield replace(token, meaning=Meaning("bound", +1))
        elif text in ("later", "earlier") and following is not None and following.text.casefold() in MOMENTS:
            yield replace(token, meaning=Meaning("plain"))  # 'noisier in the later epochs'
        elif token.kind == "bound" and not numbered:
            if text in ("more than", "less than", "fewer than"):
                yield replace(token, text=text.split()[0], meaning=MEANINGS[text.split()[0]])
                yield Token("than", Meaning("than"))
            elif text == "under" and counted and (met or (named is not None and named.kind == "extreme")):
                yield replace(token, meaning=Meaning("beat", -1))
            else:
                moved = MOVED.get(text.split()[-1]) if " " in text else None  # 'fell under', 'ended above'
                yield replace(token, meaning=moved or OTHERWISE.get(text, Meaning("plain")))
        elif text == "but" and index and found[index - 1].kind in ("group", "thing") and following is not None and met:
            yield replace(token, meaning=Meaning("except"))  # 'all optimizers but SGD'
        elif token.kind == "goal" and not numbered and (verb := MEANINGS.get(text.removeprefix("to "))) is not None:
            yield replace(token, meaning=OTHERWISE.get(text.removeprefix("to "), verb))  # 'to surpass X'
        elif token.meaning.note in ("difference", "no difference") and not spoken & DISTANCES:
            yield replace(token, meaning=Meaning("degree", size=1 if token.meaning.note == "no difference" else -1))
        elif text in DOES and _is_all(found, index):
            yield replace(token, meaning=Meaning("again"))
        elif text in ("cost", "costs") and _is_of_accuracy(found[index + 1 :]):
            yield replace(token, meaning=Meaning("change", -1))  # and not 'costs more time'
        elif (
            text in ("cost", "costs")
            and numbered
            and after is not None
            and after.number
            and after.number.unit == "seconds"
        ):
            yield replace(token, meaning=Meaning("setting"))  # in all, or more than without?
        elif text in ("lost", "lose", "loses", "losing") and not (
            following is not None and following.kind in ("number", "compare", "bound", "degree")
        ):
            yield replace(token, meaning=UNKNOWN)  # 'loses in accuracy'
        elif text in ("leads", "led", "leading") and following is not None and met and following.kind != "by":
            yield replace(token, meaning=Meaning("beat", +1, True))
        elif text.startswith("dominat") and not met:
            yield replace(token, meaning=Meaning("extreme", +1, True, size=1))
        elif text == "no" and following is not None and following.kind == "thing":
            yield replace(token, meaning=MEANINGS["none"])
        elif text == "when" and (met or _leads_from(found[index + 1 :])):
            yield replace(token, meaning=Meaning("with" if met else "of"))
        elif (
            token.kind == "number"
            and token.number
            and token.number.unit == "times"
            and _is_of_a_quantity(found[index + 1 :])
        ):
            yield replace(token, meaning=Meaning("ratio"))
        elif (
            token.kind == "number"
            and token.number
            and not token.number.unit
            and (unit := _shared_unit(found[index + 1 :]))
        ):
            yield replace(token, number=replace(token.number, unit=unit))
        else:
            yield token


def _is_of_accuracy(rest: Sequence[Token]) -> bool:
    """'[costs] some accuracy', '[costs] us two points'"""
    following = next((each for each in rest if each.kind not in ("plain", "degree", "bound", "name", "pronoun")), None)
    if following is None:
        return False
    points = following.number is not None and following.number.unit in ("points", "percent")
    return points or (
        following.meaning.quantities in (("accuracy",), ("train accuracy",)) and following.kind == "quantity"
    )


def _is_all(found: Sequence[Token], index: int) -> bool:
    """Whether 'did' and the like is all that is said of somebody: 'B did not.', 'neither did B.', 'and so was B'."""
    inverted = index > 0 and found[index - 1].text.casefold() in ("neither", "nor", "so")
    rest = found[index + 1 :]
    if inverted:
        return bool(rest) and next((each.kind for each in rest if each.kind != "plain"), "") == "name"
    named = index > 0 and found[index - 1].kind in ("name", "group", "pronoun", "thing")
    tail = next(
        (
            each
            for each in rest
            if each.text.casefold() not in ("not", "so", "too", "either", "as well", "that", "this", "it")
        ),
        None,
    )
    return named and (tail is None or tail.kind in ("boundary", "and"))


def _leads_from(rest: Sequence[Token]) -> bool:
    """'when [we move from A to B]'"""
    return any(each.kind == "from" for each in rest[:4])


def _is_of_a_quantity(rest: Sequence[Token]) -> bool:
    """'[half] of the training time', '[three times] as many parameters' is no such: a comparison comes first."""
    following = next((each for each in rest if each.kind not in ("plain", "of", "scope")), None)
    return (following is not None and following.kind in ("quantity", "pronoun")) or bool(
        rest and rest[0].text.casefold() == "that"
    )


def _shared_unit(rest: Sequence[Token]) -> str:
    """The unit of a number that a list shares: '74.1 and 62.3 %'."""
    if len(rest) > 1 and (rest[0].kind in ("and", "or") or rest[0].text in (",", "/")):
        number = rest[1].number or (rest[2].number if len(rest) > 2 and rest[1].kind == "and" else None)
        return (number.unit or _shared_unit(rest[2:])) if number else ""
    return ""
