# code for homework 1
import torch, torch.nn as nn

class MLP(nn.Module):
    def __init__(self, sizes, activation):
        super().__init__()
        # build the hidden layers
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes[:-2], sizes[1:-1]))
        self.out = nn.Linear(sizes[-2], sizes[-1])
        self.activation = activation
    def forward(self, x):
        for h in self.hidden:
            x = self.activation(h(x))
        return self.out(x)
