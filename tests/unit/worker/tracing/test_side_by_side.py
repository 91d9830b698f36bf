"""Networks that are trained side by side, on the same batches and each by an optimizer of its own, are told apart."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import json, pathlib, sys
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from autograder.worker.tracing import timelapse
from autograder.worker.tracing.hooks import watch
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.pretrained import Pretrained
from autograder.worker.tracing.recorder import Recorder

told = []
recorder = Recorder(told.append, Places(pathlib.Path("."), "hw1.py"), None, Pretrained())
timelapse.cut_loaders()
watch(recorder)
torch.manual_seed(0)
nets = [nn.Linear(4, 3), nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))]
nets += [nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 3))]
optimizers = [torch.optim.SGD(net.parameters(), lr=0.1 * (place + 1)) for place, net in enumerate(nets)]
loader = DataLoader(TensorDataset(torch.rand(32, 4), torch.randint(0, 3, (32,))), batch_size=8)
loss_of = nn.CrossEntropyLoss()
for x, y in loader:
    if ORDER == "together":
        for optimizer in optimizers:
            optimizer.zero_grad()
        outputs = [net(x) for net in nets]
        losses = [loss_of(output, y) for output in outputs]
        for loss in losses:
            loss.backward()
        for optimizer in optimizers:
            optimizer.step()
    else:
        outputs = [net(x) for net in nets]
        for output, optimizer in zip(outputs, optimizers):
            loss = loss_of(torch.log(torch.softmax(output, 1)), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
recorder.finish()
latest = {(each["what"], each.get("id")): each for each in told if each["what"] in ("run", "network", "pass")}
sys.stdout.write(json.dumps(list(latest.values()), default=str))
"""


@pytest.mark.parametrize("order", ["together", "one after the other"])
def test_each_run_has_its_own_network_and_its_own_losses(order: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"ORDER = {order!r}\n{PROGRAM}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    runs = [each for each in told if each["what"] == "run"]
    assert [(each["network"], each["steps"], each["holds_other_weights"]) for each in runs] == [
        (0, 4, False),
        (1, 4, False),
        (2, 4, False),
    ]
    assert [each["settings"]["lr"] for each in runs] == pytest.approx([0.1, 0.2, 0.3])
    firsts = [each["kept"][0]["parts"] for each in runs]
    assert [len(parts) for parts in firsts] == [1, 1, 1]
    assert len({parts[0]["loss"]["value"] for parts in firsts}) == 3
    assert all(parts[0]["loss"]["backward"] == parts[0]["loss"]["value"] for parts in firsts)
    assert all(len(each["losses"]) == 4 and None not in each["losses"] for each in runs)
    passes = [each for each in told if each["what"] == "pass"]
    assert sorted((each["network"], each["steps"], each["losses"]) for each in passes) == [
        (0, 4, 4),
        (1, 4, 4),
        (2, 4, 4),
    ]
