"""Tokens whose neighbours decide what they mean: 'over 97 %' and 'over X', 'led Y' and 'in the lead'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.following import (
    by_so_much,
    describes,
    gives_points,
    is_not_done,
    is_of_a_quantity,
    is_of_accuracy,
    is_of_quantities,
    is_over_somebody,
    leads_from,
    shared_unit,
    to_somebody,
)
from autograder.handed_in.claims.meanings import Meaning
from autograder.handed_in.claims.number_words import DIGITS
from autograder.handed_in.claims.relations import Number
from autograder.handed_in.claims.tokens import DISTANCES, Token
from autograder.handed_in.claims.words import MEANINGS, UNKNOWN

DOES: Final = frozenset("did does do was were is are had has could managed".split())
PERFORMED: Final = frozenset(
    "perform performed performs learn learned learns generalize generalized generalizes do does did work worked works".split()
)
BRINGS: Final = frozenset(
    "bring brings brought give gives gave yield yields yielded contributes contributed buys bought".split()
)
LIGHT: Final = frozenset(("plain", "thing", "degree", "with"))  # kinds of words that may stand before a name
# A bound that no number follows is a comparison: 'more than Adam', 'above the baseline'.
OTHERWISE: Final[dict[str, Meaning]] = {
    **dict.fromkeys(
        ("exceeds", "exceeded", "exceed", "above", "exceeding", "beyond", "surpassing", "topping"), Meaning("beat", +1)
    ),
    **dict.fromkeys(("below", "beneath"), Meaning("beat", -1)),
    **dict.fromkeys(("fall short of", "falls short of", "fell short of"), Meaning("beat", -1, True)),
    "not quite": Meaning("negation"),
    **dict.fromkeys(("not even", "stayed below"), Meaning("beat", -1)),
    "short of": Meaning("beat", -1, True),
    **dict.fromkeys(("misses", "missed", "just missed", "narrowly missed"), UNKNOWN),
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
ASIDES: Final = frozenset(("on the other hand", "however", "in contrast", "by contrast"))
MOVES: Final = frozenset("change changes changed move moves moved shift shifts shifted alter alters altered".split())
MATCHING: Final = frozenset("match matches equal equals".split())
AT_COST: Final = frozenset(("at the cost of", "at the price of", "at the expense of"))
MORE: Final = frozenset(("more", "less", "fewer", "more than", "less than", "fewer than"))
LAGS: Final = frozenset("lag lags lagged lagging trail trails trailed trailing".split())
SPANS: Final = frozenset("vary varies varied span spans spanned".split())
MOMENTS: Final = frozenset({"epochs", "iterations", "steps", "stages", "training"})


def settled(found: Iterable[Token]) -> Iterator[Token]:
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
                if each.kind not in ("degree", "bound")
                and not (each.kind == "plain" and each.text in ("the", "a", "us", "me"))
            ),
            None,
        )
        named = next((each for each in found[index + 1 :] if each.kind not in LIGHT), None)
        numbered = after is not None and after.kind == "number"
        met = named is not None and named.kind in ("name", "group", "pronoun")
        counted = any(each.number for each in found[max(0, index - 2) : index])
        if text == "as" and index and after is not None and after.kind == "extreme":
            yield replace(token, meaning=Meaning("plain"))  # 'emerged as the best'
        elif text in SPANS and (numbered or by_so_much(found[index + 1 :])):
            yield replace(token, meaning=MEANINGS["differ"])
        elif text in MOVES and token.kind in ("unknown", "plain") and by_so_much(found[index + 1 :]):
            yield replace(token, meaning=Meaning("same", size=3, note="moved"))
        elif text in MATCHING and index and found[index - 1].text.casefold() == "not even":
            yield replace(token, meaning=Meaning("beat", -1, True))  # 'does not even match X'
        elif text == "not even" and following is not None and following.text.casefold() in MATCHING:
            yield replace(token, meaning=Meaning("plain"))
        elif text == "lead" and token.kind == "plain" and is_over_somebody(found[index + 1 :]):
            yield replace(token, meaning=Meaning("change", +1, True))  # 'has a lead of two points over X'
        elif text in DIGITS and following is not None and following.text.casefold() in MORE and _counted(found[:index]):
            number = Number(float(DIGITS.index(text) + 1), 1, _counted(found[:index]))
            yield Token(token.text, Meaning("number"), number=number)  # '65 seconds, two more than X'
        elif text in AT_COST and is_of_accuracy(found[index + 1 :]):
            yield token
            yield Token("loses", Meaning("change", -1))  # 'at the cost of some accuracy'
        elif text == "not even" and following is not None and is_not_done(following):
            yield replace(token, meaning=Meaning("negation"))
        elif text in ASIDES and index and found[index - 1].kind == "name" and _opens(found, index - 1):
            yield replace(
                token, meaning=Meaning("plain")
            )  # 'A has the smallest gap, B on the other hand the best accuracy'
        elif text == "maximum" and any(each.kind in ("switching", "replacing") for each in found[:index]):
            yield replace(token, meaning=Meaning("plain"))  # 'changing the maximum for the average'
        elif token.kind == "compare" and token.meaning.good and _among_some(found, index):
            yield replace(
                token, meaning=replace(token.meaning, kind="extreme", size=1)
            )  # 'the superior accuracy among them'
        elif text == "like" and numbered:
            yield replace(token, meaning=MEANINGS["about"])  # 'like five points'
        elif text in ("better than", "worse than") and following is not None and following.kind == "number":
            yield replace(token, meaning=Meaning("bound", +1 if text == "better than" else -1))  # 'better than 97 %'
        elif text == "over" and numbered:
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
        elif text == "as well as" and index and found[index - 1].text.casefold() in PERFORMED:
            yield replace(token, text="as well", meaning=MEANINGS["as well"])
            yield Token("as", MEANINGS["as"])
        elif text == "last" and (following is None or following.kind in ("boundary", "of", "with", "than", "and")):
            yield replace(token, meaning=MEANINGS["came last"])
        elif text == "for" and numbered and _is_a_goal(found[:index], after):
            yield Token("to reach", MEANINGS["to reach"])  # 'needed two epochs for 95 %'
        elif text == "both" and next((each.kind for each in found[index + 1 :] if each.text != "the"), "") == "pair":
            yield replace(token, meaning=Meaning("plain"))  # 'both the training and the test accuracy'
        elif text in ("another", "additional", "further") and numbered:
            yield replace(token, meaning=Meaning("plain"))  # 'adds another two points'
        elif text == "both" and is_of_quantities(found[index + 1 :]):
            yield replace(token, meaning=Meaning("plain"))  # 'in both accuracy and time'
        elif text == "both" and describes(found[index + 1 : index + 5]):
            yield replace(token, meaning=Meaning("plain"))  # 'is both slower and less accurate'
        elif text in BRINGS and gives_points(found[index + 1 :]):
            yield replace(token, meaning=Meaning("change", +1))  # 'gives SGD four points'
        elif text in BRINGS and numbered and after is not None and after.number and after.number.unit == "points":
            yield replace(token, meaning=Meaning("change", +1))  # 'brings (us) two points'
        elif text == "but" and index and found[index - 1].kind in ("group", "thing") and following is not None and met:
            yield replace(token, meaning=Meaning("except"))  # 'all optimizers but SGD'
        elif token.kind == "goal" and not numbered and (verb := MEANINGS.get(text.removeprefix("to "))) is not None:
            yield replace(token, meaning=OTHERWISE.get(text.removeprefix("to "), verb))  # 'to surpass X'
        elif token.meaning.note in ("difference", "no difference") and not spoken & DISTANCES:
            yield replace(token, meaning=Meaning("degree", size=1 if token.meaning.note == "no difference" else -1))
        elif text in ("the two", "the three") and following is not None and following.kind == "extreme" and index:
            yield replace(token, meaning=Meaning("plain"))  # 'A and B are the two best'
        elif text == "neither" and following is not None and following.text in DOES and _is_all(found, index + 1):
            yield replace(token, meaning=Meaning("plain"))
        elif text in DOES and _is_all(found, index):
            yield replace(token, meaning=Meaning("again"))
        elif text in ("cost", "costs") and is_of_accuracy(found[index + 1 :]):
            yield replace(token, meaning=Meaning("change", -1))  # and not 'costs more time'
        elif (
            text in ("cost", "costs")
            and numbered
            and after is not None
            and after.number
            and after.number.unit == "seconds"
        ):
            yield replace(token, meaning=Meaning("setting"))  # in all, or more than without?
        elif text in LAGS and any(each.text.casefold() == "behind" for each in found[index + 1 : index + 7]):
            yield replace(token, meaning=Meaning("plain"))  # 'lags two points behind X'
        elif text in ("lost", "lose", "loses") and to_somebody(found[index + 1 :]):
            yield replace(token, text="loses to", meaning=MEANINGS["loses to"])  # 'loses by two points to X'
        elif text in ("lost", "lose", "loses", "losing") and not (
            following is not None and following.kind in ("number", "compare", "bound", "degree")
        ):
            yield replace(token, meaning=UNKNOWN)  # 'loses in accuracy'
        elif text in ("leads", "led", "leading") and following is not None and met and following.kind != "by":
            yield replace(token, meaning=Meaning("beat", +1, True))
        elif text.startswith("dominat") and not met:
            yield replace(token, meaning=Meaning("extreme", +1, True, size=1))
        elif text == "nothing" and index and found[index - 1].kind == "change":
            yield replace(token, meaning=Meaning("negation"))  # 'gained nothing in accuracy'
        elif text == "no" and following is not None and following.kind == "thing":
            yield replace(token, meaning=MEANINGS["none"])
        elif text == "when" and (met or leads_from(found[index + 1 :])):
            yield replace(token, meaning=Meaning("with" if met else "of"))
        elif (
            token.kind == "number"
            and token.number
            and token.number.unit == "times"
            and is_of_a_quantity(found[index + 1 :])
        ):
            yield replace(token, meaning=Meaning("ratio"))
        elif (
            token.kind == "number"
            and token.number
            and not token.number.unit
            and (unit := shared_unit(found[index + 1 :]))
        ):
            yield replace(token, number=replace(token.number, unit=unit))
        else:
            yield token


def _counted(before: Sequence[Token]) -> str:
    """The unit of the number that a clause stands behind: '[four epochs,] one less'."""
    units = [each.number.unit for each in before if each.number is not None]
    behind = bool(before) and before[-1].text == ","
    return next((unit for unit in reversed(units) if unit in ("epochs", "seconds")), "") if behind else ""


def _opens(found: Sequence[Token], index: int) -> bool:
    """Whether nothing stands before it in its part of the sentence."""
    return index == 0 or found[index - 1].kind == "boundary"


def _among_some(found: Sequence[Token], index: int) -> bool:
    """'the [superior] test accuracy among the three'"""
    rest = [each for each in found[index + 1 :] if each.kind not in ("plain", "thing")]
    named = index > 0 and found[index - 1].text.casefold() == "the"
    return named and [each.kind for each in rest[:2]] == ["quantity", "scope"]


def _is_a_goal(before: Sequence[Token], after: Token | None) -> bool:
    counted = any(each.number is not None and each.number.unit == "epochs" for each in before[-3:])
    return counted and after is not None and after.number is not None and after.number.unit == "percent"


def _is_all(found: Sequence[Token], index: int) -> bool:
    """Whether 'did' and the like is all that is said of somebody: 'B did not.', 'neither did B.', 'and so was B'."""
    inverted = index > 0 and found[index - 1].text.casefold() in ("neither", "nor", "so", "as")
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
