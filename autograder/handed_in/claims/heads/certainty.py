"""When a clause is left alone although a relation can be read from it. All relations pass through here.

A wrong question costs more trust than a missed one, so a claim is kept only if the clause is understood as a whole.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import kind
from autograder.handed_in.claims.heads.quantities import names_an_error
from autograder.handed_in.claims.relations import Apart, Claim, Extreme, Order, Party, Same, Stated
from autograder.handed_in.claims.sentence.tokens import DISTANCES
from autograder.handed_in.claims.words.quantity_words import SHARES
from autograder.handed_in.numbers import Quantity

LONG_TRAINING: Final = 10  # epochs; a statement about fewer is not about the end
LEAST_SHARE: Final = 0.05  # of the right answers: less than by chance
UNITS: Final[dict[str, tuple[Quantity, ...]]] = {"points": SHARES, "seconds": ("seconds",), "epochs": ("epochs",)}
COMPARISONS: Final = frozenset(("compare", "extreme", "beat", "same"))


def is_no_result(frame: Frame) -> bool:
    """Whether a clause is not about a final result: a conjecture, or about the first epochs."""
    said = (*frame.circumstances, *frame.pieces)
    compares = any(kind(each) in COMPARISONS for each in frame.pieces)
    return (compares and is_early(frame)) or any(kind(piece) in ("conjecture", "narrow") for piece in said)


def understood(frame: Frame, claims: Iterable[Claim]) -> list[Claim]:
    """The claims, without those of a clause that may mean something else."""
    kinds = [kind(piece) for piece in frame.pieces]
    if "aside" in kinds or kinds.count("negation") > 1 or _is_among_some(frame) or _is_denied_at_its_end(frame):
        return []
    claims = [_of_either(frame, claim) for claim in claims]
    return [claim for claim in claims if not any(doubt(frame, claim) for doubt in DOUBTS)]


def is_early(frame: Frame) -> bool:
    """'after 3 epochs': what was true then need not be true at the end."""
    return any(
        (number := frame.number_at(index)) is not None
        and number.unit == "epochs"
        and number.value < LONG_TRAINING
        and frame.is_a_time(index)
        and {frame.text(index - 1), frame.text(index - 2)} & {"after", "in", "within", "for"}
        for index in range(len(frame.pieces))
    )


def _is_among_some(frame: Frame) -> bool:
    """'the weakest of the three better ones': of which?"""
    for index, piece in enumerate(frame.pieces):
        if kind(piece) == "scope":
            behind = [kind(each) for each in frame.pieces[index + 1 :] if kind(each) not in ("plain", "degree")]
            if len(behind) > 1 and behind[0] in ("compare", "extreme", "unknown") and behind[1] == "thing":
                return True
    return False


def _is_denied_at_its_end(frame: Frame) -> bool:
    """'making the kernels bigger did not': denies what was said before, not that they are bigger."""
    return len(frame.pieces) > 1 and kind(frame.pieces[-1]) == "negation" and frame.text(len(frame.pieces) - 2) != "if"


def _is_of_a_difference(frame: Frame, claim: Claim) -> bool:
    """'the difference in accuracy is below 1 %': its numbers are nobody's values."""
    far = any(piece.text.casefold() in DISTANCES - {"gap", "gaps"} for piece in frame.tokens())
    return far and isinstance(claim, Stated) and claim.of.quantities != ("gap",)


def _is_a_part_of_an_error(frame: Frame, claim: Claim) -> bool:
    """'the error is four times smaller': whose, than whose?"""
    return isinstance(claim, Order) and claim.amount is not None and names_an_error(frame) and not frame.parties


def _is_of_two_splits(frame: Frame, claim: Claim) -> bool:
    """'better in training than on the test set': contrasts the two splits and compares nobody."""
    return {"train", "test"} <= {piece.meaning.note for piece in frame.tokens()} and not isinstance(claim, Stated)


def _is_of_steps(frame: Frame, claim: Claim) -> bool:
    """'it falls ten times in every layer': from layer to layer; nobody is compared."""
    every = any(piece.kind == "everywhere" for piece in frame.tokens())
    compared = isinstance(claim, Order) and (claim.other is not None or (claim.subject.names and claim.amount is None))
    bounded = isinstance(claim, Stated) and claim.amount.bound != 0
    return every and claim.of.within is None and not (compared or bounded)


