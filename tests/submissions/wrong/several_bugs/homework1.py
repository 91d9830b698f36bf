# Deep Learning - Homework 1
# All three problems and the bonus are in this file. Run "python homework1.py" to get all numbers and plots.

import time

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
import matplotlib.pyplot as plt

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print("Using device:", device)

CIFAR_CLASSES = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


# ============================================================
# Problem 1A: MLP
# ============================================================

class MLP(nn.Module):
    def __init__(self, layer_sizes, activation="relu"):
        super().__init__()
        if activation == "relu":
            self.act = nn.ReLU()
        elif activation == "sigmoid":
            self.act = nn.Sigmoid()
        elif activation == "tanh":
            self.act = nn.Tanh()
        else:
            raise ValueError("activation must be relu, sigmoid or tanh, not " + str(activation))

        self.layers = nn.ModuleList()
        for i in range(len(layer_sizes) - 1):
            self.layers.append(nn.Linear(layer_sizes[i], layer_sizes[i + 1]))

        self.device = device
        self.to(self.device)

    def forward(self, x):
        # also works for images that are not flattened yet
        x = x.to(self.device).view(x.size(0), -1)
        for layer in self.layers:
            x = self.act(layer(x))
        return x


def build_mlp(layer_sizes, activation="relu"):
    return MLP(layer_sizes, activation)


def train_epoch(model, loader, optimizer, loss_fn):
    model.train()
    running_loss = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)

        out = model(x)
        loss = loss_fn(out, y)
        loss.backward()
        optimizer.step()

        running_loss += loss.item()
    return running_loss / len(loader)


def evaluate(model, loader):
    correct = 0
    total = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            _, predicted = torch.max(out, 1)
            correct += (predicted == y).sum().item()
            total += y.size(0)
    return correct / total


# ============================================================
# Problem 1B: activation functions
# ============================================================

def compare_activations(train_loader, test_loader, epochs=10):
    results = {}
    for act in ["relu", "sigmoid", "tanh"]:
        print("Training with", act)
        model = build_mlp([784, 128, 64, 10], act)
        optimizer = optim.Adam(model.parameters(), lr=0.001)
        loss_fn = nn.CrossEntropyLoss()
        losses = []
        for epoch in range(epochs):
            loss = train_epoch(model, train_loader, optimizer, loss_fn)
            losses.append(loss)
            print(f"  epoch {epoch + 1}: loss = {loss:.4f}")
        acc = evaluate(model, test_loader)
        print(f"  test accuracy = {acc:.4f}")
        results[act] = {"train_loss": losses, "test_accuracy": acc}
    return results


def plot_activations(results):
    fig = plt.figure(figsize=(8, 5))
    for act in results:
        losses = results[act]["train_loss"]
        plt.plot(range(1, len(losses) + 1), losses, label=act)
    plt.xlabel("Epoch")
    plt.ylabel("Training loss")
    plt.title("Activation function comparison")
    plt.grid(True)
    return fig


# ============================================================
# Problem 1C: XOR
# ============================================================

XOR_X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
XOR_Y = torch.tensor([[0.], [1.], [1.], [0.]])


