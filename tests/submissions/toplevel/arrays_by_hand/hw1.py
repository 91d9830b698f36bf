# ---------------------------------------------------------------
# Homework 1  --  everything in one script, no DataLoader.
# Data sit in two big tensors and I cut the minibatches out by hand.
#   python hw1.py      (figures go to ./figs)
# The analysis is in report.md
# ---------------------------------------------------------------
import os
import time

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torchvision

torch.manual_seed(0)
gpu_or_cpu = torch.device("cuda" if torch.cuda.is_available() else "cpu")
os.makedirs("figs", exist_ok=True)
BS = 100

# ---------------------------------------------------------------
# MNIST as arrays
# ---------------------------------------------------------------
raw_tr = torchvision.datasets.MNIST(root="./data", train=True, download=True)
raw_te = torchvision.datasets.MNIST(root="./data", train=False, download=True)
Xtr = (raw_tr.data.float() / 255).reshape(-1, 784).to(gpu_or_cpu)
Ytr = raw_tr.targets.to(gpu_or_cpu)
Xte = (raw_te.data.float() / 255).reshape(-1, 784).to(gpu_or_cpu)
Yte = raw_te.targets.to(gpu_or_cpu)
N = Xtr.shape[0]
print("MNIST", tuple(Xtr.shape), tuple(Xte.shape))

nll = nn.NLLLoss()


class Perceptron(nn.Module):
    """layer_sizes: all the sizes from input to output. The output is log softmax."""

    def __init__(self, layer_sizes, nonlinearity, keep_out=0.0):
        super(Perceptron, self).__init__()
        pieces = []
        for k in range(len(layer_sizes) - 2):
            pieces.append(nn.Linear(layer_sizes[k], layer_sizes[k + 1]))
            if nonlinearity == "relu":
                pieces.append(nn.ReLU())
            if nonlinearity == "sigmoid":
                pieces.append(nn.Sigmoid())
            if nonlinearity == "tanh":
                pieces.append(nn.Tanh())
            if keep_out > 0:
                pieces.append(nn.Dropout(keep_out))
        pieces.append(nn.Linear(layer_sizes[-2], layer_sizes[-1]))
        pieces.append(nn.LogSoftmax(dim=1))
        self.pieces = nn.Sequential(*pieces)

    def forward(self, x):
        return self.pieces(x)


def acc_of(model, X, Y):
    model.eval()
    hits = 0
    with torch.no_grad():
        for a in range(0, len(X), 1000):
            hits += int((model(X[a:a + 1000]).argmax(1) == Y[a:a + 1000]).sum())
    return hits / len(X)


# ===============================================================
# 1A
# ===============================================================
print("\n=== 1A ===")
net = Perceptron([784, 128, 64, 10], "relu").to(gpu_or_cpu)
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for epoch in range(10):
    net.train()
    perm = torch.randperm(N)
    total = 0.0
    for a in range(0, N, BS):
        idx = perm[a:a + BS]
        xb, yb = Xtr[idx], Ytr[idx]
        opt.zero_grad()
        loss = nll(net(xb), yb)
        loss.backward()
        opt.step()
        total += loss.item() * len(idx)
    print("epoch", epoch + 1, "loss", round(total / N, 4), "test", round(acc_of(net, Xte, Yte), 4))
print("1A training accuracy =", acc_of(net, Xtr, Ytr))
print("1A test accuracy     =", acc_of(net, Xte, Yte))

# ===============================================================
# 1B
# ===============================================================
print("\n=== 1B ===")
names_b = ["relu", "sigmoid", "tanh"]
losses_b = np.zeros((3, 10))
acc_b = np.zeros(3)
for k in range(3):
    torch.manual_seed(1)
    net = Perceptron([784, 128, 64, 10], names_b[k]).to(gpu_or_cpu)
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(10):
        net.train()
        perm = torch.randperm(N)
        for a in range(0, N, BS):
            idx = perm[a:a + BS]
            opt.zero_grad()
            loss = nll(net(Xtr[idx]), Ytr[idx])
            loss.backward()
            opt.step()
            losses_b[k, epoch] += loss.item() * len(idx) / N
    acc_b[k] = acc_of(net, Xte, Yte)
    print("   ", names_b[k], "loss", losses_b[k, -1])

plt.figure()
plt.plot(np.arange(1, 11), losses_b.T)
plt.legend(names_b)
plt.xlabel("epoch")
plt.ylabel("training loss")
plt.title("Activation functions")
plt.savefig("figs/1b_loss.png")
plt.close()

print("activation  test acc")
for k in range(3):
    print(names_b[k].ljust(11), "%.4f" % acc_b[k])