def _is_in_another_unit(frame: Frame, claim: Claim) -> bool:
    """'3 points better for 8 extra seconds': the points are of the accuracy, the seconds of the time."""
    amount = claim.amount if isinstance(claim, Order | Stated | Apart) else None
    owners = UNITS.get(amount.number.unit) if amount is not None else None
    return owners is not None and not set(owners) & set(claim.of.quantities)


def _is_a_count(frame: Frame, claim: Claim) -> bool:
    """'7 images', not 7 % of anything"""
    if not isinstance(claim, Stated) or claim.amount.number.unit:
        return False
    at = next((at for at in range(len(frame.pieces)) if frame.number_at(at) == claim.amount.number), None)
    return at is not None and at + 1 < len(frame.pieces) and kind(frame.pieces[at + 1]) == "unknown"


def _is_no_share(frame: Frame, claim: Claim) -> bool:
    """'0.0001', '3.5' and '0.7 %' are nobody's accuracy."""
    if not isinstance(claim, Stated) or "accuracy" not in claim.of.quantities[0]:
        return False
    value, unit = claim.amount.number.value, claim.amount.number.unit
    if unit not in ("", "percent"):
        return False
    as_a_fraction = not unit and LEAST_SHARE <= value <= 1
    return not (as_a_fraction or 100 * LEAST_SHARE <= value <= 100)


def _is_half_as_much_again(frame: Frame, claim: Claim) -> bool:
    """'takes half as long again' is half as much more, not half."""
    return (
        isinstance(claim, Order | Same)
        and claim.other is not None
        and any(piece.text.casefold() == "again" for piece in frame.tokens())
        and any(piece.number is not None and piece.number.unit == "times" for piece in frame.tokens())
    )


def _is_of_two_owners(frame: Frame, claim: Claim) -> bool:
    """'the training accuracy of A is below the test accuracy of B': nobody's gap."""
    spoken = {each for piece in frame.tokens() if piece.kind == "quantity" for each in piece.meaning.quantities}
    owners = {each.party.names for each in frame.parties if each.party.names}
    return claim.of.quantities == ("gap",) and {"accuracy", "train accuracy"} <= spoken and len(owners) > 1


def _is_from_the_first(frame: Frame, claim: Claim) -> bool:
    """'one point separates it from the winner': nobody is said to be that."""
    heads = [at for at in frame.heads if kind(frame.pieces[at]) == "extreme"]
    before = [[kind(each) for each in frame.pieces[:at] if kind(each) not in ("plain", "degree")] for at in heads]
    return isinstance(claim, Extreme) and any(kinds[-1:] == ["from"] for kinds in before)


def _is_counted(frame: Frame, claim: Claim) -> bool:
    """'neither the fewest nor the most parameters': an accuracy is not counted, except by its errors."""
    few = any(frame.text(head) in ("few", "fewer", "fewest") for head in frame.heads)
    shares = {"accuracy", "train accuracy", "gap", "gradient"}
    return few and not names_an_error(frame) and set(claim.of.quantities) <= shares


def _is_by_how_much(frame: Frame, claim: Claim) -> bool:
    """'A did not win by much' means that A won, and 'won 0.14 points' that A gained them."""
    if not isinstance(claim, Extreme):
        return False
    for head in (head for head in frame.heads if frame.text(head).startswith(("win", "won"))):
        behind = frame.pieces[head + 1 :]
        if behind and (frame.number_at(head + 1) is not None or (isinstance(behind[0], Party) and behind[0].nobody)):
            return True
        if claim.negated and behind and kind(behind[0]) == "by":
            return True
    return False


def _is_elsewhere(frame: Frame, claim: Claim) -> bool:
    """'time decides, and there A wins': the quantity was named before."""
    texts = [piece.text.casefold() for piece in frame.tokens()]
    there = "there" in texts and not {"is", "are", "was", "were"} & set(texts[texts.index("there") + 1 :][:1])
    return there and not any(piece.kind in ("quantity", "number") for piece in frame.tokens())


