# Homework 1 - Problem 2
import time
import torch
import torch.nn as nn
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from torchvision import datasets
from torchvision.transforms import ToTensor
from torch.utils.data import DataLoader

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")

training_data = datasets.MNIST(root="data", train=True, download=True, transform=ToTensor())
test_data = datasets.MNIST(root="data", train=False, download=True, transform=ToTensor())
train_dataloader = DataLoader(training_data, batch_size=64, shuffle=True)
test_dataloader = DataLoader(test_data, batch_size=64)
loss_fn = nn.CrossEntropyLoss()


# same net as problem 1, with optional dropout for part C
def make_mlp(dropout=0.0):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 128), nn.ReLU(), nn.Dropout(dropout),
        nn.Linear(128, 64), nn.ReLU(), nn.Dropout(dropout),
        nn.Linear(64, 10),
    ).to(device)


def train_loop(model, optimizer):
    model.train()
    loss_sum = 0
    for X, y in train_dataloader:
        X, y = X.to(device), y.to(device)
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
    return loss_sum / len(train_dataloader)


def get_accuracy(model, dataloader):
    model.eval()
    correct = 0
    with torch.no_grad():
        for X, y in dataloader:
            correct += (model(X.to(device)).argmax(1).cpu() == y).sum().item()
    return correct / len(dataloader.dataset)


# ---------- Part A ----------
epochs = 20
names = ["SGD", "SGD with momentum", "RMSprop", "Adam"]
loss_curves, acc_curves, times = {}, {}, {}

start = time.time()
for name in names:
    torch.manual_seed(0)
    model = make_mlp()
    if name == "SGD":
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    if name == "SGD with momentum":
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    if name == "RMSprop":
        optimizer = torch.optim.RMSprop(model.parameters(), lr=0.001)
    if name == "Adam":
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_curves[name] = []
    acc_curves[name] = []
    for epoch in range(epochs):
        loss_curves[name].append(train_loop(model, optimizer))
        acc_curves[name].append(get_accuracy(model, test_dataloader))
        print(name, epoch + 1, loss_curves[name][-1], acc_curves[name][-1])
    times[name] = time.time() - start

fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(14, 5))
for name in names:
    ax1.plot(loss_curves[name], label=name)
    ax2.plot(acc_curves[name], label=name)
ax1.set_title("Training loss")
ax2.set_title("Test accuracy")
for ax in (ax1, ax2):
    ax.set_xlabel("epoch")
    ax.legend()
plt.savefig("p2a_optimizers.png")
plt.show()

table = pd.DataFrame({
    "final test accuracy": [acc_curves[n][-1] for n in names],
    "training time [s]": [round(times[n], 2) for n in names],
}, index=names)
print(table)

# ---------- Part B ----------
layer_sizes = [784, 256, 128, 64, 32, 10]


def make_deep(act):
    layers = [nn.Flatten()]
    for i in range(len(layer_sizes) - 1):
        layers.append(nn.Linear(layer_sizes[i], layer_sizes[i + 1]))
        if i < len(layer_sizes) - 2:
            layers.append(act())
    return nn.Sequential(*layers).to(device)


def train_with_gradients(act, n_epochs=5, every=50):
    torch.manual_seed(0)
    model = make_deep(act)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    grads = []     # rows = time, columns = layers
    step = 0
    for epoch in range(n_epochs):
        model.train()
        for X, y in train_dataloader:
            X, y = X.to(device), y.to(device)
            loss = loss_fn(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            if step % every == 0:
                grads.append([m.weight.grad.abs().mean().item() for m in model if isinstance(m, nn.Linear)])
            optimizer.step()
            step += 1
        print(act.__name__, "epoch", epoch + 1, "loss", loss.item(), "acc", get_accuracy(model, test_dataloader))
    return np.array(grads)


g_sigmoid = train_with_gradients(nn.Sigmoid)
g_relu = train_with_gradients(nn.ReLU)
print(g_sigmoid.shape, g_relu.shape)

fig, axes = plt.subplots(1, 3, figsize=(17, 5))
for ax, g, title in [(axes[0], g_sigmoid, "Sigmoid"), (axes[1], g_relu, "ReLU")]:
    for layer in range(g.shape[1]):
        ax.plot(np.arange(len(g)) * 50, g[:, layer], label="layer %d" % (layer + 1))
    ax.set_yscale("log")
    ax.set_xlabel("step")
    ax.set_ylabel("mean |grad|")
    ax.set_title(title)
    ax.legend()
idx = np.arange(g_relu.shape[1])
axes[2].bar(idx - 0.2, g_sigmoid.mean(axis=0), width=0.4, label="Sigmoid")
axes[2].bar(idx + 0.2, g_relu.mean(axis=0), width=0.4, label="ReLU")
axes[2].set_xticks(idx)
axes[2].set_xticklabels(["layer %d" % (i + 1) for i in idx])
axes[2].set_yscale("log")
axes[2].set_title("Average over the training")
axes[2].legend()
plt.savefig("p2b_gradients.png")
plt.show()

# ---------- Part C ----------
epochs = 20
curves = {}
for config in ["no regularization", "L2", "dropout"]:
    torch.manual_seed(0)
    if config == "dropout":
        model = make_mlp(0.5)
    else:
        model = make_mlp()
    if config == "L2":
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=0.001)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    curves[config] = []
    for epoch in range(epochs):
        train_loop(model, optimizer)
        curves[config].append(get_accuracy(model, test_dataloader))
    print(config, curves[config][-1])

plt.figure()
for config in curves:
    plt.plot(curves[config], label=config)
plt.xlabel("epoch")
plt.ylabel("accuracy")
plt.title("Regularization")
plt.legend()
plt.savefig("p2c_regularization.png")
plt.show()
