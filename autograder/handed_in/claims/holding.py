"""Relations held against numbers: whether a source of numbers bears a claim out, contradicts it, or can't tell.

All answers are True, False or None. Values that differ by less than rounding or luck would explain are tied, and a tie
contradicts nothing but 'by far'.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.amounts import SHARES, differ_by, has_value, in_units
from autograder.handed_in.claims.layers import layer_of
from autograder.handed_in.claims.mentions import BASELINE, LABEL, Configurations
from autograder.handed_in.claims.relations import (
    Apart,
    Between,
    Claim,
    Extreme,
    First,
    Of,
    Order,
    Party,
    Same,
    Stated,
    Vanishing,
)
from autograder.handed_in.claims.threefold import Answer, all_, any_, not_
from autograder.handed_in.claims.words import BETTER
from autograder.handed_in.numbers import Quantity, Standing

# What counts as a tie: of shares absolute, of all else as a part of the larger value.
TIE: Final[Mapping[str, float]] = {
    "accuracy": 0.0005,
    "train accuracy": 0.0005,
    "gap": 0.0005,
    "seconds": 0.01,
    "parameters": 0.001,
}
OTHER_TIE: Final = 0.01
CLEARLY: Final = 3  # ties; what is 'clearly' ahead is further ahead than that
# From which difference on two are not 'the same', and not even 'similar'.
APART: Final[Mapping[str, tuple[float, float]]] = {
    "gradient": (0.3, 0.9),
    "accuracy": (0.004, 0.015),
    "train accuracy": (0.004, 0.015),
    "gap": (0.004, 0.015),
}
OTHER_APART: Final = (0.06, 0.25)
VANISHED: Final = 0.1  # of the last layer's gradient, in the first
MOST_READINGS: Final = 64


def holds(claim: Claim, standing: Standing, configurations: Configurations) -> Answer:
    """Whether a source bears a claim out (True), contradicts it (False) or can't tell (None)."""
    if standing.quantity not in claim.of.quantities or not _is_about(claim.of, standing):
        return None
    answers = {_holds(each, standing, configurations) for each in _readings(claim, standing, configurations)}
    return answers.pop() if len(answers) == 1 else None


def _is_about(of: Of, standing: Standing) -> bool:
    """Whether a column is of the layer, and up to the value, that a claim is about."""
    layer = layer_of(standing.title)
    if of.at is not None and layer is not None and of.at not in (layer, "last"):
        return False
    goals = re.findall(r"\d+(?:\.\d+)?(?=\s*%)|0?\.\d+", standing.title)
    return (
        of.goal is None
        or not goals
        or any(abs(float(goal) / (100 if float(goal) > 1 else 1) - of.goal) < 1e-6 for goal in goals)
    )


def _readings(claim: Claim, standing: Standing, configurations: Configurations) -> Iterator[Claim]:
    """The claim with labels of the source in place of names; one for each label that an unclear name may mean."""
    parties = {
        field: party
        for field in ("subject", "other", "scope", "ends", "names")
        if (party := getattr(claim, field, None)) is not None
    }
    parties = {
        field: replace(
            party,
            every=False,
            names=tuple(
                f"{LABEL}{each}" for name in party.names for each in configurations.among(name, standing.values)
            )
            or party.names,
        )
        if party.every
        else party
        for field, party in parties.items()
    }
    names = list(dict.fromkeys(name for party in parties.values() for name in (*party.names, *party.without)))
    choices = [sorted(configurations.among(name, standing.values)) for name in names]
    if not all(choices) or _product(map(len, choices)) > MOST_READINGS:
        return
    for chosen in itertools.product(*choices):
        labels = dict(zip(names, chosen, strict=True))
        replaced = {
            field: Party(
                tuple(dict.fromkeys(labels[name] for name in party.names)),
                party.group,
                party.size,
                tuple(labels[name] for name in party.without),
                party.nobody,
                party.either,
            )
            for field, party in parties.items()
        }
        yield _with(claim, replaced)


def _with(claim: Claim, parties: Mapping[str, Party]) -> Claim:
    return type(claim)(**{**vars(claim), **parties})


def _product(lengths: Iterable[int]) -> int:
    total = 1
    for length in lengths:
        total *= length
    return total


def _holds(claim: Claim, standing: Standing, configurations: Configurations) -> Answer:
    match claim:
        case Order():
            return _order(claim, standing, configurations)
        case Extreme():
            return _extreme(claim, standing)
        case Same():
            return _same(claim, standing)
        case Between():
            return _between(claim, standing)
        case Stated():
            return _stated(claim, standing)
        case Apart():
            return _apart(claim, standing)
        case First():
            return _first(claim, standing)
        case Vanishing():
            return _vanishing(claim, standing)


