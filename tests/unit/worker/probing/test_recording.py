"""A recording holds what really happened, and the grader's numbers follow from it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from autograder.checks.recordings import cross_entropy, log_softmax, trained_models
from autograder.worker.probing.loaders import FixedBatches
from autograder.worker.probing.recording import Recording

BATCHES = [
    (torch.randn(4, 3, generator=torch.Generator().manual_seed(i)), torch.tensor([0, 1, 0, 1])) for i in range(3)
]
LABELS = {"train": [y.numpy() for _, y in BATCHES], "test": [y.numpy() for _, y in BATCHES]}


def session(learning_rate: float = 0.1) -> tuple[dict, list[float], float]:
    """Two epochs of training and one evaluation, recorded; with the losses and the accuracy as they really were."""
    torch.manual_seed(0)
    recording = Recording()
    train, test = (recording.watch(name, FixedBatches(BATCHES)) for name in ("train", "test"))
    losses = []
    with recording:
        model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
        optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
        for _ in range(2):
            each = []
            for x, y in train:
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x), y)
                loss.backward()
                optimizer.step()
                each.append(loss.item())
            losses.append(sum(each) / len(each))
        with torch.no_grad():
            hits = [(model(x).argmax(1) == y).float().mean().item() for x, y in test]
    return recording.to_dict(), losses, sum(hits) / len(hits)


def test_losses_and_accuracy_follow_from_the_recording():
    found, losses, accuracy = session()
    (model,) = trained_models(found, LABELS)
    assert [run.losses()[0] for run in model.training()] == pytest.approx(losses, abs=1e-6)
    assert model.on("test")[-1].accuracy() == pytest.approx(accuracy)
    assert model.activations == {"relu"}
    assert model.parameters == 3 * 5 + 5 + 5 * 2 + 2


def test_a_model_that_never_learned_is_not_counted_as_trained():
    found, _, _ = session(learning_rate=0.0)
    assert trained_models(found, LABELS) == []


def test_recordings_of_equal_runs_are_equal():
    one, other = session()[0], session()[0]
    assert [call["weights"] for call in one["calls"]] == [call["weights"] for call in other["calls"]]


def test_cross_entropy_is_pytorchs():
    logits, labels = np.random.default_rng(0).standard_normal((6, 4)), np.array([0, 1, 2, 3, 0, 1])
    theirs = nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels), reduction="none")
    assert np.allclose(cross_entropy(logits, labels), theirs.numpy())


def test_log_probabilities_are_their_own_log_softmax():
    logits = np.random.default_rng(0).standard_normal((6, 4))
    assert np.allclose(log_softmax(log_softmax(logits)), log_softmax(logits))
