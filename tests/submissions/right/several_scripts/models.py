"""All networks of the homework."""
import torch
from torch import nn

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

ACTIVATIONS = {
    "relu": nn.ReLU(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
}


def build_mlp(layer_sizes, activation="relu"):
    if activation not in ACTIVATIONS:
        raise ValueError("activation has to be one of: " + ", ".join(sorted(ACTIVATIONS)))
    act = ACTIVATIONS[activation]
    model = nn.Sequential()
    last = len(layer_sizes) - 1
    for i in range(1, len(layer_sizes)):
        model.add_module(f"fc{i}", nn.Linear(layer_sizes[i - 1], layer_sizes[i]))
        if i != last:
            # the same activation object can be used again, it has no weights
            model.add_module(f"act{i}", act)
    return model.to(DEVICE)


def build_xor_model(hidden=4):
    # 3 hidden neurons are enough too, 4 gets stuck less often
    return nn.Sequential(
        nn.Linear(2, hidden),
        nn.ReLU(),
        nn.Linear(hidden, 1),
        nn.Sigmoid(),
    ).to(DEVICE)


def build_deep_mlp(activation, hidden_layers=6, width=256):
    layer_sizes = [784]
    for _ in range(hidden_layers):
        layer_sizes.append(width)
    layer_sizes.append(10)
    return build_mlp(layer_sizes, activation)


def build_regularized_mlp(layer_sizes, dropout=0.5):
    model = nn.Sequential()
    n_layers = len(layer_sizes) - 1
    for i in range(n_layers):
        model.add_module(f"fc{i}", nn.Linear(layer_sizes[i], layer_sizes[i + 1]))
        if i + 1 < n_layers:
            model.add_module(f"drop{i}", nn.Dropout(dropout))  # dropout and ReLU can be swapped
            model.add_module(f"act{i}", nn.ReLU())
    return model.to(DEVICE)


class Baseline(nn.Module):
    """The CNN from part 3A."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=(3, 3), stride=1, padding=(1, 1)),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2, stride=2),
            nn.Conv2d(32, 64, kernel_size=(3, 3), stride=1, padding=(1, 1)),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(4096, 128),
            nn.ReLU(inplace=True),
            nn.Linear(128, 10),
        )

    def forward(self, images):
        out = self.features(images)
        return self.classifier(out.flatten(1))


class Wide(nn.Module):
    """More filters, 5x5 kernels."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(nn.Linear(128 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, images):
        return self.classifier(self.features(images).flatten(1))


class AllConvolutional(nn.Module):
    """Four conv layers with batch norm, the last pooling is a global average."""

    def __init__(self):
        super().__init__()
        channels = [3, 32, 64, 128, 128]
        blocks = []
        for i, (c_in, c_out) in enumerate(zip(channels, channels[1:])):
            blocks.append(nn.Conv2d(c_in, c_out, 3, padding=1, bias=False))
            blocks.append(nn.BatchNorm2d(c_out))
            blocks.append(nn.ReLU())
            if i < 3:
                blocks.append(nn.AvgPool2d(2))
        self.features = nn.Sequential(*blocks)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(128, 10)

    def forward(self, images):
        out = self.pool(self.features(images))
        return self.classifier(out.squeeze(-1).squeeze(-1))


def build_cnn():
    return Baseline().to(DEVICE)


def build_cnn_variants():
    nets = [Baseline(), Wide(), AllConvolutional()]
    return {type(net).__name__: net.to(DEVICE) for net in nets}


def count_parameters(model):
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            n = 1
            for size in p.shape:
                n *= size
            total += n
    return total
