#!/usr/bin/env python
# coding: utf-8

# # Homework 1
# Exported from my notebook (File > Save and Export Notebook As > Executable Script).

# In[1]:


get_ipython().run_line_magic('matplotlib', 'inline')
import time, sys
from collections import OrderedDict
import numpy as np
import torch
from torch import nn, optim
import torch.nn.functional as F
from torchvision import datasets, transforms, models
import matplotlib.pyplot as plt

SEED = 7
torch.manual_seed(SEED)
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


# In[2]:


class Progress:
    """Wraps a loader: shows how far we are, and brings the batches to the GPU (if there is one)."""

    def __init__(self, loader, text=""):
        self.loader = loader
        self.text = text

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        start = time.time()
        total = len(self)
        for i, batch in enumerate(self.loader, 1):
            yield tuple(part.to(DEVICE) for part in batch)
            if i % 100 == 0 or i == total:
                sys.stderr.write(f"\r{self.text} {i}/{total} [{time.time() - start:.1f}s]")
        sys.stderr.write("\n")


class Meter:
    """Collects values, weighted."""

    def __init__(self):
        self.values, self.weights = [], []

    def add(self, value, weight=1):
        self.values.append(float(value))
        self.weights.append(weight)

    def mean(self):
        return float(np.average(self.values, weights=self.weights))


# In[3]:


mnist_tf = transforms.Compose([transforms.ToTensor(), transforms.Lambda(lambda t: t.view(784))])
mnist_train = datasets.MNIST("~/datasets", train=True, download=True, transform=mnist_tf)
mnist_test = datasets.MNIST("~/datasets", train=False, download=True, transform=mnist_tf)
train_dl = torch.utils.data.DataLoader(mnist_train, batch_size=64, shuffle=True)
test_dl = torch.utils.data.DataLoader(mnist_test, batch_size=256)
print(mnist_train)


# # Problem 1A

# In[4]:


def build_mlp(layer_sizes, activation="relu"):
    """layer_sizes = [inputs, hidden..., outputs]"""
    classes = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}
    try:
        act = classes[activation.lower()]
    except KeyError:
        raise ValueError("Unknown activation '%s'! Possible: relu, sigmoid, tanh" % activation)
    layers = OrderedDict()
    for i, (a, b) in enumerate(zip(layer_sizes, layer_sizes[1:])):
        if i:
            layers["act%d" % i] = act()
        layers["linear%d" % (i + 1)] = nn.Linear(a, b)
    return nn.Sequential(layers).to(DEVICE)


# In[5]:


def train_epoch(model, loader, optimizer, loss_fn):
    meter = Meter()
    model.train()
    for step, (x, y) in enumerate(Progress(loader, "train")):
        optimizer.zero_grad()
        y_pred = model(x)
        loss = loss_fn(y_pred, y)
        meter.add(loss, len(y))
        loss.backward()
        optimizer.step()
    return meter.mean()


def evaluate(model, loader):
    meter = Meter()
    model.eval()
    with torch.no_grad():
        for x, y in Progress(loader, "test"):
            y_pred = F.softmax(model(x), dim=1).argmax(dim=1)
            meter.add((y_pred == y).float().mean(), len(y))
    model.train()
    return meter.mean()


# In[6]:


model = build_mlp([784, 128, 64, 10])
optimizer = optim.Adam(model.parameters(), lr=0.001)
for epoch in range(10):
    loss = train_epoch(model, train_dl, optimizer, nn.CrossEntropyLoss())
    print(f"{epoch + 1}: {loss:.4f} {evaluate(model, test_dl):.4f}")

train_acc = evaluate(model, train_dl)
test_acc = evaluate(model, test_dl)
print("train:", train_acc, "test:", test_acc)


# # Problem 1B

# In[7]:


def fit(model, optimizer, train_loader, test_loader, epochs, loss_fn=nn.CrossEntropyLoss(), train_accuracy=False):
    """Used by all comparisons. Returns everything that one of them needs."""
    log = {"train_loss": [], "test_accuracy": [], "train_accuracy": [], "seconds": 0.0}
    for epoch in range(epochs):
        t = time.time()
        log["train_loss"].append(train_epoch(model, train_loader, optimizer, loss_fn))
        log["seconds"] += time.time() - t
        if train_accuracy:
            log["train_accuracy"].append(evaluate(model, train_loader))
        log["test_accuracy"].append(evaluate(model, test_loader))
    return log


