# Problems 2 and 3 and the bonus
import time
import numpy as np
import matplotlib.pyplot as plt
import torch
from torch import nn
from mlp import *


def mnist():
    from torchvision import datasets, transforms
    t = transforms.ToTensor()
    train = datasets.MNIST("data", train=True, download=True, transform=t)
    test = datasets.MNIST("data", train=False, download=True, transform=t)
    return (torch.utils.data.DataLoader(train, batch_size=128, shuffle=True),
            torch.utils.data.DataLoader(test, batch_size=128))


def cifar():
    from torchvision import datasets, transforms
    t = transforms.ToTensor()
    train = datasets.CIFAR10("data", train=True, download=True, transform=t)
    test = datasets.CIFAR10("data", train=False, download=True, transform=t)
    return (torch.utils.data.DataLoader(train, batch_size=128, shuffle=True),
            torch.utils.data.DataLoader(test, batch_size=128))


# =============== Problem 2A ===============

def build_optimizer(name, parameters):
    parameters = list(parameters)
    if name == "SGD":
        opt = torch.optim.SGD(parameters, 0.01)
    if name == "SGD+Momentum":
        opt = torch.optim.SGD(parameters, 0.01, 0.9)
    if name == "RMSprop":
        opt = torch.optim.RMSprop(parameters, 0.001)
    if name == "Adam":
        opt = torch.optim.Adam(parameters, 0.001)
    return opt


def compare_optimizers(train_loader, test_loader, epochs=20):
    result = {}
    for name in ["SGD", "SGD+Momentum", "RMSprop", "Adam"]:
        net = build_mlp([784, 128, 64, 10], "relu")
        opt = build_optimizer(name, net.parameters())
        loss = []
        acc = []
        t0 = time.time()
        for e in range(epochs):
            loss.append(train_epoch(net, train_loader, opt, nn.CrossEntropyLoss()))
            acc.append(evaluate(net, test_loader))
        t1 = time.time()
        result[name] = {}
        result[name]["train_loss"] = loss
        result[name]["test_accuracy"] = acc
        result[name]["seconds"] = t1 - t0
    return result


def plot_optimizers(result):
    plt.figure(figsize=(10, 4))
    plt.subplot(121)
    for name in result:
        plt.plot(result[name]["train_loss"], label=name)
    plt.title("Loss")
    plt.xlabel("epoch")
    plt.ylabel("training loss")
    plt.legend()
    plt.subplot(122)
    for name in result:
        plt.plot(result[name]["test_accuracy"], label=name)
    plt.title("Accuracy")
    plt.xlabel("epoch")
    plt.ylabel("test accuracy")
    plt.legend()
    plt.tight_layout()
    plt.show()


# =============== Problem 2B ===============

def build_deep_mlp(activation, hidden_layers=6, width=256):
    return build_mlp([784] + [width] * hidden_layers + [10], activation)


def mean_abs_grads(model):
    out = []
    for p in model.parameters():
        if len(p.shape) == 2:   # weight matrices only
            out.append(p.grad.abs().mean().item())
    return out


def gradient_magnitudes(model, x, y, loss_fn):
    for p in model.parameters():
        p.grad = None
    L = loss_fn(model(x.to(dev)), y.to(dev))
    L.backward()
    return mean_abs_grads(model)


def track_gradients(model, loader, optimizer, loss_fn, steps):
    result = np.zeros((0, len([p for p in model.parameters() if len(p.shape) == 2])))
    k = 0
    model.train()
    while True:
        for x, y in loader:
            if k == steps:
                return result
            optimizer.zero_grad()
            L = loss_fn(model(x.to(dev)), y.to(dev))
            L.backward()
            result = np.append(result, [mean_abs_grads(model)], axis=0)
            optimizer.step()
            k = k + 1


def plot_gradients(g):
    # at the end of the training
    fig = plt.figure()
    plt.plot(np.log10(g["sigmoid"][-1]), "s-", label="sigmoid")
    plt.plot(np.log10(g["relu"][-1]), "s-", label="relu")
    plt.xlabel("layer number")
    plt.ylabel("log10 of the mean absolute gradient")
    plt.title("Gradients in a deep network")
    plt.legend()
    return fig


# =============== Problem 2C ===============

class MLPDropout(nn.Module):
    # inverted dropout by hand, only between the layers

    def __init__(self, layer_sizes, p=0.5):
        super(MLPDropout, self).__init__()
        self.mlp = MLP(layer_sizes, "relu")
        self.p = p

    def forward(self, x):
        a = x.reshape(x.shape[0], -1)
        for l in range(self.mlp.n_layers - 1):
            a = relu(a @ self.mlp.W[l] + self.mlp.b[l])
            if self.training:
                mask = (torch.rand_like(a) > self.p).float()
                a = a * mask / (1 - self.p)
        return a @ self.mlp.W[-1] + self.mlp.b[-1]


