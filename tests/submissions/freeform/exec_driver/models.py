import torch
from torch import nn

class MLP(nn.Module):
    def __init__(self, layer_sizes, activation):
        super().__init__()
        act = {'relu': nn.ReLU, 'sigmoid': nn.Sigmoid, 'tanh': nn.Tanh}[activation]
        mods = []
        for i, (a, b) in enumerate(zip(layer_sizes, layer_sizes[1:])):
            mods.append(nn.Linear(a, b))
            if i < len(layer_sizes) - 2:
                mods.append(act())
        self.model = nn.Sequential(nn.Flatten(), *mods)

    def forward(self, x):
        return self.model(x)

class XORNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 4)
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        return torch.sigmoid(self.out(torch.tanh(self.hidden(x))))

class CNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding='same'), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding='same'), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, num_classes))

    def forward(self, x):
        return self.classifier(self.features(x))