# ===============================================================
# 1C   XOR
# ===============================================================
print("\n=== 1C ===")
torch.manual_seed(4)
xor_in = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).float()
xor_out = torch.tensor([[0], [1], [1], [0]]).float()
xor_net = nn.Sequential(nn.Linear(2, 4), nn.Sigmoid(), nn.Linear(4, 1), nn.Sigmoid())
xor_opt = torch.optim.Adam(xor_net.parameters(), lr=0.1)
for step in range(4000):
    xor_opt.zero_grad()
    p = xor_net(xor_in)
    xor_loss = -(xor_out * torch.log(p + 1e-9) + (1 - xor_out) * torch.log(1 - p + 1e-9)).mean()
    xor_loss.backward()
    xor_opt.step()
p = xor_net(xor_in).detach()
for k in range(4):
    print("   ", xor_in[k].tolist(), "->", round(p[k].item(), 3))
print("XOR accuracy", ((p > 0.5) == (xor_out > 0.5)).float().mean().item())

ticks = np.linspace(-0.3, 1.3, 160)
U, V = np.meshgrid(ticks, ticks)
W = xor_net(torch.tensor(np.column_stack([U.ravel(), V.ravel()])).float()).detach().numpy().reshape(U.shape)
plt.figure(figsize=(5, 5))
plt.contourf(U, V, W > 0.5, cmap="Pastel1")
plt.contour(U, V, W, [0.5])
plt.scatter([0, 1], [0, 1], c="k", marker="o", s=90, label="class 0")
plt.scatter([0, 1], [1, 0], c="r", marker="s", s=90, label="class 1")
plt.legend()
plt.title("XOR decision boundary")
plt.savefig("figs/1c_boundary.png")
plt.close()

# ===============================================================
# 2A
# ===============================================================
print("\n=== 2A ===")
names_o = ["SGD", "SGD+mom", "RMSprop", "Adam"]
loss_o = np.zeros((4, 20))
test_o = np.zeros((4, 20))
secs_o = np.zeros(4)
for k in range(4):
    torch.manual_seed(2)
    net = Perceptron([784, 128, 64, 10], "relu").to(gpu_or_cpu)
    if k == 0:
        opt = torch.optim.SGD(net.parameters(), lr=0.01)
    elif k == 1:
        opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    elif k == 2:
        opt = torch.optim.RMSprop(net.parameters(), lr=0.001)
    else:
        opt = torch.optim.Adam(net.parameters(), lr=0.001)
    t0 = time.time()
    for epoch in range(20):
        net.train()
        perm = torch.randperm(N)
        for a in range(0, N, BS):
            idx = perm[a:a + BS]
            opt.zero_grad()
            loss = nll(net(Xtr[idx]), Ytr[idx])
            loss.backward()
            opt.step()
            loss_o[k, epoch] += loss.item() * len(idx) / N
        test_o[k, epoch] = acc_of(net, Xte, Yte)
    secs_o[k] = time.time() - t0
    print("   ", names_o[k], "loss %.4f acc %.4f" % (loss_o[k, -1], test_o[k, -1]))

for what, values in (("training loss", loss_o), ("test accuracy", test_o)):
    plt.figure(figsize=(7, 5))
    for k in range(4):
        plt.plot(np.arange(1, 21), values[k], label=names_o[k])
    plt.xlabel("epoch")
    plt.ylabel(what)
    plt.title("Optimizers: " + what)
    plt.legend()
    plt.savefig("figs/2a_" + what.replace(" ", "_") + ".png")
    plt.close()

print("optimizer | test acc | seconds")
for k in range(4):
    print("%-9s | %.4f   | %.1f" % (names_o[k], test_o[k, -1], secs_o[k]))

# ===============================================================
# 2B   6 hidden layers, sigmoid and relu
# ===============================================================
print("\n=== 2B ===")
DEEP_EPOCHS = 4
grads = {}
for kind in ("sigmoid", "relu"):
    torch.manual_seed(3)
    net = Perceptron([784, 100, 100, 100, 100, 100, 100, 10], kind).to(gpu_or_cpu)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    linears = [m for m in net.pieces if isinstance(m, nn.Linear)]
    trace = []                                   # one row each minibatch, one column each layer
    for epoch in range(DEEP_EPOCHS):
        perm = torch.randperm(N)
        for a in range(0, N, BS):
            idx = perm[a:a + BS]
            opt.zero_grad()
            loss = nll(net(Xtr[idx]), Ytr[idx])
            loss.backward()
            trace.append([m.weight.grad.norm().item() for m in linears])
            opt.step()
        print("   ", kind, "epoch", epoch + 1, "loss", round(loss.item(), 4))
    grads[kind] = np.array(trace)

