# Problem 1: the MLP is written without nn.Linear, only with matrices and vectors.
import math
import numpy as np
import matplotlib.pyplot as plt
import torch
from torch import nn

dev = torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")


def relu(z):
    return torch.clamp(z, min=0)


def sigmoid(z):
    return torch.sigmoid(z)


def tanh(z):
    return torch.tanh(z)


class MLP(nn.Module):

    def __init__(self, layer_sizes, activation="relu"):
        super(MLP, self).__init__()
        if activation == "relu":
            self.f = relu
        elif activation == "sigmoid":
            self.f = sigmoid
        elif activation == "tanh":
            self.f = tanh
        else:
            raise ValueError("I only know relu, sigmoid and tanh")
        self.n_layers = len(layer_sizes) - 1
        self.W = nn.ParameterList()
        self.b = nn.ParameterList()
        for l in range(self.n_layers):
            n_in = layer_sizes[l]
            n_out = layer_sizes[l + 1]
            # uniform initialisation like in the lecture, the bound depends on the number of inputs
            bound = 1 / math.sqrt(n_in)
            W = torch.empty(n_in, n_out).uniform_(-bound, bound)
            self.W.append(nn.Parameter(W))
            self.b.append(nn.Parameter(torch.zeros(n_out)))

    def forward(self, x):
        a = x.reshape(x.shape[0], -1)
        for l in range(self.n_layers - 1):
            z = a @ self.W[l] + self.b[l]
            a = self.f(z)
        return a @ self.W[-1] + self.b[-1]


def build_mlp(layer_sizes, activation="relu"):
    m = MLP(layer_sizes, activation)
    return m.to(dev)


def train_epoch(model, loader, optimizer, loss_fn):
    model.train()
    total = 0.0
    n = 0
    for batch in loader:
        x = batch[0].to(dev)
        t = batch[1].to(dev)
        optimizer.zero_grad()
        y = model(x)
        L = loss_fn(y, t)
        L.backward()
        optimizer.step()
        total = total + L.item() * x.shape[0]
        n = n + x.shape[0]
    return total / n


def evaluate(model, loader):
    model.eval()
    right = 0
    wrong = 0
    with torch.no_grad():
        for x, t in loader:
            scores = model(x.to(dev)).cpu().numpy()
            guesses = np.argmax(scores, axis=1)
            for guess, label in zip(guesses, t.cpu().numpy()):
                if guess == label:
                    right += 1
                else:
                    wrong += 1
    return right / (right + wrong)


# ---- B ----

def compare_activations(train_loader, test_loader, epochs=10):
    result = {"relu": {}, "sigmoid": {}, "tanh": {}}
    for name in result:
        net = build_mlp([784, 128, 64, 10], name)
        opt = torch.optim.Adam(net.parameters(), 0.001)
        result[name]["train_loss"] = []
        for e in range(epochs):
            L = train_epoch(net, train_loader, opt, nn.CrossEntropyLoss())
            result[name]["train_loss"].append(L)
        result[name]["test_accuracy"] = evaluate(net, test_loader)
    return result


def plot_activations(result):
    plt.figure()
    for name in ["relu", "sigmoid", "tanh"]:
        plt.plot(result[name]["train_loss"])
    plt.legend(["ReLU", "Sigmoid", "Tanh"])
    plt.title("Training loss for three activation functions")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.show()


# ---- C ----

class XORNet(nn.Module):
    # 2 -> hidden -> 1, also by hand

    def __init__(self, hidden=4):
        super(XORNet, self).__init__()
        self.W1 = nn.Parameter(torch.randn(2, hidden))
        self.b1 = nn.Parameter(torch.zeros(hidden))
        self.W2 = nn.Parameter(torch.randn(hidden, 1))
        self.b2 = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        h = torch.tanh(x @ self.W1 + self.b1)
        return torch.sigmoid(h @ self.W2 + self.b2)


def build_xor_model(hidden=4):
    return XORNet(hidden).to(dev)


def train_xor(model=None):
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]).to(dev)
    t = torch.tensor([[0.0], [1.0], [1.0], [0.0]]).to(dev)
    if model is None:
        model = build_xor_model()
    correct = 0
    while correct < 4:
        # plain gradient descent with binary cross entropy
        for step in range(2000):
            p = model(x)
            p = torch.clamp(p, 1e-6, 1 - 1e-6)
            L = -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()
            model.zero_grad()
            L.backward()
            with torch.no_grad():
                for w in model.parameters():
                    w -= 0.5 * w.grad
            if L.item() < 0.05:
                break
        correct = ((model(x) > 0.5) == (t > 0.5)).sum().item()
        if correct < 4:
            # got stuck, new random weights
            with torch.no_grad():
                for w in model.parameters():
                    w.copy_(torch.randn(w.shape))
    return model


def decision_boundary(model, resolution=200):
    a = np.linspace(-0.5, 1.5, resolution)
    xx = np.zeros((resolution, resolution))
    yy = np.zeros((resolution, resolution))
    for i in range(resolution):
        for j in range(resolution):
            xx[i, j] = a[i]
            yy[i, j] = a[j]
    pts = torch.tensor(np.array([xx.reshape(-1), yy.reshape(-1)]).T).float().to(dev)
    p = model(pts).detach().cpu().numpy()
    return xx, yy, p.reshape(resolution, resolution)


def plot_decision_boundary(boundary):
    xx, yy, p = boundary
    plt.figure(figsize=(5, 4))
    plt.pcolormesh(xx, yy, p, cmap="bwr", vmin=0, vmax=1)
    plt.colorbar()
    plt.plot([0, 1], [0, 1], "bo", markersize=10, markeredgecolor="k", label="0")
    plt.plot([0, 1], [1, 0], "ro", markersize=10, markeredgecolor="k", label="1")
    plt.legend()
    plt.xlabel("x1")
    plt.ylabel("x2")
    plt.title("XOR")
    plt.show()


if __name__ == "__main__":
    from rest import mnist

    train_loader, test_loader = mnist()
    net = build_mlp([784, 128, 64, 10])
    opt = torch.optim.Adam(net.parameters(), 0.001)
    for e in range(10):
        print(e, train_epoch(net, train_loader, opt, nn.CrossEntropyLoss()), evaluate(net, test_loader))
    print("train", evaluate(net, train_loader), "test", evaluate(net, test_loader))
    result = compare_activations(train_loader, test_loader)
    for name in result:
        print(name, result[name]["test_accuracy"])
    plot_activations(result)
    plot_decision_boundary(decision_boundary(train_xor()))