def compare_activations(train_loader, test_loader, epochs=10):
    logs = {}
    for a in ("relu", "sigmoid", "tanh"):
        m = build_mlp([784, 128, 64, 10], a)
        log = fit(m, optim.Adam(m.parameters(), lr=0.001), train_loader, test_loader, epochs)
        logs[a] = {"train_loss": log["train_loss"], "test_accuracy": log["test_accuracy"][-1]}
    return logs


def plot_activations(logs):
    fig, ax = plt.subplots(figsize=(7, 5))
    for a, log in logs.items():
        ax.plot(range(len(log["train_loss"])), log["train_loss"], lw=2, label=a)
    ax.set_title("Training loss of three activation functions", fontsize=14)
    ax.set_xlabel("epoch")
    ax.set_ylabel("cross-entropy loss")
    fig.legend(loc="upper right")
    return fig


# In[8]:


logs_1b = compare_activations(train_dl, test_dl)
plot_activations(logs_1b)
for a in logs_1b:
    print(a, logs_1b[a]["test_accuracy"])


# # Problem 1C

# In[9]:


def build_xor_model(hidden=4):
    return nn.Sequential(OrderedDict(
        fc1=nn.Linear(2, hidden),
        act=nn.LeakyReLU(0.1),
        fc2=nn.Linear(hidden, 1),
        prob=nn.Sigmoid(),
    )).to(DEVICE)


xor_x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).float().to(DEVICE)
xor_y = torch.tensor([[0], [1], [1], [0]]).float().to(DEVICE)


def train_xor(model=None, lr=0.1, steps=400):
    if model is None:
        model = build_xor_model()
    n_right = 0
    while n_right < 4:
        # new weights for every try
        for m in model.children():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=1.5)
                nn.init.normal_(m.bias, std=0.5)
        opt = optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        for i in range(steps):
            opt.zero_grad()
            loss = F.binary_cross_entropy(model(xor_x), xor_y)
            loss.backward()
            opt.step()
        n_right = int((torch.round(model(xor_x)) == xor_y).sum())
    return model


def decision_boundary(model, resolution=200):
    ax_values = np.linspace(-0.2, 1.2, resolution)
    xx, yy = np.meshgrid(ax_values, ax_values)
    pts = [[a, b] for a, b in zip(xx.ravel(), yy.ravel())]
    out = model(torch.tensor(pts, dtype=torch.float32, device=DEVICE))
    return xx, yy, out.detach().cpu().numpy().reshape(xx.shape)


def plot_decision_boundary(boundary):
    xx, yy, zz = boundary
    fig, ax = plt.subplots(figsize=(6, 6))
    ax.contourf(xx, yy, zz > 0.5, levels=1, alpha=0.4, cmap="jet")
    ax.scatter(*xor_x.cpu().numpy().T, c=xor_y.cpu().numpy().ravel(), cmap="jet", s=150, ec="k")
    ax.set_title("XOR decision boundary")
    ax.set_xlabel("x1"); ax.set_ylabel("x2")
    return fig


# In[10]:


xor_net = train_xor()
print(xor_net(xor_x))
plot_decision_boundary(decision_boundary(xor_net))


# # Problem 2A

# In[11]:


def build_optimizer(name, parameters):
    lr = 0.01 if name.startswith("SGD") else 0.001
    cls = getattr(optim, name.split("+")[0])
    if name.endswith("+Momentum"):
        return cls(parameters, lr=lr, momentum=0.9)
    return cls(parameters, lr=lr)


def compare_optimizers(train_loader, test_loader, epochs=20):
    logs = {}
    start_weights = build_mlp([784, 128, 64, 10]).state_dict()
    for name in ["SGD", "SGD+Momentum", "RMSprop", "Adam"]:
        # everyone starts with the same weights
        m = build_mlp([784, 128, 64, 10])
        m.load_state_dict(start_weights)
        log = fit(m, build_optimizer(name, m.parameters()), train_loader, test_loader, epochs)
        log.pop("train_accuracy")
        logs[name] = log
    return logs


