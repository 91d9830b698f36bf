"""How many parameters networks have, as tables state it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from autograder.quoting import name_or_quoted
from autograder.report.wording import listed
from autograder.trace.arguments import nodes_in
from autograder.trace.observed import Experiment
from autograder.trace.records import Network
from autograder.trace.rows import Row, Stated

WITHOUT_BIASES: Final = "the weights without the biases"
PARAMETERS: Final = re.compile(r"param|weights|gewichte|poids|pesos|парам", re.IGNORECASE)
MOST_NAMED: Final = 3
UNITS: Final = {
    1e3: re.compile(r"\d ?[kK]\b|\b[kK]\b|(?i:thousand|tausend|tsd|mille|mil\b|тыс)|1000|1e3|10\^?3|10³"),
    1e6: re.compile(r"\d ?M\b|\bM\b|(?i:million|mio\b|mln|млн)|1e6|10\^?6|10⁶"),
}


def states_parameters(row: Row, experiment: Experiment, table: Sequence[Row] = (), *, miscounted: bool = False) -> bool:
    """Whether a row of a table states how many parameters a network has: all, those that learn, or where they may be `miscounted`
    a part of them; as they are, or in thousands or millions where that is said."""
    network = experiment.network
    if network is None:
        return False
    counts = frozenset({network.parameters, network.trainable, *(miscounts(network) if miscounted else ())})
    units = _units(tuple(row.stated()), counts)
    return 1.0 in units or any(_says(UNITS[unit], row, table) for unit in units)


@lru_cache(maxsize=50_000)  # each printed line is in many windows that may be a table
def _units(numbers: tuple[Stated, ...], counts: frozenset[int]) -> frozenset[float]:
    """The units in which some of the numbers would be one of the counts."""
    return frozenset(
        unit
        for unit in (1.0, *UNITS)
        for number in numbers
        if number.value >= 0.01 and (unit == 1 or number.decimals >= 1 or number.value >= 100)
        if any(number.is_value(count / unit) for count in counts)
    )


def _says(unit: re.Pattern[str], row: Row, table: Sequence[Row]) -> bool:
    """Whether a row, its heads, or a line of its table that has no numbers says that numbers are in this unit. Without that,
    an accuracy of 0.59 would be 590 thousand parameters."""
    if any(PARAMETERS.search(head) for head in row.heads):
        return True
    headings = (each.text for each in table if not each.stated())
    return any(unit.search(text) for text in (row.text, *row.heads, *headings))


def weights_in_use(network: Network) -> set[str] | None:
    """The names of the weights that go into a network's output; None where its graph is not known."""
    if network.graph is None:
        return None
    named = {node[1]: node[2] for node in network.graph if node[0] == "in" and node[2] is not None}
    return {named[each] for node in network.graph if node[0] != "in" for each in nodes_in(node[1:]) if each in named}


def counted_but_not_used(experiment: Experiment) -> str:
    """A sentence where a network has layers that its answers are not made with; '' where it has none."""
    network = experiment.network
    used = weights_in_use(network) if network is not None else None
    if network is None or not used or not experiment.layers:
        return ""
    idle = [name for name, shape in network.shapes.items() if len(shape) > 1 and name not in used]
    if not idle or len(idle) >= len(used):  # weights of which most have other names in the graph
        return ""
    layers = listed([name_or_quoted(name.removesuffix(".weight")) for name in idle[:MOST_NAMED]])
    return (
        f"{layers} of {name_or_quoted(network.name)} is never called, and its weights are counted as parameters: see whether "
        "another layer is called in its place."
    )


def counted_otherwise(rows: Sequence[Row], experiments: Sequence[Experiment]) -> str:
    """What rows count in place of all parameters of each of these networks; '' where they state all, or something else."""
    networks = [each.network for each in experiments if each.network is not None]
    if any(states_parameters(row, each, rows) for each in experiments for row in rows):
        return ""
    for words in dict.fromkeys(part for network in networks for part in miscounts(network).values()):
        counts = [count for network in networks for count, part in miscounts(network).items() if part == words]
        if len(counts) == len(networks) and all(any(_states(row, count) for row in rows) for count in counts):
            return words
    return ""


def count_tensors(rows: Sequence[Row], experiments: Sequence[Experiment]) -> bool:
    """Whether the row of each network, known by its test accuracy, has the number of its tensors of weights and biases, as
    `len(list(model.parameters()))` gives it."""
    return bool(experiments) and all(any(_states_tensors(row, each) for row in rows) for each in experiments)


def _states_tensors(row: Row, experiment: Experiment) -> bool:
    network = experiment.network
    if network is None or not any(map(row.states_share, experiment.final_accuracies("test"))):
        return False
    return _states(row, sum(name not in network.buffers for name in network.shapes))


def miscounts(network: Network) -> Mapping[int, str]:
    """The numbers of parameters of parts of a network that are taken for those of all: each with what it counts."""
    weights = tuple((name, shape) for name, shape in network.shapes.items() if name not in network.buffers)
    return {count: words for count, words in _parts(weights).items() if 0 < count < network.parameters}


@lru_cache(maxsize=256)  # asked for each line that is printed
def _parts(weights: tuple[tuple[str, tuple[int, ...]], ...]) -> Mapping[int, str]:
    owners = {name.rpartition(".")[0]: len(shape) for name, shape in weights if len(shape) > 1}
    parts = {
        WITHOUT_BIASES: [shape for _, shape in weights if len(shape) > 1],
        "the convolutions alone": [shape for name, shape in weights if owners.get(name.rpartition(".")[0], 0) > 2],
        "the fully connected layers alone": [
            shape for name, shape in weights if owners.get(name.rpartition(".")[0], 0) == 2
        ],
    }
    return {sum(map(math.prod, shapes)): words for words, shapes in parts.items()}


def _states(row: Row, count: int) -> bool:
    return any(number.is_value(count) for number in row.stated())
