"""Values that are reached or not: 'did not reach 97 %' is below that value, 'got to 95 % before X' is in fewer epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.relations import Number
from autograder.handed_in.claims.sentence.tokens import NEAR, Token
from autograder.handed_in.claims.words.lexicon import MEANINGS
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.numbers import Quantity

MARKS: Final = frozenset("mark marks line threshold barrier milestone".split())
PASSED: Final = frozenset(
    "passed exceeded crossed surpassed broken cleared topped reached attained achieved hit met".split()
)
REACHES: Final = frozenset(
    """
    reach reached reaches reaching attain attained attains achieve achieved achieves hit hits get gets got made makes make
    touch touched touches arrive arrived arrives
    """.split()
)
BEFORE: Final = {"before": -1, "after": +1, "ahead of": -1}
ENDS: Final[Mapping[frozenset[str], tuple[Quantity, ...]]] = {
    frozenset(("converge", "converged", "converges", "converging")): ("epochs",),
    frozenset(("finish", "finished", "finishes", "done", "ready", "training")): ("seconds",),
}
RELATIVE: Final = frozenset("that which to who".split())
AT_LEAST: Final = Token("at least", Meaning("bound", +1))


def with_only(tokens: Sequence[Token]) -> list[Token]:
    """'X was the only network to pass 97 %' is 'only X passed at least 97 %'."""
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        things = index + 1
        while things < len(tokens) and tokens[things].kind in ("thing", "name"):
            things += 1
        bounded = things < len(tokens) and tokens[things].kind == "bound"  # 'the only one above 80 %'
        told = things < len(tokens) and (
            tokens[things].text.casefold() in RELATIVE or tokens[things].kind in ("goal", "bound")
        )
        names = [at for at, each in enumerate(found) if each.kind == "name"]
        near = names and all(each.kind == "plain" for each in found[names[-1] + 1 :])
        if token.text.casefold() == "only" and things > index + 1 and told and near and len(names) == 1:
            found.insert(names[0], token)
            goal = tokens[things].kind == "goal"
            found += [Token("reaches", MEANINGS["reach"])] if goal else []
            index = things + (not bounded)
            if goal and index < len(tokens) and tokens[index].kind != "bound":
                found.append(AT_LEAST)
            continue
        found.append(token)
        index += 1
    return found


def with_before(tokens: Sequence[Token]) -> list[Token]:
    """'X got to 95 % before Y' is 'to get to 95 %, X was earlier than Y'; so are 'finished before Y', 'converged after Y'."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        text = token.text.casefold()
        named = next((each.kind for each in tokens[index + 1 :] if each.kind not in ("plain", "thing")), "")
        if text in BEFORE and named in ("name", "group", "pronoun"):
            marks = [at for at, each in enumerate(found) if each.number and each.number.unit == "percent"]
            reached = any(each.text.casefold() in REACHES or each.kind == "bound" for each in found)
            quantities = next(
                (of for words, of in ENDS.items() if words & {each.text.casefold() for each in found}), ()
            )
            if marks and reached:
                found.insert(marks[-1], Token("to reach", MEANINGS["to reach"]))
                quantities = ("epochs",)
            if quantities:
                found.append(replace(token, meaning=Meaning("compare", BEFORE[text], quantities=quantities)))
                found.append(Token("than", MEANINGS["than"]))
                continue
        found.append(token)
    return found


def with_unreached(tokens: Sequence[Token]) -> list[Token]:
    """'did not reach 97 %', 'none of them made it to 97 %', 'all reach 97 %', 'only X reaches 97 %': the value is a bound."""
    found: list[Token] = []
    bounding = reaching = False
    for index, token in enumerate(tokens):
        text = token.text.casefold()
        if token.kind == "boundary" and text != ",":
            bounding = reaching = False
        alone = text == "only" and any(each.kind == "name" for each in tokens[index + 1 : index + 3])
        bounding = bounding or token.kind in ("negation", "group") or alone
        reaching = (
            reaching and token.kind in (*NEAR, "to", "of", "quantity", "goal", "number", "pronoun")
        ) or text in REACHES
        if token.kind == "goal":
            managed = any(each.text.casefold() in ("manage", "managed", "manages", "able") for each in found[-2:])
            if bounding and managed and index + 1 < len(tokens):
                token, reaching = replace(token, meaning=Meaning("plain")), True
        reached = any(each.number and each.number.unit == "percent" for each in found) and any(
            each.text.casefold() in REACHES or each.kind == "bound" for each in found
        )
        share = token.number is not None and token.number.unit in ("percent", "")
        if text == "first epoch" and reached:
            token = Token("1 epochs", Meaning("number"), number=Number(1, 1, "epochs"))
        if share and bounding and reaching and found[-1].kind != "bound":
            found.append(AT_LEAST)
        found.append(token)
    return found


def with_marks(tokens: Sequence[Token]) -> list[Token]:
    """'the 98 % mark was passed by X', 'crossed the 98 % line': at least as much."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        last = next((each for each in reversed(found[:-2]) if each.number is not None), None)
        if token.text.casefold() in MARKS and found and found[-1].text.casefold() in ("that", "this") and last:
            token = last
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
