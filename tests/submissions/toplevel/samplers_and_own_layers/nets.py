# Redes neuronales de la tarea 1
import math

import torch
from torch import nn
import torch.nn.functional as F


class Dense(nn.Module):
    """Capa densa hecha a mano: y = x W + b."""

    def __init__(self, n_in, n_out, gain=1.0):
        super().__init__()
        # inicialización de Glorot (uniforme)
        limit = gain * math.sqrt(6.0 / (n_in + n_out))
        self.W = nn.Parameter(torch.empty(n_in, n_out).uniform_(-limit, limit))
        self.b = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.W + self.b


ACTIVATIONS = {
    "relu": lambda z: z.clamp(min=0),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


class MLP(nn.Module):
    """Perceptrón multicapa. La salida es log-softmax (se entrena con NLL)."""

    def __init__(self, n_in, hidden, n_out, activation="relu", dropout=0.0):
        super().__init__()
        self.f = ACTIVATIONS[activation]
        self.p = dropout
        gain = math.sqrt(2) if activation == "relu" else 1.0
        sizes = [n_in] + list(hidden) + [n_out]
        self.dense = nn.ModuleList()
        for i in range(len(sizes) - 1):
            is_last = i == len(sizes) - 2
            self.dense.append(Dense(sizes[i], sizes[i + 1], 1.0 if is_last else gain))

    def forward(self, x):
        h = x.reshape(len(x), -1)
        for layer in self.dense[:-1]:
            h = self.f(layer(h))
            if self.p > 0:
                h = F.dropout(h, self.p, training=self.training)
        return F.log_softmax(self.dense[-1](h), dim=1)

    def l2(self):
        # suma de los cuadrados de los pesos (sin los sesgos)
        return sum((layer.W ** 2).sum() for layer in self.dense)


class XorNet(nn.Module):
    def __init__(self, n_hidden):
        super().__init__()
        self.a = Dense(2, n_hidden)
        self.c = Dense(n_hidden, 1)

    def forward(self, x):
        return torch.sigmoid(self.c(torch.tanh(self.a(x))))


class BasicCNN(nn.Module):
    """La CNN de la parte 3A."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, (3, 3), padding=(1, 1))
        self.conv2 = nn.Conv2d(32, 64, (3, 3), padding=(1, 1))
        self.fc = nn.Linear(64 * 8 * 8, 128)
        self.out = nn.Linear(128, 10)

    def first_maps(self, x):
        # mapas de activación de la primera capa
        return F.relu(self.conv1(x))

    def forward(self, x):
        h = F.max_pool2d(self.first_maps(x), 2)
        h = F.max_pool2d(F.relu(self.conv2(h)), 2)
        h = F.relu(self.fc(h.flatten(1)))
        return F.log_softmax(self.out(h), dim=1)


class FlexCNN(nn.Module):
    """CNN configurable para la parte 3B."""

    def __init__(self, filters, kernels, pool, pool_every, fc):
        super().__init__()
        assert len(filters) == len(kernels)
        self.convs = nn.ModuleList()
        c, side = 3, 32
        for i, (f, k) in enumerate(zip(filters, kernels)):
            self.convs.append(nn.Conv2d(c, f, k, padding=k // 2))
            c = f
            if (i + 1) % pool_every == 0:
                side //= 2
        self.pool = {"max": F.max_pool2d, "avg": F.avg_pool2d}[pool]
        self.pool_every = pool_every
        self.fc = nn.Linear(c * side * side, fc)
        self.out = nn.Linear(fc, 10)

    def forward(self, x):
        for i, conv in enumerate(self.convs):
            x = F.relu(conv(x))
            if (i + 1) % self.pool_every == 0:
                x = self.pool(x, 2)
        x = F.relu(self.fc(x.flatten(1)))
        return F.log_softmax(self.out(x), dim=1)
