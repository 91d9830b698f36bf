"""Everything that a submission's own numbers say about several models side by side, to compare sentences with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from autograder.handed_in.claims.words.layers import layer_mentions, layer_of
from autograder.handed_in.numbers import HELD_OUT, Number, Quantity, Standing, standings


def evidence(found: Iterable[Number]) -> list[Standing]:
    """The standings of each place, those that follow from them, and those of a whole file for values in separate places."""
    found = [_with_layer_apart(number) for number in found]
    direct = standings(found)
    direct += _of_the_only_one(found)
    return [*direct, *_gaps(direct), *_training_losses(direct), *_of_whole_files(found, direct)]


def _with_layer_apart(number: Number) -> Number:
    """'Sigmoid, layer 1' in one cell, beside its gradient: a value of 'Sigmoid' in a column 'layer 1'."""
    layers = layer_mentions(number.name)
    if number.quantity != "gradient" or layer_of(number.title) is not None or len(layers) != 1:
        return number
    start, end, _ = layers[0]
    name = f"{number.name[:start]} {number.name[end:]}".strip(" ,;:()-–/|")
    return replace(number, name=name, title=f"gradient {number.name[start:end]}") if name else number


def _of_the_only_one(found: Sequence[Number]) -> Iterator[Standing]:
    """The numbers of tables with a single row, if no other model is named anywhere."""
    if len({number.name for number in found if number.name}) != 1:
        return
    tables: dict[tuple[str, Quantity, str], list[Number]] = {}
    for number in found:
        if number.name and number.epoch is None:
            tables.setdefault((number.place, number.quantity, number.title), []).append(number)
    for (place, quantity, title), same in tables.items():
        if len(same) == 1:
            yield Standing(quantity, {same[0].name: same[0].value}, place, title)


def _gaps(direct: Sequence[Standing]) -> Iterator[Standing]:
    """Training accuracy minus test accuracy, if one place has both."""
    told = {each.place for each in direct if each.quantity == "gap"}
    tests: dict[str, list[Standing]] = {}
    for each in direct:
        if each.quantity == "accuracy" and each.place not in told:
            tests.setdefault(each.place, []).append(each)
    for training in (each for each in direct if each.quantity == "train accuracy"):
        for test in tests.get(training.place, ()):
            both = [label for label in training.values if label in test.values]
            if both:
                values = {label: training.values[label] - test.values[label] for label in both}
                yield Standing("gap", values, training.place)


def _training_losses(direct: Sequence[Standing]) -> Iterator[Standing]:
    """A column called only 'loss', if no other one is the training loss."""
    if all(each.quantity != "train loss" for each in direct):
        for each in direct:
            if each.quantity == "loss" and not HELD_OUT.search(each.title):
                yield replace(each, quantity="train loss")


def _of_whole_files(found: Sequence[Number], direct: Sequence[Standing]) -> Iterator[Standing]:
    """Values of one file from one cell each, as when each model is trained in a cell of its own. None if a name has several
    values, any of which may be meant."""
    told = {(each.place, each.quantity) for each in direct}
    files: dict[tuple[str, str], list[Number]] = {}
    for number in found:
        if number.name and (number.place, number.quantity) not in told and not number.title:
            files.setdefault((number.place.split(" ")[0], number.quantity), []).append(number)
    for group in files.values():
        places: dict[str, set[str]] = {}
        for number in group:
            places.setdefault(number.name, set()).add(number.place)
        if len(places) < 2 or any(len(where) > 1 for where in places.values()):
            continue
        where = " and ".join(dict.fromkeys(number.place for number in group))
        yield from (replace(each, place=where) for each in standings(replace(number, place="") for number in group))
