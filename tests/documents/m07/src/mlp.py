"""MLP experiments (baseline, squashing functions, optimisers, gradients, regularisation)."""
import sys, torch
from torch import nn
class MLP(nn.Module):
    def __init__(self, *sizes, act=nn.ReLU, p=0):
        super().__init__()
        l = []
        for a, b in zip(sizes, sizes[1:]):
            l += [nn.Linear(a, b), act(), nn.Dropout(p)]
        self.net = nn.Sequential(nn.Flatten(), *l[:-2])
    def forward(self, x):
        return self.net(x)
