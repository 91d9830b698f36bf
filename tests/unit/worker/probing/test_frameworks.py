"""A network is the same network in either framework: with the same weights it gives the same, and learns the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from autograder.worker.probing import frameworks, loaders, networks, training
from autograder.worker.probing.frameworks import KERAS, PYTORCH
from autograder.worker.probing.recording import Recording
from autograder.worker.probing.tracing import trace

keras: Any = frameworks.named(KERAS).keras  # type: ignore[attr-defined]

CONVOLUTIONS = [["conv", 2, 3, 3], ["relu"], ["max-pool", 2], ["flatten"], ["linear", 3 * 2 * 3, 4]]
PICTURES = np.random.default_rng(0).normal(size=(5, 2, 4, 6)).astype(np.float32)
KERNELS = [
    np.random.default_rng(1).normal(size=shape).astype(np.float32) for shape in ((3, 2, 3, 3), (3,), (4, 18), (4,))
]
LABELS = np.arange(5) % 4
STEP = {"kind": "SGD", "lr": 0.1, "momentum": 0.9}


@pytest.fixture(params=[PYTORCH, KERAS])
def framework(request: pytest.FixtureRequest) -> Iterator[str]:
    frameworks.use(request.param)
    yield request.param
    frameworks.use(PYTORCH)


@pytest.fixture
def in_keras() -> Iterator[Any]:
    frameworks.use(KERAS)
    yield frameworks.current()
    frameworks.use(PYTORCH)


def convolutional() -> nn.Module:
    model = networks.build(CONVOLUTIONS)
    networks.set_weights(model, KERNELS, networks.inputs(PICTURES))
    return model


def expected() -> np.ndarray:
    x = nn.functional.conv2d(torch.tensor(PICTURES), *map(torch.tensor, KERNELS[:2]), padding=1)
    x = nn.functional.max_pool2d(nn.functional.relu(x), 2).flatten(1)
    return nn.functional.linear(x, *map(torch.tensor, KERNELS[2:])).numpy()


def test_the_same_weights_give_the_same_outputs(framework):
    assert np.allclose(networks.output(convolutional(), networks.inputs(PICTURES)), expected(), atol=1e-5)


def test_weights_come_back_as_they_went_in(framework):
    found = networks.get_weights(convolutional(), KERNELS, networks.inputs(PICTURES))
    assert all(np.array_equal(one, other) for one, other in zip(found, KERNELS, strict=True))


def test_a_trace_tells_the_same_layers(framework):
    steps = trace(convolutional(), networks.inputs(PICTURES))
    assert [step["kind"] for step in steps] == ["conv", "relu", "pool", "dense"]
    assert (steps[0]["inputs"], steps[0]["outputs"], steps[0]["kernel"]) == (2, 3, (3, 3))


def test_scale_comes_before_shift_of_batch_normalisation(framework):
    model = networks.build([["linear", 2, 3], ["batch-norm", 3]])
    weights = [np.ones((3, 2), np.float32), np.zeros(3, np.float32), np.full(3, 2.0, np.float32), np.full(3, 7.0)]
    networks.set_weights(model, weights, networks.inputs(np.zeros((2, 2), np.float32)))
    assert np.allclose(networks.output(model, networks.inputs(np.zeros((1, 2), np.float32))), 7)


def test_frozen_parameters_do_not_count(framework):
    model = convolutional()
    frameworks.current().freeze(model, (0, 1))
    assert networks.count(model) == 4 * 18 + 4


def test_training_on_batches_ends_at_the_same_weights(in_keras):
    model = convolutional()
    model.compile(optimizer=training.optimizer(STEP, ()), loss=training.loss("cross-entropy"))
    model.fit(loaders.fixed([(PICTURES[:3], LABELS[:3]), (PICTURES[3:], LABELS[3:])]), epochs=2, verbose=0)
    found = networks.get_weights(model, KERNELS, networks.inputs(PICTURES))
    frameworks.use(PYTORCH)
    model = convolutional()
    optimizer = training.optimizer(STEP, networks.parameters(model))
    for part in (slice(3), slice(3, 5)) * 2:
        optimizer.zero_grad()
        training.gradients(model, networks.inputs(PICTURES[part]), LABELS[part])
        optimizer.step()
    right = networks.get_weights(model, KERNELS, networks.inputs(PICTURES))
    assert all(np.allclose(one, other, atol=1e-5) for one, other in zip(found, right, strict=True))


def test_an_optimizer_has_the_defaults_of_its_framework():
    def first_update(name: str) -> float:
        parameter = nn.Parameter(torch.zeros(1))
        framework = frameworks.named(name)
        step = framework.stepping(lambda own: framework.optimizer({"kind": "RMSprop", "lr": 0.001}, own), [parameter])
        parameter.grad = torch.ones(1)
        step()
        return parameter.item()

    assert first_update(PYTORCH) == pytest.approx(-0.001 / 0.01**0.5, rel=1e-4)  # alpha is 0.99
    assert first_update(KERAS) == pytest.approx(-0.001 / 0.1**0.5, rel=1e-4)  # rho is 0.9


def test_keras_is_handed_arrays_with_channels_last_in_the_batches_own_order(in_keras):
    loader = loaders.fixed([(PICTURES[:3], LABELS[:3]), (PICTURES[3:], LABELS[3:])])
    (x, y), (last, _) = loader
    assert isinstance(x, np.ndarray) and x.shape == (3, 4, 6, 2) and y.dtype == np.int64
    assert np.array_equal(x, np.moveaxis(PICTURES[:3], 1, -1))
    loader.on_epoch_begin()
    assert np.array_equal(loader[1][0], x) and np.array_equal(loader[0][0], last)


def test_a_recording_sees_what_fit_and_evaluate_do(in_keras):
    recording = Recording(keep_weights=(0,))
    train, test = (
        recording.watch(name, loaders.FixedBatches(loaders.tensors([(PICTURES, LABELS)]))) for name in ("train", "test")
    )
    model = convolutional()
    model.compile(optimizer="sgd", loss=training.loss("cross-entropy"), metrics=["accuracy"])
    with recording:
        history = model.fit(train, epochs=2, verbose=0).history
        model.evaluate(test, verbose=0)
    found = recording.to_dict()
    calls = [(call["loader"], call["training"]) for call in found["calls"] if call["loader"]]
    assert calls == [("train", True), ("train", True), ("test", False)]
    assert found["models"][0]["parameters"] == sum(kernel.size for kernel in KERNELS)
    assert np.allclose(found["calls"][0]["output"], expected(), atol=1e-5)
    assert all(np.array_equal(one, other) for one, other in zip(found["calls"][0]["parameters"], KERNELS, strict=True))
    logits = torch.tensor(found["calls"][0]["output"])
    assert history["loss"][0] == pytest.approx(
        float(nn.functional.cross_entropy(logits, torch.tensor(LABELS))), rel=1e-4
    )


def test_a_model_that_waits_for_its_first_batch_is_traced_once(in_keras):
    model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dropout(0.5), keras.layers.Dense(2)])
    steps = trace(model, networks.inputs(np.zeros((2, 4), np.float32)), training=True)
    assert [step["kind"] for step in steps] == ["dense", "dropout", "dense"]
