"""What is wrong with the columns of the table of architectures: parameters, times and accuracies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from autograder.checks import Evidence
from autograder.trace.observed import Experiment
from autograder.trace.rows import Row
from traced.curves import Faults
from traced.parameters import WITHOUT_BIASES, count_tensors, counted_otherwise, states_parameters
from traced.showing import one_number_for_all
from traced.wrong_times import wrong_times

PARAMETERS: Final = 0.25  # what each column costs where it is missing or wrong
TIMES: Final = 0.25
ACCURACIES: Final = 0.5
OF_TENSORS: Final = (
    "The numbers of parameters are those of tensors, and not of the numbers in them: add up `p.numel()` for all of "
    "`model.parameters()`."
)
OF_TRAINING: Final = (
    "The accuracies in the table are those on the training samples; those on the test set are asked for."
)
ONE_FOR_ALL: Final = (
    "The table has one and the same accuracy for all architectures: one network was measured each time, and not the one that was "
    "trained for the row."
)


@dataclass(frozen=True, eq=False)
class Columns:
    """The rows of a table of architectures, and whether they state the parameters, time and accuracy of each training."""

    rows: Sequence[Row]
    experiments: Sequence[Experiment]
    told: Sequence[tuple[bool, bool, bool]]

    @cached_property
    def stated(self) -> list[tuple[Row, Experiment]]:
        """The first row of each training that states its parameters, or those of a part of its network."""
        return [(found[0], each) for each in self.experiments if (found := _rows_that_count(self.rows, each))]

    def lacking(self, column: int) -> int:
        """How many trainings the column has nothing of."""
        return sum(not each[column] for each in self.told)


def column_faults(table: Columns, evidence: Evidence) -> Faults:
    """Each column's fault: what it states in place of what is asked for, or how many rows lack it."""
    return [*_of_parameters(table, evidence), *_of_times(table), *_of_accuracies(table)]


def _of_parameters(table: Columns, evidence: Evidence) -> Faults:
    faults: Faults = []
    if part := counted_otherwise(table.rows, table.experiments):
        sentence = f"The numbers of parameters are those of {part}: count all of `model.parameters()`."
        if part == WITHOUT_BIASES:
            evidence.remark(sentence)
        else:
            faults.append((PARAMETERS, sentence))
    lacking = table.lacking(0)
    if lacking == len(table.experiments) and count_tensors(table.rows, table.experiments):
        return [*faults, (PARAMETERS, OF_TENSORS)]
    return faults + _missing(table, "number of parameters", lacking, PARAMETERS)


def _of_times(table: Columns) -> Faults:
    if sentence := wrong_times(table.stated, table.rows, "network"):
        return [(TIMES, sentence)]
    return _missing(table, "training time", table.lacking(1), TIMES)


def _of_accuracies(table: Columns) -> Faults:
    lacking, stated = table.lacking(2), table.stated
    share = ACCURACIES * lacking / len(table.experiments)
    if lacking > 1 and sum(_is_of_training(row, each) for row, each in stated) >= lacking:
        return [(share, OF_TRAINING)]
    if lacking > 1 and len(stated) == len(table.experiments) and one_number_for_all([row for row, _ in stated]):
        return [(share, ONE_FOR_ALL)]
    return _missing(table, "test accuracy", lacking, ACCURACIES)


def _missing(table: Columns, name: str, lacking: int, cost: float) -> Faults:
    count = len(table.experiments)
    sentence = f"The {name} of {lacking} of {count} architectures is missing from the table."
    return [(cost * lacking / count, sentence)] if lacking else []


def _rows_that_count(rows: Sequence[Row], experiment: Experiment) -> list[Row]:
    return [row for row in rows if states_parameters(row, experiment, rows, miscounted=True)]


def _is_of_training(row: Row, experiment: Experiment) -> bool:
    """Whether a row states the final accuracy on training samples, and none on test samples."""
    on_test = experiment.final_accuracies("test", miscounted=True)
    return any(map(row.states_share, experiment.final_accuracies("train"))) and not any(map(row.states_share, on_test))
