"""Which published layers are frozen, and which are trained."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.trace.places import Place
from autograder.trace.records import Network
from traced.bonus import _layer_of
from traced.published import freezes_the_wrong_end

NAMES = tuple(f"_torch_params.block{block}_conv{conv}/kernel" for block in (1, 2, 3) for conv in (1, 2))


def experiment(*frozen: int) -> Any:
    """A training of a network without a graph, with these of its published layers frozen."""
    network = Network(
        id=0,
        name="vgg",
        made=Place(source="hw1.ipynb"),
        parameters=10,
        trainable=5,
        shapes=dict.fromkeys(NAMES, (3, 3, 8, 8)) | {"_torch_params.dense/kernel": (8, 10)},
        given=NAMES,
        frozen=tuple(NAMES[place] for place in frozen),
    )
    return SimpleNamespace(network=network, layers=[])


@pytest.mark.parametrize(
    ("frozen", "is_wrong"),
    [((4, 5), True), ((2, 3, 4, 5), True), ((0, 1, 2, 3), False), ((), False), (range(6), False), ((0, 5), False)],
)
def test_layers_near_the_output_that_are_frozen_before_others_are_the_wrong_end(frozen, is_wrong):
    assert bool(freezes_the_wrong_end(experiment(*frozen))) == is_wrong


@pytest.mark.parametrize(
    ("weight", "layer"),
    [
        ("fc.weight", "fc"),
        ("body.layer4.0.conv1.weight", "body.layer4.0.conv1"),
        ("_torch_params.dense_1/kernel", "_torch_params.dense_1"),
    ],
)
def test_the_layer_of_a_weight_is_known_by_its_name_in_both_libraries(weight, layer):
    assert _layer_of(weight) == layer
