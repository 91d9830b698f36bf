"""Relations held against numbers: whether a source of numbers confirms a claim, contradicts it, or leaves it undecided.

All answers are True, False or None. Values that differ by less than rounding or luck would explain are tied, and a tie
contradicts nothing but 'by far'.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

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
from autograder.handed_in.claims.verdicts.amounts import differ_by, has_value, in_units
from autograder.handed_in.claims.verdicts.margins import APART, OTHER_APART, is_much, more
from autograder.handed_in.claims.verdicts.meant import meant_rivals, readings, who
from autograder.handed_in.claims.verdicts.threefold import Answer, all_, any_, not_
from autograder.handed_in.claims.words.layers import is_in, layer_of
from autograder.handed_in.claims.words.lexicon import BETTER
from autograder.handed_in.claims.words.mentions import Configurations
from autograder.handed_in.claims.words.quantity_words import SHARES
from autograder.handed_in.numbers import Quantity, Standing

VANISHED: Final = 0.1  # of the last layer's gradient, in the first


def holds(claim: Claim, standing: Standing, configurations: Configurations) -> Answer:
    """Whether a source confirms a claim (True), contradicts it (False) or leaves it undecided (None)."""
    if standing.quantity not in claim.of.quantities or not _is_about(claim.of, standing, configurations):
        return None
    answers = {_holds(each, standing, configurations) for each in readings(claim, standing, configurations)}
    return answers.pop() if len(answers) == 1 else None


def _is_about(of: Of, standing: Standing, configurations: Configurations) -> bool:
    """Whether a column is about the claim's layer and goal."""
    layer = layer_of(standing.title)
    if of.at is not None and layer is not None and not is_in(of.at, layer, configurations.layers):
        return False
    goals = re.findall(r"\d+(?:\.\d+)?(?=\s*%)|0?\.\d+", standing.title)
    return (
        of.goal is None
        or not goals
        or any(abs(float(goal) / (100 if float(goal) > 1 else 1) - of.goal) < 1e-6 for goal in goals)
    )


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


# -- relations ------------------------------------------------------------------------------------------------------------


def _order(claim: Order, standing: Standing, configurations: Configurations) -> Answer:
    sign = _sign(claim.of, standing.quantity)
    subjects = who(claim.subject, standing, claim.other.names if claim.other is not None else ())
    if claim.other is None:
        rivals, surely = meant_rivals(claim, subjects if claim.subject.names else (), standing, configurations)
        if claim.subject.group:  # 'neither method', beside the baseline
            subjects = who(claim.subject, standing, rivals) if surely else ()
        if claim.amount is not None and claim.amount.number.unit == "times" and not surely:
            return None
        if surely and len(rivals) == 1 and claim.subject.names:
            return _order(replace(claim, other=Party(rivals)), standing, configurations)
        answers = [all_(more(subject, rival, sign, standing, claim) for subject in subjects) for rival in rivals]
        if not subjects or not rivals:
            return None
        if claim.subject.nobody:
            return all_(not_(more(s, r, sign, standing, claim)) for s in subjects for r in rivals) if surely else None
        if claim.negated and not surely:  # 'no better' than whom?
            return False if all(answer is True for answer in answers) else True if not any(answers) else None
        return not_(any_(answers)) if claim.negated else any_(answers)
    others = claim.other.names or who(claim.other, standing, subjects)
    if not subjects or not others or set(subjects) & set(others):
        return None
    if claim.subject.nobody or claim.other.nobody:
        return (
            None if claim.negated else all_(not_(more(s, o, sign, standing, claim)) for s in subjects for o in others)
        )
    pairs = [more(s, o, sign, standing, claim) for s in subjects for o in others]
    if claim.negated:
        return not_(all_(pairs)) if claim.subject.group else all_(map(not_, pairs))
    if claim.other.either:
        return None
    answer = all_(pairs)
    if claim.slight and answer and any(is_much(s, o, standing) for s in subjects for o in others):
        return False
    if answer is False or claim.amount is None:
        return answer
    whole = 1.0 if claim.of.error else 0.0
    amounts = any_(
        differ_by(claim.amount, whole - standing.values[one], whole - standing.values[other], standing.quantity)
        for one in subjects
        for other in others
    )
    return amounts if answer else False if amounts is False else None


def _extreme(claim: Extreme, standing: Standing) -> Answer:
    sign = _sign(claim.of, standing.quantity)
    scope = who(claim.scope, standing) if claim.scope is not None else tuple(standing.values)
    subjects = who(claim.subject, standing)
    if claim.subject.group or not subjects or not set(subjects) <= set(scope) or len(scope) < 2:
        return None
    others = [label for label in scope if label not in subjects]
    if (claim.rank > 1 and len(subjects) != 1) or not others:
        return None
    answers = []
    for subject in subjects:
        ahead = [more(other, subject, sign, standing) for other in others]
        surely, perhaps = ahead.count(True), ahead.count(True) + ahead.count(None)
        wanted = claim.rank - 1
        answers.append(True if surely == perhaps == wanted else False if not surely <= wanted <= perhaps else None)
    if claim.subject.nobody:
        return all_(map(not_, answers))
    return not_(all_(answers)) if claim.negated else all_(answers)


def _same(claim: Same, standing: Standing) -> Answer:
    subjects = who(claim.subject, standing)
    others = claim.other.names or who(claim.other, standing, subjects) if claim.other is not None else ()
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
    subjects = who(claim.subject, standing)
    ends = claim.ends.names or who(claim.ends, standing, subjects)
    if len(ends) != 2:
        return None
    one, other = ends
    if not subjects or {one, other} & set(subjects):
        return None
    answers = []
    for subject in subjects:
        up = all_((more(subject, one, 1, standing), more(other, subject, 1, standing)))
        down = all_((more(subject, other, 1, standing), more(one, subject, 1, standing)))
        answers.append(any_((up, down)))
    return not_(all_(answers)) if claim.negated else all_(answers)


def _stated(claim: Stated, standing: Standing) -> Answer:
    if claim.subject.some:
        return _stated_of_some(claim, standing)
    subjects = who(claim.subject, standing)
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


def _stated_of_some(claim: Stated, standing: Standing) -> Answer:
    """'two of the three get past 97 %': at least that many do; no more, if 'only' they."""
    answers = [has_value(label, claim, standing) for label in standing.values]
    if len(answers) != claim.subject.size or claim.negated or not claim.amount.bound:
        return None
    surely, perhaps = answers.count(True), len(answers) - answers.count(False)
    fewer, more_than_those = perhaps < claim.subject.some, claim.subject.alone and surely > claim.subject.some
    return False if fewer or more_than_those else True if surely == perhaps == claim.subject.some else None


def _apart(claim: Apart, standing: Standing) -> Answer:
    values = [standing.values[label] for label in who(claim.names, standing)]
    if len(values) < 2:
        return None
    one, other = min(values), max(values)
    return differ_by(claim.amount, one, other, standing.quantity)


def _first(claim: First, standing: Standing) -> Answer:
    subjects = who(claim.subject, standing)
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
    subjects, others = who(claim.subject, standing), who(claim.other, standing)
    if len(subjects) != 1 or len(others) != 1 or subjects == others:
        return None
    part = abs(standing.values[subjects[0]]) / (abs(standing.values[others[0]]) or 1.0)
    gone, there = part < VANISHED / 10 if claim.negated else part < VANISHED, part > 0.3
    vanished = True if gone else False if there else None
    return not_(vanished) if claim.negated else vanished


# -- numbers --------------------------------------------------------------------------------------------------------------
