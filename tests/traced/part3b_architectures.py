"""Problem 3B: architectures compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from autograder.checks import Evidence
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import listed
from autograder.trace.observed import Experiment, Observed
from autograder.trace.rows import Row
from traced.cnn import layer_words, the_cnn
from traced.columns import Columns, column_faults
from traced.curves import Faults, handed_on
from traced.learned import that_learn_nothing, unregistered
from traced.parameters import counted_but_not_used, states_parameters
from traced.roles import cnns, stops_early
from traced.schedules import goes_on
from traced.tables import nearby, tables
from traced.times import Telling, states_time, without_time
from traced.wrong_data import on_random_numbers, on_test_data

NEAR = 40  # printed lines around the first row of a table


@dataclass(frozen=True, eq=False)
class Compared:
    """Trainings of CNNs that differ in their layers, and what a table tells of each: parameters, time, accuracy."""

    experiments: tuple[Experiment, ...]
    told: tuple[tuple[bool, bool, bool], ...]
    place: Row | None


@lru_cache(maxsize=1)  # two judges ask for it, and long logs take seconds
def architectures(observed: Observed, fewest: int) -> Compared:
    """What the fullest table compares; the last training of each architecture where no table tells anything.

    `fewest` architectures are enough, without one of another part that is told less of."""
    alike: dict[tuple[str, ...], list[Experiment]] = {}
    for each in cnns(observed):
        alike.setdefault((*layer_words(each.layers), *_rest(each)), []).append(each)
    last = tuple(group[-1] for group in alike.values())
    best = Compared(last, ((False, False, False),) * len(last), None)
    for rows in tables(observed, len(alike)):
        found: list[Experiment] = []
        told: list[tuple[bool, bool, bool]] = []
        for group in alike.values():
            entries = [(_entry(rows, each), each) for each in group]
            most, experiment = max(entries, key=lambda entry: entry[0].fullness)
            found.append(experiment)
            told.append(most.told)
        if any(map(any, told)) and _fullness(told) >= _fullness(best.told):
            best = Compared(tuple(found), tuple(told), _fullest(rows, found))
    first = the_cnn(observed)
    far = best.place is not None and _is_far(_entry(block_of(observed, best.place), first).row, best.place)
    return _without_bystanders(best, first, fewest, far)


def block_of(observed: Observed, row: Row) -> list[Row]:
    """The rows of the same table, or of all printed lines."""
    return [each for each in observed.rows if each.block == row.block]


def _is_far(row: Row | None, table: Row) -> bool:
    """Whether a printed line is of another cell than a table's, or many lines away from it."""
    if row is None or not row.block.endswith("printed"):
        return False
    cells = row.place.run_in, table.place.run_in
    return cells[0] != cells[1] if all(cells) else abs(row.number - table.number) > NEAR


def _fullness(told: Sequence[tuple[bool, bool, bool]]) -> tuple[int, int]:
    """How many trainings all is told of, then how much of any: a part may stand anywhere by chance."""
    return sum(map(all, told)), sum(map(sum, told))


def _without_bystanders(compared: Compared, the_first: Experiment, fewest: int, far: bool) -> Compared:
    """Without trainings that were made elsewhere than those that the table tells of, and without 3A's own, of which other lines,
    `far` from the table, may tell something."""
    entries = list(zip(compared.experiments, compared.told, strict=True))
    others = [(each, told) for each, told in entries if each is not the_first]
    least = min((sum(told) for _, told in others), default=0)
    if len(others) >= fewest and any(each is the_first and (far or sum(told) < least) for each, told in entries):
        entries = others
    sure = [each for each, told in entries if told[0]]
    if len(sure) < 2:
        sure = [each for each, told in entries if sum(told) > 1]
    places = {str(each.place) for each in sure}
    kept = [
        (each, told)
        for each, told in entries
        if not sure or each in sure or (str(each.place) in places and each is not the_first)
    ]
    return Compared(tuple(each for each, _ in kept), tuple(told for _, told in kept), compared.place)


def _told(rows: Sequence[Row], experiment: Experiment) -> tuple[bool, bool, bool]:
    """Whether rows that stand close together tell the number of parameters, the time and the accuracy of a training."""
    return _entry(rows, experiment).told


@dataclass(frozen=True)
class Entry:
    """What a row, with those close to it, tells of a training, and how much of it by itself."""

    told: tuple[bool, bool, bool] = (False, False, False)
    alone: int = 0
    row: Row | None = None

    @property
    def fullness(self) -> tuple[int, bool, int]:
        """What the fullest entry has most of; a number of parameters is too long to be another number by chance."""
        return sum(self.told), self.told[0], self.alone


def _entry(rows: Sequence[Row], experiment: Experiment) -> Entry:
    """The row that tells the most of a training."""
    best = Entry()
    for row in rows:
        if _tells(row, experiment, rows):
            around = nearby(rows, row) if row.block.endswith("printed") else []
            alone = sum(_told_by((row,), experiment, rows))
            best = max(
                best, Entry(_told_by((row, *around), experiment, rows), alone, row), key=lambda each: each.fullness
            )
    return best


def _told_by(every: Sequence[Row], experiment: Experiment, rows: Sequence[Row]) -> tuple[bool, bool, bool]:
    """What a row tells, with others close to it."""
    row, *around = every
    return (
        any(states_parameters(each, experiment, rows, miscounted=True) for each in every),
        states_time(row, around, experiment, rows),
        any(
            each.states_share(value) for each in every for value in experiment.final_accuracies("test", miscounted=True)
        ),
    )


