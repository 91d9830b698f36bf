"""MNIST as OpenML has it, of which code makes its own training and test sets."""

from __future__ import annotations

import pytest

from tests.integration.small_runs import judged, only

OPENML = """
import torch
from sklearn.datasets import fetch_openml
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
{divided}
sets = [TensorDataset(torch.tensor(a), torch.tensor(b)) for a, b in ((x_train, y_train), (x_test, y_test))]
train, test = (DataLoader(each, batch_size=50, shuffle=True) for each in sets)
net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), lr=0.001)

def accuracy(loader):
    with torch.no_grad():
        return sum((net(x).argmax(1) == y).sum().item() for x, y in loader) / len(loader.dataset)

for epoch in range(4):
    for x, y in train:
        opt.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        opt.step()
print(f"train {{accuracy(train):.4f}}, test {{accuracy(test):.4f}}")
"""
IN_ORDER = """
x, y = fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False)
x, y = x.astype("float32") / 255, y.astype(int)
x_train, x_test, y_train, y_test = x[:60000], x[60000:], y[:60000], y[60000:]
"""
AT_RANDOM = """
mnist = fetch_openml("mnist_784")
x, y = mnist.data.values.astype("float32") / 255, mnist.target.astype(int).values
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=10000, random_state=0)
"""
EACH_PIXEL_SCALED = """
x, y = fetch_openml("mnist_784", return_X_y=True, as_frame=False)
x_train, x_test, y_train, y_test = train_test_split(x, y.astype(int), test_size=1 / 7, random_state=0)
scaler = StandardScaler()
x_train, x_test = (each.astype("float32") for each in (scaler.fit_transform(x_train), scaler.transform(x_test)))
"""


@pytest.mark.parametrize("divided", [IN_ORDER, AT_RANDOM, EACH_PIXEL_SCALED], ids=["in order", "at random", "scaled"])
def test_both_parts_are_told_apart_however_code_divides_the_set(ran, divided):
    observed = ran(OPENML.format(divided=divided))
    experiment = only(observed)
    assert experiment.final_accuracies("train") and experiment.final_accuracies("test")
    assert judged(observed, "1A.evaluation").credit == 1
    assert "not shown" not in judged(observed, "1A.accuracy").message
