#!/usr/bin/env python3
"""Homework 1, problem 2 (group work: I did problem 2, Jonas did 1 and 3)"""
import time
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
import torchvision.transforms as T
from torch.utils.data import DataLoader
import matplotlib
import matplotlib.pyplot as plt

DEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'
BATCH = 128
EPOCHS = 20

train_ds = torchvision.datasets.MNIST(root='/home/marek/datasets', train=True, transform=T.ToTensor(), download=True)
test_ds = torchvision.datasets.MNIST(root='/home/marek/datasets', train=False, transform=T.ToTensor(), download=True)
train_dl = DataLoader(train_ds, batch_size=BATCH, shuffle=True, num_workers=2, pin_memory=True)
test_dl = DataLoader(test_ds, batch_size=512)


class Net(nn.Module):
    def __init__(self, dropout=0.0):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
        self.drop = nn.Dropout(dropout)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        return self.fc3(x)


class DeepNet(nn.Module):
    def __init__(self, act, depth=6):
        super().__init__()
        sizes = [784] + [100] * depth
        self.hidden = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:])])
        self.out = nn.Linear(100, 10)
        self.act = {'sigmoid': torch.sigmoid, 'relu': F.relu, 'tanh': torch.tanh}[act]

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.hidden:
            x = self.act(layer(x))
        return self.out(x)


def train_one_epoch(net, dl, opt):
    net.train()
    total, n = 0.0, 0
    for xb, yb in dl:
        xb, yb = xb.to(DEVICE), yb.to(DEVICE)
        loss = F.cross_entropy(net(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() * len(xb)
        n += len(xb)
    return total / n


@torch.no_grad()
def accuracy(net, dl):
    net.eval()
    hits = sum((net(xb.to(DEVICE)).argmax(1).cpu() == yb).sum().item() for xb, yb in dl)
    return hits / len(dl.dataset)


def make_optimizer(name, params):
    if name == 'SGD':
        return torch.optim.SGD(params, lr=0.01)
    if name == 'Momentum':
        return torch.optim.SGD(params, lr=0.01, momentum=0.9)
    if name == 'RMSprop':
        return torch.optim.RMSprop(params, lr=0.001)
    return torch.optim.Adam(params, lr=0.001)


def part_a_optimizers():
    losses, accs, times = {}, {}, {}
    for name in ['SGD', 'Momentum', 'RMSprop', 'Adam']:
        net = Net().to(DEVICE)
        opt = make_optimizer(name, net.parameters())
        losses[name], accs[name] = [], []
        t0 = time.time()
        for e in range(EPOCHS):
            losses[name].append(train_one_epoch(net, train_dl, opt))
            accs[name].append(accuracy(net, test_dl))
        times[name] = time.time() - t0
    fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(10, 4))
    for name in losses:
        ax1.plot(losses[name], label=name)
        ax2.plot(accs[name], label=name)
    ax1.set_title('training loss'); ax2.set_title('test accuracy')
    ax1.legend(); ax2.legend()
    fig.savefig('optimizers.png')
    print('%-12s %8s %8s' % ('optimizer', 'acc', 'time'))
    for name in accs:
        print('%-12s %8.4f %8.1f' % (name, accs[name][-1], times[name]))


def layer_gradients(net):
    """mean |grad| of the weight matrices, first layer first; call after backward()"""
    return [l.weight.grad.abs().mean().item() for l in list(net.hidden) + [net.out]]


def part_b_gradients():
    tracked = {}
    for act in ['sigmoid', 'relu']:
        net = DeepNet(act).to(DEVICE)
        opt = torch.optim.SGD(net.parameters(), lr=0.01)
        history = []
        for xb, yb in train_dl:
            opt.zero_grad()
            F.cross_entropy(net(xb.to(DEVICE)), yb.to(DEVICE)).backward()
            history.append(layer_gradients(net))
            opt.step()
        tracked[act] = history
    for act in tracked:
        mean = torch.tensor(tracked[act]).mean(0)
        plt.semilogy(range(1, len(mean) + 1), mean, 'o-', label=act)
    plt.xlabel('layer'); plt.ylabel('mean |gradient|'); plt.legend()
    plt.savefig('gradients.png')


def part_c_regularization():
    for title, dropout, wd in [('baseline', 0.0, 0.0), ('L2', 0.0, 0.001), ('dropout', 0.5, 0.0)]:
        net = Net(dropout).to(DEVICE)
        opt = torch.optim.Adam(net.parameters(), lr=0.001, weight_decay=wd)
        train_acc, test_acc = [], []
        for e in range(10):
            train_one_epoch(net, train_dl, opt)
            train_acc.append(accuracy(net, train_dl))
            test_acc.append(accuracy(net, test_dl))
        plt.plot(train_acc, label=title + ' (train)')
        plt.plot(test_acc, '--', label=title + ' (test)')
    plt.legend()
    plt.savefig('regularization.png')


if __name__ == '__main__':
    part_a_optimizers()
    part_b_gradients()
    part_c_regularization()
