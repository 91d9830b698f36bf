"""Trends over all configurations: 'the more parameters, the better', 'accuracy rises with the size'.

Only along the number of parameters: 'longer' and 'slower' may also mean more epochs, and 'deeper' has no number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.handed_in.claims.relations import Of, Trend
from autograder.handed_in.claims.sentence.tokens import SIZES, Token
from autograder.handed_in.claims.words.lexicon import BETTER
from autograder.handed_in.numbers import Quantity

SIZE: Final[tuple[Quantity, ...]] = ("parameters",)
PARTS: Final = frozenset(". ; : ( ) ! but although though while whereas because since which so yet however".split())
LINKS: Final = frozenset("as when with".split())
ADDED: Final = frozenset("increasing adding additional extra raising".split())
OTHERS: Final = frozenset(("name", "pronoun", "number", "unknown", "setting", "than", "extreme", "same"))
IDLE: Final = frozenset("always each every its their it they".split())
STRENGTHS: Final = frozenset("stronger weaker".split())
LIGHT: Final = frozenset(("plain", "degree"))


@dataclass(frozen=True)
class _Side:
    """One side of a trend: which quantity, and whether it gets more or less."""

    quantities: tuple[Quantity, ...]
    sign: int


def without_trends(tokens: Sequence[Token]) -> tuple[list[Token], list[Trend]]:
    """The tokens without the parts of the sentence that describe a trend, and these trends."""
    kept: list[Token] = []
    found: list[Trend] = []
    doubtful = any(token.kind in ("conjecture", "narrow") for token in tokens)
    for part in _parts(tokens):
        trend = _trend([token for token in part if token.text.casefold() not in IDLE])
        if trend is None:
            kept += part
        elif not doubtful:
            found.append(trend)
    return kept, found


def _parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        part.append(token)
        if token.text.casefold() in PARTS:
            yield part
            part = []
    yield part


def _trend(part: Sequence[Token]) -> Trend | None:
    steps = next((at for at, token in enumerate(part) if _leads_over_names(part[at:])), len(part))
    part = part[:steps]
    comma = next((at for at, token in enumerate(part) if token.text == ","), len(part))
    if any(token.kind in ("again", "negation") for token in part[comma:]):
        part = part[:comma]  # 'the time grows with the size, the accuracy does not'
    kinds = {token.kind for token in part}
    if kinds & OTHERS or "group" in kinds:
        return None
    sides = _correlated(part) or _with_rising_size(part) or _with_size(part) or _from_size(part)
    if sides is None:
        return None
    size, other = sides
    if size.quantities != SIZE or set(other.quantities) & set(SIZE):
        return None
    return Trend(Of(other.quantities, size.sign * other.sign), negated="negation" in kinds)


def _leads_over_names(part: Sequence[Token]) -> bool:
    """', from A to B to C'"""
    ranked = {"extreme", "thing"} if any(token.kind == "extreme" for token in part) else set()
    light = all(
        token.kind in ("from", "to", "name", "boundary", *ranked, *LIGHT) or len(token.text) == 1 for token in part
    )
    return part[0].kind == "from" and light


def _correlated(part: Sequence[Token]) -> tuple[_Side, _Side] | None:
    """'the more parameters, the longer the training'"""
    starts = [
        at + 1
        for at, (the, token) in enumerate(itertools.pairwise(part))
        if the.text.casefold() == "the" and token.kind == "compare"
    ]
    if len(starts) != 2:
        return None
    return _both(_side(part[starts[0] : starts[1]]), _side(part[starts[1] :]))


def _with_size(part: Sequence[Token]) -> tuple[_Side, _Side] | None:
    """'accuracy rises with the number of parameters', 'it fell as the models became larger'"""
    verb = next((at for at, token in enumerate(part) if token.kind in ("change", "compare")), None)
    link = next((at for at, token in enumerate(part) if verb and at > verb and token.text.casefold() in LINKS), None)
    named = [token for token in part[:verb] if token.kind == "quantity"]
    if not verb or link is None or len(named) != 1 or named[0].meaning.sign < 0:
        return None
    meaning, quantity = part[verb].meaning, named[0].meaning.quantities
    if any(token.kind == "compare" for token in part[verb + 1 : link]) or meaning.quantities not in ((), quantity):
        return None
    if (
        quantity == ("gap",) and part[verb].text.casefold() in STRENGTHS
    ):  # stronger overfitting is more of it, not better
        return _both(_side(part[link + 1 :]), _Side(quantity, meaning.sign))
    return _both(_side(part[link + 1 :]), _Side(quantity, _sign(meaning.sign, meaning.good, quantity)))


def _with_rising_size(part: Sequence[Token]) -> tuple[_Side, _Side] | None:
    """'with an increasing number of parameters, the accuracy rises, too'"""
    nouns = [at for at, token in enumerate(part) if token.kind == "quantity"]
    if part[:1] == [] or part[0].text.casefold() not in LINKS or len(nouns) != 2 or part[nouns[1]].meaning.sign < 0:
        return None
    verbs = [at for at, token in enumerate(part) if token.kind in ("change", "compare")]
    if len(verbs) != 2 or not verbs[0] < nouns[0] < nouns[1] < verbs[1]:
        return None
    meaning, quantity = part[verbs[1]].meaning, part[nouns[1]].meaning.quantities
    return _both(_side(part[: nouns[0] + 1]), _Side(quantity, _sign(meaning.sign, meaning.good, quantity)))


def _from_size(part: Sequence[Token]) -> tuple[_Side, _Side] | None:
    """'larger networks are more accurate', 'more parameters did not mean a better accuracy', 'adding parameters raised it'"""
    start = next((at for at, token in enumerate(part) if token.kind not in LIGHT or token.text in ADDED), len(part))
    noun = next((at for at in range(start + 1, len(part)) if part[at].kind in ("thing", "quantity")), None)
    if noun is None or not (part[start].kind == "compare" or part[start].text.casefold() in ADDED):
        return None
    if any(token.kind not in (*LIGHT, "of", "compare") for token in part[start + 1 : noun]):
        return None
    head = next((at for at in range(noun + 1, len(part)) if part[at].kind in ("compare", "change")), None)
    if head is None or (part[head].kind == "change" and not any(token.kind == "quantity" for token in part[head:])):
        return None
    return _both(_side(part[start : noun + 1]), _side(part[head:]))


def _both(size: _Side | None, other: _Side | None) -> tuple[_Side, _Side] | None:
    return (size, other) if size is not None and other is not None else None


def _side(part: Sequence[Token]) -> _Side | None:
    """What increases or decreases by a part's first comparison and noun: 'more parameters', 'better', 'larger networks'."""
    head = next((token for token in part if token.kind in ("compare", "change")), None)
    noun = next((token for token in part if token.kind == "quantity"), None)
    if head is None:
        return _Side(noun.meaning.quantities, +1) if noun is not None and noun.meaning.sign >= 0 else None
    if noun is not None and noun.meaning.sign < 0:
        return None
    meaning = head.meaning
    named = noun.meaning.quantities if noun is not None else ()
    sized = SIZE if head.text.casefold() in SIZES else ()
    quantities = meaning.quantities or named or sized or (("accuracy",) if meaning.good else ())
    return _Side(quantities, _sign(meaning.sign, meaning.good, quantities)) if quantities else None


def _sign(sign: int, good: bool, quantities: Sequence[Quantity]) -> int:
    return sign * BETTER[quantities[0]] if good else sign