def build_regularized_mlp(layer_sizes, dropout=0.5):
    return MLPDropout(layer_sizes, dropout).to(dev)


def compare_regularization(train_loader, test_loader, epochs=10):
    result = {}
    for name in ["none", "l2", "dropout"]:
        net = build_mlp([784, 128, 64, 10])
        opt = torch.optim.Adam(net.parameters(), 0.001)
        if name == "l2":
            opt = torch.optim.Adam(net.parameters(), 0.001, weight_decay=0.001)
        if name == "dropout":
            net = build_regularized_mlp([784, 128, 64, 10])
            opt = torch.optim.Adam(net.parameters(), 0.001)
        result[name] = {"train_accuracy": [], "test_accuracy": []}
        for e in range(epochs):
            train_epoch(net, train_loader, opt, nn.CrossEntropyLoss())
            result[name]["train_accuracy"] += [evaluate(net, train_loader)]
            result[name]["test_accuracy"] += [evaluate(net, test_loader)]
    return result


def plot_regularization(result):
    plt.figure(figsize=(8, 6))
    for name, color in [("none", "r"), ("l2", "g"), ("dropout", "b")]:
        plt.plot(result[name]["train_accuracy"], color + "--")
        plt.plot(result[name]["test_accuracy"], color + "-")
    plt.legend(["none train", "none test", "l2 train", "l2 test", "dropout train", "dropout test"])
    plt.xlabel("epoch")
    plt.ylabel("accuracy")
    plt.title("Regularization")
    plt.show()


# =============== Problem 3A ===============

class CNN(nn.Module):
    def __init__(self):
        super(CNN, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, 1, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1, 1)
        self.pool = nn.MaxPool2d(2)
        self.W1 = nn.Linear(64 * 8 * 8, 128)
        self.W2 = nn.Linear(128, 10)

    def forward(self, x):
        x = relu(self.conv1(x))
        x = self.pool(x)
        x = relu(self.conv2(x))
        x = self.pool(x)
        x = x.reshape(-1, 64 * 8 * 8)
        x = relu(self.W1(x))
        x = self.W2(x)
        return x


def build_cnn():
    return CNN().to(dev)


def train_cnn(model, train_loader, validation_loader, epochs=20):
    train_loss = []
    validation_loss = []
    validation_accuracy = []
    f = nn.CrossEntropyLoss()
    opt = torch.optim.Adam(model.parameters(), 0.001)
    for e in range(epochs):
        train_loss.append(train_epoch(model, train_loader, opt, f))
        model.eval()
        L = 0
        n = 0
        for x, y in validation_loader:
            with torch.no_grad():
                L = L + f(model(x.to(dev)), y.to(dev)).item() * len(y)
            n = n + len(y)
        validation_loss.append(L / n)
        validation_accuracy.append(evaluate(model, validation_loader))
    return {"train_loss": train_loss, "validation_loss": validation_loss,
            "validation_accuracy": validation_accuracy}


def plot_training(history):
    plt.figure()
    plt.plot(history["train_loss"], "b", label="train")
    plt.plot(history["validation_loss"], "r", label="validation")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.title("Learning curves of the CNN")
    plt.legend()
    plt.figure()
    plt.plot(history["validation_accuracy"], "r", label="validation")
    plt.xlabel("epoch")
    plt.ylabel("accuracy")
    plt.title("Accuracy of the CNN")
    plt.legend()
    plt.figure(plt.get_fignums()[-2])
    return plt.gcf()


def confusion_matrix(model, loader):
    matrix = [[0 for _ in range(10)] for _ in range(10)]
    model.eval()
    for x, y in loader:
        with torch.no_grad():
            out = model(x.to(dev))
        for k in range(len(y)):
            best = 0
            for c in range(10):
                if out[k][c] > out[k][best]:
                    best = c
            matrix[int(y[k])][best] += 1
    return np.array(matrix)


def plot_confusion_matrix(matrix):
    plt.figure(figsize=(8, 8))
    plt.imshow(matrix, cmap="Greens")
    for i in range(10):
        for j in range(10):
            plt.text(j, i, str(matrix[i][j]), horizontalalignment="center")
    names = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    plt.xticks(range(10), names, rotation=45)
    plt.yticks(range(10), names)
    plt.xlabel("prediction")
    plt.ylabel("truth")
    plt.title("Confusion matrix CIFAR-10")
    plt.colorbar()
    plt.show()


# =============== Problem 3B ===============

class CNN2(nn.Module):
    # deeper: 3 conv layers, the first one with 5x5 kernels
    def __init__(self):
        super(CNN2, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, 5, 1, 2)
        self.conv2 = nn.Conv2d(32, 64, 3, 1, 1)
        self.conv3 = nn.Conv2d(64, 64, 3, 1, 1)
        self.pool = nn.MaxPool2d(2)
        self.W1 = nn.Linear(64 * 4 * 4, 64)
        self.W2 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.pool(relu(self.conv1(x)))
        x = self.pool(relu(self.conv2(x)))
        x = self.pool(relu(self.conv3(x)))
        x = x.reshape(-1, 64 * 4 * 4)
        return self.W2(relu(self.W1(x)))