class XORNet(nn.Module):
    def __init__(self, hidden=4):
        super().__init__()
        self.hidden = nn.Linear(2, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        h = torch.tanh(self.hidden(x))
        return torch.sigmoid(self.out(h))


def build_xor_model(hidden=4):
    return XORNet(hidden).to(device)


def train_xor(model=None):
    if model is None:
        model = build_xor_model()
    X = XOR_X.to(device)
    Y = XOR_Y.to(device)
    loss_fn = nn.BCELoss()

    # sometimes it gets stuck in a bad minimum, then just try again with new weights
    for attempt in range(50):
        optimizer = optim.Adam(model.parameters(), lr=0.05)
        model.train()
        for step in range(1500):
            optimizer.zero_grad()
            loss = loss_fn(model(X), Y)
            loss.backward()
            optimizer.step()
            if loss.item() < 0.02:
                break
        with torch.no_grad():
            solved = ((model(X) > 0.5).float() == Y).all().item()
        if solved:
            print("XOR solved in attempt", attempt + 1)
            break
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                layer.reset_parameters()
    return model


def decision_boundary(model, resolution=200):
    xs = np.linspace(-0.5, 1.5, resolution)
    ys = np.linspace(-0.5, 1.5, resolution)
    xx, yy = np.meshgrid(xs, ys)
    grid = torch.tensor(np.c_[yy.ravel(), xx.ravel()], dtype=torch.float32).to(device)
    model.eval()
    with torch.no_grad():
        probs = model(grid).cpu().numpy().reshape(xx.shape)
    return xx, yy, probs


def plot_decision_boundary(boundary):
    xx, yy, probs = boundary
    fig = plt.figure(figsize=(6, 5))
    plt.contourf(xx, yy, probs, levels=50, cmap="coolwarm")
    plt.colorbar(label="P(y = 1)")
    plt.scatter([0, 1], [0, 1], c="blue", edgecolors="k", s=100, label="class 0")
    plt.scatter([0, 1], [1, 0], c="red", edgecolors="k", s=100, label="class 1")
    plt.xlabel("x1")
    plt.ylabel("x2")
    plt.title("XOR decision boundary")
    plt.legend()
    return fig


# ============================================================
# Problem 2A: optimizers
# ============================================================

def build_optimizer(name, parameters):
    if name == "SGD":
        return optim.SGD(parameters, lr=0.01)
    elif name == "SGD+Momentum":
        return optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "RMSprop":
        return optim.RMSprop(parameters, lr=0.001)
    elif name == "Adam":
        return optim.Adam(parameters, lr=0.001)
    else:
        raise ValueError("unknown optimizer " + name)


def compare_optimizers(train_loader, test_loader, epochs=20):
    results = {}
    loss_fn = nn.CrossEntropyLoss()
    for name in ["SGD", "SGD+Momentum", "RMSprop", "Adam"]:
        print("Running:", name)
        model = build_mlp([784, 128, 64, 10], "relu")
        optimizer = build_optimizer(name, model.parameters())
        losses = []
        accs = []
        start = time.time()
        for epoch in range(epochs):
            loss = train_epoch(model, train_loader, optimizer, loss_fn)
            acc = evaluate(model, test_loader)
            losses.append(loss)
            accs.append(acc)
            print(f"  epoch {epoch + 1}: loss = {loss:.4f}, acc = {acc:.4f}")
        results[name] = {"train_loss": losses, "test_accuracy": accs, "seconds": time.time() - start}
    return results


def plot_optimizers(results):
    fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(13, 5))
    for name in results:
        epochs = range(1, len(results[name]["train_loss"]) + 1)
        ax1.plot(epochs, results[name]["train_loss"], label=name)
        ax2.plot(epochs, results[name]["test_accuracy"], label=name)
    ax1.set_title("Training loss")
    ax1.set_xlabel("Epoch")
    ax1.set_ylabel("Loss")
    ax1.legend()
    ax2.set_title("Test accuracy")
    ax2.set_xlabel("Epoch")
    ax2.set_ylabel("Accuracy")
    ax2.legend()
    return fig


# ============================================================
# Problem 2B: vanishing gradients
# ============================================================

def build_deep_mlp(activation, hidden_layers=6, width=256):
    return build_mlp([784] + [width] * hidden_layers + [10], activation)


def gradient_magnitudes(model, x, y, loss_fn):
    model.zero_grad()
    loss = loss_fn(model(x.to(device)), y.to(device))
    loss.backward()
    grads = []
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            grads.append(p.grad.abs().mean().item())
    model.zero_grad()
    return grads


def track_gradients(model, loader, optimizer, loss_fn, steps):
    history = []
    model.train()
    while len(history) < steps:
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            history.append([p.grad.abs().mean().item() for n, p in model.named_parameters() if "weight" in n])
            optimizer.step()
            if len(history) == steps:
                break
    return np.array(history)