def _is_the_way(frame: Frame, claim: Claim) -> bool:
    """'four epochs less on the way to 95 %': not somebody's value, but one that all of them reach"""
    if not isinstance(claim, Stated):
        return False
    at = next((at for at in range(1, len(frame.pieces)) if frame.number_at(at) == claim.amount.number), 0)
    return at > 0 and "way" in frame.text(at - 1).split()


def _is_one_of_a_list(frame: Frame, claim: Claim) -> bool:
    """'the gap goes from 2.1 to 1.2 and 0.1': three in turn have one value each"""
    numbers = [at for at in range(len(frame.pieces)) if frame.number_at(at) is not None]
    between = [kind(frame.pieces[at + 1]) for at in numbers[:-1]]
    near = all(other - one == 2 for one, other in itertools.pairwise(numbers))
    return isinstance(claim, Stated) and len(numbers) > 2 and near and between[:2] == ["to", "and"]


def _is_ahead_of_one(frame: Frame, claim: Claim) -> bool:
    """'A and B are 0.2 points apart, with B ahead': of A, and not of all."""
    ahead = any(frame.text(head) in ("ahead", "in front", "in the lead") for head in frame.heads)
    led = any(each.lead == "with" for each in frame.parties)
    pair = frame.before.pair
    return isinstance(claim, Extreme) and ahead and led and pair is not None and set(claim.subject.names) <= set(pair)


def _is_of_what_was_changed(frame: Frame, claim: Claim) -> bool:
    """'it drops by 0.7 with A and by twice as much with B': twice the drop"""
    as_much = any(frame.text(head) in ("as much", "as many") for head in frame.heads)
    changed = frame.before.changed is not None or any(kind(frame.pieces[head]) == "change" for head in frame.heads)
    times = isinstance(claim, Order) and claim.amount is not None and claim.amount.number.unit == "times"
    return as_much and changed and times


def _is_a_rule_denied(frame: Frame, claim: Claim) -> bool:
    """'a wider network is not a better network': not just because it is wider"""
    kinds = [kind(piece) for piece in frame.pieces]
    at = kinds.index("negation") if "negation" in kinds else len(kinds)
    return isinstance(claim, Order) and claim.negated and claim.other is None and frame.text(at + 1) in ("a", "an")


def _names_several(party: Party | None) -> bool:
    return party is not None and len(party.names) > 1


def _of_either(frame: Frame, claim: Claim) -> Claim:
    """'A is ahead of B, which gets 97 %': A or B does."""
    last = frame.before.claims[-1] if frame.before.claims else None
    if (
        isinstance(claim, Stated)
        and _is_of_the_other(frame, claim)
        and isinstance(last, Order)
        and last.other is not None
    ):
        names = (*last.subject.names, *last.other.names)
        return replace(claim, subject=Party(names, either=True)) if last.other.names and not claim.negated else claim
    return claim


def _is_of_the_other(frame: Frame, claim: Claim) -> bool:
    """'A is faster than C, which is the largest': C is, not A."""
    last = frame.before.claims[-1] if frame.before.claims else None
    inherited = not isinstance(claim, Apart) and claim.subject == frame.before.subject and not frame.parties
    several = (isinstance(last, Order) and last.other is not None) or _names_several(frame.before.subject)
    told = not isinstance(claim, Apart) and claim.subject.either
    return frame.link in ("which", "who") and inherited and several and not told


DOUBTS: Final[tuple[Callable[[Frame, Claim], bool], ...]] = (
    _is_of_a_difference,
    _is_a_part_of_an_error,
    _is_of_two_splits,
    _is_of_steps,
    _is_in_another_unit,
    _is_a_count,
    _is_no_share,
    _is_half_as_much_again,
    _is_of_the_other,
    _is_of_two_owners,
    _is_from_the_first,
    _is_counted,
    _is_by_how_much,
    _is_elsewhere,
    _is_the_way,
    _is_one_of_a_list,
    _is_ahead_of_one,
    _is_a_rule_denied,
    _is_of_what_was_changed,
)
