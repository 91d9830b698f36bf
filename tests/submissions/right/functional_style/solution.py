"""
Homework 1 -- solution

My MLPs end with log_softmax, so they are trained with nn.NLLLoss (this is the same as logits with
CrossEntropyLoss). The CNNs give logits and are trained with F.cross_entropy.
"""
from collections import defaultdict
from functools import partial
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

ACTIVATION_FUNCTIONS = {"relu": F.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
ARCHITECTURE = (784, 128, 64, 10)
CIFAR = "airplane automobile bird cat deer dog frog horse ship truck".split()


def get_device():
    return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


def device_of(model):
    for parameter in model.parameters():
        return parameter.device


def to_device(batches, dev):
    for x, y in batches:
        yield x.to(dev), y.to(dev)


# ------------------------------------------------------------------ Problem 1

class Net(nn.Module):
    """Fully connected network. Dropout is only used for problem 2C."""

    def __init__(self, layer_sizes, activation, dropout=0.0):
        super().__init__()
        if activation not in ACTIVATION_FUNCTIONS:
            raise ValueError(f"activation {activation!r} not in {tuple(ACTIVATION_FUNCTIONS)}")
        self.activation = ACTIVATION_FUNCTIONS[activation]
        self.dropout = dropout
        *hidden, n_out = layer_sizes[1:]
        self.hidden = nn.ModuleList()
        n_in = layer_sizes[0]
        for n in hidden:
            self.hidden.append(nn.Linear(n_in, n))
            n_in = n
        self.output = nn.Linear(n_in, n_out)

    def forward(self, x):
        for linear in self.hidden:
            x = self.activation(linear(x))
            if self.dropout > 0:
                x = F.dropout(x, p=self.dropout, training=self.training)
        return F.log_softmax(self.output(x), dim=1)


def build_mlp(layer_sizes, activation="relu"):
    return Net(layer_sizes, activation).to(get_device())


def train_epoch(model, loader, optimizer, loss_fn):
    model.train()
    batch_losses = []
    for x, y in to_device(loader, device_of(model)):
        loss = loss_fn(model(x), y)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        batch_losses.append(loss.item())
    return sum(batch_losses) / len(batch_losses)


def evaluate(model, loader):
    was_training = model.training
    model.eval()
    n_correct = n_total = 0
    with torch.no_grad():
        for x, y in to_device(loader, device_of(model)):
            # the softmax does not change which class is the largest
            n_correct += model(x).topk(1, dim=1).indices.squeeze(1).eq(y).sum().item()
            n_total += y.shape[0]
    model.train(was_training)
    return n_correct / n_total


def compare_activations(train_loader, test_loader, epochs=10):
    comparison = {}
    for name in ACTIVATION_FUNCTIONS:
        net = build_mlp(ARCHITECTURE, name)
        adam = torch.optim.Adam(net.parameters(), lr=1e-3)
        train = partial(train_epoch, net, train_loader, adam, nn.NLLLoss())
        comparison[name] = {
            "train_loss": [train() for _ in range(epochs)],
            "test_accuracy": evaluate(net, test_loader),
        }
    return comparison


class Xor(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.first = nn.Linear(2, hidden)
        self.second = nn.Linear(hidden, 1)

    def forward(self, x):
        return torch.sigmoid(self.second(torch.sigmoid(self.first(x))))


def build_xor_model(hidden=4):
    return Xor(hidden).to(get_device())


def train_xor(model=None):
    if model is None:
        model = build_xor_model()
    dev = device_of(model)
    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], device=dev).float()
    y = (x[:, :1] != x[:, 1:]).float()

    def loss():
        return F.binary_cross_entropy(model(x), y)

    # LBFGS needs a closure and finds the solution in very few steps, if it finds it
    for _ in range(100):
        optimizer = torch.optim.LBFGS(model.parameters(), max_iter=100, line_search_fn="strong_wolfe")

        def closure():
            optimizer.zero_grad()
            value = loss()
            value.backward()
            return value

        optimizer.step(closure)
        if loss().item() < 0.05:
            break
        with torch.no_grad():
            for p in model.parameters():
                p.normal_()
    return model


def decision_boundary(model, resolution=200):
    axis = np.linspace(-0.5, 1.5, resolution)
    yy, xx = np.meshgrid(axis, axis, indexing="ij")
    points = np.dstack([xx, yy]).reshape(-1, 2).astype("float32")
    with torch.no_grad():
        z = model(torch.as_tensor(points, device=device_of(model)))
    return xx, yy, z.cpu().numpy().reshape(resolution, resolution)


