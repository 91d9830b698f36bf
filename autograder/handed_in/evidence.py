"""All that a submission's own numbers tell of several models side by side, for sentences to be held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from autograder.handed_in.numbers import Number, Standing, standings


def evidence(found: Iterable[Number]) -> list[Standing]:
    """The standings of one place each, those that follow from them, and of values that stand apart those of a whole file."""
    found = list(found)
    direct = standings(found)
    return [*direct, *_gaps(direct), *_of_whole_files(found, direct)]


def _gaps(direct: Sequence[Standing]) -> Iterator[Standing]:
    """Training accuracy less test accuracy, where one place has both."""
    tests = {each.place: each for each in direct if each.quantity == "accuracy"}
    told = {each.place for each in direct if each.quantity == "gap"}
    for training in direct:
        test = tests.get(training.place)
        if training.quantity == "train accuracy" and test is not None and training.place not in told:
            both = [label for label in training.values if label in test.values]
            if len(both) > 1:
                values = {label: training.values[label] - test.values[label] for label in both}
                yield Standing("gap", values, training.place)


def _of_whole_files(found: Sequence[Number], direct: Sequence[Standing]) -> Iterator[Standing]:
    """Values that one cell each gives, of the same file: as when each model is trained in a cell of its own. None where a
    name has several, of which any may be meant."""
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