def plot_optimizers(logs):
    fig, axs = plt.subplots(1, 2, figsize=(14, 5))
    for name, log in logs.items():
        e = np.arange(1, len(log["train_loss"]) + 1)
        axs[0].plot(e, log["train_loss"], marker="x", label=name)
        axs[1].plot(e, log["test_accuracy"], marker="x", label=name)
    axs[0].set(title="training loss", xlabel="epoch", ylabel="loss")
    axs[1].set(title="test accuracy", xlabel="epoch", ylabel="accuracy")
    for ax in axs:
        ax.legend()
        ax.grid()
    return fig


# In[12]:


logs_2a = compare_optimizers(train_dl, test_dl)
plot_optimizers(logs_2a)
print("Optimizer | Final Acc | Time (sec)")
for name, log in logs_2a.items():
    print(f"{name} | {log['test_accuracy'][-1]:.4f} | {log['seconds']:.2f}")


# # Problem 2B

# In[13]:


def build_deep_mlp(activation, hidden_layers=6, width=256):
    return build_mlp([784] + [width for _ in range(hidden_layers)] + [10], activation)


def layer_gradients(model):
    return [float(m.weight.grad.abs().mean()) for m in model.modules() if isinstance(m, nn.Linear)]


def gradient_magnitudes(model, x, y, loss_fn):
    model.zero_grad()
    loss = loss_fn(model(x.to(DEVICE)), y.to(DEVICE))
    loss.backward()
    return layer_gradients(model)


def endless(loader):
    while True:
        yield from Progress(loader)


def track_gradients(model, loader, optimizer, loss_fn, steps):
    model.train()
    tracked = []
    for x, y in endless(loader):
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        tracked.append(layer_gradients(model))
        optimizer.step()
        if len(tracked) == steps:
            break
    return np.array(tracked)


def plot_gradients(tracked):
    fig, axs = plt.subplots(1, 3, figsize=(16, 4))
    # 1 and 2: each layer over the steps; 3: mean over the steps
    for ax, (act, values) in zip(axs, tracked.items()):
        for layer in range(values.shape[1]):
            ax.plot(values[:, layer], label=f"layer {layer + 1}")
        ax.set(title=act, xlabel="step", ylabel="mean |gradient|", yscale="log")
        ax.legend(fontsize=7)
        axs[2].plot(range(1, values.shape[1] + 1), values.mean(axis=0), "o-", label=act)
    axs[2].set(title="mean over all steps", xlabel="layer", ylabel="mean |gradient|", yscale="log")
    axs[2].legend()
    return fig


# In[14]:


tracked = {}
for act in ["sigmoid", "relu"]:
    deep = build_deep_mlp(act)
    tracked[act] = track_gradients(deep, train_dl, optim.SGD(deep.parameters(), lr=0.01), nn.CrossEntropyLoss(), 500)
plot_gradients(tracked)


# # Problem 2C

# In[15]:


def build_regularized_mlp(layer_sizes, dropout=0.5):
    net = build_mlp(layer_sizes, "relu")
    layers = []
    for layer in net:
        layers.append(layer)
        if isinstance(layer, nn.ReLU):
            layers.append(nn.Dropout(p=dropout))
    return nn.Sequential(*layers)


def compare_regularization(train_loader, test_loader, epochs=10):
    sizes = [784, 128, 64, 10]
    logs = {}
    for name in ("none", "l2", "dropout"):
        m = build_regularized_mlp(sizes) if name == "dropout" else build_mlp(sizes)
        # only the weights are decayed, not the biases
        weights = [p for n, p in m.named_parameters() if n.endswith("weight")]
        biases = [p for n, p in m.named_parameters() if n.endswith("bias")]
        opt = optim.Adam([
            {"params": weights, "weight_decay": 0.001 if name == "l2" else 0.0},
            {"params": biases},
        ], lr=0.001)
        log = fit(m, opt, train_loader, test_loader, epochs, train_accuracy=True)
        logs[name] = {k: log[k] for k in ("train_accuracy", "test_accuracy")}
    return logs


def plot_regularization(logs):
    fig, ax = plt.subplots(figsize=(8, 6))
    for name, marker in zip(logs, "osv"):
        ax.plot(logs[name]["train_accuracy"], marker=marker, ls="--", label="train (" + name + ")")
        ax.plot(logs[name]["test_accuracy"], marker=marker, label="test (" + name + ")")
    ax.set(title="Regularization", xlabel="epoch", ylabel="accuracy")
    ax.legend()
    return fig


