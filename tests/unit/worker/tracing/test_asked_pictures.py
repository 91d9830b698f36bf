"""Which pictures a network was asked about, and which it was only trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from autograder.worker.tracing.modules import Convolution
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.pretrained import Pretrained
from autograder.worker.tracing.recorder import Recorder

Told = list[dict[str, Any]]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def recorder(told: Told) -> Recorder:
    return Recorder(told.append, Places(Path(), "hw1.py"), None, Pretrained())


@pytest.fixture
def network() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 36, 10))


def asked(recorder: Recorder, network: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    output: torch.Tensor = network(pictures)
    recorder.forward(network, pictures, output, None)
    return output


def questions(told: Told) -> Told:
    return [each for each in told if each["what"] == "asked"]


def material(told: Told, name: str) -> torch.Tensor:
    (found,) = [each["array"] for each in told if each["what"] == "material" and each["name"] == name]
    return torch.as_tensor(found)


def test_without_gradients_a_question_is_told_at_once(told, recorder, network):
    with torch.no_grad():
        asked(recorder, network, torch.rand(2, 3, 8, 8))
    assert len(questions(told)) == 1


def test_with_gradients_it_is_told_when_a_cell_has_ended_without_them(told, recorder, network):
    pictures = torch.rand(2, 3, 8, 8)
    before = pictures.clone()
    asked(recorder, network, pictures)
    pictures.zero_()
    assert not questions(told)
    recorder.cell_ends()
    (question,) = questions(told)
    assert torch.equal(material(told, question["inputs"]), before)


def test_pictures_whose_gradients_were_computed_were_trained_on(told, recorder, network):
    loss = asked(recorder, network, torch.rand(2, 3, 8, 8)).sum()
    loss.backward()
    recorder.backward(loss)
    recorder.cell_ends()
    assert not questions(told)


def test_a_question_before_a_step_has_the_weights_from_before_it(told, recorder, network):
    weight = network[0].weight.detach().clone()
    asked(recorder, network, torch.rand(2, 3, 8, 8))
    loss = asked(recorder, network, torch.rand(4, 3, 8, 8)).sum()
    loss.backward()
    recorder.backward(loss)
    optimizer = torch.optim.SGD(network.parameters(), lr=1.0)
    recorder.before_step(optimizer)
    optimizer.step()
    recorder.after_step(optimizer)
    recorder.cell_ends()
    (question,) = questions(told)
    assert torch.equal(material(told, question["weight"]), weight)
    assert not torch.equal(network[0].weight, weight)


def test_questions_that_many_others_follow_are_told(told, recorder, network):
    asked(recorder, network, torch.rand(1, 3, 8, 8))
    for _ in range(70):
        recorder.forward(network, pictures := torch.rand(20, 12), network[2](pictures.repeat(1, 12)), None)
    assert len(questions(told)) == 1


def test_a_convolution_that_code_computes_itself_is_of_the_network_with_its_weights(told, recorder, network):
    recorder.forward(network, x := torch.rand(20, 3, 8, 8), network(x), None)
    for weight in (network[0].weight, network[0].weight.detach().clone(), torch.rand(1, 3, 3, 3)):
        recorder.convolved(Convolution(weight, None, [1, 1], "[1, 1]"), torch.rand(2, 3, 8, 8))
    assert [each["network"] for each in questions(told)] == [0, 0, None]
    assert torch.equal(material(told, questions(told)[1]["weight"]), network[0].weight)
