"""Phrases that are split by other words or inverted, put in the order that the grammar reads.

'leaves X behind' is 'beats X'; '98 % was passed by X' is at least 98 %; 'none could match X' is 'none beats X'; and a reason
('thanks to its size') separates clauses, unless it names a configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.relations import Number
from autograder.handed_in.claims.sentence.phrasal_verbs import (
    with_added,
    with_additions,
    with_help,
    with_left_behind,
    with_particles,
    with_unmatched,
)
from autograder.handed_in.claims.sentence.reaching import AT_LEAST, with_before, with_marks, with_only, with_unreached
from autograder.handed_in.claims.sentence.settling import settled
from autograder.handed_in.claims.sentence.tokens import NEAR, Token
from autograder.handed_in.claims.words.layers import NAME as LAYER
from autograder.handed_in.claims.words.lexicon import MEANINGS
from autograder.handed_in.claims.words.meanings import Meaning

REASONS: Final = frozenset(
    ("due to", "thanks to", "owing to", "on account of", "by virtue of", "as a result of", "because of")
)
MIDDLE: Final = frozenset(("in the middle", "the middle one", "middle one", "halfway between the others"))
BOUNDS: Final = {
    **dict.fromkeys("more higher better above".split(), +1),
    **dict.fromkeys("less lower worse below".split(), -1),
}
MULTIPLYING: Final = frozenset("doubling tripling quadrupling halving increasing raising scaling".split())
GROUPS: Final = frozenset("two three four five".split())
NEARLY: Final = frozenset("nearly almost practically roughly about virtually essentially".split())


def put_together(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with such phrases as one token, or in another order."""
    tokens = _without_opening(tokens)
    tokens = _with_those_left(_with_exceptions(_with_colons(list(settled(_without_echoes(tokens))))))
    tokens = _with_likewise(with_added(with_particles(with_before(with_only(with_additions(tokens))))))
    tokens = with_unreached(with_help(_with_neither(tokens)))
    return _with_middles(
        _with_reasons(_with_fractions(with_unmatched(with_left_behind(with_marks(_without_idle_words(tokens))))))
    )


def _without_echoes(tokens: Sequence[Token]) -> list[Token]:
    """'larger and larger' is 'larger', and '97 % or more' is 'at least 97 %'."""
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        behind = tokens[index + 1 : index + 3]
        joined = len(behind) == 2 and behind[0].kind in ("and", "or")
        if joined and token.kind == "compare" and behind[1].text.casefold() == token.text.casefold():
            index += 2
            continue
        if joined and token.number is not None and behind[1].text.casefold() in BOUNDS:
            found.append(Token("", Meaning("bound", BOUNDS[behind[1].text.casefold()])))
            index += 2
        found.append(token)
        index += 1
    return found