def plot_gradients(gradients):
    # mean over the training steps for each layer
    fig = plt.figure(figsize=(8, 5))
    for name, values in gradients.items():
        mean = np.array(values).mean(axis=0)
        plt.plot(range(1, len(mean) + 1), mean, marker="o", label=name)
    plt.yscale("log")
    plt.xlabel("Layer (1 = next to the input)")
    plt.ylabel("Mean |gradient|")
    plt.title("Gradient magnitudes: sigmoid vs ReLU")
    plt.legend()
    return fig


# ============================================================
# Problem 2C: regularization
# ============================================================

class MLPWithDropout(nn.Module):
    def __init__(self, layer_sizes, dropout=0.5):
        super().__init__()
        self.hidden = nn.ModuleList(
            [nn.Linear(a, b) for a, b in zip(layer_sizes[:-2], layer_sizes[1:-1])]
        )
        self.out = nn.Linear(layer_sizes[-2], layer_sizes[-1])
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        for layer in self.hidden:
            x = self.dropout(self.relu(layer(x)))
        return self.out(x)


def build_regularized_mlp(layer_sizes, dropout=0.5):
    return MLPWithDropout(layer_sizes, dropout).to(device)


def compare_regularization(train_loader, test_loader, epochs=10):
    results = {}
    loss_fn = nn.CrossEntropyLoss()
    sizes = [784, 128, 64, 10]
    for name in ["none", "l2", "dropout"]:
        if name == "dropout":
            model = build_regularized_mlp(sizes, 0.5)
        else:
            model = build_mlp(sizes, "relu")
        if name == "l2":
            optimizer = optim.Adam(model.parameters(), lr=0.001, weight_decay=0.001)
        else:
            optimizer = optim.Adam(model.parameters(), lr=0.001)
        train_accs = []
        test_accs = []
        for epoch in range(epochs):
            train_epoch(model, train_loader, optimizer, loss_fn)
            train_accs.append(evaluate(model, train_loader))
            test_accs.append(evaluate(model, test_loader))
        print(f"{name}: train {train_accs[-1]:.4f}, test {test_accs[-1]:.4f}")
        results[name] = {"train_accuracy": train_accs, "test_accuracy": test_accs}
    return results


def plot_regularization(results):
    fig = plt.figure(figsize=(8, 5))
    colors = {"none": "tab:red", "l2": "tab:blue", "dropout": "tab:green"}
    for name in results:
        epochs = range(1, len(results[name]["train_accuracy"]) + 1)
        plt.plot(epochs, results[name]["train_accuracy"], "--", color=colors[name], label=name + " train")
        plt.plot(epochs, results[name]["test_accuracy"], "-", color=colors[name], label=name + " test")
    plt.xlabel("Epoch")
    plt.ylabel("Accuracy")
    plt.title("Regularization: train vs test accuracy")
    plt.legend()
    return fig


# ============================================================
# Problem 3A: CNN
# ============================================================

