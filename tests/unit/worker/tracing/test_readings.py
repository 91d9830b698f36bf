"""Gradients are read of the weights and, where the student's code looks at them, of what the layers give and take."""

from __future__ import annotations

import json
import subprocess
import sys

BEGINNING = """
import json
from pathlib import Path
import torch
from torch import nn
from autograder.worker.tracing import looks_at_gradients
from autograder.worker.tracing.material import Material
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.readings import Readings
from autograder.worker.tracing.seen import Forward, Network

told, seen, kept = [], [], []
readings = Readings(told.append, Places(Path("/nowhere"), "hw1.py"), Material(kept.append))
looks_at_gradients.watch(readings)
torch.manual_seed(0)
deep = nn.Sequential(*[layer for _ in range(5) for layer in (nn.Linear(6, 6), nn.Sigmoid())], nn.Linear(6, 10))
network = Network(0, deep, {})

def step(forward=deep):
    inputs = torch.rand(4, 6)
    output = forward(inputs)
    output.square().sum().backward()
    readings.read(Forward(network, deep, inputs, output, None, True, True), {})

def means(of):
    return [[row[2] for row in each["rows"]] for each in told if each["of"] == of]
"""


def answer(code: str) -> object:
    """What the last line of the code prints, in a process of its own: what is watched is watched for good."""
    done = subprocess.run([sys.executable, "-c", BEGINNING + code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_backward_pass_tells_the_gradients_of_the_weights_alone():
    code = """
step()
print(json.dumps([each["of"] for each in told] + [row[0] for row in told[0]["rows"][:2]]))
"""
    assert answer(code) == ["weights", "0.weight", "0.bias"]


def test_hooks_of_layers_are_followed_in_the_order_of_the_layers():
    for kind in ("register_full_backward_hook", "register_backward_hook"):
        code = f"""
for layer in reversed([each for each in deep if isinstance(each, nn.Linear)]):
    layer.{kind}(lambda layer, inputs, outputs: seen.append(outputs[0].abs().mean().item()))
step()
step()
print(json.dumps([means("outputs"), [seen[5::-1], seen[:5:-1]], len(means("inputs"))]))
"""
        found, own, inputs = answer(code)
        assert found == own
        assert inputs == 2


def test_values_that_are_hooked_or_kept_are_followed_in_the_order_in_which_they_were_computed():
    code = """
values = []

def forward(x):
    values.clear()
    for place, layer in enumerate(deep):
        x = layer(x)
        if place % 4 == 0:
            x.retain_grad()
            values.append(x)
        elif place % 4 == 2:
            x.register_hook(lambda gradient: None)
    return x

step(forward)
print(json.dumps([len(means("outputs")[0]), means("outputs")[0][::2], [each.grad.abs().mean().item() for each in values]]))
"""
    length, found, own = answer(code)
    assert length == 6
    assert found == own


def test_hooks_of_weights_are_no_values_between_the_layers():
    code = """
for weight in deep.parameters():
    weight.register_hook(lambda gradient: None)
step()
print(json.dumps([each["of"] for each in told]))
"""
    assert answer(code) == ["weights"]


def test_a_hook_that_changes_gradients_still_does():
    code = """
deep[0].register_full_backward_hook(lambda layer, inputs, outputs: None)
deep[2].register_full_backward_hook(lambda layer, inputs, outputs: (torch.zeros_like(inputs[0]),))
step()
print(json.dumps([deep[0].weight.grad.abs().sum().item(), deep[2].weight.grad.abs().sum().item() > 0]))
"""
    assert answer(code) == [0.0, True]


def test_gradients_that_were_returned_and_not_kept_are_those_of_the_weights():
    code = """
inputs = torch.rand(4, 6)
output = deep(inputs)
weights = list(deep.parameters())
found = torch.autograd.grad(output.square().sum(), weights)
by_weight = {id(weight): gradient for weight, gradient in zip(weights, found)}
readings.read(Forward(network, deep, inputs, output, None, True, True), by_weight)
print(json.dumps([means("weights")[0], [each.abs().mean().item() for each in found]]))
"""
    told, own = answer(code)
    assert told == own


def test_weights_that_change_between_readings_are_told_by_whatever_has_stepped_them():
    code = """
step(), step()
with torch.no_grad():
    deep[4].weight.data -= 0.01 * deep[4].weight.grad
step(), step()
print(json.dumps([[each["moved"] for each in told], len(kept), list(kept[0]["array"].shape), told[-1]["inputs"]]))
"""
    assert answer(code) == [[False, False, True, True], 1, [4, 6], "gradients0/inputs"]
