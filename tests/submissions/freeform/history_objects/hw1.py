"""HW1 Problem 2A + 2B (+ helpers)."""
from collections import namedtuple
from dataclasses import dataclass, field
import time

import torch
from torch import nn
import matplotlib.pyplot as plt

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


@dataclass
class History:
    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    time: float = 0.0


EpochResult = namedtuple("EpochResult", "loss accuracy")


class MLP(nn.Module):
    def __init__(self, sizes, activation="relu"):
        super().__init__()
        self.linears = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes[:-1], sizes[1:]))
        self.activation = getattr(torch, activation)

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.linears[:-1]:
            x = self.activation(layer(x))
        return self.linears[-1](x)


def run_epoch(model, loader, optimizer, criterion):
    """One pass over the data; gives loss and training accuracy."""
    model.train()
    loss_sum, hits, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        out = model(x)
        loss = criterion(out, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        hits += (out.argmax(1) == y).sum().item()
        count += len(y)
    return EpochResult(loss_sum / count, hits / count)


def test_model(model, loader, criterion=nn.CrossEntropyLoss()):
    """Returns (loss, accuracy)."""
    model.eval()
    loss_sum, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            loss_sum += criterion(out, y).item() * len(y)
            hits += (out.argmax(1) == y).sum().item()
            count += len(y)
    return loss_sum / count, hits / count


def get_optimizer(name, model):
    params = model.parameters()
    return {
        "sgd": lambda: torch.optim.SGD(params, lr=0.01),
        "sgd_momentum": lambda: torch.optim.SGD(params, lr=0.01, momentum=0.9),
        "rmsprop": lambda: torch.optim.RMSprop(params, lr=0.001),
        "adam": lambda: torch.optim.Adam(params, lr=0.001),
    }[name]()


def run_optimizer_comparison(train_loader, test_loader, num_epochs=20):
    histories = {}
    for name in ("sgd", "sgd_momentum", "rmsprop", "adam"):
        torch.manual_seed(0)
        model = MLP([784, 128, 64, 10]).to(device)
        optimizer = get_optimizer(name, model)
        h = History()
        start = time.perf_counter()
        for _ in range(num_epochs):
            h.loss.append(run_epoch(model, train_loader, optimizer, nn.CrossEntropyLoss()).loss)
            h.accuracy.append(test_model(model, test_loader)[1])
        h.time = time.perf_counter() - start
        histories[name] = h
    return histories


def plot_optimizer_comparison(histories):
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    for name, h in histories.items():
        epochs = range(1, len(h.loss) + 1)
        left.plot(epochs, h.loss, label=name)
        right.plot(epochs, h.accuracy, label=name)
    left.set(xlabel="epoch", ylabel="training loss", title="Training loss")
    right.set(xlabel="epoch", ylabel="test accuracy", title="Test accuracy")
    left.legend()
    right.legend()
    return fig


if __name__ == "__main__":
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    tf = transforms.ToTensor()
    train = DataLoader(datasets.MNIST(".", True, tf, download=True), 128, True)
    test = DataLoader(datasets.MNIST(".", False, tf, download=True), 1000)
    hs = run_optimizer_comparison(train, test)
    plot_optimizer_comparison(hs).savefig("opt.png")
    for name, h in hs.items():
        print(f"{name:15s} {h.accuracy[-1]:.4f} {h.time:.1f}s")