# In[16]:


plot_regularization(compare_regularization(train_dl, test_dl))


# # Problem 3A

# In[17]:


cifar_train = datasets.CIFAR10("~/datasets", train=True, download=True, transform=transforms.ToTensor())
cifar_test = datasets.CIFAR10("~/datasets", train=False, download=True, transform=transforms.ToTensor())
cifar_train_dl = torch.utils.data.DataLoader(cifar_train, batch_size=64, shuffle=True)
cifar_test_dl = torch.utils.data.DataLoader(cifar_test, batch_size=256)


# In[18]:


class SimpleCNN(nn.Module):
    def __init__(self, n_classes=10):
        super().__init__()
        self.conv_1 = nn.Conv2d(in_channels=3, out_channels=32, kernel_size=3, padding="same")
        self.conv_2 = nn.Conv2d(in_channels=32, out_channels=64, kernel_size=3, padding="same")
        self.fc_1 = nn.Linear(in_features=64 * 8 * 8, out_features=128)
        self.fc_2 = nn.Linear(in_features=128, out_features=n_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv_1(x)), kernel_size=2)
        x = F.max_pool2d(F.relu(self.conv_2(x)), kernel_size=2)
        x = torch.flatten(x, start_dim=1)
        x = F.relu(self.fc_1(x))
        return self.fc_2(x)


def build_cnn():
    return SimpleCNN().to(DEVICE)


def train_cnn(model, train_loader, validation_loader, epochs=20):
    opt = optim.Adam(model.parameters(), lr=0.001)
    loss_fn = nn.CrossEntropyLoss()
    history = {"train_loss": [], "validation_loss": [], "validation_accuracy": []}
    for epoch in range(epochs):
        history["train_loss"].append(train_epoch(model, train_loader, opt, loss_fn))
        loss_meter, acc_meter = Meter(), Meter()
        model.eval()
        with torch.no_grad():
            for x, y in Progress(validation_loader, "validation"):
                y_pred = model(x)
                loss_meter.add(loss_fn(y_pred, y), len(y))
                acc_meter.add((y_pred.argmax(1) == y).float().mean(), len(y))
        history["validation_loss"].append(loss_meter.mean())
        history["validation_accuracy"].append(acc_meter.mean())
    return history


def plot_training(history):
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(7, 8), sharex=True)
    top.plot(history["train_loss"], label="training")
    top.plot(history["validation_loss"], label="validation")
    top.set(title="Loss", ylabel="loss")
    top.legend()
    bottom.plot(history["validation_accuracy"], label="validation")
    bottom.set(title="Accuracy", xlabel="epoch", ylabel="accuracy")
    bottom.legend()
    return fig


# In[19]:


cnn = build_cnn()
history = train_cnn(cnn, cifar_train_dl, cifar_test_dl)
plot_training(history)
print("Final test accuracy:", evaluate(cnn, cifar_test_dl))


# In[20]:


def confusion_matrix(model, loader):
    model.eval()
    cm = np.zeros((10, 10), int)
    with torch.no_grad():
        for x, y in Progress(loader, "confusion matrix"):
            y_pred = model(x).argmax(dim=1)
            for true, pred in zip(y.tolist(), y_pred.tolist()):
                cm[true][pred] += 1
    return cm


def plot_confusion_matrix(cm):
    fig, ax = plt.subplots(figsize=(9, 9))
    ax.imshow(cm, cmap="cividis")
    ax.set_title("Confusion matrix")
    ax.set_xlabel("predicted label")
    ax.set_ylabel("true label")
    ax.set_xticks(np.arange(10))
    ax.set_yticks(np.arange(10))
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    ax.set_xticklabels(names, rotation=45)
    ax.set_yticklabels(names)
    for i in range(10):
        for j in range(10):
            ax.text(j, i, cm[i, j], ha="center", va="center", color="w")
    return fig


plot_confusion_matrix(confusion_matrix(cnn, cifar_test_dl))


# # Problem 3B
#
# | | conv layers | filters | kernels | pooling |
# |---|---|---|---|---|
# | SimpleCNN | 2 | 32, 64 | 3x3 | max |
# | DeepCNN | 4 | 32, 32, 64, 64 | 3x3 | max |
# | AvgCNN | 2 | 64, 64 | 5x5 | average |

# In[21]:


class DeepCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1 = nn.Conv2d(3, 32, 3, padding="same")
        self.conv_2 = nn.Conv2d(32, 32, 3, padding="same")
        self.conv_3 = nn.Conv2d(32, 64, 3, padding="same")
        self.conv_4 = nn.Conv2d(64, 64, 3, padding="same")
        self.fc_1 = nn.Linear(64 * 8 * 8, 128)
        self.fc_2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv_1(x))
        x = F.max_pool2d(F.relu(self.conv_2(x)), 2)
        x = F.relu(self.conv_3(x))
        x = F.max_pool2d(F.relu(self.conv_4(x)), 2)
        return self.fc_2(F.relu(self.fc_1(torch.flatten(x, 1))))


class AvgCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1 = nn.Conv2d(3, 64, 5, padding="same")
        self.conv_2 = nn.Conv2d(64, 64, 5, padding="same")
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = F.avg_pool2d(F.relu(self.conv_1(x)), 2)
        x = F.relu(self.conv_2(x))
        return self.fc(x.mean(dim=(2, 3)))   # global average pooling


def build_cnn_variants():
    return {c.__name__: c().to(DEVICE) for c in (SimpleCNN, DeepCNN, AvgCNN)}


def count_parameters(model):
    return sum(map(torch.numel, filter(lambda p: p.requires_grad, model.parameters())))


def compare_architectures(train_loader, test_loader, epochs=10):
    rows = {}
    for name, m in build_cnn_variants().items():
        log = fit(m, optim.Adam(m.parameters(), lr=0.001), train_loader, test_loader, epochs)
        rows[name] = {"parameters": count_parameters(m),
                      "seconds": log["seconds"],
                      "test_accuracy": log["test_accuracy"][-1]}
    return rows


# In[22]:


for name, row in compare_architectures(cifar_train_dl, cifar_test_dl).items():
    print(name, row)


# # Problem 3C

# In[23]:


def find_conv(model):
    return [m for m in model.modules() if isinstance(m, nn.Conv2d)][0]


def first_layer_filters(model):
    return find_conv(model).weight.detach().cpu().numpy().swapaxes(1, 2).swapaxes(2, 3)


def activation_maps(model, images):
    model.eval()
    with torch.no_grad():
        return np.asarray(find_conv(model)(images.to(DEVICE)).cpu())


def plot_filters(filters):
    fig, axs = plt.subplots(8, 8, figsize=(8, 8))
    for i, ax in enumerate(axs.flat):
        ax.axis("off")
        if i < len(filters):
            # 0 is gray
            ax.imshow(np.clip(0.5 + 0.5 * filters[i] / np.abs(filters[i]).max(), 0, 1))
    fig.suptitle("Filters of conv_1")
    return fig


def plot_activation_maps(maps):
    figs = plt.figure(figsize=(10, 3 * len(maps))).subfigures(len(maps), 1, squeeze=False)[:, 0]
    for i, sub in enumerate(figs):
        sub.suptitle("Activation maps for image %d" % i)
        for ax, m in zip(sub.subplots(2, 8).flat, maps[i]):
            ax.imshow(m, cmap="gray")
            ax.axis("off")
    return plt.gcf()


images = torch.stack([cifar_test[i][0] for i in range(3)])
plot_filters(first_layer_filters(cnn))
plot_activation_maps(activation_maps(cnn, images))


# # Bonus

# In[24]:


def build_transfer_model(num_classes=10, pretrained=True):
    vgg = models.vgg16(weights=models.VGG16_Weights.IMAGENET1K_V1 if pretrained else None)
    for p in vgg.features.parameters():
        p.requires_grad = False
    for p in vgg.classifier.parameters():
        p.requires_grad = False
    vgg.classifier[6] = nn.Linear(4096, num_classes)
    return vgg.to(DEVICE)


def fine_tune(model, train_loader, epochs=1):
    opt = optim.Adam(model.classifier[6].parameters(), lr=0.001)
    return {"train_loss": [train_epoch(model, train_loader, opt, nn.CrossEntropyLoss()) for _ in range(epochs)]}


# In[25]:


vgg = build_transfer_model()
print(fine_tune(vgg, cifar_train_dl))
print("VGG16:", evaluate(vgg, cifar_test_dl), "my CNN:", evaluate(cnn, cifar_test_dl))