# ------------------------------------------------------------------ Problem 2

def build_optimizer(name, parameters):
    make = {
        "SGD": partial(torch.optim.SGD, lr=0.01),
        "SGD+Momentum": partial(torch.optim.SGD, lr=0.01, momentum=0.9),
        "RMSprop": partial(torch.optim.RMSprop, lr=0.001),
        "Adam": partial(torch.optim.Adam, lr=0.001),
    }
    return make[name](parameters)


def compare_optimizers(train_loader, test_loader, epochs=20):
    comparison = {}
    for name in ("SGD", "SGD+Momentum", "RMSprop", "Adam"):
        net = build_mlp(ARCHITECTURE)
        optimizer = build_optimizer(name, net.parameters())
        record = defaultdict(list)
        start = perf_counter()
        for _ in range(epochs):
            record["train_loss"].append(train_epoch(net, train_loader, optimizer, F.nll_loss))
            record["test_accuracy"].append(evaluate(net, test_loader))
        record["seconds"] = perf_counter() - start
        comparison[name] = dict(record)
    return comparison


def build_deep_mlp(activation, hidden_layers=6, width=256):
    return build_mlp([784, *(width for _ in range(hidden_layers)), 10], activation)


def gradient_magnitudes(model, x, y, loss_fn):
    dev = device_of(model)
    model.zero_grad()
    loss_fn(model(x.to(dev)), y.to(dev)).backward()
    return np.array([p.grad.abs().mean().item() for p in model.parameters() if p.ndim == 2])


def track_gradients(model, loader, optimizer, loss_fn, steps):
    model.train()
    magnitudes = []
    done = False
    while not done:
        for x, y in loader:
            # leaves the gradients in .grad, so the optimizer can use them
            magnitudes.append(gradient_magnitudes(model, x, y, loss_fn))
            optimizer.step()
            done = len(magnitudes) >= steps
            if done:
                break
    return np.vstack(magnitudes)


def build_regularized_mlp(layer_sizes, dropout=0.5):
    return Net(layer_sizes, "relu", dropout).to(get_device())


def compare_regularization(train_loader, test_loader, epochs=10):
    def run(net, weight_decay=0.0):
        adam = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=weight_decay)
        record = {"train_accuracy": [], "test_accuracy": []}
        for _ in range(epochs):
            train_epoch(net, train_loader, adam, F.nll_loss)
            record["train_accuracy"].append(evaluate(net, train_loader))
            record["test_accuracy"].append(evaluate(net, test_loader))
        return record

    return {
        "none": run(build_mlp(ARCHITECTURE)),
        "l2": run(build_mlp(ARCHITECTURE), weight_decay=1e-3),
        "dropout": run(build_regularized_mlp(ARCHITECTURE, 0.5)),
    }


# ------------------------------------------------------------------ Problem 3

