"""A trace as frozen records. The written specification is `docs/trace-format.md`.

Everything in it was reported by the student's process. Arrays are in `Trace.material`, by name, and are not written to disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
from pydantic import ConfigDict, Field

from autograder.trace.forms import Graph, Name, Number, Plain, Text
from autograder.trace.outputs import Figure, Printed, Table
from autograder.trace.places import Place, Seen

SCHEMA: Final = 1
MAX_KEPT: Final = 8  # steps of a run that may be recorded in full; usually three are


class Data(Seen):
    """What a data loader returned: the innermost data set's class; 'train', 'test' or 'both' if it says so ('joint': see
    `joint_sets`); the number of samples after the cut, and before it (`whole`)."""

    id: int
    set: Text = ""
    split: Text = ""
    samples: int = 0
    whole: int = 0
    base: int = Field(default=0, description="samples of the innermost data set, of which it may be a part")
    batch: int | None = None
    batches: int | None = None
    first: tuple[int, ...] = ()
    spread: tuple[int, ...] = Field(
        default=(),
        max_length=3_200,
        description="of a part of a set: the places of its samples, before the cut, that are multiples of a number",
    )
    shuffled: bool = False
    in_order: bool = Field(default=False, description="whether it gives them one after the other, the same each time")
    augmented: bool = Field(default=False, description="whether its transform changes pictures at random")


class Network(Seen):
    id: int
    name: Name
    made: Place
    parameters: int
    trainable: int
    frozen: tuple[str, ...] = ()
    buffers: tuple[str, ...] = Field(
        default=(), description="what it keeps besides its weights, as a mean by which it scales its input"
    )
    shapes: dict[str, tuple[int, ...]] = Field(default={})
    unregistered: tuple[str, ...] = Field(
        default=(), description="those of layers in plain lists, which the module does not know as its own"
    )
    input: tuple[int, ...] = ()
    part_of: int | None = None
    graph: Graph | None = Field(default=None, description="see autograder/trace/graphs.py")
    graph_mode: bool = Field(default=True, description="whether the graph is that of training mode")
    only_evaluated: bool = Field(
        default=False, description="whether the graph is that of evaluation mode because there is none of training mode"
    )
    evaluated: Graph | None = Field(default=None, description="where the graph draws numbers, that of evaluation mode")
    any_batch: bool = False
    why_no_graph: Text = ""
    pretrained: Text = Field(
        default="", description="the published weights that it, or a part of it, was to be given, by name"
    )
    given: tuple[str, ...] = Field(default=(), description="its weights of layers that are of those, by name")
    published: int = Field(default=0, description="how many such weights the published network has")


BY_HAND: Final = "by hand"  # the name of a loss that no function of a library computed


class Loss(Seen):
    """A loss of a batch. `backward` is the value from which gradients were computed; `itself`: they were computed from this loss
    as it is. `penalties` are Keras's regularizers: factors (l1, l2) by weight, which its loops add to the loss. `norms` are
    groups of weights, with the factors of their norms that code adds."""

    name: str
    options: dict[str, Plain] = Field(default={})
    value: Number = None
    backward: Number = None
    itself: bool = False
    penalties: dict[str, tuple[float, float]] = Field(default={})
    norms: tuple[tuple[tuple[str, ...], float], ...] = ()


class Part(Seen):
    """A forward pass before a step, with names of its arrays in the material."""

    inputs: str | None = None
    labels: str | None = None
    state: str | None = None
    training_mode: bool = True
    loss: Loss | None = None


class Step(Seen):
    """A step of an optimizer. If its forward passes were not seen, `gradients` are the names of its gradients' arrays in the
    material, by weight. `evaluations` are the further values of the loss in a step that evaluates it again, such as LBFGS's."""

    parts: tuple[Part, ...] = ()
    gradients: dict[str, str | None] = Field(default={})
    evaluations: tuple[Number, ...] = ()
    rate: Number = None
    momentum: Number = None
    clip: dict[str, Plain] | None = None


class Run(Seen):
    """One optimizer's steps."""

    id: int
    network: int | None
    optimizer: Name
    settings: dict[str, Plain] = Field(default={})
    groups: int = 1
    other_settings: dict[str, dict[str, Plain]] = Field(
        default={},
        description="of weights in later groups of the optimizer, by name: what is set otherwise than in the first",
    )
    holds_other_weights: bool = False
    learned: int = Field(default=0, description="numbers that it may change: those of its weights that aren't frozen")
    left_out: tuple[str, ...] = ()
    place: Place
    rates: tuple[tuple[int, Number], ...] = ()
    kept: tuple[Step, ...] = Field(default=(), max_length=MAX_KEPT)
    steps: int = 0
    steps_in_training_mode: int = 0
    thrown: int = Field(default=0, description="backward passes that led to no step, as their gradients were cleared")
    began: float = 0
    ended: float = 0
    busy: float = Field(
        default=0, description="seconds from each step's forward pass to its end: a training takes at least as long"
    )
    weights_before: tuple[str, ...] | None = None
    weights_after: tuple[str, ...] | None = None
    weights_last: tuple[str, ...] | None = None
    first: str = ""
    last: str = ""
    continues: int | None = Field(default=None, description="the run that had trained the same network before")
    losses: tuple[Number, ...] = ()

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def first_part(self) -> Part | None:
        """The first forward pass that was recorded in full."""
        return next((step.parts[0] for step in self.kept if step.parts), None)


