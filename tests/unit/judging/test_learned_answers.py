"""What a network answers whatever its weights are was written into its code; what it has learned is gone with them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from autograder.checks import Failed
from autograder.trace.observed import Experiment
from autograder.trace.places import Place
from autograder.trace.records import Network, Part, Run, SourceTrace, Step
from autograder.worker.tracing.exporting import exported
from judging.drawn_pictures import Pictures
from traced.steps import expect_to_learn
from traced.xor import CASES, RIGHT, answers_at, learns_nothing

PLACE = Place(source="hw1.py", line=1)
BOUND = 0.5


def experiment(module: nn.Module, inputs: torch.Tensor) -> Experiment:
    graph, _, _ = exported(module, inputs)
    state = {name: np.array(value.detach().numpy()) for name, value in module.state_dict().items()}
    numbers = sum(value.size for value in state.values())
    network = Network(
        id=0,
        name="Net",
        made=PLACE,
        parameters=numbers,
        trainable=numbers,
        buffers=tuple(name for name, _ in module.named_buffers()),
        shapes={name: value.shape for name, value in state.items()},
        graph=tuple(graph),
    )
    names = tuple(state)
    kept = (Step(parts=(Part(inputs="x"),)),)
    run = Run(
        id=0, network=0, optimizer="SGD", place=PLACE, kept=kept, steps=1, weights_before=names, weights_last=names
    )
    material = {f"run0/{when}/{name}": value for name, value in state.items() for when in ("before", "last")}
    source = SourceTrace(
        source="hw1.py",
        end="finished",
        seconds=1,
        networks=(network,),
        runs=(run,),
        material={**material, "x": inputs.numpy()},
    )
    return Experiment(source, run)


def xor(scale: float) -> nn.Module:
    """A network that has learned XOR, with weights as large as `scale`."""
    module = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid())
    with torch.no_grad():
        for value, numbers in zip(
            module.parameters(), ([[1.0, 1.0], [1.0, 1.0]], [-0.5, -1.5], [[1.0, -1.0]], [-0.5]), strict=True
        ):
            value.copy_(scale * torch.tensor(numbers))
    return module


class InCode(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(2, 3), nn.Linear(3, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b = x[:, 0:1], x[:, 1:2]
        known = 4 * (a + b - 2 * a * b) - 2
        return torch.sigmoid(self.out(torch.tanh(self.hidden(x))) * 0.01 + known)


@pytest.mark.parametrize("scale", [8.0, 20.0, 100.0])
@pytest.mark.parametrize("secret", range(8))
def test_a_network_that_has_learned_xor_forgets_it_with_its_weights(scale: float, secret: int) -> None:
    learned = experiment(xor(scale), torch.tensor(CASES))
    answers = answers_at(learned, np.array(CASES))
    assert answers is not None and ((answers > 0.5) == np.array(RIGHT)).all()
    assert learns_nothing(learned, secret) == ""


def test_xor_that_is_computed_in_the_code_is_not_learned() -> None:
    assert "was not learned" in learns_nothing(experiment(InCode(), torch.tensor(CASES)), 3)


GENERATOR = np.random.default_rng(0)
PATTERNS = GENERATOR.normal(size=(10, 784)).astype(np.float32)
LABELS = GENERATOR.integers(0, 10, 500)
IMAGES = np.clip(128 + 40 * PATTERNS[LABELS] + 10 * GENERATOR.normal(size=(500, 784)), 0, 255)
TEST = Pictures(IMAGES.astype(np.uint8).reshape(-1, 28, 28), LABELS)
INPUTS = torch.from_numpy(TEST.images[:64].astype(np.float32) / 255).unsqueeze(1)


class Known(nn.Module):
    """Holds what it knows in a buffer, or in the weights that it learns."""

    def __init__(self, is_learned: bool) -> None:
        super().__init__()
        patterns = torch.from_numpy(PATTERNS)
        self.layer = nn.Linear(784, 10)
        if is_learned:
            self.patterns = nn.Parameter(patterns)
        else:
            self.register_buffer("patterns", patterns)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.flatten(1) - 0.5
        return 0.01 * self.layer(x) + x @ self.patterns.T


def test_what_a_network_knows_without_its_weights_is_not_learned() -> None:
    with pytest.raises(Failed, match="was not learned"):
        expect_to_learn(experiment(Known(is_learned=False), INPUTS), TEST, BOUND, 7)


@pytest.mark.parametrize("secret", range(5))
def test_a_network_that_has_its_knowledge_in_its_weights_may_be_trained(secret: int) -> None:
    expect_to_learn(experiment(Known(is_learned=True), INPUTS), TEST, BOUND, secret)
