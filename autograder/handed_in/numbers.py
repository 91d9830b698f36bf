"""Numbers in the student's own documents, with the names they are given, and what one place says about several models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Quantity = Literal[
    "accuracy", "train accuracy", "seconds", "parameters", "loss", "train loss", "gap", "epochs", "gradient", "value"
]

NUMBER: Final = r"[-−+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?"
WORD: Final = r"acc(?:uracy|uracies|s)?|genauigkeit|exactitude|exactitud|accuratezza|acur[áa]cia|precisi[óo]n"
TRAIN: Final = re.compile(r"train|tr_|entra|entren", re.IGNORECASE)
HELD_OUT: Final = re.compile(r"test|val|held", re.IGNORECASE)
COLUMNS: Final[Mapping[Quantity, re.Pattern[str]]] = {
    "accuracy": re.compile(WORD, re.IGNORECASE),
    "seconds": re.compile(r"time|\bsec|\(s\)|zeit|dauer|temps|tiempo|duration|\bs\b", re.IGNORECASE),
    "parameters": re.compile(r"param|weights|gewichte", re.IGNORECASE),
    "gap": re.compile(r"\bgap\b|overfitting", re.IGNORECASE),
    "gradient": re.compile(r"\bgrad(?:ient)?s?\b", re.IGNORECASE),
    "loss": re.compile(r"loss|verlust|perte|pérdida", re.IGNORECASE),
    "epochs": re.compile(r"\bepochs\b|\bepoch (?:to|until|of)\b", re.IGNORECASE),
}


@dataclass(frozen=True)
class Number:
    """A number with the name of the model that has it, or an empty one. Accuracies are fractions in [0, 1].

    `title` is the column's, if a quantity has several columns: 'epochs to 97 %', 'gradient layer 1'.
    """

    name: str
    quantity: Quantity
    value: float
    place: str
    epoch: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Standing:
    """Two or more models' values of one quantity, from one table or one printed list.

    `courses` are values by epoch, (epoch, value), for those that have them; `values` are then the last ones.
    """

    quantity: Quantity
    values: Mapping[str, float]
    place: str
    title: str = ""
    courses: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=dict)


def standings(found: Iterable[Number]) -> list[Standing]:
    """Two or more models' values of one quantity from one place.

    Of values over epochs the last counts, if all have the same last epoch; else a log may break off at the end of a page.
    """
    groups: dict[tuple[str, Quantity, str], dict[str, list[Number]]] = {}
    for number in found:
        if number.name:
            group = groups.setdefault((number.place, number.quantity, number.title), {})
            group.setdefault(number.name, []).append(number)
    return [
        Standing(quantity, {name: last[-1].value for name, last in group.items()}, place, title, _courses(group))
        for (place, quantity, title), group in groups.items()
        if len(group) > 1 and len({last[-1].epoch for last in group.values()}) == 1
    ]


def _courses(group: Mapping[str, Sequence[Number]]) -> dict[str, tuple[tuple[int, float], ...]]:
    return {
        name: course
        for name, found in group.items()
        if len(course := tuple((each.epoch, each.value) for each in found if each.epoch is not None)) > 1
    }


def number_in(cell: str) -> float | None:
    match = re.fullmatch(rf"\s*({NUMBER}|\d{{1,3}}(?:,\d{{3}})+)\s*(?:%|s|sec|min)?\s*", cell)
    return float(re.sub(r",(?=\d{3}(?:,|$))", "", match[1]).replace(",", ".").replace("−", "-")) if match else None


def fraction(digits: str, percent: str, least: float = 0) -> float | None:
    """A number as a fraction from `least` to 1; above 1 it is read as a percentage; None if it is neither."""
    value = float(digits.replace(",", ".").replace("−", "-"))
    if percent or abs(value) > 1:
        value /= 100
    return value if least <= value <= 1 else None
