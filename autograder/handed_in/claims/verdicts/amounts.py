"""Whether a value, or the difference of two, is the stated number: rounded as it is written, and with its bound."""

from __future__ import annotations

import math
from dataclasses import replace

from autograder.handed_in.claims.relations import Amount, Number, Stated
from autograder.handed_in.claims.verdicts.threefold import Answer, any_
from autograder.handed_in.claims.words.quantity_words import SHARES
from autograder.handed_in.numbers import Quantity, Standing


def has_value(label: str, claim: Stated, standing: Standing) -> Answer:
    bound, about = claim.amount.bound, claim.amount.about
    stated, step = in_units(claim.amount.number, standing.quantity)
    value = standing.values[label]
    if standing.quantity == "gap" and not claim.amount.number.unit and claim.amount.number.value <= 1.5:
        percent = replace(claim, amount=replace(claim.amount, number=replace(claim.amount.number, unit="points")))
        if has_value(label, percent, standing):
            return True  # 'from 1.8 to 0.1': in points
    if bound:
        tie = max(min(step / 2, 0.0005), 1e-9) if standing.quantity in SHARES else 0.02 * abs(stated)
        difference = (value - stated) * bound
        return True if difference >= tie else False if difference < -tie else None
    if _fits(value, stated, step, about, standing.quantity):
        return True
    course = (each for _, each in standing.courses.get(label, ()))
    return None if any(_fits(each, stated, step, about, standing.quantity) for each in course) else False


def _fits(value: float, stated: float, step: float, about: bool, quantity: Quantity) -> bool:
    """Whether a value is the stated one, rounded or cut off; or about that."""
    if about:
        part = {"accuracy": 0.0, "train accuracy": 0.0, "gap": 0.3}.get(quantity, 0.12)
        least = {"accuracy": 0.01, "train accuracy": 0.01, "gap": 0.6 * step}.get(quantity, step)
        return abs(value - stated) <= max(least, part * abs(stated))
    return -0.51 * step <= value - stated < 0.999 * step


def is_value(number: Number, value: float, quantity: Quantity) -> bool:
    """Whether a value is the stated one to its last decimal; of a time without a unit, in seconds or in minutes."""
    stated, step = in_units(number, quantity)
    in_minutes = quantity == "seconds" and not number.unit and _fits(value, 60 * stated, 60 * step, False, quantity)
    return in_minutes or _fits(value, stated, step, False, quantity)


def in_units(number: Number, quantity: Quantity) -> tuple[float, float]:
    """A stated number and its last decimal as the sources count: shares in [0, 1], seconds, parameters."""
    if quantity in SHARES and (number.unit in ("percent", "points") or number.value > 1.5):
        return number.value / 100, number.step / 100
    return number.value, number.step


def differ_by(amount: Amount, one: float, other: float, quantity: Quantity) -> Answer:
    """Whether two values differ by the stated amount, in any sense that may be meant: absolute, in percent, or as a ratio."""
    number, bound, about = amount.number, amount.bound, amount.about
    low, high = sorted((abs(one), abs(other)))
    readings: list[float] = []
    match number.unit:
        case "points":
            readings = [100 * (high - low)]
        case "percent":
            readings = [100 * (high - low)] if quantity in SHARES else []
            readings += [100 * (high - low) / each for each in (low, high) if each]
        case "times":
            readings = [high / low] if low else []
        case "orders":
            readings = [math.log10(high / low)] if low else []
        case "":
            readings = [high - low, *([100 * (high - low)] if quantity in SHARES else [])]
        case "seconds" if quantity == "seconds":
            readings = [high - low]
        case "epochs" if quantity == "epochs":
            readings = [high - low]
    if not readings:
        return None
    tolerance = max(0.6 * min(number.step, abs(number.value)), (0.3 if about else 0.15) * abs(number.value))
    if bound:
        slack = 0.3 * abs(number.value) + 0.5 * number.step if about else 0.05 * abs(number.value)
        return any_((each - number.value) * bound >= -slack for each in readings)
    return any_(abs(each - number.value) <= tolerance for each in readings)
