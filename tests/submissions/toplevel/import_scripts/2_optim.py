# Homework 1, problem 2
# second:  python 2_optim.py

import time
import torch, torchvision
import torch.nn as nn
import torch.nn.functional as F
import numpy as np
import matplotlib.pyplot as plt

train = torchvision.datasets.MNIST(root='data', train=True, download=True)
test = torchvision.datasets.MNIST(root='data', train=False, download=True)
Xtr, Ytr = train.data.reshape(-1, 784).float() / 255, train.targets
Xte, Yte = test.data.reshape(-1, 784).float() / 255, test.targets
BATCH = 100


def batches():
    perm = torch.randperm(len(Xtr))
    for i in range(0, len(Xtr), BATCH):
        yield Xtr[perm[i:i + BATCH]], Ytr[perm[i:i + BATCH]]


def right(net, X, Y):
    net.eval()
    with torch.no_grad():
        return (net(X).argmax(dim=1) == Y).float().mean().item()


def small_net(p=0.0):
    # the network of 1A; p is for dropout in 2C
    if p > 0:
        return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Dropout(p),
                             nn.Linear(128, 64), nn.ReLU(), nn.Dropout(p),
                             nn.Linear(64, 10))
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


# ---------------------------------------------------------------- 2A
print('----- 2A -----')
table = []
loss_curves = []
acc_curves = []
labels = ['SGD', 'SGD + momentum', 'RMSprop', 'Adam']
for which in range(4):
    torch.manual_seed(0)
    net = small_net()
    opt = [torch.optim.SGD(net.parameters(), lr=0.01),
           torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9),
           torch.optim.RMSprop(net.parameters(), lr=0.001),
           torch.optim.Adam(net.parameters(), lr=0.001)][which]
    ls, accs = [], []
    start = time.time()
    for ep in range(20):
        net.train()
        batch_losses = []
        for xb, yb in batches():
            loss = F.cross_entropy(net(xb), yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
            batch_losses.append(loss.item())
        ls.append(np.mean(batch_losses))
        accs.append(right(net, Xte, Yte))
    table.append((labels[which], accs[-1], time.time() - start))
    loss_curves.append(ls)
    acc_curves.append(accs)

fig, ax = plt.subplots(2, 1, figsize=(7, 9))
for lab, ls, accs in zip(labels, loss_curves, acc_curves):
    ax[0].plot(range(1, 21), ls, label=lab)
    ax[1].plot(range(1, 21), accs, label=lab)
ax[0].set_ylabel('training loss')
ax[1].set_ylabel('test accuracy')
for a in ax:
    a.set_xlabel('epoch')
    a.legend()
plt.savefig('2a.png')

print('| optimizer      | final test accuracy | time (s) |')
print('|----------------|---------------------|----------|')
for lab, acc, t in table:
    print('| %-14s | %19.4f | %8.1f |' % (lab, acc, t))

# Analysis: SGD is slowest, its loss after 20 epochs is where momentum was after about 3. Momentum is a big gain for
# one more number per weight. RMSprop and Adam start fastest and have the lowest training loss. On the test data,
# momentum, RMSprop and Adam are the same within the noise. Time: about the same for all, Adam a bit more.

# ---------------------------------------------------------------- 2B
print('----- 2B -----')
HIDDEN = 6
result = {}
for name, act in [('sigmoid', nn.Sigmoid), ('relu', nn.ReLU)]:
    torch.manual_seed(0)
    mods = [nn.Linear(784, 128), act()]
    for i in range(HIDDEN - 1):
        mods += [nn.Linear(128, 128), act()]
    mods += [nn.Linear(128, 10)]
    deep = nn.Sequential(*mods)
    opt = torch.optim.Adam(deep.parameters(), lr=0.001)
    lin = [m for m in deep if isinstance(m, nn.Linear)]
    grads = []                              # one row per epoch, one column per layer
    for ep in range(8):
        row = [0.0] * len(lin)
        nb = 0
        for xb, yb in batches():
            opt.zero_grad()
            F.cross_entropy(deep(xb), yb).backward()
            for j, m in enumerate(lin):
                row[j] += m.weight.grad.abs().mean().item()
            nb += 1
            opt.step()
        grads.append([r / nb for r in row])
    result[name] = np.array(grads)

fig, ax = plt.subplots(1, 3, figsize=(16, 4.5))
for name, col in [('sigmoid', 'orange'), ('relu', 'black')]:
    ax[0].plot(range(1, HIDDEN + 2), result[name][0], 'o-', color=col, label=name + ', first epoch')
    ax[0].plot(range(1, HIDDEN + 2), result[name][-1], 'o--', color=col, label=name + ', last epoch')
ax[0].set_yscale('log')
ax[0].set_xlabel('layer')
ax[0].set_ylabel('mean |gradient|')
ax[0].set_title('gradient over the layers')
ax[0].legend()
for a, name in zip(ax[1:], ['sigmoid', 'relu']):
    for j in range(HIDDEN + 1):
        a.plot(range(1, 9), result[name][:, j], label='layer %d' % (j + 1))
    a.set_yscale('log')
    a.set_xlabel('epoch')
    a.set_title(name)
    a.legend()
plt.savefig('2b.png')

print('| layer | sigmoid  | relu     |')
for j in range(HIDDEN + 1):
    print('| %5d | %.2e | %.2e |' % (j + 1, result['sigmoid'][0, j], result['relu'][0, j]))

# Analysis: with sigmoid the gradient becomes smaller and smaller towards the input (vanishing gradient), because each
# layer multiplies by the slope of the sigmoid (<= 0.25). With relu the gradients are about the same in all layers.
# Adam divides by the size of the gradient, so the sigmoid net may start to learn after a while, but late.

# ---------------------------------------------------------------- 2C
print('----- 2C -----')
EP = 15
lines = []
plt.figure(figsize=(12, 4))
for k, (name, p, wd) in enumerate([('baseline', 0.0, 0.0), ('weight decay 0.001', 0.0, 0.001), ('dropout 0.5', 0.5, 0.0)]):
    torch.manual_seed(0)
    net = small_net(p)
    opt = torch.optim.Adam(net.parameters(), lr=0.001, weight_decay=wd)
    tr, te = [], []
    for ep in range(EP):
        net.train()
        for xb, yb in batches():
            loss = F.cross_entropy(net(xb), yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
        tr.append(right(net, Xtr, Ytr))
        te.append(right(net, Xte, Yte))
    plt.subplot(1, 3, k + 1)
    plt.plot(range(1, EP + 1), tr, 'k-', label='train')
    plt.plot(range(1, EP + 1), te, 'r-', label='test')
    plt.title(name)
    plt.xlabel('epoch')
    plt.ylabel('accuracy')
    plt.legend()
    lines.append('| %-18s | %.4f | %.4f | %+.4f |' % (name, tr[-1], te[-1], tr[-1] - te[-1]))
plt.tight_layout()
plt.savefig('2c.png')
print('| setting            | train  | test   | gap     |')
print('\n'.join(lines))

# Analysis: dropout keeps train and test accuracy closest together. Weight decay makes the gap smaller than the
# baseline's as well. The test accuracy is nearly the same for all, MNIST has enough pictures.