def _sign(of: Of, quantity: Quantity) -> int:
    return of.sign * BETTER[quantity] if of.good else of.sign


def _who(party: Party, standing: Standing, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """The labels of a party; empty where the words don't fit the source."""
    if party.names:
        return () if party.either and not party.nobody else party.names
    besides = set(besides)
    left = tuple(label for label in standing.values if label not in besides and label not in party.without)
    if party.size and party.size not in (len(left), len(standing.values) if not besides else -1):
        return ()
    return left


# -- relations ------------------------------------------------------------------------------------------------------------


def _order(claim: Order, standing: Standing, configurations: Configurations) -> Answer:
    sign = _sign(claim.of, standing.quantity)
    subjects = _who(claim.subject, standing, claim.other.names if claim.other is not None else ())
    if claim.other is None:
        rivals, surely = _meant_rivals(subjects if claim.subject.names else (), standing, configurations)
        if claim.subject.group:  # 'neither method', beside the baseline
            subjects = _who(claim.subject, standing, rivals) if surely else ()
        if claim.amount is not None and claim.amount.number.unit == "times" and not surely:
            return None
        if surely and len(rivals) == 1 and claim.subject.names:
            return _order(replace(claim, other=Party(rivals)), standing, configurations)
        answers = [all_(_more(subject, rival, sign, standing, claim) for subject in subjects) for rival in rivals]
        if not subjects or not rivals:
            return None
        if claim.subject.nobody:
            return all_(not_(_more(s, r, sign, standing, claim)) for s in subjects for r in rivals) if surely else None
        return not_(any_(answers)) if claim.negated else any_(answers)
    others = claim.other.names or _who(claim.other, standing, subjects)
    if not subjects or not others or set(subjects) & set(others):
        return None
    if claim.subject.nobody or claim.other.nobody:
        return (
            None if claim.negated else all_(not_(_more(s, o, sign, standing, claim)) for s in subjects for o in others)
        )
    pairs = [_more(s, o, sign, standing, claim) for s in subjects for o in others]
    if claim.negated:
        return not_(all_(pairs)) if claim.subject.group else all_(map(not_, pairs))
    if claim.other.either:
        return None
    answer = all_(pairs)
    if answer is False or claim.amount is None:
        return answer
    amounts = any_(
        differ_by(claim.amount, standing.values[one], standing.values[other], standing.quantity)
        for one in subjects
        for other in others
    )
    return amounts if answer else False if amounts is False else None


def _meant_rivals(
    subjects: Sequence[str], standing: Standing, configurations: Configurations
) -> tuple[tuple[str, ...], bool]:
    """Whom a comparison means that names nobody: the baseline; what the subject adds to ('SGD' of 'SGD+Momentum'); or anyone.
    And whether that is sure: not anyone."""
    left = [label for label in standing.values if label not in subjects]
    baseline = (
        configurations.among(BASELINE, standing.values) if BASELINE in configurations.naming.names else frozenset()
    )
    if len(baseline) == 1 and not baseline & set(subjects):
        return tuple(baseline), True
    within = [label for label in left if all(_words(label) < _words(subject) for subject in subjects)]
    return (tuple(within), True) if subjects and len(within) == 1 else (tuple(left), len(standing.values) == 2)


def _words(label: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in label.casefold()).split())


def _extreme(claim: Extreme, standing: Standing) -> Answer:
    sign = _sign(claim.of, standing.quantity)
    scope = _who(claim.scope, standing) if claim.scope is not None else tuple(standing.values)
    subjects = _who(claim.subject, standing)
    if claim.subject.group or not subjects or not set(subjects) <= set(scope) or len(scope) < 2:
        return None
    others = [label for label in scope if label not in subjects]
    if (claim.rank > 1 and len(subjects) != 1) or not others:
        return None
    answers = []
    for subject in subjects:
        ahead = [_more(other, subject, sign, standing) for other in others]
        surely, perhaps = ahead.count(True), ahead.count(True) + ahead.count(None)
        wanted = claim.rank - 1
        answers.append(True if surely == perhaps == wanted else False if not surely <= wanted <= perhaps else None)
    if claim.subject.nobody:
        return all_(map(not_, answers))
    return not_(all_(answers)) if claim.negated else all_(answers)


