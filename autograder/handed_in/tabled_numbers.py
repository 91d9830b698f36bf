"""The numbers in a table whose heading row says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from autograder.handed_in.numbers import COLUMNS, HELD_OUT, NUMBER, TRAIN, Number, Quantity, fraction, number_in
from autograder.handed_in.passages import Rows

IN_MINUTES: Final = re.compile(
    r"[(\[](?:in )?(?:min|mins|minutes)\.?[)\]]|\bin min(?:utes)?\b|\bminutes\b", re.IGNORECASE
)
# Headings that say only where, not what: 'Train' and 'Test', 'layer 1'.
SPLIT: Final = re.compile(r"\W*(?:(?:final|best) )?(?:train|test|val)(?:ing|idation)?(?: set| data)?\W*", re.IGNORECASE)
LAYER: Final = re.compile(
    r"\W*(?:(?:first|last|input|output|\d(?:st|nd|rd|th)) (?:(?:hidden|linear|dense) )?layer|(?:hidden )?layer[ _-]?\d+"
    r"|(?:in|out)put)(?:\s*\((?:first|last|input|output|hidden)(?: layer)?\))?\W*",
    re.IGNORECASE,
)
LEAST_ACCURACY: Final = 0.5  # of all, in columns called only 'Train' and 'Test': smaller values may be losses
# For these, a gap of '0.7' beside '98.2' is in percent, too.
SHARES: Final = ("accuracy", "train accuracy", "gap")
IN_SEVERAL: Final = (
    "gradient",
    "epochs",
)  # columns may differ in more than the quantity: 'gradient layer 1', 'gradient layer 5'


def tabled(rows: Rows, place: str) -> Iterator[Number]:
    """The numbers in a table whose heading row says what they are; a transposed table is turned."""
    if len(rows) < 2:
        return
    width = min(map(len, rows))
    rows = tuple(row[:width] for row in rows)
    turned = tuple(zip(*rows, strict=True))
    by_layer = len(rows) > 2 and all(LAYER.fullmatch(row[0]) for row in rows[1:])
    if (by_layer or not any(_quantities(rows))) and any(_quantities(turned)):
        rows = turned
    header, *body = rows
    width = len(header)
    quantities = _quantities(rows)
    held_out = [index for index, each in enumerate(quantities) if each == "accuracy" and HELD_OUT.search(header[index])]
    names = next((index for index in range(width) if _is_names(body, index)), None)
    if names is None:
        return
    wanted: dict[tuple[Quantity, str], int] = {}
    for index, title in enumerate(header):
        quantity = quantities[index]
        several = quantity in IN_SEVERAL or (len(held_out) > 1 and index in held_out)  # 'best' and 'final' ones
        told = title.strip() if several else ""
        told = f"gradient {told}" if quantity == "gradient" and LAYER.fullmatch(told) else told
        if quantity and index != names and ((quantity, told) not in wanted or HELD_OUT.search(title)):
            wanted[quantity, told] = index
    shares = [index for (quantity, _), index in wanted.items() if quantity in SHARES]
    in_percent = any((number_in(row[index]) or 0.0) > 1 for row in body for index in shares if "%" not in row[index])
    for row in body:
        for (quantity, told), index in wanted.items():
            value = _value(row[index], quantity, "%" in header[index] or (quantity == "gap" and in_percent))
            if (
                value is not None
                and quantity == "seconds"
                and IN_MINUTES.search(header[index])
                and "min" not in row[index]
            ):
                value *= 60
            name = " ".join(row[names].split())[:60]
            if value is not None and name:
                yield Number(name, quantity, value, place, title=told)


def _quantities(rows: Rows) -> list[Quantity | None]:
    """The quantity of each column: by its heading, or by its figures if several headings say only where: 'Train' and 'Test' are
    accuracies if all could be and training is higher; fractions by layer are gradients."""
    header, *body = rows
    found = [_quantity(title) for title in header]
    layers = [index for index, title in enumerate(header) if LAYER.fullmatch(title.replace("_", " "))]
    if len(layers) > 1 and all(0 < abs(number_in(row[index]) or 0) < 1 for row in body for index in layers):
        found = ["gradient" if index in layers else each for index, each in enumerate(found)]
    splits = {index: _values(body, index) for index, title in enumerate(header) if SPLIT.fullmatch(title)}
    means = {bool(TRAIN.search(header[index])): sum(values) for index, values in splits.items()}
    if "accuracy" in found or len(means) < 2 or means[True] <= means[False]:
        return found
    if all(len(values) == len(body) and min(values) >= LEAST_ACCURACY for values in splits.values()):
        for index in splits:
            found[index] = "train accuracy" if TRAIN.search(header[index]) else "accuracy"
    return found


def _values(body: Sequence[tuple[str, ...]], index: int) -> list[float]:
    """A column's figures as shares of 1."""
    numbers = [value for row in body if (value := number_in(row[index])) is not None]
    return [value / 100 for value in numbers] if numbers and max(numbers) > 1 else numbers


def _quantity(title: str) -> Quantity | None:
    quantity = next(
        (quantity for quantity, pattern in COLUMNS.items() if pattern.search(title.replace("_", " "))), None
    )
    if quantity == "accuracy" and re.search(r"\bgap\b", title, re.IGNORECASE):
        return "gap"
    if TRAIN.search(title) and not HELD_OUT.search(title):
        return {"accuracy": "train accuracy", "loss": "train loss"}.get(quantity or "", quantity)  # type: ignore[return-value]
    return quantity


def _is_names(body: Sequence[tuple[str, ...]], index: int) -> bool:
    return all(re.search(r"[^\W\d]", row[index]) and number_in(row[index]) is None for row in body)


def _value(cell: str, quantity: Quantity, percent: bool) -> float | None:
    if quantity == "parameters":
        digits = re.sub(r"(?<=\d)[,.' \u202f](?=\d{3})", "", cell)
        match = re.match(r"\s*(\d+(?:\.\d+)?)\s*([kKmM]?)", digits)
        return float(match[1]) * {"": 1, "k": 1e3, "m": 1e6}[match[2].lower()] if match else None
    match = re.match(rf"\s*({NUMBER})\s*(%?)", cell)
    if match is None:
        return None
    if quantity in SHARES:
        return fraction(match[1], match[2] or ("%" if percent else ""), least=-1 if quantity == "gap" else 0)
    value = float(match[1].replace(",", ".").replace("−", "-"))
    return value * 60 if quantity == "seconds" and re.search(r"\bmin", cell) else value