class Cnn(nn.Module):
    """
    channels: filters of the conv layers, each one followed by ReLU and 2x2 pooling
    kernel:   size of all kernels (odd)
    pool:     F.max_pool2d or F.avg_pool2d
    """

    def __init__(self, channels=(32, 64), kernel=3, pool=F.max_pool2d, dense=128):
        super().__init__()
        self.pool = pool
        self.fc2 = nn.Linear(dense, 10)  # logits
        size = 32 // 2 ** len(channels)
        self.fc1 = nn.Linear(channels[-1] * size * size, dense)
        ins = (3,) + tuple(channels[:-1])
        self.convs = nn.ModuleList(
            nn.Conv2d(i, o, kernel, padding=kernel // 2) for i, o in zip(ins, channels)
        )

    def forward(self, x):
        for conv in self.convs:
            x = self.pool(F.relu(conv(x)), 2)
        x = F.relu(self.fc1(x.flatten(start_dim=1)))
        return self.fc2(x)


def build_cnn():
    return Cnn().to(get_device())


def train_cnn(model, train_loader, validation_loader, epochs=20):
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    dev = device_of(model)
    history = defaultdict(list)
    for _ in range(epochs):
        history["train_loss"].append(train_epoch(model, train_loader, adam, F.cross_entropy))
        model.eval()
        with torch.no_grad():
            losses = [F.cross_entropy(model(x), y).item() for x, y in to_device(validation_loader, dev)]
        history["validation_loss"].append(sum(losses) / len(losses))
        history["validation_accuracy"].append(evaluate(model, validation_loader))
    return dict(history)


def confusion_matrix(model, loader):
    model.eval()
    with torch.no_grad():
        pairs = [(y, model(x).argmax(1)) for x, y in to_device(loader, device_of(model))]
    true = F.one_hot(torch.cat([t for t, _ in pairs]), 10)
    predicted = F.one_hot(torch.cat([p for _, p in pairs]), 10)
    return (true.T.cpu() @ predicted.cpu()).numpy()


def build_cnn_variants():
    dev = get_device()
    return {
        "2 conv, 3x3, max": build_cnn(),
        "3 conv, 3x3, max": Cnn(channels=(32, 64, 128)).to(dev),
        "3 conv, 5x5, average": Cnn(channels=(24, 48, 96), kernel=5, pool=F.avg_pool2d).to(dev),
        "2 conv, 7x7, average": Cnn(channels=(16, 32), kernel=7, pool=F.avg_pool2d, dense=64).to(dev),
    }


def count_parameters(model):
    return int(sum(np.prod(p.shape) for p in model.parameters() if p.requires_grad))


def compare_architectures(train_loader, test_loader, epochs=10):
    table = {}
    for name, net in build_cnn_variants().items():
        adam = torch.optim.Adam(net.parameters(), lr=1e-3)
        start = perf_counter()
        for _ in range(epochs):
            train_epoch(net, train_loader, adam, F.cross_entropy)
        seconds = perf_counter() - start
        accuracy = evaluate(net, test_loader)
        table[name] = {"parameters": count_parameters(net), "seconds": seconds, "test_accuracy": accuracy}
    return table


def first_convolution(model):
    return next(filter(lambda m: isinstance(m, nn.Conv2d), model.modules()))


def first_layer_filters(model):
    return np.einsum("fchw->fhwc", first_convolution(model).weight.detach().cpu().numpy())


@torch.no_grad()
def activation_maps(model, images):
    conv = first_convolution(model)
    maps = F.conv2d(images.to(conv.weight.device), conv.weight, conv.bias, padding=conv.padding)
    return maps.cpu().numpy()


# ------------------------------------------------------------------ Bonus

def build_transfer_model(num_classes=10, pretrained=True):
    import torchvision

    net = torchvision.models.resnet18(weights="DEFAULT" if pretrained else None)
    for name, p in net.named_parameters():
        # the last block is fine-tuned as well
        p.requires_grad = name.startswith("layer4")
    net.fc = nn.Linear(net.fc.in_features, num_classes)
    return net.to(get_device())


def fine_tune(model, train_loader, epochs=1):
    new = list(model.fc.parameters())
    old = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("fc.")]
    adam = torch.optim.Adam([{"params": new, "lr": 1e-3}, {"params": old, "lr": 1e-4}])
    return {"train_loss": [train_epoch(model, train_loader, adam, F.cross_entropy) for _ in range(epochs)]}


# ------------------------------------------------------------------ Plots

def draw(ax, title, xlabel, ylabel, **lines):
    for label, values in lines.items():
        ax.plot(values, label=label)
    ax.set_title(title)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.legend()


def plot_activations(comparison):
    fig, ax = plt.subplots()
    draw(ax, "Loss by activation", "epoch", "NLL loss", **{k: v["train_loss"] for k, v in comparison.items()})
    return fig


def plot_decision_boundary(boundary):
    fig, ax = plt.subplots()
    ax.contourf(*boundary, levels=[0, 0.5, 1], colors=["lightblue", "salmon"])
    ax.scatter([0, 1, 0, 1], [0, 1, 1, 0], c=["blue", "blue", "red", "red"], edgecolors="black")
    ax.set_title("Decision boundary (red: XOR = 1)")
    ax.set_xlabel("$x_1$")
    ax.set_ylabel("$x_2$")
    return fig


def plot_optimizers(comparison):
    fig, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    draw(left, "Training loss", "epoch", "loss", **{k: v["train_loss"] for k, v in comparison.items()})
    draw(right, "Test accuracy", "epoch", "accuracy", **{k: v["test_accuracy"] for k, v in comparison.items()})
    return fig


