"""The accuracies that a submission tells of a network: on test and on training samples, after the last epoch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.checks import Evidence
from autograder.trace.observed import Experiment, Observed
from autograder.trace.rows import Row
from traced.choosing import kept_in_vain
from traced.curves import OVER_ALL, Faults
from traced.shown import TELLING_DIGITS, is_shown, is_told_on_the_way, other_count
from traced.tables import rows_about

TRAINING: Final = re.compile(r"train|entren|trein|entraî|apprentissage|обуч|训练|訓練", re.IGNORECASE)
TEST: Final = re.compile(r"test|val|prüf|prueba|тест|провер|测试|測試|验证", re.IGNORECASE)
NEAR: Final = 1e-4  # of two shares


def _counted_on(observed: Observed, experiment: Experiment, on_train: Sequence[float], shown: bool) -> str:
    """A sentence where the training accuracy that is told is that of all epochs together, and `on_train` is not `shown`, or not
    beside it; '' where it is not."""
    counted = [(each.correct, each.samples) for each in experiment.training if each.correct is not None]
    if len(counted) < 2:
        return ""
    together = sum(correct for correct, _ in counted) / sum(samples for _, samples in counted)
    in_its_place = not shown and is_shown(observed, experiment, [together])
    if not in_its_place and not _is_beside(observed, experiment, together, on_train):
        return ""
    return (
        "The training accuracy that is shown is the one over all epochs together: hits and samples are set to 0 once, before the "
        "first epoch. Set them to 0 at the start of each one."
    )


def _is_beside(observed: Observed, experiment: Experiment, together: float, on_train: Sequence[float]) -> bool:
    """Whether lines that name the training, and were printed after it, state its accuracy over all epochs `together`, none of
    them the last epoch's, and it was measured in no other way. On few samples another network may have that of the last epoch."""
    if experiment.evaluations("train", final=True):
        return False
    named = _naming_the_training(observed, experiment)
    return any(_states_clearly(row, together) for row in named) and not any(
        row.states_share(each) for row in named for each in on_train
    )


def _naming_the_training(observed: Observed, experiment: Experiment) -> list[Row]:
    """The lines that name the training, and were printed after it."""
    return [row for row in rows_about(observed, experiment) if TRAINING.search(row.text)]


def _is_told_of_the_test(observed: Observed, experiment: Experiment, on_train: Sequence[float]) -> bool:
    """Whether a line that names the training, and was printed after it, states the final test accuracy and none on training
    samples, and no other line of the kind does."""
    named = [row for row in _naming_the_training(observed, experiment) if not TEST.search(row.text)]
    final = [
        each for each in experiment.final_accuracies("test") if not any(abs(each - one) < NEAR for one in on_train)
    ]
    of_test = any(row.states_share(each) for row in named for each in final)
    return of_test and not any(row.states_share(each) for row in named for each in on_train)


def _is_of_last_batch(observed: Observed, experiment: Experiment, on_train: Sequence[float]) -> bool:
    """Whether a line that names the training states the accuracy of its last batch, and none states that of the last epoch."""
    last = [each.last_accuracy for each in experiment.training[-1:] if each.batches > 1 and each.last_accuracy]
    known = [*on_train, *experiment.final_accuracies("test")]
    named = _naming_the_training(observed, experiment)
    return any(
        _states_clearly(row, value)
        for row in named
        for value in last
        if not any(abs(value - each) < NEAR for each in known)
    )


def _of_one_batch(observed: Observed, experiment: Experiment, on_train: Sequence[float]) -> int:
    """How many pictures are in the one batch on which the shown training accuracy was measured after the training; 0 if that
    was measured on more, or one that was is shown too."""
    alone = []
    for each in experiment.evaluations("train", final=True):
        about = experiment.source.dataset(each.data)
        if each.batches == 1 and about is not None and 2 * each.samples <= about.samples:
            alone.append(each)
    of_one = [share for each in alone for share in experiment.shares(each)]
    on_the_way = [share for each in experiment.training for share in experiment.shares(each)]
    of_more = [each for each in (*on_train, *on_the_way) if not any(abs(each - one) < NEAR for one in of_one)]
    named = _naming_the_training(observed, experiment)
    if any(row.states_share(each) for row in named for each in of_more):
        return 0
    return alone[-1].samples if any(row.states_share(each) for row in named for each in of_one) else 0


def _states_clearly(row: Row, share: float) -> bool:
    """Whether a row states a share with so many digits that it is no counter, and hardly a loss by chance."""
    telling = (each for each in row.stated() if each.decimals and each.digits >= TELLING_DIGITS)
    return row.states_share(share) and any(each.is_share(share) for each in telling)


def told_accuracies(observed: Observed, experiment: Experiment, evidence: Evidence) -> Faults:
    """What is wrong with the test and training accuracies of a network as they are told, where they are."""
    faults: Faults = []
    if sentence := kept_in_vain([experiment]):
        evidence.remark(sentence)
    for split in ("test", "train"):
        values = experiment.final_accuracies(split)
        passes = [*experiment.evaluations(split), *(experiment.training if split == "train" else [])]
        every = [share for each in passes for share in experiment.shares(each)]
        near_one = [share for each in passes for share in experiment.all_but_misses(each)]
        name = {"test": "test", "train": "training"}[split]
        exact = [each for each in values if each not in near_one]
        shown = is_shown(observed, experiment, exact)
        if split == "train" and (sentence := _counted_on(observed, experiment, exact, shown)):
            faults.append((0.25, sentence))
        elif split == "train" and not shown and _is_of_last_batch(observed, experiment, values):
            faults.append((0.25, f"What is shown as the training accuracy is that of the last batch alone: {OVER_ALL}"))
        elif split == "train" and (size := _of_one_batch(observed, experiment, exact)):
            faults.append(
                (0.25, f"The training accuracy that is shown is that of one batch of {size} pictures: {OVER_ALL}")
            )
        elif split == "train" and _is_told_of_the_test(observed, experiment, values):
            faults.append((0.25, "What is shown as the training accuracy is the one on the test samples."))
        elif values and (
            shown
            or is_shown(observed, experiment, [max(every, default=0.0)])
            or is_told_on_the_way(observed, experiment, [*every, *near_one])
        ):
            evidence.fact(f"{name} accuracy of the short run", values[0])
        elif split == "train" or not other_count(observed, experiment, experiment.evaluations("test")):
            told = f"The {name} accuracy is not shown anywhere."
            if split == "test" and experiment.evaluations("train") and not experiment.evaluations("test"):
                told += " The network is evaluated on training pictures alone: measure it on those of the test set."
            faults.append((0.5, told))
    return faults