class CNN3(nn.Module):
    # few filters, average pooling
    def __init__(self):
        super(CNN3, self).__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1)
        self.conv2 = nn.Conv2d(8, 16, 3, 1, 1)
        self.pool = nn.AvgPool2d(2)
        self.W = nn.Linear(16 * 8 * 8, 10)

    def forward(self, x):
        x = self.pool(relu(self.conv1(x)))
        x = self.pool(relu(self.conv2(x)))
        return self.W(x.reshape(-1, 16 * 8 * 8))


def build_cnn_variants():
    return {"CNN1": CNN().to(dev), "CNN2": CNN2().to(dev), "CNN3": CNN3().to(dev)}


def count_parameters(model):
    n = 0
    for p in model.parameters():
        if p.requires_grad:
            n += p.numel()
    return n


def compare_architectures(train_loader, test_loader, epochs=10):
    nets = build_cnn_variants()
    result = {}
    for name in nets:
        net = nets[name]
        opt = torch.optim.Adam(net.parameters(), 0.001)
        t0 = time.time()
        for e in range(epochs):
            train_epoch(net, train_loader, opt, nn.CrossEntropyLoss())
        t1 = time.time()
        result[name] = {"parameters": count_parameters(net), "seconds": t1 - t0,
                        "test_accuracy": evaluate(net, test_loader)}
    return result


# =============== Problem 3C ===============

def first_conv(model):
    for m in model.modules():
        if type(m) is nn.Conv2d:
            return m


def first_layer_filters(model):
    w = first_conv(model).weight.detach().cpu().numpy()
    n, c, h, v = w.shape
    out = np.zeros((n, h, v, c))
    for k in range(c):
        out[:, :, :, k] = w[:, k]
    return out


def activation_maps(model, images):
    with torch.no_grad():
        out = [first_conv(model)(img.unsqueeze(0).to(dev))[0].cpu().numpy() for img in images]
    return np.array(out)


def plot_filters(filters):
    plt.figure(figsize=(8, 4))
    for k in range(8):
        plt.subplot(2, 4, k + 1)
        low = filters[k].min()
        high = filters[k].max()
        plt.imshow((filters[k] - low) / (high - low))
        plt.title("filter " + str(k + 1))
        plt.axis("off")
    plt.show()


def plot_activation_maps(maps):
    n = len(maps)
    plt.figure(figsize=(12, 2 * n))
    for i in range(n):
        for k in range(8):
            plt.subplot(n, 8, 8 * i + k + 1)
            plt.imshow(maps[i][k], cmap="gray")
            plt.title("image " + str(i + 1) + " filter " + str(k + 1), fontsize=7)
            plt.axis("off")
    plt.show()


# =============== Bonus ===============

def build_transfer_model(num_classes=10, pretrained=True):
    from torchvision.models import resnet18, ResNet18_Weights
    if pretrained:
        net = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1)
    else:
        net = resnet18()
    for p in net.parameters():
        p.requires_grad_(False)
    net.fc = nn.Sequential(nn.Linear(512, num_classes))
    return net.to(dev)


def fine_tune(model, train_loader, epochs=1):
    opt = torch.optim.Adam(model.fc.parameters(), 0.001)
    out = {"train_loss": []}
    for e in range(epochs):
        out["train_loss"].append(train_epoch(model, train_loader, opt, nn.CrossEntropyLoss()))
    return out


if __name__ == "__main__":
    train_loader, test_loader = mnist()
    r = compare_optimizers(train_loader, test_loader)
    plot_optimizers(r)
    for name in r:
        print(name, r[name]["test_accuracy"][-1], r[name]["seconds"])
    g = {}
    for a in ["sigmoid", "relu"]:
        net = build_deep_mlp(a)
        g[a] = track_gradients(net, train_loader, torch.optim.SGD(net.parameters(), 0.01), nn.CrossEntropyLoss(), 100)
    plot_gradients(g)
    plot_regularization(compare_regularization(train_loader, test_loader))

    train_loader, test_loader = cifar()
    net = build_cnn()
    plot_training(train_cnn(net, train_loader, test_loader))
    print("test accuracy", evaluate(net, test_loader))
    plot_confusion_matrix(confusion_matrix(net, test_loader))
    print(compare_architectures(train_loader, test_loader))
    plot_filters(first_layer_filters(net))
    x, y = next(iter(test_loader))
    plot_activation_maps(activation_maps(net, x[:3]))
    net = build_transfer_model()
    print(fine_tune(net, train_loader), evaluate(net, test_loader))
    plt.show()
