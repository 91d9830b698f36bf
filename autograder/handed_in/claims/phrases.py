"""Phrases that other words part or turn round, put in the order that the grammar reads.

'leaves X behind' is 'beats X'; '98 % was passed by X' is at least 98 %; 'none could match X' is 'none beats X'; and a reason
('thanks to its size') parts a clause, unless it is a configuration by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.layers import NAME as LAYER
from autograder.handed_in.claims.meanings import Meaning
from autograder.handed_in.claims.relations import Number
from autograder.handed_in.claims.tokens import Token
from autograder.handed_in.claims.words import MEANINGS

MARKS: Final = frozenset("mark marks line threshold barrier milestone".split())
PASSED: Final = frozenset(
    "passed exceeded crossed surpassed broken cleared topped reached attained achieved hit met".split()
)
LEAVES: Final = frozenset("leave leaves left leaving".split())
MATCHES: Final = frozenset(
    (
        "match",
        "matched",
        "matches",
        "reach",
        "reached",
        "close to",
        "keep up with",
        "compete with",
        "rival",
        "touch",
        "equal",
    )
)
REASONS: Final = frozenset(
    ("due to", "thanks to", "owing to", "on account of", "by virtue of", "as a result of", "because of")
)
MIDDLE: Final = frozenset(("in the middle", "the middle one", "middle one", "halfway between the others"))
AT_LEAST: Final = Token("at least", Meaning("bound", +1))
BEATS: Final = Meaning("beat", +1, True)
NEAR: Final = frozenset(("plain", "degree", "thing"))


def put_together(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with such phrases as one token, or in another order."""
    tokens = _with_neither(tokens)
    return _with_middles(
        _with_reasons(_with_fractions(_with_unmatched(_with_left_behind(_with_marks(_without_idle_words(tokens))))))
    )


