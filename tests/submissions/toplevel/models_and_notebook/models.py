# models for homework 1
import torch
import torch.nn as nn
import torch.nn.functional as F


class MLP(nn.Module):
    '''Multilayer perceptron with any number of hidden layers.
    hidden: list with the number of neurons of each hidden layer
    '''

    def __init__(self, n_in, hidden, n_out, act='relu', p=0.0):
        super().__init__()
        self.act = act
        self.p = p
        self.hidden = nn.ModuleList()
        prev = n_in
        for h in hidden:
            self.hidden.append(nn.Linear(prev, h))
            prev = h
        self.last = nn.Linear(prev, n_out)

    def activate(self, z):
        if self.act == 'relu':
            return F.relu(z)
        if self.act == 'sigmoid':
            return torch.sigmoid(z)
        if self.act == 'tanh':
            return torch.tanh(z)
        raise ValueError('activation must be relu, sigmoid or tanh')

    def forward(self, x):
        for layer in self.hidden:
            x = self.activate(layer(x))
            if self.p > 0:
                x = F.dropout(x, self.p, training=self.training)
        return self.last(x)


class XOR(nn.Module):
    def __init__(self, n_hidden=4):
        super().__init__()
        self.l1 = nn.Linear(2, n_hidden)
        self.l2 = nn.Linear(n_hidden, 1)

    def forward(self, x):
        return torch.sigmoid(self.l2(torch.tanh(self.l1(x))))


class Net1(nn.Module):
    '''the CNN of problem 3A'''

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


class Net2(nn.Module):
    '''deeper, 4 conv layers, max pooling'''

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, padding=1)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1)
        self.conv3 = nn.Conv2d(64, 128, 3, padding=1)
        self.conv4 = nn.Conv2d(128, 128, 3, padding=1)
        self.fc1 = nn.Linear(128 * 4 * 4, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)
        x = F.max_pool2d(F.relu(self.conv4(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


class Net3(nn.Module):
    '''few filters, 7x7 and 5x5 kernels, average pooling'''

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 7, padding=3)
        self.conv2 = nn.Conv2d(16, 32, 5, padding=2)
        self.fc1 = nn.Linear(32 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.avg_pool2d(F.relu(self.conv1(x)), 2)
        x = F.avg_pool2d(F.relu(self.conv2(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


def num_params(net):
    return sum(p.numel() for p in net.parameters())
