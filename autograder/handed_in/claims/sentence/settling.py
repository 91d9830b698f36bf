"""Tokens whose neighbours decide what they mean: 'over 97 %' and 'over X', 'led Y' and 'in the lead'.

RULES lists these decisions, each with an example; the first rule that applies to a token decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.handed_in.claims.relations import Number
from autograder.handed_in.claims.sentence.context import Context
from autograder.handed_in.claims.sentence.following import (
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
from autograder.handed_in.claims.sentence.tokens import DISTANCES, Token
from autograder.handed_in.claims.words.lexicon import MEANINGS, UNKNOWN
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.claims.words.number_words import DIGITS

DOES: Final = frozenset("did does do was were is are had has could managed".split())
PERFORMED: Final = frozenset(
    "perform performed performs learn learned learns generalize generalized generalizes do does did work worked works".split()
)
BRINGS: Final = frozenset(
    "bring brings brought give gives gave yield yields yielded contributes contributed buys bought".split()
)
PLAIN: Final = Meaning("plain")
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


@dataclass(frozen=True)
class Rule:
    """What a token becomes in a certain context: the same token with another meaning, or other tokens. `example` is a
    sentence with it."""

    example: str
    when: Callable[[Context], bool]
    becomes: Meaning | Callable[[Context], Sequence[Token]]

    def outcome(self, at: Context) -> Sequence[Token]:
        if isinstance(self.becomes, Meaning):
            return (replace(at.token, meaning=self.becomes),)
        return self.becomes(at)


def settled(found: Iterable[Token]) -> Iterator[Token]:
    """The tokens of a sentence, with the meanings that their neighbours give them. One may become two."""
    found = list(found)
    for index, token in enumerate(found):
        at = Context(found, index)
        rule = next((each for each in RULES if each.when(at)), None)
        yield from rule.outcome(at) if rule else (token,)


def _counted(before: Sequence[Token]) -> str:
    """The unit of the number before a clause: '[four epochs,] one less'."""
    units = [each.number.unit for each in before if each.number is not None]
    behind = bool(before) and before[-1].text == ","
    return next((unit for unit in reversed(units) if unit in ("epochs", "seconds")), "") if behind else ""


def _opens(found: Sequence[Token], index: int) -> bool:
    """Whether it comes first in its part of the sentence."""
    return index == 0 or found[index - 1].kind == "boundary"


def _among_some(found: Sequence[Token], index: int) -> bool:
    """'the [superior] test accuracy among the three'"""
    rest = [each for each in found[index + 1 :] if each.kind not in ("plain", "thing")]
    named = index > 0 and found[index - 1].text.casefold() == "the"
    return named and [each.kind for each in rest[:2]] == ["quantity", "scope"]


def _counts_epochs(words: Sequence[Token]) -> bool:
    return any(each.number is not None and each.number.unit == "epochs" for each in words)


def _is_of_a_distance(found: Sequence[Token]) -> bool:
    return any(each.text.casefold() in DISTANCES for each in found)


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


def _called(text: str) -> Callable[[Context], Sequence[Token]]:
    """The token as if it were this phrase."""
    return lambda at: (replace(at.token, text=text, meaning=MEANINGS[text]),)


def _number_of_the_same(at: Context) -> Sequence[Token]:
    number = Number(float(DIGITS.index(at.text) + 1), 1, _counted(at.before))
    return (Token(at.token.text, Meaning("number"), number=number),)


def _bound_as_comparison(at: Context) -> Sequence[Token]:
    """What a bound without a number means."""
    if at.text in ("more than", "less than", "fewer than"):
        word = at.text.split()[0]
        return replace(at.token, text=word, meaning=MEANINGS[word]), Token("than", Meaning("than"))
    counted = any(each.number for each in at.before[-2:])
    if at.text == "under" and counted and (at.is_of_somebody or at.kind_named == "extreme"):
        return (replace(at.token, meaning=Meaning("beat", -1)),)
    moved = MOVED.get(at.text.split()[-1]) if " " in at.text else None  # 'fell under', 'ended above'
    return (replace(at.token, meaning=moved or OTHERWISE.get(at.text, PLAIN)),)


def _goal_as_comparison(at: Context) -> Sequence[Token]:
    verb = at.text.removeprefix("to ")
    return (replace(at.token, meaning=OTHERWISE.get(verb, MEANINGS[verb])),)


def _size_as_degree(at: Context) -> Sequence[Token]:
    size = 1 if at.token.meaning.note == "no difference" else -1
    return (replace(at.token, meaning=Meaning("degree", size=size)),)


def _with_shared_unit(at: Context) -> Sequence[Token]:
    number = at.token.number
    return (replace(at.token, number=number and replace(number, unit=shared_unit(at.rest))),)


def _is_bare_number(at: Context) -> bool:
    return at.token.kind == "number" and at.token.number is not None and not at.token.number.unit


def _is_multiple(at: Context) -> bool:
    return at.token.kind == "number" and at.token.number is not None and at.token.number.unit == "times"


RULES: Final = (
    Rule(
        "Adam emerged as the best",
        lambda at: (
            at.text == "as" and at.index > 0 and at.goes_on_with is not None and at.goes_on_with.kind == "extreme"
        ),
        PLAIN,
    ),
    Rule(
        "the accuracies vary by two points",
        lambda at: at.text in SPANS and (at.is_numbered or by_so_much(at.rest)),
        MEANINGS["differ"],
    ),
    Rule(
        "it changed the accuracy by two points",
        lambda at: at.text in MOVES and at.token.kind in ("unknown", "plain") and by_so_much(at.rest),
        Meaning("same", size=3, note="moved"),
    ),
    Rule(
        "SGD does not even match Adam",
        lambda at: at.text in MATCHING and at.text_before == "not even",
        Meaning("beat", -1, True),
    ),
    Rule("SGD does not even match Adam", lambda at: at.text == "not even" and at.text_after in MATCHING, PLAIN),
    Rule(
        "Adam has a lead of two points over SGD",
        lambda at: at.text == "lead" and at.token.kind == "plain" and is_over_somebody(at.rest),
        Meaning("change", +1, True),
    ),
    Rule(
        "Adam took 65 seconds, two more than SGD",
        lambda at: at.text in DIGITS and at.text_after in MORE and bool(_counted(at.before)),
        _number_of_the_same,
    ),
    Rule(
        "it is fast at the cost of some accuracy",
        lambda at: at.text in AT_COST and is_of_accuracy(at.rest),
        lambda at: (at.token, Token("loses", Meaning("change", -1))),
    ),
    Rule(
        "SGD did not even come close to Adam",
        lambda at: at.text == "not even" and bool(at.rest) and is_not_done(at.rest[0]),
        Meaning("negation"),
    ),
    Rule(
        "SGD has the smallest gap, Adam on the other hand the best accuracy",
        lambda at: at.text in ASIDES and at.kind_before == "name" and _opens(at.found, at.index - 1),
        PLAIN,
    ),
    Rule(
        "changing the maximum for the average",
        lambda at: at.text == "maximum" and any(each.kind in ("switching", "replacing") for each in at.before),
        PLAIN,
    ),
    Rule(
        "Adam has the superior test accuracy among the three",
        lambda at: at.token.kind == "compare" and bool(at.token.meaning.good) and _among_some(at.found, at.index),
        lambda at: (replace(at.token, meaning=replace(at.token.meaning, kind="extreme", size=1)),),
    ),
    Rule("it gained like five points", lambda at: at.text == "like" and at.is_numbered, MEANINGS["about"]),
    Rule(
        "Adam is better than 97 %",
        lambda at: at.text == "better than" and at.kind_after == "number",
        Meaning("bound", +1),
    ),
    Rule("Adam has an accuracy of over 97 %", lambda at: at.text == "over" and at.is_numbered, Meaning("bound", +1)),
    Rule(
        "it is noisier in the later epochs",
        lambda at: at.text in ("later", "earlier") and at.text_after in MOMENTS,
        PLAIN,
    ),
    Rule(
        "Adam is above SGD",
        lambda at: at.token.kind == "bound" and not at.is_numbered,
        _bound_as_comparison,
    ),
    Rule(
        "SGD performed as well as Adam",
        lambda at: at.text == "as well as" and at.text_before in PERFORMED,
        lambda at: (*_called("as well")(at), Token("as", MEANINGS["as"])),
    ),
    Rule(
        "SGD comes out last",
        lambda at: at.text == "last" and at.kind_after in ("", "boundary", "of", "with", "than", "and"),
        MEANINGS["came last"],
    ),
    Rule(
        "Adam needed two epochs for 95 %",
        lambda at: at.text == "for" and at.unit == "percent" and _counts_epochs(at.before[-3:]),
        lambda at: (Token("to reach", MEANINGS["to reach"]),),
    ),
    Rule(
        "both the training and the test accuracy",
        lambda at: at.text == "both" and next((each.kind for each in at.rest if each.text != "the"), "") == "pair",
        PLAIN,
    ),
    Rule(
        "it adds another two points",
        lambda at: at.text in ("another", "additional", "further") and at.is_numbered,
        PLAIN,
    ),
    Rule("Adam wins in both accuracy and time", lambda at: at.text == "both" and is_of_quantities(at.rest), PLAIN),
    Rule(
        "SGD is both slower and less accurate",
        lambda at: at.text == "both" and describes(at.rest[:4]),
        PLAIN,
    ),
    Rule(
        "momentum gives SGD four points",
        lambda at: at.text in BRINGS and gives_points(at.rest),
        Meaning("change", +1),
    ),
    Rule("Adam brings us two points", lambda at: at.text in BRINGS and at.unit == "points", Meaning("change", +1)),
    Rule(
        "all optimizers but SGD",
        lambda at: at.text == "but" and at.kind_before in ("group", "thing") and at.is_of_somebody,
        Meaning("except"),
    ),
    Rule(
        "Adam managed to surpass SGD",
        lambda at: at.token.kind == "goal" and not at.is_numbered and at.text.removeprefix("to ") in MEANINGS,
        _goal_as_comparison,
    ),
    Rule(
        "Adam brings huge gains",
        lambda at: at.token.meaning.note in ("difference", "no difference") and not _is_of_a_distance(at.found),
        _size_as_degree,
    ),
    Rule(
        "Adam and RMSprop are the two best",
        lambda at: at.text in ("the two", "the three") and at.kind_after == "extreme" and at.index > 0,
        PLAIN,
    ),
    Rule(
        "Adam did not overfit, and neither did SGD",
        lambda at: at.text == "neither" and at.text_after in DOES and _is_all(at.found, at.index + 1),
        PLAIN,
    ),
    Rule("Adam overfits, SGD does not", lambda at: at.text in DOES and _is_all(at.found, at.index), Meaning("again")),
    Rule(
        "it costs two points, and not more time",
        lambda at: at.text in ("cost", "costs") and is_of_accuracy(at.rest),
        Meaning("change", -1),
    ),
    Rule(  # in all, or more than without?
        "it costs 20 seconds",
        lambda at: at.text in ("cost", "costs") and at.unit == "seconds",
        Meaning("setting"),
    ),
    Rule(
        "SGD lags two points behind Adam",
        lambda at: at.text in LAGS and "behind" in [each.text.casefold() for each in at.rest[:6]],
        PLAIN,
    ),
    Rule(
        "SGD loses by two points to Adam",
        lambda at: at.text in ("lost", "lose", "loses") and to_somebody(at.rest),
        _called("loses to"),
    ),
    Rule(
        "SGD loses in accuracy",
        lambda at: (
            at.text in ("lost", "lose", "loses", "losing")
            and at.kind_after not in ("number", "compare", "bound", "degree")
        ),
        UNKNOWN,
    ),
    Rule(
        "Adam leads SGD",
        lambda at: at.text in ("leads", "led", "leading") and at.is_of_somebody and at.kind_after != "by",
        Meaning("beat", +1, True),
    ),
    Rule(
        "Adam dominated",
        lambda at: at.text.startswith("dominat") and not at.is_of_somebody,
        Meaning("extreme", +1, True, size=1),
    ),
    Rule(
        "it improved nothing in accuracy",
        lambda at: at.text == "nothing" and at.kind_before == "change",
        Meaning("negation"),
    ),
    Rule("no optimizer beats Adam", lambda at: at.text == "no" and at.kind_after == "thing", MEANINGS["none"]),
    Rule("it rises when Adam is used", lambda at: at.text == "when" and at.is_of_somebody, Meaning("with")),
    Rule("it rises when we move from SGD to Adam", lambda at: at.text == "when" and leads_from(at.rest), Meaning("of")),
    Rule(
        "three times the training time of SGD",
        lambda at: _is_multiple(at) and is_of_a_quantity(at.rest),
        Meaning("ratio"),
    ),
    Rule(
        "74.1 and 62.3 %",
        lambda at: _is_bare_number(at) and bool(shared_unit(at.rest)),
        _with_shared_unit,
    ),
)