def _without_opening(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the 'it is (perhaps) remarkable that' they open with."""
    opening = [token.text.casefold() for token in tokens[:7]]
    if opening[:1] and opening[0] in MULTIPLYING and "from" in opening:
        return [
            Token("going", MEANINGS["going"]),
            *tokens[opening.index("from") :],
        ]  # 'doubling the filters from A to B'
    if opening[:1] == ["it"] and opening[1:2] in (["is"], ["was"]) and "that" in opening:
        end = opening.index("that")
        kinds = {token.kind for token in tokens[2:end]}
        doubtful = any(token.kind == "conjecture" and token.text.casefold() != "perhaps" for token in tokens[:end])
        if not doubtful and kinds <= {"plain", "unknown", "degree", "conjecture"}:
            return list(tokens[end + 1 :])
    return list(tokens)


def _with_colons(tokens: Sequence[Token]) -> list[Token]:
    """'Highest accuracy: X' is 'highest accuracy is X'."""
    found = list(tokens)
    at = next((at for at, token in enumerate(tokens) if token.text == ":"), len(tokens))
    ahead = {token.kind for token in tokens[:at]}
    behind = [token.kind for token in tokens[at + 1 :] if token.kind not in (*NEAR, "number")]
    if "extreme" in ahead and "name" not in ahead and (behind[:1] == ["name"] and set(behind[1:]) <= {"boundary"}):
        found[at] = Token("is", MEANINGS["is"])
    return found


def _with_exceptions(tokens: Sequence[Token]) -> list[Token]:
    """'except for X, all are ...' and 'all are ..., except X' are 'all except X are ...'."""
    at = next((at for at, token in enumerate(tokens) if token.kind == "except"), len(tokens))
    group = next((at for at, token in enumerate(tokens) if token.kind == "group" and token.meaning.note == "all"), None)
    if group is None or group + 1 >= at >= group - 1 or "name" not in [token.kind for token in tokens[at : at + 2]]:
        return list(tokens)
    moved, left = list(tokens[at : at + 2]), [*tokens[:at], *tokens[at + 2 :]]
    behind = group + 1 if group < at else group - 1
    while left[behind : behind + 1] and left[behind].kind == "thing":
        behind += 1
    return [*left[:behind], *moved, *left[behind:]]


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
        if text in NEARLY and _is_anothers(tokens[index + 1 : index + 6]):
            found.append(Token(text, MEANINGS["similar"]))  # 'nearly the accuracy of X'
        elif text == "either" and _joins_nobody(tokens[index + 1 :]) and found and found[-1].kind in ("than", "beat"):
            found.append(Token("both", MEANINGS["both"]))  # 'longer than either network'
        elif (
            text in GROUPS and found and found[-1].text.casefold() == "of the" and tokens[index - 2].kind == "quantity"
        ):
            found[-1:] = [Token("of", MEANINGS["of"])]
            found.append(Token(f"all {text}", MEANINGS[f"all {text}"]))  # 'the results of the three'
        elif text in MIDDLE and (following is None or following.text.casefold() != "of"):
            found += [
                replace(token, text="between", meaning=MEANINGS["between"]),
                Token("the other two", MEANINGS["the other two"]),
            ]
        elif text in ("separates", "separate", "separated") and any(each.number for each in found):
            found += [Token("difference", MEANINGS["difference"]), replace(token, meaning=MEANINGS["between"])]
        elif text in ("several", "few", "many", "some") and following is not None and _is_of_times(following):
            found.append(AT_LEAST)
        elif text in ("dozens of", "hundreds of", "thousands of", "millions of") and _is_of_times(token):
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
        rest = [each.kind for each in tokens[index + 1 :] if each.kind not in NEAR]
        if text == "neither" and rest[:2] == ["of", "quantity"]:
            token = replace(token, meaning=Meaning("plain"))  # 'none beats X, neither in accuracy nor in time'
        elif text == "neither" and following in ("extreme", "compare", "same"):
            token, opened = replace(token, meaning=MEANINGS["not"]), True
        elif text == "nor" and opened:
            found.append(Token("and", MEANINGS["and"]))
            token, opened = replace(token, meaning=MEANINGS["not"]), False
        found.append(token)
    return found


def _with_those_left(tokens: Sequence[Token]) -> list[Token]:
    """'after X, Y is the best' is 'among all except X, Y is the best'."""
    kinds = [token.kind for token in tokens[:3]]
    end = next((at for at in range(3, len(tokens)) if tokens[at].kind == "boundary"), len(tokens))
    best = any(token.kind == "extreme" for token in tokens[3:end])
    if kinds[1:] == ["name", "boundary"] and tokens[0].text.casefold() in ("after", "behind", "besides") and best:
        return [*(Token(text, MEANINGS[text]) for text in ("among", "all", "except")), *tokens[1:]]
    return list(tokens)


def _with_likewise(tokens: Sequence[Token]) -> list[Token]:
    """'A won't, just like B' is 'A won't, and so did B'."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        behind = tokens[index + 1 : index + 4]
        named = next((at for at, each in enumerate(behind) if each.kind == "name"), None)
        closes = named is not None and (
            index + named + 2 >= len(tokens) or tokens[index + named + 2].kind == "boundary"
        )
        after_a_comma = [each.text for each in found[-2:]][:1] == [","] or [each.text for each in found[-1:]] == [","]
        if token.text.casefold() == "like" and closes and after_a_comma:
            while found[-1].text != ",":
                found.pop()
            found += [Token("so", MEANINGS["so"]), Token("did", Meaning("again"))]
            continue
        found.append(token)
    return found


def _is_anothers(rest: Sequence[Token]) -> bool:
    """'[nearly] the accuracy of X'"""
    kinds = [token.kind for token in rest]
    return bool(rest) and rest[0].text.casefold() == "the" and kinds[1:3] == ["quantity", "of"] and "name" in kinds[3:5]


def _joins_nobody(rest: Sequence[Token]) -> bool:
    return rest[:1] != [] and rest[0].kind in ("name", "thing") and all(token.kind != "or" for token in rest[:4])


def _is_of_times(token: Token) -> bool:
    return token.number is not None and token.number.unit == "times" and token.number.value > 2


def _is_layer(token: Token) -> bool:
    return any(name.startswith(LAYER) for name in token.names)


def _with_fractions(tokens: Sequence[Token]) -> list[Token]:
    """'a third higher than X', 'a third above X', 'cut by a third': by 33 percent."""
    found = list(tokens)
    for index, token in enumerate(tokens[:-1]):
        number = token.number
        above = tokens[index + 1].kind in ("compare", "beat") or "by" in (
            each.kind for each in tokens[max(0, index - 2) : index]
        )
        if number is not None and number.unit == "times" and number.value < 1 and above:
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