plt.figure(figsize=(13, 4))
for pos, kind in ((1, "sigmoid"), (2, "relu")):
    plt.subplot(1, 3, pos)
    for layer in range(grads[kind].shape[1]):
        plt.plot(grads[kind][::20, layer], lw=0.8, label="layer " + str(layer + 1))
    plt.yscale("log")
    plt.title(kind + ", gradient norm")
    plt.xlabel("minibatch / 20")
    plt.legend(fontsize=6)
plt.subplot(1, 3, 3)
plt.plot(range(1, 8), grads["sigmoid"].mean(0), "v-", label="sigmoid")
plt.plot(range(1, 8), grads["relu"].mean(0), "o-", label="relu")
plt.yscale("log")
plt.xlabel("layer")
plt.title("mean over training")
plt.legend()
plt.tight_layout()
plt.savefig("figs/2b_gradients.png")
plt.close()

# ===============================================================
# 2C
# ===============================================================
print("\n=== 2C ===")
reg_names = ["baseline", "L2 0.001", "dropout 0.5"]
reg_drop = [0.0, 0.0, 0.5]
reg_decay = [0.0, 0.001, 0.0]
reg_tr = np.zeros((3, 20))
reg_te = np.zeros((3, 20))
for k in range(3):
    torch.manual_seed(5)
    net = Perceptron([784, 128, 64, 10], "relu", reg_drop[k]).to(gpu_or_cpu)
    opt = torch.optim.Adam(net.parameters(), lr=0.001, weight_decay=reg_decay[k])
    for epoch in range(20):
        net.train()
        perm = torch.randperm(N)
        for a in range(0, N, BS):
            idx = perm[a:a + BS]
            opt.zero_grad()
            loss = nll(net(Xtr[idx]), Ytr[idx])
            loss.backward()
            opt.step()
        reg_tr[k, epoch] = acc_of(net, Xtr, Ytr)
        reg_te[k, epoch] = acc_of(net, Xte, Yte)
    print("   ", reg_names[k], "train", reg_tr[k, -1], "test", reg_te[k, -1])

fig, axs = plt.subplots(1, 3, figsize=(14, 4), sharey=True)
for k in range(3):
    axs[k].plot(np.arange(1, 21), reg_tr[k], "b", label="train")
    axs[k].plot(np.arange(1, 21), reg_te[k], "r", label="test")
    axs[k].set_title(reg_names[k])
    axs[k].set_xlabel("epoch")
    axs[k].set_ylabel("accuracy")
    axs[k].legend()
fig.savefig("figs/2c_regularization.png")
plt.close(fig)

# ===============================================================
# CIFAR-10 as arrays
# ===============================================================
raw_tr = torchvision.datasets.CIFAR10(root="./data", train=True, download=True)
raw_te = torchvision.datasets.CIFAR10(root="./data", train=False, download=True)
Ctr = torch.tensor(raw_tr.data).permute(0, 3, 1, 2).float() / 255
Cte = torch.tensor(raw_te.data).permute(0, 3, 1, 2).float() / 255
channel_mean = Ctr.mean((0, 2, 3), keepdim=True)
channel_std = Ctr.std((0, 2, 3), keepdim=True)
Ctr = ((Ctr - channel_mean) / channel_std).to(gpu_or_cpu)
Cte = ((Cte - channel_mean) / channel_std).to(gpu_or_cpu)
Ltr = torch.tensor(raw_tr.targets).to(gpu_or_cpu)
Lte = torch.tensor(raw_te.targets).to(gpu_or_cpu)
M = len(Ctr)                                     # 50 000
print("CIFAR", tuple(Ctr.shape), tuple(Cte.shape))
WORDS = raw_te.classes


class Convnet(nn.Module):
    def __init__(self):
        super(Convnet, self).__init__()
        self.c1 = nn.Conv2d(3, 32, (3, 3), stride=1, padding=1)
        self.c2 = nn.Conv2d(32, 64, (3, 3), stride=1, padding=1)
        self.mp = nn.MaxPool2d((2, 2))
        self.f1 = nn.Linear(4096, 128)
        self.f2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.mp(torch.relu(self.c1(x)))
        x = self.mp(torch.relu(self.c2(x)))
        x = torch.relu(self.f1(x.reshape(len(x), 4096)))
        return torch.log_softmax(self.f2(x), dim=1)


# ===============================================================
# 3A
# ===============================================================
print("\n=== 3A ===")
torch.manual_seed(6)
cnn = Convnet().to(gpu_or_cpu)
opt = torch.optim.Adam(cnn.parameters(), lr=0.001)
tr_curve, va_curve, va_acc = [], [], []
for epoch in range(20):
    cnn.train()
    perm = torch.randperm(M)
    total = 0.0
    for a in range(0, M, BS):
        idx = perm[a:a + BS]
        opt.zero_grad()
        loss = nll(cnn(Ctr[idx]), Ltr[idx])
        loss.backward()
        opt.step()
        total += loss.item() * len(idx)
    tr_curve.append(total / M)
    cnn.eval()
    total = 0.0
    with torch.no_grad():
        for a in range(0, len(Cte), 500):
            total += nll(cnn(Cte[a:a + 500]), Lte[a:a + 500]).item() * len(Lte[a:a + 500])
    va_curve.append(total / len(Cte))
    va_acc.append(acc_of(cnn, Cte, Lte))
    print("epoch", epoch + 1, "train loss %.4f  val loss %.4f  val acc %.4f" % (tr_curve[-1], va_curve[-1], va_acc[-1]))