def _with_times(observed: Observed, compared: Compared, rows: Sequence[Row]) -> list[tuple[bool, bool, bool]]:
    """What is told of each training, with its time wherever it is told."""
    assert compared.place is not None
    number = compared.place.number
    near = [row for row in rows if abs(row.number - number) <= NEAR or not row.block.endswith("printed")]
    entries = [_entry(near, each).row for each in compared.experiments]
    own = [place for place, row in enumerate(entries) if row is not None]
    telling = [
        Telling(row, (each,)) for row, each in zip(entries, compared.experiments, strict=True) if row is not None
    ]
    lacking = {own[place] for place in without_time(observed, telling, near)}
    return [
        (told[0], told[1] if entries[place] is None else place not in lacking, told[2])
        for place, told in enumerate(compared.told)
    ]


def _fullest(rows: Sequence[Row], experiments: Sequence[Experiment]) -> Row | None:
    """The first of the rows that tell the most of one training: an accuracy alone may stand anywhere by chance."""
    telling = [row for row in rows if any(_tells(row, each, rows) for each in experiments)]
    return max(telling, key=lambda row: max(sum(_told([row], each)) for each in experiments), default=None)


def _rest(experiment: Experiment) -> tuple[str, ...]:
    return tuple(str(layer.rate or layer.kind) for layer in experiment.layers if layer.kind in ("dropout", "norm"))


@shows("3B.architectures")
def three_architectures_that_differ_are_trained(observed: Observed, evidence: Evidence, thresholds: Any) -> None:
    """Three or more CNNs are trained, which between them differ in depth, filters, kernel sizes and pooling."""
    fewest = int(thresholds["fewest_architectures"])
    found = architectures(observed, fewest).experiments
    if len(found) < 2:
        raise NotShown
    evidence.at(found[-1].place)
    for each in found:
        evidence.fact(each.network.name if each.network else "network", ", ".join(layer_words(each.layers)))
    faults: Faults = []
    if len(found) < fewest:
        faults.append((0.5, f"{len(found)} architectures are trained; at least {fewest} are asked for."))
    convolutions = [[layer for layer in each.layers if layer.kind == "conv"] for each in found]
    varied = {
        "depth": len({sum(layer.kind in ("conv", "linear") for layer in each.layers) for each in found}) > 1,
        "numbers of filters": len({tuple(layer.size_out for layer in each) for each in convolutions}) > 1,
        "kernel sizes": len({layer.kernel for each in convolutions for layer in each}) > 1,
        "pooling": len({layer.kind for each in found for layer in each.layers if "pool" in layer.kind}) > 1,
    }
    faults += that_learn_nothing(_by_name(found), 0.5)
    faults += on_random_numbers(_by_name(found), 0.5)
    same = [name for name, differs in varied.items() if not differs]
    if same:
        cost = 0.5 * len(same) * thresholds["credit_for_each_variation"]
        faults.append((cost, f"Between them, the architectures do not differ in {listed(same)}."))
    for sentence in dict.fromkeys(filter(None, map(counted_but_not_used, found))):
        evidence.remark(sentence)
    conclude(faults)


@shows("3B.comparison")
def parameters_time_and_accuracy_of_the_architectures_are_told(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """A table shows the number of parameters, the training time and the test accuracy of each architecture."""
    fewest = int(thresholds["fewest_architectures"])
    compared = architectures(observed, fewest)
    found = compared.experiments
    if len(found) < 2 or compared.place is None:
        raise NotShown
    evidence.at(compared.place.place)
    rows = block_of(observed, compared.place)
    every_told = _with_times(observed, compared, rows)
    _show_table(evidence, found, every_told)
    faults = column_faults(Columns(rows, found, every_told), evidence)
    if sentence := next(filter(None, map(unregistered, found)), ""):
        faults.append((0.5, sentence))
    epochs = [each.epochs for each in found if each.epochs]
    if len(set(epochs)) > 1 and not stops_early(observed):
        evidence.remark(
            f"The architectures are trained for {listed(list(map(str, epochs)))} epochs: times and accuracies compare better "
            "after equally long trainings."
        )
    if sentence := goes_on(found):
        faults.append((0.25, sentence))
    if len(found) < fewest:
        faults.append((0.34, f"{len(found)} architectures are compared; at least {fewest} are asked for."))
    faults += handed_on(_by_name(found), 0.25)
    faults += that_learn_nothing(_by_name(found), 0.5)
    faults += on_test_data(_by_name(found), 0.5)
    faults += on_random_numbers(_by_name(found), 0.5)
    conclude(faults)


def _show_table(evidence: Evidence, found: Sequence[Experiment], every_told: Sequence[tuple[bool, bool, bool]]) -> None:
    evidence.table(
        "Architectures of the short run: what the grader measured, and whether your table has it",
        ("network", "parameters", "in your table", "seconds", "in your table", "test accuracy", "in your table"),
        [
            (
                each.network.name if each.network else "",
                f"{each.network.parameters:,}" if each.network else "",
                told[0],
                round(each.run.seconds, 1),
                told[1],
                (each.final_accuracies("test") or [float("nan")])[0],
                told[2],
            )
            for each, told in zip(found, every_told, strict=True)
        ],
    )


def _by_name(found: Sequence[Experiment]) -> dict[str, Experiment]:
    return {each.network.name if each.network else str(index): each for index, each in enumerate(found)}


def _tells(row: Row, experiment: Experiment, table: Sequence[Row]) -> bool:
    return states_parameters(row, experiment, table, miscounted=True) or any(
        row.states_share(value) for value in experiment.final_accuracies("test", miscounted=True)
    )