def plot_gradients(gradients):
    fig, ax = plt.subplots()
    width = 0.4
    for k, (name, values) in enumerate(gradients.items()):
        mean = np.mean(values, axis=0)
        ax.bar(np.arange(len(mean)) + k * width, mean, width, label=name)
    ax.set_yscale("log")
    ax.set_title("Mean gradient of each layer")
    ax.set_xlabel("layer, 0 is the first one")
    ax.set_ylabel("mean absolute gradient")
    ax.legend()
    return fig


def plot_regularization(comparison):
    fig, ax = plt.subplots()
    lines = {}
    for name, record in comparison.items():
        lines[f"train, {name}"] = record["train_accuracy"]
        lines[f"test, {name}"] = record["test_accuracy"]
    draw(ax, "Regularization", "epoch", "accuracy", **lines)
    return fig


def plot_training(history):
    fig, ax = plt.subplots()
    draw(ax, "CNN", "epoch", "loss", training=history["train_loss"], validation=history["validation_loss"])
    twin = ax.twinx()
    twin.plot(history["validation_accuracy"], "k:", label="validation accuracy")
    twin.set_ylabel("accuracy")
    twin.legend(loc="lower left")
    return fig


def plot_confusion_matrix(matrix):
    fig, ax = plt.subplots(figsize=(7, 7))
    ax.imshow(matrix)
    for row in range(10):
        for column in range(10):
            ax.annotate(str(matrix[row][column]), (column, row), ha="center", va="center", color="w")
    ax.set_xticks(range(10), CIFAR, rotation=45)
    ax.set_yticks(range(10), CIFAR)
    ax.set_title("Confusion matrix")
    ax.set_xlabel("predicted class")
    ax.set_ylabel("true class")
    return fig


def plot_filters(filters):
    fig, axes = plt.subplots(4, 4, figsize=(6, 6))
    for ax, f in zip(axes.flat, filters):
        ax.imshow(np.interp(f, (f.min(), f.max()), (0, 1)))
        ax.axis("off")
    fig.suptitle("First 16 filters")
    return fig


def plot_activation_maps(maps):
    # one row for each image
    fig, axes = plt.subplots(len(maps), 10, figsize=(12, 1.5 * len(maps)), squeeze=False)
    for row, per_image in zip(axes, maps):
        for ax, m in zip(row, per_image):
            ax.imshow(m, cmap="bone")
            ax.axis("off")
    fig.suptitle("Activation maps, first conv layer")
    return fig


# ------------------------------------------------------------------ main

def load(dataset, flat):
    from torchvision import datasets, transforms

    steps = [transforms.ToTensor()] + ([nn.Flatten(0)] if flat else [])
    for train in (True, False):
        data = getattr(datasets, dataset)("./data", train=train, download=True, transform=transforms.Compose(steps))
        yield torch.utils.data.DataLoader(data, batch_size=128, shuffle=train)


def main():
    train_loader, test_loader = load("MNIST", flat=True)
    net = build_mlp(ARCHITECTURE)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(10):
        print(epoch, train_epoch(net, train_loader, adam, nn.NLLLoss()), evaluate(net, test_loader))
    print("train:", evaluate(net, train_loader), "test:", evaluate(net, test_loader))

    plot_activations(compare_activations(train_loader, test_loader))
    plot_decision_boundary(decision_boundary(train_xor()))
    plot_optimizers(compare_optimizers(train_loader, test_loader))
    gradients = {}
    for name in ("sigmoid", "relu"):
        deep = build_deep_mlp(name)
        sgd = torch.optim.SGD(deep.parameters(), lr=0.01)
        gradients[name] = track_gradients(deep, train_loader, sgd, nn.NLLLoss(), steps=469)
    plot_gradients(gradients)
    plot_regularization(compare_regularization(train_loader, test_loader))

    train_loader, test_loader = load("CIFAR10", flat=False)
    cnn = build_cnn()
    plot_training(train_cnn(cnn, train_loader, test_loader))
    plot_confusion_matrix(confusion_matrix(cnn, test_loader))
    print(compare_architectures(train_loader, test_loader))
    plot_filters(first_layer_filters(cnn))
    plot_activation_maps(activation_maps(cnn, next(iter(test_loader))[0][:3]))
    net = build_transfer_model()
    print(fine_tune(net, train_loader), evaluate(net, test_loader))
    plt.show()


if __name__ == "__main__":
    main()
