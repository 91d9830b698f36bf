import torch
import torch.nn as nn


def make_activation(name):
    if name == "relu":
        return nn.ReLU()
    elif name == "sigmoid":
        return nn.Sigmoid()
    elif name == "tanh":
        return nn.Tanh()
    raise ValueError(f"unknown activation {name}")


class MLP(nn.Module):
    """MLP с произвольным числом скрытых слоёв. Softmax внутри CrossEntropyLoss."""

    def __init__(self, input_size=784, hidden_sizes=(128, 64), num_classes=10,
                 activation="relu", dropout=0.0):
        super().__init__()
        self.hidden = nn.ModuleList()
        prev = input_size
        for h in hidden_sizes:
            self.hidden.append(nn.Linear(prev, h))
            prev = h
        self.output = nn.Linear(prev, num_classes)
        self.activation = make_activation(activation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        x = torch.flatten(x, 1)
        for layer in self.hidden:
            x = self.dropout(self.activation(layer(x)))
        return self.output(x)


class XORNet(nn.Module):
    def __init__(self, hidden=4):
        super().__init__()
        self.fc1 = nn.Linear(2, hidden)
        self.fc2 = nn.Linear(hidden, 1)

    def forward(self, x):
        x = torch.tanh(self.fc1(x))
        return torch.sigmoid(self.fc2(x))


class BasicCNN(nn.Module):
    """CNN из задания 3A"""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=3)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3)
        self.pool = nn.MaxPool2d(2, 2)
        self.relu = nn.ReLU()
        self.fc1 = nn.Linear(64 * 6 * 6, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = self.relu(self.fc1(x))
        return self.fc2(x)


class DeepCNN(nn.Module):
    """6 свёрток 3x3, max pooling"""

    def __init__(self):
        super().__init__()

        def block(cin, cout):
            return nn.Sequential(
                nn.Conv2d(cin, cout, 3, padding=1), nn.ReLU(),
                nn.Conv2d(cout, cout, 3, padding=1), nn.ReLU(),
                nn.MaxPool2d(2))

        self.features = nn.Sequential(block(3, 32), block(32, 64), block(64, 128))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(128 * 4 * 4, 128), nn.ReLU(),
                                        nn.Linear(128, 10))

    def forward(self, x):
        return self.classifier(self.features(x))


class WideAvgCNN(nn.Module):
    """2 свёртки 5x5, больше фильтров, average pooling"""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 48, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2),
            nn.Conv2d(48, 96, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(96 * 8 * 8, 128), nn.ReLU(),
                                        nn.Linear(128, 10))

    def forward(self, x):
        return self.classifier(self.features(x))


def count_parameters(model):
    return sum(p.numel() for p in model.parameters())
