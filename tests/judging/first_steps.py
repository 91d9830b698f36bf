"""Which optimizer trained a network? Told by what its first steps did to the weights.

The grader takes the same steps on its own copy of the network, from the same weights, on the same batches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograder.worker.probing import networks, training
from autograder.worker.probing.frameworks import Framework

Settings = Mapping[str, Any]
Weights = Sequence[np.ndarray]

STEPS: Final = 2  # the fewest that tell momentum from none
COMMON: Final[Sequence[Settings]] = (
    {"kind": "Adam"},
    {"kind": "SGD"},
    {"kind": "SGD", "momentum": 0.9},
    {"kind": "RMSprop"},
    {"kind": "AdamW"},
)
SAME_MOVEMENT: Final = 0.02
"""Two optimizers move weights alike when the difference is below this share of the movement.

Measured on three seeds of the 784-128-64-10 network: rounding makes shares below 0.0000001; momentum 0.8 instead of 0.9
makes 0.043, momentum 0.09 in plain SGD 0.056, a weight decay of 0.0005 or 0.002 instead of 0.001 makes 0.1.
"""


@dataclass(frozen=True)
class FirstSteps:
    """What STEPS steps on these batches made of a network: `weights` before each step and after the last one.

    `network` is a description as `networks.build` takes it; `framework` the one whose optimizers may have done it. Keras
    gives its own other defaults, and other places to the small numbers that keep from dividing by zero.
    """

    network: Sequence[Sequence[Any]]
    batches: Sequence[tuple[np.ndarray, np.ndarray]]
    weights: Sequence[Weights]
    framework: Framework

    def replay(self, settings: Settings, steps: int = STEPS, *, clearing: bool = True) -> list[np.ndarray]:
        """The weights after so many steps of an optimizer; not `clearing` lets the gradients add up."""
        model = networks.build(self.network)
        example = networks.tensor(self.batches[0][0])[:2]
        networks.set_weights(model, self.weights[0], example)
        parameters = networks.parameters(model)
        penalty, options = self._penalty(settings)
        take_step = self.framework.stepping(lambda own: self.framework.optimizer(options, own), parameters)
        loss = training.loss("cross-entropy")
        for x, y in self.batches[:steps]:
            if clearing:
                model.zero_grad()
            squares = sum((kernel**2).sum() for kernel in parameters if kernel.ndim > 1)
            (loss(model(networks.tensor(x)), networks.tensor(y)) + penalty / 2 * squares).backward()
            take_step()
        return networks.get_weights(model, self.weights[0], example)

    def _penalty(self, settings: Settings) -> tuple[float, Settings]:
        """The weight decay that acts as a penalty on the loss, and what is left of the settings."""
        if not self.framework.L2_IS_A_PENALTY or settings["kind"] == "AdamW":
            return 0.0, settings
        return settings.get("weight_decay", 0.0), {key: each for key, each in settings.items() if key != "weight_decay"}

    def first_outputs(self) -> np.ndarray:
        """What the network gives for the first batch before the first step, with nothing dropped."""
        model = networks.build(self.network)
        x = networks.tensor(self.batches[0][0])
        networks.set_weights(model, self.weights[0], x[:2])
        return networks.output(model, x)

    def deviation(self, settings: Settings, *, clearing: bool = True) -> float:
        """How far the steps are from what an optimizer does: 0 the same, 1 as far as if it did not move at all.

        Infinite for a learning rate that no optimizer takes, as it is fitted to steps up the slope or to weights of NaN.
        """
        if not settings["lr"] > 0:
            return math.inf
        expected = flat(self.replay(settings, clearing=clearing))
        start, found = flat(self.weights[0]), flat(self.weights[STEPS])
        return float(np.linalg.norm(found - expected) / max(float(np.linalg.norm(expected - start)), 1e-12))

    def fitted(self, kind: Settings) -> Settings:
        """These settings with the learning rate that explains the first step best."""
        start, found = flat(self.weights[0]), flat(self.weights[1])
        movement = flat(self.replay({**kind, "lr": 1.0}, 1)) - start
        return {**kind, "lr": float((found - start) @ movement / max(float(movement @ movement), 1e-12))}

    def common_optimizer(self, *, clearing: bool = True, **options: float) -> Settings | None:
        """The settings, with these options in them, by which a common optimizer takes these steps; None when none does."""
        for kind in COMMON:
            settings = self.fitted({**kind, **options})
            if self.deviation(settings, clearing=clearing) < SAME_MOVEMENT:
                return settings
        return None


def in_words(settings: Settings) -> str:
    """'learning rate 0.01, momentum 0.9'."""
    words = {"lr": "learning rate", "weight_decay": "weight decay"}
    return ", ".join(f"{words.get(key, key)} {value:g}" for key, value in settings.items() if key != "kind")


def flat(arrays: Weights) -> np.ndarray:
    """All weights one after the other, float64."""
    return np.concatenate([np.asarray(array, dtype=np.float64).ravel() for array in arrays])
