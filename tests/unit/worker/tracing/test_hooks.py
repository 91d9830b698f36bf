"""What is watched can be called in every way in which the library itself can."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import torch
from torch import nn
from autograder.worker.tracing.hooks import _watch_clipping, _watch_comparisons

class Recorder:
    paused = False
    told = []
    def clipped(self, *what): self.told.append(what)
    def compared(self, one, other, result): self.told.append((one.tolist(), other.tolist(), result.tolist()))

recorder = Recorder()
_watch_clipping(recorder)
_watch_comparisons(recorder)
weight = nn.Parameter(torch.ones(4))

def clipped(function, *arguments, **keywords):
    weight.grad = torch.full((4,), 3.0)
    function(*arguments, **keywords)
    print(*recorder.told.pop(), round(weight.grad[0].item(), 3))

clipped(nn.utils.clip_grad_norm_, [weight], 1.0)
clipped(nn.utils.clip_grad_norm_, [weight], max_norm=1.0)
clipped(nn.utils.clip_grad_norm_, parameters=[weight], max_norm=torch.tensor(1.0), norm_type=float("inf"))
clipped(nn.utils.clip_grad_value_, [weight], clip_value=0.5)
clipped(torch.nn.utils.clip_grad.clip_grad_norm_, [weight], 1.0)
clipped(nn.utils.clip_grads_with_norm_, [weight], 1.0, total_norm=torch.tensor(6.0))

one, other = torch.tensor([1, 2]), torch.tensor([1, 3])
for same in (one == other, one.eq(other), one.eq(other=other), torch.eq(one, other), torch.eq(input=one, other=other)):
    print(*recorder.told.pop())
"""


def test_clipping_and_comparing_take_their_keywords():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "clip_grad_norm_ 1.0 2.0 0.5",
        "clip_grad_norm_ 1.0 2.0 0.5",
        "clip_grad_norm_ 1.0 inf 1.0",
        "clip_grad_value_ 0.5 2.0 0.5",
        *["clip_grad_norm_ 1.0 2.0 0.5"] * 2,
        *["[1, 2] [1, 3] [True, False]"] * 5,
    ]


DROPPING = """
import torch
from torch import nn
from autograder.worker.tracing.hooks import _watch_forward

class Recorder:
    paused = False
    def forward(self, module, inputs, output, state, training, random): print(training, random)

class Net(nn.Module):
    def __init__(self, knows_the_mode):
        super().__init__()
        self.out, self.knows_the_mode = nn.Linear(4, 2), knows_the_mode
    def forward(self, x):
        drops = self.training or not self.knows_the_mode
        return self.out(x * (torch.rand_like(x) > 0.5) / 0.5 if drops else x)

_watch_forward(Recorder())
for knows in (True, False):
    for mode in (True, False):
        Net(knows).train(mode)(torch.ones(3, 4))
"""


def test_numbers_that_are_drawn_in_evaluation_mode_are_told():
    ran = subprocess.run([sys.executable, "-c", DROPPING], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["None False", "None False", "None False", "None True"]


RETURNED = """
import torch
from torch import nn
from autograder.worker.tracing.hooks import _watch_backward

class Recorder:
    paused, is_without_modules = False, False
    def read(self, value, returned): print(len(returned), len(set(returned) & set(map(id, network.parameters()))))

network = nn.Linear(2, 1)
_watch_backward(Recorder())
loss = lambda: network(torch.ones(3, 2)).square().sum()
for weights in (network.parameters(), list(network.parameters())):
    print(len(torch.autograd.grad(loss(), weights)))
torch.autograd.grad(outputs=loss(), inputs=network.weight)
"""


def test_gradients_that_are_returned_are_told_however_their_weights_are_given():
    done = subprocess.run([sys.executable, "-c", RETURNED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["2 2", "2", "2 2", "2", "1 1"]