print("3A final test accuracy =", va_acc[-1])

plt.figure()
plt.plot(np.arange(1, 21), tr_curve, "k-", label="training loss")
plt.plot(np.arange(1, 21), va_curve, "k--", label="validation loss")
plt.xlabel("epoch")
plt.ylabel("NLL loss")
plt.title("CNN learning curves")
plt.legend()
plt.savefig("figs/3a_curves.png")
plt.close()

confusion = torch.zeros(10, 10, dtype=torch.long)
cnn.eval()
with torch.no_grad():
    for a in range(0, len(Cte), 500):
        out = cnn(Cte[a:a + 500]).argmax(1)
        for t, o in zip(Lte[a:a + 500].tolist(), out.tolist()):
            confusion[t][o] += 1
print(confusion)
plt.figure(figsize=(8, 8))
plt.imshow(confusion, cmap="YlOrRd")
plt.colorbar()
plt.xticks(range(10), WORDS, rotation=60)
plt.yticks(range(10), WORDS)
for t in range(10):
    for o in range(10):
        plt.text(o, t, int(confusion[t, o]), ha="center", va="center", fontsize=8)
plt.xlabel("predicted")
plt.ylabel("true")
plt.title("Confusion matrix")
plt.savefig("figs/3a_confusion.png")
plt.close()

# ===============================================================
# 3B
# ===============================================================
print("\n=== 3B ===")


def stack(filters, k, pooling):
    parts = []
    before = 3
    for f in filters:
        parts += [nn.Conv2d(before, f, k, padding=k // 2), nn.ReLU()]
        parts.append(nn.MaxPool2d(2) if pooling == "max" else nn.AvgPool2d(2))
        before = f
    side = 32 >> len(filters)
    parts += [nn.Flatten(), nn.Linear(before * side * side, 128), nn.ReLU(), nn.Linear(128, 10), nn.LogSoftmax(dim=1)]
    return nn.Sequential(*parts)


designs = [
    ("one: 2 conv, 32-64, 3x3, max", ([32, 64], 3, "max")),
    ("two: 3 conv, 32-64-128, 3x3, max", ([32, 64, 128], 3, "max")),
    ("three: 2 conv, 32-64, 5x5, average", ([32, 64], 5, "average")),
]
lines = []
for text, design in designs:
    torch.manual_seed(7)
    net = stack(*design).to(gpu_or_cpu)
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    t0 = time.time()
    for epoch in range(20):
        net.train()
        perm = torch.randperm(M)
        for a in range(0, M, BS):
            idx = perm[a:a + BS]
            opt.zero_grad()
            loss = nll(net(Ctr[idx]), Ltr[idx])
            loss.backward()
            opt.step()
    seconds = time.time() - t0
    lines.append("%-36s %9d %9.1f %9.4f" % (text, sum(w.numel() for w in net.parameters()), seconds, acc_of(net, Cte, Lte)))
    print("   finished", text)
print("%-36s %9s %9s %9s" % ("architecture", "params", "seconds", "test acc"))
print("\n".join(lines))

# ===============================================================
# 3C
# ===============================================================
kernels = cnn.c1.weight.detach().cpu().numpy()
plt.figure(figsize=(8, 4))
for k in range(16):
    pic = kernels[k].transpose(1, 2, 0)
    plt.subplot(2, 8, k + 1)
    plt.imshow((pic - pic.min()) / (pic.max() - pic.min()))
    plt.axis("off")
plt.suptitle("16 of the 32 filters of layer 1")
plt.savefig("figs/3c_filters.png")
plt.close()

with torch.no_grad():
    maps = torch.relu(cnn.c1(Cte[:3])).cpu().numpy()
for n in range(3):
    plt.figure(figsize=(10, 3))
    plt.subplot(2, 6, 1)
    plt.imshow(raw_te.data[n])
    plt.axis("off")
    for k in range(11):
        plt.subplot(2, 6, k + 2)
        plt.imshow(maps[n, k], cmap="gray")
        plt.axis("off")
    plt.suptitle("activation maps, image %d (%s)" % (n, WORDS[int(Lte[n])]))
    plt.savefig("figs/3c_maps_%d.png" % n)
    plt.close()
print("done")
