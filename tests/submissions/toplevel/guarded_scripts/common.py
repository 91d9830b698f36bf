"""Things that all three problems share: data, the MLP, one pass of training, one pass of measuring."""
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

HERE = Path(__file__).resolve().parent
DATA_DIR = HERE / "data"
FIG_DIR = HERE / "figures"
FIG_DIR.mkdir(exist_ok=True)

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

ACTIVATIONS = {
    "ReLU": nn.ReLU,
    "Sigmoid": nn.Sigmoid,
    "Tanh": nn.Tanh,
}


class MultilayerPerceptron(nn.Module):
    """n_in -> hidden[0] -> hidden[1] -> ... -> n_out, gives logits."""

    def __init__(self, n_in=784, hidden=(128, 64), n_out=10, activation="ReLU", dropout=0.0):
        super().__init__()
        layers = [nn.Flatten()]
        width = n_in
        for h in hidden:
            layers.append(nn.Linear(width, h))
            layers.append(ACTIVATIONS[activation]())
            if dropout > 0:
                layers.append(nn.Dropout(dropout))
            width = h
        layers.append(nn.Linear(width, n_out))
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


def mnist(batch_size=64):
    to_tensor = transforms.ToTensor()
    train = datasets.MNIST(DATA_DIR, train=True, transform=to_tensor, download=True)
    test = datasets.MNIST(DATA_DIR, train=False, transform=to_tensor, download=True)
    return (DataLoader(train, batch_size=batch_size, shuffle=True),
            DataLoader(test, batch_size=1000))


def cifar10(batch_size=64):
    prep = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    ])
    train = datasets.CIFAR10(DATA_DIR, train=True, transform=prep, download=True)
    test = datasets.CIFAR10(DATA_DIR, train=False, transform=prep, download=True)
    return (DataLoader(train, batch_size=batch_size, shuffle=True),
            DataLoader(test, batch_size=1000))


def one_epoch(model, loader, optimizer):
    """Train for one epoch, return the mean loss per sample."""
    model.train()
    loss_fn = nn.CrossEntropyLoss()
    loss_sum, count = 0.0, 0
    for inputs, targets in loader:
        inputs, targets = inputs.to(DEVICE), targets.to(DEVICE)
        optimizer.zero_grad()
        batch_loss = loss_fn(model(inputs), targets)
        batch_loss.backward()
        optimizer.step()
        loss_sum += batch_loss.item() * inputs.size(0)
        count += inputs.size(0)
    return loss_sum / count


@torch.no_grad()
def measure(model, loader):
    """Return (mean loss, accuracy) on a loader, without learning."""
    model.eval()
    loss_fn = nn.CrossEntropyLoss(reduction="sum")
    loss_sum, correct, count = 0.0, 0, 0
    for inputs, targets in loader:
        inputs, targets = inputs.to(DEVICE), targets.to(DEVICE)
        logits = model(inputs)
        loss_sum += loss_fn(logits, targets).item()
        correct += (logits.argmax(dim=1) == targets).sum().item()
        count += targets.size(0)
    return loss_sum / count, correct / count


def save(fig, name):
    path = FIG_DIR / name
    fig.savefig(path, dpi=120, bbox_inches="tight")
    print("saved", path.name)
