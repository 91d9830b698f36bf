"""Whether a number is shown: printed, in a table, or in a figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.trace.histories import miscounts
from autograder.trace.observed import Experiment, Observed, may_draw
from autograder.trace.records import Pass
from autograder.trace.rows import Row, numbers_in, say_everything, state_all
from traced.curves import OVER_ALL
from traced.tables import rows_about, telling

TELLING_DIGITS = 3  # of a number that is to be no other by chance
MOST_ENDS = 200  # lines and bars of a figure: of more, one ends at any number


def is_shown(observed: Observed, experiment: Experiment, values: Sequence[float]) -> bool:
    """Whether one of these shares is printed, in a table, or the end of a line of a figure; not where all others are, too."""
    own = experiment.source
    rows = [row for row in observed.rows if not was_before(row, experiment)]
    stated = {value for row in rows for value in values if row.states_share(value)}
    if stated and not all(say_everything(observed.thousandths, value) for value in stated):
        return True
    figures = [figure for each in observed.sources if may_draw(each, own) for figure in each.figures]
    for figure in figures:
        texts = [text for axes in figure.axes for text in (axes.title, *axes.legend, *axes.texts)]
        if _is_in_texts(texts, values):
            return True
        ends = {end for axes in figure.axes for end in (*(line.y[-1] for line in axes.lines if line.y), *axes.bars)}
        if len(ends) > MOST_ENDS:
            continue
        if any(np.isclose(end, value * scale, rtol=1e-4) for end in ends for value in values for scale in (1, 100)):
            return True
    return False


def _is_in_texts(texts: Sequence[str], values: Sequence[float]) -> bool:
    """Whether the texts of a figure state one of these shares, and not nearly all others as well."""
    stated = [number for text in texts for number in numbers_in(text)]
    found = {value for number in stated for value in values if number.is_share(value)}
    rough = frozenset(cell for number in stated if (cell := number.thousandth) is not None)
    return any(not state_all(stated, value) and not say_everything(rough, value) for value in found)


def was_before(row: Row, experiment: Experiment) -> bool:
    """Whether a row was printed before the training began, so that its numbers are of something else."""
    is_of_source = experiment.source.source in (row.place.run, row.place.source)
    return is_of_source and row.begun is not None and row.begun <= experiment.run.id


def is_told_on_the_way(observed: Observed, experiment: Experiment, values: Sequence[float]) -> bool:
    """Whether one of these shares, of any epoch, is printed after the network was asked, and before another one is. Elsewhere
    the number is more likely another's: on few samples many trainings have the same accuracy at some time."""
    wanted = telling(observed, values)
    return any(row.states_share(value) for row in rows_about(observed, experiment) for value in wanted)


def other_count(observed: Observed, experiment: Experiment, found: Sequence[Pass]) -> str:
    """A sentence where an accuracy is shown that is the right count of hits divided by something else, or that of one batch."""
    for each in [each for each in found if each.correct is not None and each.samples][-1:]:
        for divisor, name in miscounts(experiment.source, experiment.run.id, each):
            if _is_told(observed, (each.correct or 0) / divisor):
                return f"The hits are divided by {name}; divide them by the number of samples that were looked at."
        if each.batches > 1 and each.last_accuracy and _is_told(observed, each.last_accuracy):
            return f"The accuracy that is shown is that of the last batch alone: {OVER_ALL}"
    return ""


def _is_told(observed: Observed, value: float) -> bool:
    """Whether a share is stated with so many digits that it is no other by chance."""
    stated = [number for row in observed.rows for number in row.stated() if number.decimals >= 1]
    stated = [number for number in stated if number.digits >= TELLING_DIGITS]
    found_by_value = any(number.is_value(scale * value) for number in stated for scale in (1, 100))
    return found_by_value and not say_everything(observed.thousandths, value)