def _same(claim: Same, standing: Standing) -> Answer:
    subjects = _who(claim.subject, standing)
    others = claim.other.names or _who(claim.other, standing, subjects) if claim.other is not None else ()
    labels = list(dict.fromkeys((*subjects, *others)))
    if len(labels) < 2 or claim.subject.nobody:
        return None
    values = [standing.values[label] for label in labels]
    strict, loose = APART.get(standing.quantity, OTHER_APART)
    apart = max(values) - min(values)
    if standing.quantity not in SHARES:
        apart /= max(map(abs, values)) or 1.0
    if claim.negated:
        return False if apart == 0 else None if apart <= strict else True
    return False if apart > (loose if claim.loose else strict) else None if apart > strict / 4 else True


def _between(claim: Between, standing: Standing) -> Answer:
    subjects = _who(claim.subject, standing)
    ends = claim.ends.names or _who(claim.ends, standing, subjects)
    if len(ends) != 2:
        return None
    one, other = ends
    if not subjects or {one, other} & set(subjects):
        return None
    answers = []
    for subject in subjects:
        up = all_((_more(subject, one, 1, standing), _more(other, subject, 1, standing)))
        down = all_((_more(subject, other, 1, standing), _more(one, subject, 1, standing)))
        answers.append(any_((up, down)))
    return not_(all_(answers)) if claim.negated else all_(answers)


def _stated(claim: Stated, standing: Standing) -> Answer:
    subjects = _who(claim.subject, standing)
    if claim.subject.either:
        answers = [has_value(label, claim, standing) for label in claim.subject.names]
        return False if answers and all(answer is False for answer in answers) else None
    if not subjects or (claim.subject.group and claim.subject.size == 1 and len(standing.values) > 1):
        return None
    answers = [has_value(label, claim, standing) for label in subjects]
    if claim.subject.nobody:
        return all_(map(not_, answers))
    if claim.negated:
        return not_(all_(answers)) if claim.amount.bound else None
    return all_(answers)


def _apart(claim: Apart, standing: Standing) -> Answer:
    values = [standing.values[label] for label in _who(claim.names, standing)]
    if len(values) < 2:
        return None
    one, other = min(values), max(values)
    return differ_by(claim.amount, one, other, standing.quantity)


def _first(claim: First, standing: Standing) -> Answer:
    subjects = _who(claim.subject, standing)
    wanted, step = in_units(claim.number, standing.quantity)
    if len(subjects) != 1:
        return None
    reached = {
        label: next((epoch for epoch, value in course if value >= wanted - step / 2), None)
        for label, course in standing.courses.items()
    }
    subject = subjects[0]
    if subject not in reached:
        return False if standing.values[subject] < wanted - step and not claim.negated else None
    own = reached[subject]
    if own is None:
        return claim.negated
    earlier = [epoch for label, epoch in reached.items() if label != subject and epoch is not None and epoch < own]
    return (not earlier) != claim.negated


def _vanishing(claim: Vanishing, standing: Standing) -> Answer:
    subjects, others = _who(claim.subject, standing), _who(claim.other, standing)
    if len(subjects) != 1 or len(others) != 1 or subjects == others:
        return None
    part = abs(standing.values[subjects[0]]) / (abs(standing.values[others[0]]) or 1.0)
    gone, there = part < VANISHED / 10 if claim.negated else part < VANISHED, part > 0.3
    vanished = True if gone else False if there else None
    return not_(vanished) if claim.negated else vanished


# -- numbers --------------------------------------------------------------------------------------------------------------


def _more(one: str, other: str, sign: int, standing: Standing, claim: Order | None = None) -> Answer:
    """Whether `one` has more than `other` (less where `sign` is -1); None for a tie, which 'by far' does not allow."""
    first, second = standing.values[one], standing.values[other]
    margin = TIE.get(standing.quantity, OTHER_TIE)
    if standing.quantity not in SHARES:
        margin *= max(abs(first), abs(second))
    if standing.quantity == "epochs":
        margin = 0.5
    difference = sign * (first - second)
    if claim is not None and first == second and _is_a_count(first, standing.quantity):
        return False
    clear = claim is not None and claim.clear and not claim.negated
    if abs(difference) <= margin * (CLEARLY if clear else 1) + 1e-12:
        return False if clear else None
    return difference > 0


def _is_a_count(value: float, quantity: Quantity) -> bool:
    """Whether a number is exact, so that two that are equal are no tie by rounding: '545098', and not '0.55M'."""
    return quantity == "epochs" or (quantity == "parameters" and value % 1000 != 0)