class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.relu = nn.ReLU()
        self.fc1 = nn.Linear(64 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        x = x.view(x.size(0), -1)
        x = self.relu(self.fc1(x))
        return self.fc2(x)


def build_cnn():
    return SimpleCNN().to(device)


def validation_loss_and_accuracy(model, loader, loss_fn):
    model.eval()
    loss_sum, correct, total = 0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            loss_sum += loss_fn(out, y).item() * y.size(0)
            correct += (out.argmax(1) == y).sum().item()
            total += y.size(0)
    return loss_sum / total, correct / total


def train_cnn(model, train_loader, validation_loader, epochs=20):
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    loss_fn = nn.CrossEntropyLoss()
    history = {"train_loss": [], "validation_loss": [], "validation_accuracy": []}
    for epoch in range(epochs):
        train_loss = train_epoch(model, train_loader, optimizer, loss_fn)
        val_loss, val_acc = validation_loss_and_accuracy(model, validation_loader, loss_fn)
        history["train_loss"].append(train_loss)
        history["validation_loss"].append(val_loss)
        history["validation_accuracy"].append(val_acc)
        print(f"epoch {epoch + 1}: train {train_loss:.4f}, val {val_loss:.4f}, val acc {val_acc:.4f}")
    return history


def plot_training(history):
    fig, ax = plt.subplots(1, 2, figsize=(12, 4))
    epochs = range(1, len(history["train_loss"]) + 1)
    ax[0].plot(epochs, history["train_loss"], label="train loss")
    ax[0].plot(epochs, history["validation_loss"], label="validation loss")
    ax[0].set_title("Loss curves of the CNN")
    ax[0].set_xlabel("Epoch")
    ax[0].set_ylabel("Loss")
    ax[0].legend()
    ax[1].plot(epochs, history["validation_accuracy"], color="green", label="validation accuracy")
    ax[1].set_title("Validation accuracy")
    ax[1].set_xlabel("Epoch")
    ax[1].set_ylabel("Accuracy")
    ax[1].legend()
    return fig


def confusion_matrix(model, loader):
    cm = np.zeros((10, 10), dtype=int)
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            pred = model(x.to(device)).argmax(dim=1).cpu()
            for t, p in zip(y.cpu(), pred):
                cm[t.item(), p.item()] += 1
    return cm


def plot_confusion_matrix(cm):
    fig, ax = plt.subplots(figsize=(9, 8))
    im = ax.imshow(cm, cmap="Blues")
    fig.colorbar(im)
    ax.set_xticks(range(10))
    ax.set_yticks(range(10))
    ax.set_xticklabels(CIFAR_CLASSES, rotation=45)
    ax.set_yticklabels(CIFAR_CLASSES)
    for i in range(10):
        for j in range(10):
            ax.text(j, i, cm[i, j], ha="center", va="center")
    ax.set_xlabel("Predicted")
    ax.set_ylabel("True")
    ax.set_title("Confusion matrix")
    return fig


# ============================================================
# Problem 3B: other architectures
# ============================================================

class DeepCNN(nn.Module):
    """three conv layers"""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.conv3 = nn.Conv2d(64, 128, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(128 * 4 * 4, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = self.pool(torch.relu(self.conv3(x)))
        x = torch.flatten(x, 1)
        return self.fc2(torch.relu(self.fc1(x)))


class BigKernelCNN(nn.Module):
    """5x5 kernels and average pooling"""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 5, padding=2)
        self.conv2 = nn.Conv2d(16, 32, 5, padding=2)
        self.pool = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(32 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        return self.fc2(torch.relu(self.fc1(x)))


def build_cnn_variants():
    return {
        "SimpleCNN": SimpleCNN().to(device),
        "DeepCNN": DeepCNN().to(device),
        "BigKernelCNN": BigKernelCNN().to(device),
    }


def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def compare_architectures(train_loader, test_loader, epochs=10):
    results = {}
    loss_fn = nn.CrossEntropyLoss()
    for name, model in build_cnn_variants().items():
        print("Training", name)
        optimizer = optim.Adam(model.parameters(), lr=0.001)
        start = time.time()
        for epoch in range(epochs):
            train_epoch(model, train_loader, optimizer, loss_fn)
        seconds = time.time() - start
        results[name] = {
            "parameters": count_parameters(model),
            "seconds": seconds,
            "test_accuracy": evaluate(model, test_loader),
        }
    return results


# ============================================================
# Problem 3C: filters and activation maps
# ============================================================

def find_first_conv(model):
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            return m


def first_layer_filters(model):
    weights = find_first_conv(model).weight.data.cpu().numpy()
    # (filters, channels, h, w) -> (filters, h, w, channels)
    return np.transpose(weights, (0, 2, 3, 1))


def activation_maps(model, images):
    conv = find_first_conv(model)
    model.eval()
    with torch.no_grad():
        maps = conv(images.to(device))
    return maps.cpu().numpy()


def plot_filters(filters):
    n = min(len(filters), 16)
    fig, axes = plt.subplots(2, 8, figsize=(12, 3.5))
    for ax in axes.flat:
        ax.axis("off")
    for i in range(n):
        f = filters[i]
        f = (f - f.min()) / (f.max() - f.min() + 1e-8)
        axes.flat[i].imshow(f.squeeze(), cmap="gray")
    fig.suptitle("First layer filters")
    return fig


def plot_activation_maps(maps):
    n_images = len(maps)
    fig, axes = plt.subplots(n_images, 8, figsize=(12, 1.7 * n_images), squeeze=False)
    for i in range(n_images):
        for j in range(8):
            axes[i, j].imshow(maps[i, j], cmap="viridis")
            axes[i, j].axis("off")
            axes[i, j].set_title(f"img {i}, f {j}", fontsize=8)
    fig.suptitle("Activation maps of the first conv layer")
    return fig


# ============================================================
# Bonus: transfer learning
# ============================================================

def build_transfer_model(num_classes=10, pretrained=True):
    from torchvision import models

    weights = models.ResNet18_Weights.DEFAULT if pretrained else None
    model = models.resnet18(weights=weights)
    # freeze everything, only the new layer is trained
    for p in model.parameters():
        p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model.to(device)


def fine_tune(model, train_loader, epochs=1):
    optimizer = optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.001)
    loss_fn = nn.CrossEntropyLoss()
    losses = []
    for epoch in range(epochs):
        losses.append(train_epoch(model, train_loader, optimizer, loss_fn))
    return {"train_loss": losses}


# ============================================================
# Run everything
# ============================================================

def get_loaders(name):
    from torchvision import datasets, transforms

    if name == "mnist":
        tf = transforms.Compose([transforms.ToTensor(), transforms.Lambda(lambda t: t.view(-1))])
        data = datasets.MNIST
    else:
        tf = transforms.ToTensor()
        data = datasets.CIFAR10
    train = data("data", train=True, download=True, transform=tf)
    test = data("data", train=False, download=True, transform=tf)
    train_loader = torch.utils.data.DataLoader(train, batch_size=128, shuffle=True)
    test_loader = torch.utils.data.DataLoader(test, batch_size=256)
    return train_loader, test_loader


if __name__ == "__main__":
    torch.manual_seed(42)
    train_loader, test_loader = get_loaders("mnist")

    # Problem 1
    model = build_mlp([784, 128, 64, 10], "relu")
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(10):
        loss = train_epoch(model, train_loader, optimizer, nn.CrossEntropyLoss())
        print(f"Epoch {epoch + 1}: loss={loss:.4f}, test_acc={evaluate(model, test_loader):.4f}")
    print("Train accuracy:", evaluate(model, train_loader))

    act_results = compare_activations(train_loader, test_loader)
    plot_activations(act_results).savefig("activations.png")
    xor = train_xor()
    plot_decision_boundary(decision_boundary(xor)).savefig("xor.png")

    # Problem 2
    opt_results = compare_optimizers(train_loader, test_loader)
    plot_optimizers(opt_results).savefig("optimizers.png")
    print("Optimizer         Acc      Time")
    for name, r in opt_results.items():
        print(f"{name:15s} {r['test_accuracy'][-1]:.4f} {r['seconds']:8.2f}")
    grads = {}
    for act in ["sigmoid", "relu"]:
        deep = build_deep_mlp(act)
        sgd = optim.SGD(deep.parameters(), lr=0.01)
        grads[act] = track_gradients(deep, train_loader, sgd, nn.CrossEntropyLoss(), 200)
    plot_gradients(grads).savefig("gradients.png")
    plot_regularization(compare_regularization(train_loader, test_loader)).savefig("regularization.png")

    # Problem 3
    train_loader, test_loader = get_loaders("cifar")
    cnn = build_cnn()
    plot_training(train_cnn(cnn, train_loader, test_loader)).savefig("cnn.png")
    print("Final test accuracy:", evaluate(cnn, test_loader))
    plot_confusion_matrix(confusion_matrix(cnn, test_loader)).savefig("confusion.png")
    for name, r in compare_architectures(train_loader, test_loader).items():
        print(name, r)
    images, labels = next(iter(test_loader))
    plot_filters(first_layer_filters(cnn)).savefig("filters.png")
    plot_activation_maps(activation_maps(cnn, images[:3])).savefig("maps.png")

    # Bonus
    resnet = build_transfer_model()
    print(fine_tune(resnet, train_loader))
    print("ResNet18 test accuracy:", evaluate(resnet, test_loader))
