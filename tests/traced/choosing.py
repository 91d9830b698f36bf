"""How a submission chooses the epoch whose accuracy it tells: what to remark on, at no cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from autograder.report.wording import listed
from autograder.trace.observed import Experiment
from autograder.trace.rows import Row

SAID: Final = re.compile(r"best|max|peak|high|top\b", re.IGNORECASE)
NEAR: Final = 1e-4  # of two shares


def kept_in_vain(experiments: Iterable[Experiment]) -> str:
    """A sentence where the weights of a best epoch are given back to a network, and are only a name for those of the last one."""
    for each in experiments:
        for kept in each.source.kept_in_vain:
            if kept.run == each.run.id:
                return (
                    f"The weights that are loaded again ({kept.place}) are those of the last epoch: `state_dict()` gives the "
                    "weights themselves, which go on being trained. Keep `copy.deepcopy(model.state_dict())`."
                )
    return ""


def largest_for_final(found: Mapping[str, tuple[Experiment, Row]]) -> str:
    """A sentence where the accuracies in a table are picked by `max` from those of all epochs, and nothing says so. `found`: for
    each name in the table its training and its row."""
    picked = {
        name: place for name, (one, row) in found.items() if not SAID.search(row.text) and (place := _picked(one, row))
    }
    if not picked:
        return ""
    return (
        f"The accuracy in the table is the largest of all epochs for {listed(list(picked))} ({next(iter(picked.values()))}); the "
        "final one is asked for. Choosing an epoch by the test set makes the accuracy look better than it is."
    )


def _picked(experiment: Experiment, row: Row) -> str:
    """Where code takes the largest of a training's test accuracies, which the row states once; '' where it doesn't."""
    histories = [
        np.array(each.values)
        for each in experiment.histories
        if (each.what, each.split, each.epochs) == ("accuracy", "test", True) and len(each.values) > 1
    ]
    for largest in experiment.source.largest:
        values = np.array(largest.values)
        for own in histories:
            for scale in (1, 100):
                if (
                    len(values) == len(own)
                    and np.allclose(values / scale, own, atol=NEAR)
                    and _states_once(row, own.max())
                ):
                    return str(largest.place)
    return ""


def _states_once(row: Row, share: float) -> bool:
    """Whether a row states a share, and not twice: as the best one and as the final one, which are often equal in a short run."""
    return sum(each.is_share(share) for each in row.stated()) == 1
