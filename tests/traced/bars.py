"""Bars of the accuracies on training and test data of the configurations of 2C."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.report.wording import listed
from autograder.trace.observed import Experiment, Observed, Panel
from traced.curves import Faults
from traced.roles import CONFIGURATIONS, KindOf
from traced.tables import WORD

FEWEST_BARS = 4  # of six, where one configuration lacks
MOST_BARS = 40  # of a figure: of several tries of each, with their gaps; among more, some have any height
WHERE = {"train": "training", "test": "test"}

Pair = tuple[str, str]  # a configuration, and "train" or "test"


def accuracies_by_kind(
    observed: Observed, experiments: Sequence[Experiment], kind_of: KindOf
) -> dict[Pair, list[float]]:
    """All final accuracies, by configuration and data."""
    found: dict[Pair, list[float]] = {}
    for each in experiments:
        for split in WHERE:
            found.setdefault((kind_of(each), split), []).extend(observed.final_accuracies(each, split))
    return found


def told_by_bars(panels: Sequence[Panel], values: Mapping[Pair, Sequence[float]]) -> set[Pair]:
    """The accuracies for each of which a figure has a bar, and each a bar of its own; none where there are bars of any height."""
    bars = [bar for panel in panels for bar in panel.axes.bars]
    if not FEWEST_BARS <= len(bars) <= MOST_BARS:
        return set()
    fitting = {
        pair: [place for place, bar in enumerate(bars) if any(_is_height(bar, value) for value in own)]
        for pair, own in values.items()
    }
    taken: dict[int, Pair] = {}
    for pair in fitting:
        _takes(pair, fitting, taken, set())
    return set(taken.values())


def _takes(pair: Pair, fitting: Mapping[Pair, Sequence[int]], taken: dict[int, Pair], tried: set[int]) -> bool:
    """Whether a pair gets a bar that fits it, where others may take another one in place of theirs."""
    for place in fitting[pair]:
        if place not in tried:
            tried.add(place)
            if place not in taken or _takes(taken[place], fitting, taken, tried):
                taken[place] = pair
                return True
    return False


def _is_height(bar: float, share: float) -> bool:
    return any(abs(bar - share * scale) < 1e-4 * max(share * scale, 1) for scale in (1, 100))


def lacks(panel: Panel, where: str, kinds: Sequence[str]) -> str:
    """A sentence on the configurations whose accuracy on training or test data a figure has not."""
    whose = "all three configurations" if len(kinds) == len(CONFIGURATIONS) else listed(list(kinds))
    return f"The figure in {panel.place} lacks the accuracy on {where} data of {whose}."


def bar_faults(panel: Panel, told: set[Pair], panels: Sequence[Panel]) -> Faults:
    """What the bars of a figure lack: configurations, and names."""
    faults: Faults = []
    for split, where in WHERE.items():
        lacked = [kind for kind in CONFIGURATIONS if (kind, split) not in told]
        if lacked:
            faults.append((len(lacked) / 6, lacks(panel, where, lacked)))
    texts = [
        text
        for each in panels
        for text in (*each.axes.x_ticks, *each.axes.y_ticks, *each.axes.legend, *each.axes.texts, each.axes.title)
    ]
    if not faults and not any(map(WORD.search, texts)):
        faults.append(
            (0.25, "Nothing says which bar is which: name the configurations below the bars, or in a legend.")
        )
    return faults