def _without_idle_words(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the 'which' of 'it was X which won', and without an 'as well' that compares nothing."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        text = token.text.casefold()
        before = [
            each.text.casefold()
            for each in found[-5:]
            if each.kind not in NEAR or each.text.casefold() in ("is", "was")
        ]
        cleft = before[-3:-1] in (["it", "was"], ["it", "is"]) and found[-1].kind in ("name", *NEAR)
        closing = index + 1 == len(tokens) or tokens[index + 1].kind == "boundary"
        if text in ("which", "who", "that") and cleft:
            continue
        if (
            text in ("layer", "layers")
            and [each.kind for each in found[-2:]] == ["name", "name"]
            and _is_layer(found[-2])
        ):
            continue  # 'the first ReLU layer'
        found.append(replace(token, meaning=Meaning("plain")) if text == "as well" and closing else token)
    return found


def _with_middles(tokens: Sequence[Token]) -> list[Token]:
    """'in the middle' is 'between the other two', '2 points separate A and B' is 'the difference between A and B is 2 points',
    and 'several hundred times' is at least a hundred."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        text = token.text.casefold()
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if text in MIDDLE and (following is None or following.text.casefold() != "of"):
            found += [
                replace(token, text="between", meaning=MEANINGS["between"]),
                Token("the other two", MEANINGS["the other two"]),
            ]
        elif text in ("separates", "separate", "separated") and any(each.number for each in found):
            found += [Token("difference", MEANINGS["difference"]), replace(token, meaning=MEANINGS["between"])]
        elif text in ("several", "few", "many", "some") and following is not None and _is_of_times(following):
            found.append(AT_LEAST)
        elif text in ("hundreds of", "thousands of") and _is_of_times(token):
            found += [AT_LEAST, token]
        else:
            found.append(token)
    return found


def _with_neither(tokens: Sequence[Token]) -> list[Token]:
    """'X is neither the fastest nor the best' is 'X is not the fastest and not the best'."""
    found: list[Token] = []
    opened = False
    for index, token in enumerate(tokens):
        text = token.text.casefold()
        following = next((each.kind for each in tokens[index + 1 :] if each.kind not in NEAR), "")
        if text == "neither" and following in ("extreme", "compare", "same"):
            token, opened = replace(token, meaning=MEANINGS["not"]), True
        elif text == "nor" and opened:
            found.append(Token("and", MEANINGS["and"]))
            token, opened = replace(token, meaning=MEANINGS["not"]), False
        found.append(token)
    return found


def _is_of_times(token: Token) -> bool:
    return token.number is not None and token.number.unit == "times" and token.number.value > 2


def _is_layer(token: Token) -> bool:
    return any(name.startswith(LAYER) for name in token.names)


def _with_marks(tokens: Sequence[Token]) -> list[Token]:
    """'the 98 % mark was passed by X', 'crossed the 98 % line': at least as much."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        behind = [each.text.casefold() for each in tokens[index + 1 : index + 5]]
        if token.text.casefold() in MARKS and (
            (found and found[-1].number is not None) or (len(behind) > 1 and _starts(tokens, index))
        ):
            continue
        if token.number is not None and token.number.unit in ("percent", "points", ""):
            passed = next((at for at, text in enumerate(behind) if text in PASSED), None)
            marked = behind[:1] and behind[0] in MARKS
            is_passed = passed is not None and "by" in behind[passed : passed + 2]
            aimed_at = any(each.kind == "goal" for each in found[-3:])
            if (is_passed or (marked and not aimed_at)) and not _bounded(found):
                found.append(AT_LEAST)
        if (
            token.text.casefold() in PASSED
            and token.kind != "plain"
            and _is_passed_by(found, tokens[index + 1 : index + 2])
        ):
            token = replace(token, meaning=Meaning("plain"))
        found.append(token)
    return found


def _starts(tokens: Sequence[Token], index: int) -> bool:
    """'the mark of 97 %'"""
    return (
        tokens[index + 1].text.casefold() == "of" and index + 2 < len(tokens) and tokens[index + 2].number is not None
    )


def _bounded(found: Sequence[Token]) -> bool:
    return any(each.kind in ("bound", "beat") for each in found[-3:])


def _is_passed_by(found: Sequence[Token], behind: Sequence[Token]) -> bool:
    return bool(behind) and behind[0].text.casefold() == "by" and any(each.number for each in found[-4:])


def _with_left_behind(tokens: Sequence[Token]) -> list[Token]:
    """'leaves X (far) behind'"""
    found: list[Token] = []
    dropped = -1
    for index, token in enumerate(tokens):
        if index == dropped:
            continue
        ahead = tokens[index + 1 : index + 7]
        at = next((place for place, each in enumerate(ahead) if each.text.casefold() == "behind"), None)
        if token.text.casefold() in LEAVES and at:
            between = ahead[:at]
            named = any(each.kind in ("name", "group", "pronoun") for each in between)
            if named and all(each.kind in ("name", "group", "pronoun", "and", "with", *NEAR) for each in between):
                token, dropped = replace(token, meaning=BEATS), index + 1 + at
        found.append(token)
    return found


def _with_unmatched(tokens: Sequence[Token]) -> list[Token]:
    """'none of the others could match X', 'nothing comes close to X': none beats X."""
    found: list[Token] = []
    none = False
    for token in tokens:
        text = token.text.casefold()
        none = (none and token.kind != "boundary") or (token.kind == "group" and token.meaning.note == "none")
        if none and text in ("could", "can"):
            token = replace(token, meaning=Meaning("plain"))
        elif none and text in MATCHES:
            token = replace(token, meaning=BEATS)
        found.append(token)
    return found


def _with_fractions(tokens: Sequence[Token]) -> list[Token]:
    """'a third higher than X': by 33 percent."""
    found = list(tokens)
    for index, token in enumerate(tokens[:-1]):
        number = token.number
        if number is not None and number.unit == "times" and number.value < 1 and tokens[index + 1].kind == "compare":
            found[index] = replace(token, meaning=Meaning("number"), number=Number(100 * number.value, 10, "percent"))
    return found


def _with_reasons(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    for index, token in enumerate(tokens):
        if token.text.casefold() in REASONS:
            named = next((at for at in range(index + 1, len(tokens)) if tokens[at].kind not in NEAR), len(tokens))
            owner = named + 1 < len(tokens) and tokens[named + 1].text.casefold() in ("'s", "’s")
            doer = named < len(tokens) and tokens[named].kind == "name" and not owner
            token = replace(token, meaning=MEANINGS["with"] if doer else MEANINGS["because"])
        found.append(token)
    return found
