"""One network object for several trainings: small scripts are run in the sandbox's way, and judged."""

from __future__ import annotations

import pytest

from autograder.results import Status
from tests.integration.small_runs import MNIST, judged

TRAINING = """
import copy
import matplotlib.pyplot as plt

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = torch.relu
        self.layers = nn.ModuleList([nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)])
    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = self.act(layer(x))
        return self.layers[-1](x)

def fit(net, epochs=10):
    opt, losses = torch.optim.Adam(net.parameters()), []
    for epoch in range(epochs):
        total, loader = 0.0, DataLoader(train, batch_size=64, shuffle=True)
        for x, y in loader:
            opt.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            opt.step()
            total += loss.item()
        losses.append(total / len(loader))
    return losses, accuracy(net)

net = Net()
start = copy.deepcopy(net.state_dict())
for name, act in {"ReLU": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}.items():
    RENEW
    net.act = act
    losses, reached = fit(net)
    plt.plot(losses, label=name)
    print(f"{name}: final test accuracy {reached:.4f}")
plt.title("training loss by activation")
plt.legend()
plt.show()
"""
RENEWING = {
    "put back": "net.load_state_dict(start)",
    "drawn anew": "net.apply(lambda each: each.reset_parameters() if isinstance(each, nn.Linear) else None)",
    "drawn by hand": "[nn.init.xavier_uniform_(each.weight.data) for each in net.layers]",
}


@pytest.mark.parametrize("how", RENEWING)
def test_a_network_with_new_weights_and_another_activation_is_another_one(ran, how):
    observed = ran(MNIST + TRAINING.replace("RENEW", RENEWING[how]))
    assert [each.run.continues for each in observed.experiments] == [None] * 3
    assert len({each.run.network for each in observed.experiments}) == 3
    assert [each.epochs for each in observed.experiments] == [10] * 3
    assert judged(observed, "1B.plot").status is Status.PASSED


def test_a_network_that_is_handed_on_with_its_weights_is_told(ran):
    observed = ran(MNIST + TRAINING.replace("RENEW", "pass"))
    assert [each.run.continues for each in observed.experiments] == [None, 0, 1]
    found = judged(observed, "1B.plot")
    assert found.credit == 0.5
    assert "The same network is trained on and on: sigmoid and tanh" in found.message
    assert "has ReLU" not in found.message