class Pass(Seen):
    """One network's pass through one iteration of a loader, or one forward pass outside of any."""

    id: int
    network: int
    run: int | None = None
    after: int = Field(default=0, description="steps of that run before this pass")
    steps: int = 0
    data: int | None = None
    gradients: bool = False
    training_mode: bool = False
    samples: int = 0
    batches: int = 0
    correct: int | None = None
    random: bool = Field(
        default=False, description="whether numbers were drawn in evaluation mode, as by dropout without one"
    )
    met: int | None = Field(
        default=None,
        description="samples on which the network was trained before; None where their pictures aren't known",
    )
    loss_means: float = 0
    loss_weighted: float = 0
    losses: int = 0
    last_loss: Number = None
    cross_entropy: float = Field(
        default=0, description="without gradients: the sum over the samples, by the recorder itself"
    )
    output: tuple[int, ...] = ()
    last_accuracy: Number = Field(default=None, description="of its last batch alone")
    scale: tuple[float, float] | None = Field(
        default=None, description="mean and deviation of the numbers of its first batch; None of few samples"
    )
    place: Place
    seconds: float = 0
    confusion: tuple[tuple[int, ...], ...] | None = None
    balanced: Number = Field(
        default=None, description="the accuracy as the mean over ten classes of the share of each that is right"
    )

    @property
    def accuracy(self) -> float | None:
        return None if self.correct is None or not self.samples else self.correct / self.samples


class Gradients(Seen):
    """Gradients after one backward pass: (weight, dimensions, mean |g|, norm, largest |g|, root mean square, mean g).

    They are those of a network's weights, or with respect to its layers' outputs or inputs, if its code looked at these."""

    of: Literal["weights", "outputs", "inputs"] = "weights"
    network: int
    run: int | None = None
    steps: int = 0
    moved: bool = Field(
        default=False, description="whether its weights have changed from one reading to another by then"
    )
    inputs: str | None = Field(default=None, description="the name of the first samples that any were read from")
    training_mode: bool = True
    place: Place
    rows: tuple[tuple[str, int, float, float, float, float, float], ...] = ()


class Failure(Seen):
    """An error of the student's code."""

    place: Place
    error: Text
    traceback: Text = ""
    by_cut: bool = Field(default=False, description="whether the data sets were cut, and that may have caused it")


class Asked(Seen):
    """A few pictures that a network or its first convolution was applied to, without gradients. No `network`: code has computed
    a convolution itself, with weights that no network in its process has."""

    network: int | None = None
    place: Place
    stride: tuple[int, ...] = (1, 1)
    padding: str = ""
    inputs: str | None = None
    weight: str | None = None
    bias: str | None = None


class Largest(Seen):
    """Code has taken the largest of these numbers, and not called it so."""

    values: tuple[Number, ...] = Field(max_length=200)
    place: Place


class KeptInVain(Seen):
    """Code has kept a network's weights, trained it on, and given them back: they were the network's own, and not a copy. `run`
    was its last one."""

    run: int
    place: Place


class Called(Seen):
    """A script was run with these arguments, as the submission's texts or its own parser say."""

    arguments: Text


class SourceTrace(Seen):
    """One notebook or script: what it did, and how it ended ('finished', 'budget', 'died', 'not run')."""

    source: str
    end: str
    seconds: float
    threads: int = Field(default=0, description="of the student's code; 0: not known")
    cells: tuple[int, int] = Field(default=(0, 0), description="the last cell that was begun, and how many there are")
    data: tuple[Data, ...] = ()
    networks: tuple[Network, ...] = ()
    runs: tuple[Run, ...] = ()
    passes: tuple[Pass, ...] = ()
    gradients: tuple[Gradients, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    printed: tuple[Printed, ...] = ()
    failures: tuple[Failure, ...] = ()
    asked: tuple[Asked, ...] = ()
    largest: tuple[Largest, ...] = ()
    kept_in_vain: tuple[KeptInVain, ...] = ()
    called: tuple[Called, ...] = ()
    dropped: int = Field(default=0, description="records that were not of this form, or too many")
    material: dict[str, np.ndarray] = Field(default={}, exclude=True)
    orders: dict[str, tuple[int, ...]] = Field(
        default={}, exclude=True, description="of material: how its axes lay in memory, where it was not in their order"
    )

    def network(self, id: int | None) -> Network | None:
        return next((each for each in self.networks if each.id == id), None)

    def dataset(self, id: int | None) -> Data | None:
        return next((each for each in self.data if each.id == id), None)

    def laid_out(self, name: str | None) -> np.ndarray | None:
        """An array of the material with its original memory layout, which sums depend on. None if it was not kept."""
        array, order = self.material.get(name or ""), self.orders.get(name or "")
        if array is None or not order:
            return array
        return np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))

    def weights(self, run: Run, moment: str) -> dict[str, np.ndarray] | None:
        """A run's weights 'before' its first step, 'after' its kept steps, or after the 'last', by name; None if not kept."""
        names = getattr(run, f"weights_{moment}")
        keys = {name: f"run{run.id}/{moment}/{name}" for name in names or ()}
        found = {name: value for name, key in keys.items() if (value := self.laid_out(key)) is not None}
        return found if found and len(found) == len(names) else None


class Trace(Seen):
    schema_version: int = Field(default=SCHEMA, alias="schema")
    sources: tuple[SourceTrace, ...] = ()
    seconds: float = 0
    budget: float = 0

    model_config = ConfigDict(populate_by_name=True)

    def __iter__(self) -> Iterator[SourceTrace]:  # type: ignore[override]
        return iter(self.sources)
